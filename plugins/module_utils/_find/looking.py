# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is found in several states of a table, looked at one after another, the oldest first.

Of the items themselves no more than the samples are kept in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._items.canonical import differing
from .plain import plain
from .writing import Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._items.size import Item
    from .condition import Condition
    from .keys import Keys

# Of the names of attributes that are known, to find the one that was meant.
MOST_NAMES = 1_000
ABSENT, GONE, NEW, SAME, CHANGED = "not there", "gone", "new", "same", "changed"


@dataclass(frozen=True)
class Sample:
    """An item that is shown, or one that was asked for and is not there."""

    point: str
    taken: str
    key: Item
    item: Item | None
    change: str = ""  # since the state before, of an item that was asked for by its whole key
    attributes: tuple[str, ...] = ()  # those that differ, of a changed item

    def to_json(self) -> dict[str, Any]:
        """What a module returns."""
        return vars(self)


@dataclass
class Seen:
    """What was seen in one state."""

    point: str
    taken: str
    read: int = 0
    found: int = 0
    missing: int = 0  # wanted keys of which there is no item
    samples: list[Sample] = field(default_factory=list)


class Looking:
    """Takes the items of each state, and keeps what is told of them."""

    def __init__(
        self, where: Condition | None, samples: int, write: Callable[[Found], None] = lambda _found: None
    ) -> None:
        self.where, self._most, self._write = where, samples, write
        self.seen: list[Seen] = []
        self.unseen = set(where.names if where else ())  # attributes of the condition that no item had so far
        self.names: set[str] = set()  # of attributes of items, if there are unseen ones
        self.found_keys: set[int] = set()  # of which there is an item in any state
        self._before: dict[int, Item | None] = {}

    def begin(self, point: str, taken: str, keys: Keys | None, names: tuple[str, ...]) -> None:
        """The next state, with the wanted keys, and the names of the table's keys if they are known."""
        self._keys, self._names = keys, names
        self._here: dict[int, Item] = {}  # items that are shown, by the numbers of their keys
        self._there: set[int] = set()
        self._now = Seen(point, taken)

    @property
    def has_all(self) -> bool:
        """Whether no other item of this state can be one that was asked for."""
        keys = self._keys
        return keys is not None and keys.only_whole and len(self._there) == len(keys.numbers)

    def take(self, item: Item) -> None:
        """An item of this state; KeyError if it lacks a key of the table."""
        self._now.read += 1
        number = None
        if self._keys:
            number = self._keys.which(item)
            if number is None:
                return
            self._there.add(number)
        if not self._meets(item):
            return
        self._now.found += 1
        self._write(Found(self._now.point, self._now.taken, item))
        if number is not None and self._keys and self._keys.is_whole(number):
            if number < self._most:
                self._here[number] = item
        elif len(self._now.samples) < self._most:
            key = {name: item[name] for name in self._names if name in item}
            self._now.samples.append(Sample(self._now.point, self._now.taken, key, item))

    def end(self) -> None:
        """This state was read."""
        now, keys = self._now, self._keys
        self.found_keys |= self._there
        if keys:
            now.missing = sum(number not in self._there for number in keys.numbers)
            wholes = (number for number in keys.numbers if keys.is_whole(number) and number < self._most)
            now.samples += [each for number in wholes if (each := self._sample(number, keys))]
        self.seen.append(now)

    def _meets(self, item: Item) -> bool:
        if self.where is None:
            return True
        if self.unseen:
            self.unseen -= item.keys()
            if len(self.names) < MOST_NAMES:
                self.names |= item.keys()
        return self.where.holds(plain(item))

    def _sample(self, number: int, keys: Keys) -> Sample | None:
        """An item that was asked for by its whole key, or that it is not there; None if it is, unmet."""
        item = self._here.get(number)
        if item is None and number in self._there:
            self._before.pop(number, None)
            return None
        change, names = self._change(number, item)
        self._before[number] = item
        return Sample(self._now.point, self._now.taken, keys.wanted[number], item, change, names)

    def _change(self, number: int, item: Item | None) -> tuple[str, tuple[str, ...]]:
        before = self._before.get(number)
        if item is None:
            return (ABSENT if before is None else GONE), ()
        if number not in self._before:
            return "", ()
        if before is None:
            return NEW, ()
        names = differing(before, item)
        return (CHANGED if names else SAME), names
