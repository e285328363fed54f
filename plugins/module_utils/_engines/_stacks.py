# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stacks of a target, found by name: their outputs are all that later steps know of a deployment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation

if TYPE_CHECKING:
    from collections.abc import Iterator

ENGINES = ("export",)


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its name, state, outputs, and the tables its outputs list."""

    name: str
    status: str
    outputs: dict[str, str]
    tables: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Deployment:
    """What a target has: the store (None if there is none) and the machinery of every engine."""

    store: Stack | None
    machinery: tuple[Stack, ...]

    def existing(self) -> dict[str, Any]:
        """The shape in which the plan takes it."""
        days = self.store.outputs.get("RetentionDays", "") if self.store else ""
        return {
            "retention_days": [int(day) for day in days.split(",") if day],
            "stacks": {stack.name: {"tables": list(stack.tables)} for stack in self.machinery},
        }


def read_deployment(client: Any, prefix: str) -> Deployment:
    """Ask for the store and for each engine's stacks 1, 2, ... until one is missing: numbers have no gaps."""
    machinery = (stack for engine in ENGINES for stack in _numbered(client, prefix, engine))
    return Deployment(_read(client, f"{prefix}-store"), tuple(machinery))


def _numbered(client: Any, prefix: str, engine: str) -> Iterator[Stack]:
    number = 1
    while (stack := _read(client, f"{prefix}-{engine.replace('_', '-')}-{number}")) is not None:
        yield stack
        number += 1


def _read(client: Any, name: str) -> Stack | None:
    stack = cloudformation.describe_stack(client, name)
    if stack is None:
        return None
    outputs = cloudformation.outputs(stack)
    return Stack(name, str(stack["StackStatus"]), outputs, tuple(listed_tables(outputs)))


def listed_tables(outputs: dict[str, str]) -> list[dict[str, Any]]:
    """The table records that a machinery stack keeps in its outputs Tables0, Tables1, ..."""
    tables: list[dict[str, Any]] = []
    number = 0
    while (text := outputs.get(f"Tables{number}")) is not None:
        tables.extend(json.loads(text))
        number += 1
    return tables
