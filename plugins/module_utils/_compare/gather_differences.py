# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between two sides, each difference with both images: one side at least may be written to.

What a scan finds different is read again, consistently, before it counts: a scan takes minutes, and reads
some items before and some after a write. All are read again, also those of which no image is wanted.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import content_digest
from .compared import CHANGED, EXPIRED, MISSING, UNEXPECTED, Tally
from .comparison import Comparison
from .differing import keeping
from .gather_again import KEYS_A_CALL
from .gather_sides import NEVER, finished
from .samples import key_of
from .telling import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._items.size import Item
    from .._model.progress import Tell
    from .comparison import Difference, Place
    from .differing import Differing
    from .gather_sides import Expiry, Whole

AGAIN = "reading again what differs"
Line = tuple[int, int]  # the number of a file, and a line in it


class Wanted(NamedTuple):
    """Of which items both images are wanted: the first ones of each kind, or all."""

    first: int = 10
    all: bool = False


@dataclass(frozen=True)
class Outcome:
    """How many differ, and those of which images are wanted."""

    tally: Tally
    differing: Callable[[], Iterator[Differing]]


@contextmanager
def compared(
    expected: Whole, found: Whole, wanted: Wanted, tell: Tell, expiry: Expiry = NEVER, what: str = ""
) -> Iterator[Outcome]:
    """Both sides, compared; images are there as long as this is open. `what` is named if that fails."""
    with finished(what), keeping() as kept:
        with Comparison() as comparison:
            expected.add(comparison.expected, expiry, tell)
            found.add(comparison.found, expiry, tell)
            teller = Teller(tell, AGAIN, None)
            tally = Tally()
            counts: Counter[str] = Counter()
            differences = comparison.differences()
            while batch := list(islice(differences, KEYS_A_CALL)):
                for each in _confirmed(batch, expected, found, expiry):
                    _count(tally, each)
                    counts[each.kind] += 1
                    if each.kind and (wanted.all or counts[each.kind] <= wanted.first):
                        kept.add(each.kind, each.key, each.places, each.images)
                teller.more(len(batch), 0)
            if teller.items:
                teller.end()
            tally.same += comparison.counts.same
        for side, whole in enumerate((expected, found)):
            whole.read_images(kept, side)
        yield Outcome(tally, lambda: kept.all(expected.files))


class _Confirmed(NamedTuple):
    """A difference as it is when it was read again."""

    kind: str  # empty: there is none any more
    there: bool  # on both sides alike, if there is none any more
    key: bytes
    places: tuple[Line | None, Line | None]
    images: tuple[Item | None, Item | None]


class _Now(NamedTuple):
    """What a side has of an item now."""

    digest: bytes | None
    image: Item | None
    line: Line | None


def _confirmed(
    batch: Sequence[Difference], expected: Whole, found: Whole, expiry: Expiry
) -> Iterator[_Confirmed]:
    keys = [key_of(each) for each in batch]
    one_again, other_again = expected.again(keys), found.again(keys)
    for key, each in zip(keys, batch, strict=True):
        one = _now(one_again, key, each.contents[0], each.expected)
        other = _now(other_again, key, each.contents[1], each.found)
        expired = bool(one.line and each.expected and each.expected.expired) or expiry.of(one.image)
        yield _Confirmed(
            _kind(one.digest, other.digest, expired=expired),
            one.digest is not None,
            key,
            (one.line, other.line),
            (one.image, other.image),
        )


def _now(again: Mapping[bytes, Item] | None, key: bytes, was: bytes | None, place: Place | None) -> _Now:
    if again is None:
        return _Now(was, None, (place.file, place.line) if place else None)
    image = again.get(key)
    return _Now(None if image is None else content_digest(image), image, None)


def _kind(one: bytes | None, other: bytes | None, *, expired: bool) -> str:
    if one == other:
        return ""
    if one is None:
        return UNEXPECTED
    if other is None:
        return EXPIRED if expired else MISSING
    return CHANGED


def _count(tally: Tally, each: _Confirmed) -> None:
    if each.kind:
        setattr(tally, each.kind, getattr(tally, each.kind) + 1)
        return
    tally.meantime += 1
    tally.same += each.there
