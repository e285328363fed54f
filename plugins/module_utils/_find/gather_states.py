# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The states of a table that are looked at: its points, each with the keys that the table had then."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb
from .._aws.client import ask
from .._base.times import told
from .._model.history import BY_LOAD
from .._model.refusal import Refusal
from .._points import another_point, choose_point, gather_reading
from .._settings.document import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.history import RestorePoint
    from .._points.formats.parts import Reading
    from .._points.gather_reading import Opened
    from .asked import Asked

    Points = tuple[RestorePoint, ...]

POINTS = "points"  # the option that names them


@dataclass(frozen=True)
class State:
    """A table as it was at some time."""

    id: str
    kind: str
    taken: datetime
    location: str
    reading: Reading
    keys: Mapping[str, str]  # names with their types, the partition key first; empty: nobody knows
    damaged: Callable[[], AbstractContextManager[None]] = nullcontext  # says more of files that are

    def to_json(self) -> dict[str, Any]:
        """What a module returns of it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "taken": told(self.taken),
            "location": self.location,
            "items": self.reading.items,
        }


def states(aws: Aws, kept: Points, asked: Asked, note: Callable[[str], None]) -> list[State]:
    """Those of the points that are asked for, the oldest first.

    PointError says which points there are, UnreadableError what is wrong with the files of one.
    """
    found: dict[str, Opened] = {}
    for each in _asked_for(kept, asked, note):
        opened = gather_reading.opened(aws, kept, each, POINTS)
        if (point := opened.point.id) in found:
            note(f"{each} is the point {point}, as another one that was asked for.")
            continue
        for sentence in opened.notes:
            note(sentence)
        found[point] = opened
    live: list[Mapping[str, str]] = []
    made = [_state(aws, asked.table, each, kept, live, note) for each in found.values()]
    return sorted(made, key=lambda state: (state.taken, state.id))


def _asked_for(kept: Points, asked: Asked, note: Callable[[str], None]) -> tuple[str, ...]:
    if not asked.newest:
        return asked.points
    newest = sorted(
        (each for each in kept if each.point and BY_LOAD in each.ways),
        key=lambda each: (each.taken, each.id),
        reverse=True,
    )[: asked.newest]
    if not newest:
        raise choose_point.PointError(f"None of its points can be read. {choose_point.listed(kept)}")
    if len(newest) < asked.newest:
        points = "1 point" if len(newest) == 1 else f"{len(newest)} points"
        note(f"There are no {asked.newest} points that can be read, but {points}.")
    return tuple(each.id for each in newest)


def _state(
    aws: Aws,
    table: str,
    opened: Opened,
    kept: Points,
    live: list[Mapping[str, str]],
    note: Callable[[str], None],
) -> State:
    point = opened.point
    try:
        settings = gather_reading.settings_beside(aws, point)
    except SettingsError as error:
        note(f"The settings beside {point.id} cannot be read: {error}.")
        settings = None
    keys: Mapping[str, str] = {each.name: each.type for each in settings.keys} if settings else {}
    if not keys:
        live[:] = live or [key_types(aws, table)]
        keys = live[0]
    damaged = partial(another_point.told, point, kept, POINTS)
    return State(point.id, point.kind, point.taken, point.location, opened.reading, keys, damaged)


def key_types(aws: Aws, table: str) -> Mapping[str, str]:
    """The keys of a table as it stands, the partition key first. Empty if it is gone or AWS does not tell."""
    found = ask("dynamodb", lambda: dynamodb.describe_table(aws("dynamodb"), table))
    return {} if found is None or isinstance(found, Refusal) else types_of(found)


def types_of(table: Mapping[str, Any]) -> Mapping[str, str]:
    """The same of what DescribeTable tells."""
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    schema = sorted(table["KeySchema"], key=lambda each: str(each["KeyType"]))  # HASH, RANGE
    return {each["AttributeName"]: types[each["AttributeName"]] for each in schema}
