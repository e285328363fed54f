# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands in the account, as its stack outputs tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import naming
from .._model.outputs import TableRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Deployed:
    """What a target has, by engine and by stack."""

    def __init__(self, existing: Mapping[str, Any], prefix: str) -> None:
        self.retention_days = {int(days) for days in existing.get("retention_days") or ()}
        self.log_bucket = bool(existing.get("log_bucket"))
        self.gone = frozenset(existing.get("gone") or ())
        self.object_lock = str(existing.get("object_lock") or "")
        self._stacks: Mapping[str, Any] = existing.get("stacks") or {}
        self._prefix = prefix

    def records(self, engine: str) -> Iterator[tuple[int, TableRecord]]:
        """Each table's stack number and record."""
        for number, name in self._numbered(engine):
            for each in self.tables(name):
                yield number, each

    def tables(self, stack: str) -> list[TableRecord]:
        """The records of a stack's tables."""
        return [TableRecord.from_json(each) for each in self._stacks.get(stack, {}).get("tables") or ()]

    def own(self, stack: str) -> Mapping[str, Any]:
        """The other records that a stack remembers, which only its engine knows."""
        return self._stacks.get(stack, {}).get("own") or {}

    def all_own(self, engine: str) -> dict[str, Mapping[str, Any]]:
        """The same for every stack of an engine, by name."""
        return {name: self.own(name) for _number, name in self._numbered(engine)}

    def count(self, engine: str) -> int:
        """The highest stack number in use."""
        return max((number for number, _name in self._numbered(engine)), default=0)

    def watched(self, engine: str) -> set[tuple[str, str, int]]:
        """Tables whose alarm was watching already, with the schedule and the age that it is made for."""
        return {
            (each.name, each.schedule, each.max_age)
            for _number, each in self.records(engine)
            if each.armed and each.enabled
        }

    def _numbered(self, engine: str) -> list[tuple[int, str]]:
        numbers = ((naming.stack_number(self._prefix, engine, name), name) for name in self._stacks)
        return sorted((number, name) for number, name in numbers if number is not None)
