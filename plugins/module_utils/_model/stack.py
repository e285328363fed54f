# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is deployed: a stack, and the stacks of a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its name, state, outputs, and the tables and pipelines its outputs list."""

    name: str
    status: str
    outputs: dict[str, str]
    tables: tuple[dict[str, Any], ...]
    pipelines: tuple[dict[str, Any], ...] = ()
    engine: str = ""  # of a stack of machinery
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    protected: bool = False  # against being deleted
    id: str = ""
    ours: bool = True

    def told(self) -> dict[str, object]:
        """What a module returns of it."""
        return {"name": self.name, "status": self.status, "outputs": self.outputs}


@dataclass(frozen=True)
class Deployment:
    """What a target has: the store (None if there is none) and the machinery of every engine."""

    store: Stack | None
    machinery: tuple[Stack, ...]
    foreign: tuple[Stack, ...] = ()  # that have our names, and that somebody else made
    missing: tuple[str, ...] = ()  # machinery that should stand beside what stands

    def outputs(self) -> dict[str, str]:
        """The store's outputs; without them, what it told when the machinery was deployed with it.

        Who deletes the store's stack keeps the bucket.
        """
        told: dict[str, str] = {}
        for stack in self.machinery:
            names = {"BucketName": "Bucket", "AlertsTopicArn": "AlertsTopicArn"}
            told |= {key: stack.parameters[name] for key, name in names.items() if name in stack.parameters}
        days = {int(row["days"]) for stack in self.machinery for row in stack.tables}
        told["RetentionDays"] = ",".join(map(str, sorted(days)))
        return told | (self.store.outputs if self.store else {})

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
