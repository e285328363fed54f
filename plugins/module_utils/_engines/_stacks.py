# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stacks of a target, found by name: their outputs are all that later steps know of a deployment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each engine, and the store's output without which it has no stack: there is nothing to look for then.
ENGINES = {"export": "", "data_pipeline": "LogBucketName"}


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its name, state, outputs, and the tables and pipelines its outputs list."""

    name: str
    status: str
    outputs: dict[str, str]
    tables: tuple[dict[str, Any], ...]
    pipelines: tuple[dict[str, Any], ...] = ()
    engine: str = ""  # of a stack of machinery


@dataclass(frozen=True)
class Deployment:
    """What a target has: the store (None if there is none) and the machinery of every engine."""

    store: Stack | None
    machinery: tuple[Stack, ...]

    def existing(self) -> dict[str, Any]:
        """The shape in which the plan takes it."""
        kept = self.store.outputs if self.store else {}
        days = kept.get("RetentionDays", "")
        return {
            "retention_days": [int(day) for day in days.split(",") if day],
            "log_bucket": "LogBucketName" in kept,
            "object_lock": kept.get("ObjectLock", ""),
            "stacks": {
                stack.name: {"tables": list(stack.tables), "pipelines": list(stack.pipelines)}
                for stack in self.machinery
            },
        }


def read_deployment(client: Any, prefix: str) -> Deployment:
    """Ask for the store and for each engine's stacks 1, 2, ... until one is missing: numbers have no gaps."""
    store = _read(client, _names.store(prefix))
    engines = [name for name, needs in ENGINES.items() if not (needs and store) or needs in store.outputs]
    machinery = (stack for engine in engines for stack in _numbered(client, prefix, engine))
    return Deployment(store, tuple(machinery))


def _numbered(client: Any, prefix: str, engine: str) -> Iterator[Stack]:
    number = 1
    while (stack := _read(client, _names.stack(prefix, engine, number), engine)) is not None:
        yield stack
        number += 1


def _read(client: Any, name: str, engine: str = "") -> Stack | None:
    stack = cloudformation.describe_stack(client, name)
    if stack is None:
        return None
    outputs = cloudformation.outputs(stack)
    tables, pipelines = listed(outputs, "Tables"), listed(outputs, "Pipelines")
    return Stack(name, str(stack["StackStatus"]), outputs, tuple(tables), tuple(pipelines), engine)


def listed(outputs: dict[str, str], what: str) -> list[dict[str, Any]]:
    """The records that a machinery stack keeps in its outputs Tables0, Tables1, ... or Pipelines0, ..."""
    records: list[dict[str, Any]] = []
    number = 0
    while (text := outputs.get(f"{what}{number}")) is not None:
        records.extend(json.loads(text))
        number += 1
    return records
