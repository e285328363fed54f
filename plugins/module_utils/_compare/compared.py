# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a comparison found: counts of all items, samples of those that differ."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._items.size import Item

MISSING, UNEXPECTED, CHANGED = "missing", "unexpected", "changed"
# Missing, and no damage: its time to live had passed.
EXPIRED = "expired"
KINDS = (CHANGED, MISSING, UNEXPECTED, EXPIRED)


class UncomparableError(Exception):
    """Why a comparison could not be finished, which says nothing of whether things are equal."""


@dataclass(frozen=True)
class Sample:
    """One item that differs. Its key is told, and of its other values nothing unless they were asked for."""

    kind: str
    key: Item
    file: str = ""  # where it is expected from, if it is
    line: int = 0
    attributes: tuple[str, ...] = ()  # those that differ, of a changed item
    now: str = ""  # a sentence if the item is no longer as it was found: somebody writes
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)  # expected and found; None: not there

    @property
    def text(self) -> str:
        """The key as people write it."""
        return key_text(self.key)

    def to_json(self) -> dict[str, Any]:
        """What a module returns."""
        told: dict[str, Any] = {"kind": self.kind, "key": self.key, "text": self.text}
        if self.file:
            told |= {"file": self.file, "line": self.line}
        if self.kind == CHANGED:
            told["attributes"] = list(self.attributes)
        if self.now:
            told["now"] = self.now
        if self.values:
            told["values"] = {
                name: {"expected": expected, "found": found}
                for name, (expected, found) in self.values.items()
            }
        return told


@dataclass(frozen=True)
class Compared:
    """Items by number. None: only counted, not compared."""

    expected: int
    found: int
    same: int | None = None
    missing: int | None = None
    unexpected: int | None = None
    changed: int | None = None
    samples: tuple[Sample, ...] = ()

    @property
    def by_content(self) -> bool:
        """Whether items were compared, and not only counted."""
        return self.same is not None

    @property
    def equal(self) -> bool:
        """Whether there is no difference, as far as was looked."""
        return self.expected == self.found and not (self.missing or self.unexpected or self.changed)

    @property
    def sentence(self) -> str:
        """The result for people."""
        if self.equal:
            return self._equal()
        if not self.by_content:
            return f"{_items(self.expected)} expected, and {self.found:,} found; contents were not compared."
        kinds = ((self.missing, MISSING), (self.unexpected, "too many"), (self.changed, CHANGED))
        differ = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
        return f"Not equal: {differ}; {self.same or 0:,} of {_items(self.expected)} are the same."

    def to_json(self) -> dict[str, Any]:
        """What a module returns."""
        return {
            "equal": self.equal,
            "by_content": self.by_content,
            "expected": self.expected,
            "found": self.found,
            "same": self.same,
            "missing": self.missing,
            "unexpected": self.unexpected,
            "changed": self.changed,
            "samples": [each.to_json() for each in self.samples],
            "sentence": self.sentence,
        }

    def _equal(self) -> str:
        if not self.expected:
            return "No item was expected and none was found: there was nothing to compare."
        if not self.by_content:
            return f"{_items(self.found)} expected and found; their contents were not compared."
        only = "the only item is" if self.same == 1 else f"all {self.same:,} items are"
        return f"Equal: {only} the same, by key and content."


@dataclass
class Tally:
    """How many items of two sides are the same or differ, where somebody may write to one of them."""

    same: int = 0
    changed: int = 0
    missing: int = 0
    unexpected: int = 0
    expired: int = 0
    meantime: int = 0  # that differed at first, and no longer when they were read again

    @property
    def expected(self) -> int:
        """All of the first side."""
        return self.same + self.changed + self.missing + self.expired

    @property
    def found(self) -> int:
        """All of the second side."""
        return self.same + self.changed + self.unexpected

    @property
    def equal(self) -> bool:
        """Whether there is no difference but what has expired."""
        return not (self.changed or self.missing or self.unexpected)

    @property
    def sentence(self) -> str:
        """The result for people."""
        told = [self._verdict()]
        if self.expired:
            told.append(f"{self.expired:,} of the missing had expired, which is no damage.")
        if self.meantime:
            told.append(
                f"{self.meantime:,} differed at first, and not when they were read again: somebody writes."
            )
        return " ".join(told)

    def to_json(self) -> dict[str, Any]:
        """What a module returns."""
        counts = {name: getattr(self, name) for name in ("expected", "found", "same", *KINDS, "meantime")}
        return {"equal": self.equal, **counts, "sentence": self.sentence}

    def _verdict(self) -> str:
        if not self.equal:
            kinds = (CHANGED, MISSING, UNEXPECTED)
            differ = ", ".join(f"{count:,} {kind}" for kind in kinds if (count := getattr(self, kind)))
            return f"Not equal: {differ}; {self.same:,} of {_items(self.expected)} are the same."
        if not self.expected and not self.found:
            return "There are no items on either side: there was nothing to compare."
        only = "the only item is" if self.same == 1 else f"all {self.same:,} items are"
        return f"Equal: {only} the same, by key and content."


def key_text(key: Item) -> str:
    """A key as people write it: pk=A#1, sk=7."""
    return ", ".join(f"{name}={_plain(held)}" for name, value in key.items() for held in value.values())


def _plain(held: str) -> str:
    return held if held.isprintable() else json.dumps(held)


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"
