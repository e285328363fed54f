# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Days of a table as drawings: a strip with a mark of its own shape for each state, sizes, and what is kept.

All drawings share an axis. A strip is one SVG path for each state: a page of 1,000 tables stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .._base import sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Day = Mapping[str, Any]

DAYS = 35
STEP = 8  # units of width that a day takes
WIDTH, HEIGHT = DAYS * STEP, 24
LINE_WIDTH, LINE_HEIGHT = 104, 24
NAMED = 3  # days that a sentence names

# Each mark from its first corner on, which is so far right and below that of its day. The upper two thirds
# tell of the backup, the lower third of what was proven of it.
_CROSS = "l2 2 2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2-2-2z"
MARKS = {
    "ground": (4, 1, "v15"),  # lines six wide, which are shorter to write than what they enclose
    "backed_up": (4, 1, "v15"),
    "half": (4, 9, "v7"),
    "failed": (2, 5.5, _CROSS),
    "beside": (2, 1, _CROSS),
    "missed": (1, 1, "h6v15h-6zm1.5 1.5v12h3v-12z"),
    "verified": (0.8, 20.6, "l1-1 1.5 1.5 3-3 1 1-4 4z"),
    "drilled": (4, 17.4, "l3.3 3.3-3.3 3.3-3.3-3.3z"),
    "drill_failed": (0.4, 18, "h7.2l-3.6 6z"),
    "nothing": (3, 13.5, "h2v2h-2z"),
}
# What has the colour of another state, since it is only drawn otherwise.
_COLOURS = {"half": "backed_up", "beside": "failed"}
_WORDS = {
    "backed_up": "backed up",
    "failed": "failed",
    "missed": "missed",
    "verified": "verified",
    "drilled": "drilled",
    "drill_failed": "drill failed",
}
_DATED = frozenset({"failed", "missed", "drill_failed"})
_MEANINGS = (
    (("backed_up",), "backed up"),
    (("half", "beside"), "a run failed, another backed it up"),
    (("ground", "failed"), "failed"),
    (("missed",), "missed: due, and there was none"),
    (("nothing",), "none was due, or nothing is known"),
    (("verified",), "verified: the files were read back"),
    (("drilled",), "drilled: restored and compared"),
    (("drill_failed",), "the drill failed"),
)

Paths = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawing:
    """What a drawing says, as a sentence, and its paths with the class of each."""

    sentence: str
    paths: Paths


@dataclass(frozen=True)
class Kept:
    """What can be restored to, in lines, and drawn."""

    lines: tuple[str, ...]
    paths: Paths

    @property
    def sentence(self) -> str:
        """All of it."""
        return f"Can be restored to {'; '.join(self.lines) or 'nothing'}."


def strip(days: Sequence[Day]) -> Drawing:
    """The backups of the days, the oldest first, and what was proven of them."""
    where: dict[str, list[int]] = {}
    for place, day in enumerate(days, DAYS - len(days)):
        for mark in _marks(frozenset(day["states"])):
            where.setdefault(mark, []).append(place)
    return Drawing(_sentence(days), _paths(where))


def legend() -> list[Drawing]:
    """Each mark with what it means."""
    return [Drawing(words, _paths({mark: [0] for mark in marks})) for marks, words in _MEANINGS]


def line(days: Sequence[Day]) -> Drawing | None:
    """The sizes of the newest points, from nothing to the largest; None if fewer than two are known."""
    known = [(place, day["bytes"]) for place, day in enumerate(days) if day["bytes"] is not None]
    if len(known) < 2:
        return None
    most, last = max(count for _place, count in known) or 1, len(days) - 1
    points = [
        (round(2 + place / last * (LINE_WIDTH - 4)), round((LINE_HEIGHT - 3) * (1 - count / most) + 1, 1))
        for place, count in known
    ]
    drawn = "L".join(f"{x} {y:g}" for x, y in points)
    (first, begin), (_last, end) = known[0], known[-1]
    x, y = points[-1]
    then = f"{sizes.words(begin)} on {days[first]['day']}"
    told = f"Size {then}, {sizes.words(end)} now, at most {sizes.words(most)}."
    return Drawing(told, (("line", f"M{drawn}"), ("end", f"M{x - 2} {y - 2:g}h4v4h-4z")))


def kept(window: Mapping[str, str] | None, oldest: str | None, newest: str | None, now: str) -> Kept:
    """The moments that can be restored to: any second of a window, and single points below it."""
    paths: list[tuple[str, str]] = []
    told: list[str] = []
    if window:
        begin, end = _place(window["earliest"], now), _place(window["latest"], now)
        paths.append(("window", f"M{begin:g} 2H{max(end, begin + 1):g}"))
        late = datetime.fromisoformat(now) - datetime.fromisoformat(window["latest"]) > timedelta(hours=1)
        until = f" until {shown(window['latest'])}" if late else ""
        told.append(f"any second since {shown(window['earliest'])}{until}")
    if newest:
        since = oldest or newest
        begin, end = _place(since, now), _place(newest, now)
        paths.append(("points", f"M{begin:g} 8H{max(end, begin + 2):g}"))
        told.append(f"{f'backups since {shown(since)}, ' if since != newest else ''}last {shown(newest)}")
    return Kept(tuple(told), tuple(paths))


def axis(now: str) -> tuple[str, str]:
    """The first and the last day that all drawings show."""
    end = datetime.fromisoformat(now)
    return (end - timedelta(days=DAYS - 1)).date().isoformat(), end.date().isoformat()


def shown(moment: str) -> str:
    """A time as a page shows it."""
    return moment[:16].replace("T", " ")


def _marks(states: frozenset[str]) -> Iterable[str]:
    if "backed_up" in states:
        yield from ("half", "beside") if "failed" in states else ("backed_up",)
    elif "failed" in states:
        yield from ("ground", "failed")
    elif "missed" in states:
        yield "missed"
    elif not states:
        yield "nothing"
    # One for each day: a drill proves more than reading the files, and its failure matters more.
    yield from [state for state in ("drill_failed", "drilled", "verified") if state in states][:1]


def _paths(where: Mapping[str, Iterable[int]]) -> Paths:
    found: dict[str, str] = {}
    for mark, (right, below, drawn) in MARKS.items():
        for place in where.get(mark, ()):
            colour = _COLOURS.get(mark, mark)
            found[colour] = found.get(colour, "") + f"M{place * STEP + right:g} {below:g}{drawn}"
    return tuple(found.items())


def _sentence(days: Sequence[Day]) -> str:
    """How often each state was, and when what is not good was."""
    told = []
    for state, words in _WORDS.items():
        found = [day["day"] for day in days if state in day["states"]]
        if found and state in _DATED:
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            told.append(f"{words} on {', '.join(reversed(found[-NAMED:]))}{more}")
        elif found:
            told.append(f"{words} on {len(found)}")
    if not days:
        return "Nothing is known of its days."
    return f"Of {len(days)} days: {'; '.join(told) or 'nothing is known of any'}."


def _place(moment: str, now: str) -> float:
    """Where a time is on the axis, whose last day ends with the day of now."""
    end = datetime.fromisoformat(now)
    begin = end.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    passed = (datetime.fromisoformat(moment) - begin) / timedelta(days=1)
    return round(min(max(passed * STEP, 0), WIDTH), 1)
