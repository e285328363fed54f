# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is done with one item in the moments around its write: read again, decided again, written, or left.

This file is also shipped with the job that does the same on many machines: it imports only _items and what
lies beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import differing
from .._items.expiry import has_expired
from .._items.strict_json import dumps_sorted
from .answers import Done, Failed
from .change import digest_of
from .condition import condition, unguarded
from .rule import CONFLICT, DELETE, EXPIRED, PUT, SAME, WRITES, action

if TYPE_CHECKING:
    from .._items.size import Item
    from .answers import Refused
    from .change import Planned
    from .condition import Condition

# What became of a planned write. SAME: somebody else has made it what it was before.
RESULTS = (PUT, DELETE, SAME, CONFLICT, EXPIRED)
# Codes with which DynamoDB refuses one item, and not all.
ITEM_REFUSED = frozenset({"ValidationException", "ItemCollectionSizeLimitExceededException"})
REFUSED = "DynamoDB refuses to write it: "
NOT_KNOWN = (
    "the undo was to write it when it was cut off, or got no answer, and somebody else has written it since: "
    "whether the undo did is not known"
)
ADDED = "something was added to it in the moment of its write: that was put back at once"
ADDED_AND_CHANGED = (
    "something was added to it in the moment of its write, and could not be put back, since others have "
    "written it since: Replaced is what the undo has replaced"
)
ADDED_AGAIN = (
    "something was added to it in the moment of its write, which was put back at once, and something else in "
    "the moment of that: Replaced is what the undo has replaced"
)
# Where no list can have it: the undo ends in that moment.
NOT_PUT_BACK = (
    "In the moment of their write something was added to these items, which the undo has replaced and could "
    "not put back"
)


class Rules(NamedTuple):
    """What is the same for all items of a plan."""

    keys: tuple[str, ...]  # the names of the key attributes
    version_attribute: str = ""
    time_to_live: str = ""


class Step(NamedTuple):
    """A write that is to be done now."""

    planned: Planned
    seen: Item | None  # what was read a moment before

    @property
    def new(self) -> Item | None:
        """What the item will be."""
        return self.planned.change.before


class Outcome(NamedTuple):
    """What became of a planned write."""

    planned: Planned
    result: str  # one of RESULTS
    image: Item | None  # written: what was replaced; else what is there
    why: str = ""
    refused: bool = False  # DynamoDB does not take it
    replaced: Item | None = None  # what the undo has replaced unknowingly, and could not put back


def decide(
    planned: Planned, seen: Item | None, rules: Rules, now: float, *, intended: bool = False
) -> Step | Outcome:
    """What is to be done with an item, by how it was just read; `now` are seconds since 1970.

    `intended`: a run that was cut off had this write before it, and may have done it.
    """
    change = planned.change
    expired = change.before is not None and has_expired(change.before, rules.time_to_live, now)
    there = digest_of(seen)
    found = action(digest_of(change.before), digest_of(change.incident), there, expired=expired)
    if found == SAME and intended:
        return Outcome(planned, planned.action, planned.now)
    if found in WRITES and there != digest_of(planned.now):
        found = CONFLICT
    if found not in WRITES:
        return Outcome(planned, found, seen, NOT_KNOWN if intended and found == CONFLICT else "")
    if why := unguarded(seen, rules.keys, rules.version_attribute):
        return Outcome(planned, CONFLICT, seen, why)
    return Step(planned, seen)


def guard(step: Step, rules: Rules) -> Condition:
    """That the item still is what was read."""
    return condition(step.seen, rules.keys, rules.version_attribute)


def written(step: Step, answer: Done | Failed | Refused, *, perhaps_done: bool) -> Outcome | None:
    """What a write has come to; None: it has replaced more than was read, which is to be put back.

    `perhaps_done`: the same write was asked for before, without an answer.
    """
    planned = step.planned
    if isinstance(answer, Done):
        return done(step) if digest_of(answer.image) == digest_of(step.seen) else None
    if not isinstance(answer, Failed):
        return Outcome(planned, CONFLICT, step.seen, REFUSED + answer.why, refused=True)
    if digest_of(answer.image) == digest_of(step.new):
        return done(step) if perhaps_done else Outcome(planned, SAME, answer.image)
    return Outcome(planned, CONFLICT, answer.image, NOT_KNOWN if perhaps_done else "")


def done(step: Step) -> Outcome:
    """It is what it was before the incident, by us."""
    return Outcome(step.planned, step.planned.action, step.seen)


def guard_of_new(step: Step, rules: Rules) -> Condition:
    """That the item still is what the undo has just made of it, as far as a condition can tell."""
    others = [name for name in step.new or () if name not in rules.keys]
    version = rules.version_attribute if rules.version_attribute in others else next(iter(others), "")
    return condition(step.new, rules.keys, version)


def lost(step: Step, replaced: Item | None) -> str:
    """What was added to an item and is not there any more, with its key, in DynamoDB JSON."""
    added = differing(step.seen or {}, replaced or {})
    held = {name: value for name, value in (replaced or {}).items() if name in added}
    return dumps_sorted(step.planned.change.key | held).decode()


def put_back(
    step: Step, replaced: Item | None, answer: Done | Failed | Refused, *, perhaps_done: bool
) -> Outcome:
    """What has come of putting back what was replaced."""
    if isinstance(answer, Done) and digest_of(answer.image) != digest_of(step.new):
        return Outcome(step.planned, CONFLICT, replaced, ADDED_AGAIN, replaced=answer.image)
    if isinstance(answer, Done) or (
        perhaps_done and isinstance(answer, Failed) and digest_of(answer.image) == digest_of(replaced)
    ):
        return Outcome(step.planned, CONFLICT, replaced, ADDED)
    if isinstance(answer, Failed):
        return Outcome(step.planned, CONFLICT, answer.image, ADDED_AND_CHANGED, replaced=replaced)
    why = f"{ADDED_AND_CHANGED}. {REFUSED}{answer.why}"
    return Outcome(step.planned, CONFLICT, step.new, why, refused=True, replaced=replaced)
