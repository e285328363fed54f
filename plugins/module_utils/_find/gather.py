# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks for items in states of a table, one after another.

A point is read as a stream, file after file. Where all items that can be meant were found, files that were
not begun are left out.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._base.times import told
from .._compare import sides
from .._compare.telling import Teller
from .._points.formats.source import UnreadableError
from . import answer, keys
from .looking import Looking
from .writing import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model.lines import Lines
    from .._points.formats.parts import Reading
    from .asked import Asked
    from .gather_states import State


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
    result = answer.result(asked, [each.to_json() for each in found], looking, wanted[-1], names)
    return {**result, "table_keys": dict(found[-1].keys), "file": asked.file if file else ""}


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
        except (ValueError, TypeError) as error:  # BadItemError, and what is of another type than it says
            raise UnreadableError(f"it is no item that DynamoDB takes ({error})", file, line) from None
        teller.more(1, 0)


def _items(reading: Reading, looking: Looking) -> Iterator[sides.Read]:
    """File after file, until all was found. Each file that is begun is held to its manifest."""
    for part in reading.parts:
        if looking.has_all:
            return
        yield from sides.read(replace(reading, parts=(part,), finish=lambda: None))
    reading.finish()
