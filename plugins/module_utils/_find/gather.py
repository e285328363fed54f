# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds items in points of a table: from the module's options to what it returns.

A point is read as a stream, file after file. Where all items that can be meant were found, files that were
not begun are left out.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._aws import sts
from .._aws.client import NoClockError, during
from .._base.options import named
from .._base.times import told
from .._compare import sides
from .._compare.telling import Teller
from .._model.lines import Lines, shower
from .._points import gather_reading, gather_store
from .._points.choose_point import PointError
from .._points.formats.source import UnreadableError
from . import answer, keys
from . import asked as asking
from .gather_states import states
from .looking import Looking
from .options import OPTION_PREFIX, PROGRESS
from .writing import File, NotWrittenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .._aws.client import Aws
    from .._points.formats.parts import Reading
    from .asked import Asked
    from .gather_states import State

UNWRITTEN = "In check mode O(file) is not written."


class FindError(Exception):
    """Why nothing can be found, as a sentence with the user's names of options."""


_REFUSALS = (
    asking.NotAskedError, gather_store.NoStoreError, keys.KeysError, NoClockError, NotWrittenError,
    PointError, UnreadableError,
)  # fmt: skip


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
        kept = gather_reading.points(aws, store, asked.table)
        found = states(aws, kept, asked, note)
    if check and asked.file:
        note(UNWRITTEN)
    result = look(asked, found, lines, write=not check)
    return {
        "place": {"account": account, "region": region, "prefix": params["prefix"]},
        "bucket": store.bucket,
        **result,
        "notes": [*notes, *result["notes"]],
        "seconds": round(time.monotonic() - began, 1),
    }


def look(asked: Asked, found: Sequence[State], lines: Lines, *, write: bool) -> dict[str, Any]:
    """What is in these states, the oldest first."""
    # Whatever is wrong with the keys is told before anything is read.
    wanted = [_wanted(asked, state) for state in found]
    names = tuple(found[-1].keys)
    with contextlib.ExitStack() as stack:
        file = None
        if asked.file and write:
            file = stack.enter_context(File(asked.file, names, asked.columns, several=len(found) > 1))
        looking = Looking(asked.where, asked.samples, file.add if file else lambda _found: None)
        for state, mine in zip(found, wanted, strict=True):
            lines.say(f"reading {state.id} of {told(state.taken)}")
            looking.begin(state.id, told(state.taken) or "", mine, tuple(state.keys))
            with state.damaged():
                _read(state, looking, lines)
            looking.end()
            lines.say(f"{state.id}: {looking.seen[-1].found:,} found in {looking.seen[-1].read:,} items")
    result = answer.result(asked, [each.to_json() for each in found], looking, wanted[-1])
    return {**result, "keys": dict(found[-1].keys), "file": asked.file if file else ""}


def _wanted(asked: Asked, state: State) -> keys.Keys | None:
    if not asked.keys:
        return None
    if not state.keys:
        return keys.wanted_of_unknown(asked.keys, state.id)
    return keys.wanted(asked.keys, state.keys)


def _read(state: State, looking: Looking, lines: Lines) -> None:
    teller = Teller(lines.progress, f"reading {state.id}", state.reading.items)
    for item, file, line in _items(state.reading, looking):
        try:
            looking.take(item)
        except KeyError as missing:
            raise UnreadableError(f"its key {missing} is not there", file, line) from None
        teller.more(1, 0)


def _items(reading: Reading, looking: Looking) -> Iterator[sides.Read]:
    """File after file, until all was found. Each file that is begun is held to its manifest."""
    for part in reading.parts:
        if looking.has_all:
            return
        yield from sides.read(replace(reading, parts=(part,), finish=lambda: None))
    reading.finish()
