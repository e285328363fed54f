# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What DynamoDB's answers to single calls mean: done, the condition failed, later, or refused.

This file is also shipped with the job that does the same on many machines: it imports only _items and codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._items.size import WRITE_UNIT_BYTES, item_size, units
from .._items.strict_json import loads_trusted
from .._model.codes import BUSY_ITEMS, SERVER_ERROR

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._items.size import Item

OK = 200
FAILED_CONDITION = "ConditionalCheckFailedException"
_SHOWN = 200  # of what is no answer of DynamoDB's


class Done(NamedTuple):
    """It was written: what was there before; None: nothing."""

    image: Item | None
    units: float


class Read(NamedTuple):
    """Items that are there now, in no order; those that were left out are to be asked for again."""

    items: list[Item]
    left: list[Item]  # their keys
    units: float


class Failed(NamedTuple):
    """The item is another than the condition says: what it is; None: there is none.

    DynamoDB does not say what that has consumed, but how much it is: by the size of the item, one at least.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html#write-operation-consumption
    """

    image: Item | None
    units: float


class Busy(NamedTuple):
    """The same call may succeed later."""

    why: str
    perhaps_done: bool  # whether it was done is not known


class Refused(NamedTuple):
    """It is refused for good."""

    code: str
    why: str


Answer: TypeAlias = "Done | Read | Failed | Busy | Refused"


def answer(status: int, body: bytes) -> Answer:
    """What an answer means."""
    told = _told(body)
    if status == OK and told is not None:
        return _read(told) if "Responses" in told else _done(told)
    told = told or {}
    code = str(told.get("__type", "")).rpartition("#")[2]
    message = told.get("message") or told.get("Message") or body[:_SHOWN].decode(errors="replace")
    why = f"{code or f'HTTP status {status}'}: {message}"
    if code == FAILED_CONDITION:
        there = told.get("Item") or None
        return Failed(there, written_units(there))
    if status >= SERVER_ERROR or code in BUSY_ITEMS:
        return Busy(why, perhaps_done=status >= SERVER_ERROR)
    return Refused(code, why)


def _done(told: dict[str, Any]) -> Done:
    consumed = told.get("ConsumedCapacity") or {}
    return Done(told.get("Attributes") or None, float(consumed.get("CapacityUnits", 0)))


def _read(told: dict[str, Any]) -> Read:
    """Of one table."""
    items = [item for found in told["Responses"].values() for item in found]
    left = [key for each in (told.get("UnprocessedKeys") or {}).values() for key in each["Keys"]]
    return Read(items, left, sum(float(each["CapacityUnits"]) for each in told.get("ConsumedCapacity") or ()))


def _told(body: bytes) -> dict[str, Any] | None:
    """The members of an answer; None if it is no answer of DynamoDB's."""
    try:
        told = loads_trusted(body)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def written_units(*images: Item | None) -> int:
    """The write units of a write that replaces one image by another: the larger one counts."""
    return units(max((item_size(each) for each in images if each is not None), default=0), WRITE_UNIT_BYTES)
