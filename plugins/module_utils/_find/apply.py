# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds items of a table: from the module's options to what it returns.

Points are read as they lie there. For a moment of point-in-time recovery DynamoDB is asked for an export,
below exports/ in the store, which is all that is written; who asks the same again gets the same export.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .._aws import sts
from .._aws.client import NoClockError, during
from .._base.options import named
from .._exports.apply import NotExportedError, exported
from .._exports.windows import WindowError
from .._model.history import PITR
from .._model.lines import Lines, shower
from .._points import gather_reading, gather_store
from .._points.choose_point import PointError
from .._points.formats.source import UnreadableError
from . import answer, gather_at
from . import asked as asking
from .gather import look
from .gather_states import State, states
from .keys import KeysError
from .options import OPTION_PREFIX, PROGRESS
from .writing import NotWrittenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .asked import Asked

UNWRITTEN = "In check mode O(file) is not written."
_REFUSALS = (
    asking.NotAskedError, gather_store.NoStoreError, KeysError, NoClockError, NotExportedError,
    NotWrittenError, PointError, UnreadableError, WindowError,
)  # fmt: skip


class FindError(Exception):
    """Why nothing can be found, as a sentence with the user's names of options."""


def find(aws: Aws, region: str, params: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """The module's result for its options."""
    prefix = params[OPTION_PREFIX]
    try:
        found = _find(aws, region, params, check=check)
    except _REFUSALS as error:
        raise FindError(named(str(error), prefix)) from error
    return {
        **found,
        "nothing": named(found["nothing"], prefix),
        "notes": [named(each, prefix) for each in found["notes"]],
    }


def _find(aws: Aws, region: str, params: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    began = time.monotonic()
    asked = asking.read(params)
    lines = Lines(asked.table, shower(params[PROGRESS], params[OPTION_PREFIX]), time.monotonic)
    _partition, account = sts.right_caller(aws("sts"), dict(params))
    notes: list[str] = []

    def note(sentence: str) -> None:
        notes.append(sentence)
        lines.say(sentence)

    with during("The store or its points cannot be read"):
        store = gather_store.store(aws, asked.bucket, params["prefix"], account, region)
    if check and asked.file:
        note(UNWRITTEN)
    if asked.at:
        result = _at(aws, store.bucket, asked, asked.at, lines, check=check)
    else:
        result = _in_points(aws, store, asked, lines, note, check=check)
    for each in result["notes"]:
        note(each)
    return {
        "place": {"account": account, "region": region, "prefix": params["prefix"]},
        "bucket": store.bucket,
        **result,
        "notes": notes,
        "seconds": round(time.monotonic() - began, 1),
    }


def _in_points(
    aws: Aws,
    store: gather_store.Store,
    asked: Asked,
    lines: Lines,
    note: Callable[[str], None],
    *,
    check: bool,
) -> dict[str, Any]:
    with during("The points cannot be read"):
        kept = gather_reading.points(aws, store, asked.table)
        found = states(aws, kept, asked, note)
    return look(asked, found, lines, write=not check)


def _at(
    aws: Aws, bucket: str, asked: Asked, moment: datetime, lines: Lines, *, check: bool
) -> dict[str, Any]:
    with during(f"The table {asked.table} cannot be asked for what it was"):
        planned = gather_at.planned(aws, bucket, asked, moment)
    if check:
        return {**answer.nothing_yet(asked), "table_keys": dict(planned.keys), "plan": planned.to_json()}
    lines.say(gather_at.sentence(planned, moment))
    with during("The export cannot be followed"):
        (export,) = exported(aws, [planned.request], planned.place, lines, seconds=asked.wait_sleep)
    if export.reading is None:
        raise TypeError("an export of a moment is a reading")
    name = export.arn.rpartition("/")[2]
    state = State(name, PITR, export.moment or moment, export.location, export.reading, planned.keys)
    return look(asked, [state], lines, write=True)
