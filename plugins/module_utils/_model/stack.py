# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is deployed: a stack, and the stacks of a target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from .outputs import Outputs, TableRecord


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its name, state, outputs, and the tables that they list."""

    name: str
    status: str
    outputs: Outputs
    tables: tuple[TableRecord, ...]
    engine: str = ""  # of a stack of machinery
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    protected: bool = False  # against being deleted
    id: str = ""
    ours: bool = True

    def told(self) -> dict[str, object]:
        """What a module returns of it."""
        return {"name": self.name, "status": self.status, "outputs": dict(self.outputs.raw)}


@dataclass(frozen=True)
class Deployment:
    """What a target has: the store (None if there is none) and the machinery of every engine."""

    store: Stack | None
    machinery: tuple[Stack, ...]
    foreign: tuple[Stack, ...] = ()  # that have our names, and that somebody else made
    missing: tuple[str, ...] = ()  # machinery that should stand beside what stands

    def outputs(self) -> Outputs:
        """The store's outputs; without them, what it told when the machinery was deployed with it.

        Who deletes the store's stack keeps the bucket.
        """
        days = tuple(sorted({table.retention_days for stack in self.machinery for table in stack.tables}))
        if self.store:
            told = self.store.outputs
            return told if told.retention_days else replace(told, retention_days=days)
        given = {key: value for stack in self.machinery for key, value in stack.parameters.items()}
        return Outputs(
            bucket_name=given.get("Bucket", ""),
            alerts_topic_arn=given.get("AlertsTopicArn", ""),
            retention_days=days,
        )

    def existing(self) -> dict[str, Any]:
        """The shape in which the plan takes it."""
        kept = self.store.outputs if self.store else Outputs()
        return {
            "retention_days": list(kept.retention_days),
            "log_bucket": bool(kept.log_bucket_name),
            "object_lock": kept.object_lock,
            "stacks": {
                stack.name: {
                    "tables": [each.to_json() for each in stack.tables],
                    "own": stack.outputs.own(),
                }
                for stack in self.machinery
            },
        }
