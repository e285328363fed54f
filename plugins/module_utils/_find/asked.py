# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was asked for: which items, of which states of a table, and what is done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._base.checks import moment
from .._base.mistakes import NotAllowedError, shown
from . import keys as item_keys
from .condition import HAS_JMESPATH, Condition, compiled
from .mistaken import ConditionError
from .options import LATEST
from .writing import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
MOST_POINTS, MOST_SAMPLES = 100, 1_000
_NEWEST = re.compile(r"[0-9]{1,4}")


class NotAskedError(Exception):
    """An option that cannot be meant, as a sentence about O(option)."""


@dataclass(frozen=True)
class Asked:
    """The options of the module."""

    table: str
    keys: tuple[Mapping[str, Any], ...] = ()
    where: Condition | None = None
    points: tuple[str, ...] = (LATEST,)  # latest, times or ids
    newest: int = 0  # in place of points: so many of the newest
    at: datetime | None = None  # in place of points: a moment of point-in-time recovery
    bucket: str = ""
    file: str = ""
    columns: tuple[str, ...] = ()
    samples: int = 0
    wait_sleep: float = 15


def read(params: Mapping[str, Any]) -> Asked:
    """The options of the module, if they can be meant; no look at AWS is taken."""
    if not NAME.fullmatch(params["table"]):
        raise NotAskedError(
            f"O(table) is {params['table']!r}: the name of a table has 3 to 255 letters, digits, dots,"
            " hyphens and underscores."
        )
    item_keys.require_shape(params["keys"])
    if not params["keys"] and not params["where"].strip():
        raise NotAskedError(
            "Say which items, by O(keys), such as [{customer: C-17, line: 1}], or by O(where), such as"
            " customer == 'C-17'."
        )
    points, newest = of_points(params["points"])
    found = Asked(
        table=params["table"],
        keys=tuple(params["keys"]),
        where=_condition(params["where"]),
        points=points,
        newest=newest,
        at=_moment(params["at"], points, newest),
        bucket=params["bucket"],
        file=_file(params["file"] or ""),
        columns=tuple(dict.fromkeys(params["columns"])),
        samples=params["samples"],
        wait_sleep=params["wait_sleep"],
    )
    if found.wait_sleep < 0:
        raise NotAskedError(f"O(wait_sleep) is {found.wait_sleep}: give no negative.")
    if not 0 <= found.samples <= MOST_SAMPLES:
        raise NotAskedError(f"O(samples) is {found.samples}: give 0 to {MOST_SAMPLES:,}.")
    return found


def of_points(given: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Which points are meant, or how many of the newest."""
    named = tuple(dict.fromkeys(each.strip() for each in given if each.strip()))
    if len(named) == 1 and _NEWEST.fullmatch(named[0]):
        newest = int(named[0])
        if not 1 <= newest <= MOST_POINTS:
            raise NotAskedError(f"O(points) is {newest}: give how many of the newest, 1 to {MOST_POINTS}.")
        return (), newest
    if len(named) > MOST_POINTS:
        raise NotAskedError(f"O(points) names {len(named)} points: {MOST_POINTS} are the most at once.")
    return named or (LATEST,), 0


def _condition(text: str) -> Condition | None:
    if not text.strip():
        return None
    if not HAS_JMESPATH:
        raise NotAskedError("O(where) needs the Python package jmespath, which comes with boto3: install it.")
    try:
        return compiled(text)
    except ConditionError as error:
        raise NotAskedError(f"O(where) is {shown(text)}, but {error}.") from None


def _moment(text: str, points: tuple[str, ...], newest: int) -> datetime | None:
    if not text.strip():
        return None
    if newest or points != (LATEST,):
        raise NotAskedError(
            "O(at) and O(points) exclude each other: O(at) asks point-in-time recovery for a moment, whatever"
            " points there are."
        )
    try:
        return moment(text)
    except NotAllowedError as error:
        raise NotAskedError(f"O(at) is {shown(text)}, but {error}.") from None


def _file(path: str) -> str:
    if not path:
        return ""
    found = Path(path)
    if found.suffix.lower() not in SUFFIXES:
        raise NotAskedError(
            f"O(file) is {path}: let it end in {SUFFIXES[0]} for a table, or {SUFFIXES[1]} for JSON lines."
        )
    if found.is_dir() or not found.parent.is_dir():
        what = "is a folder" if found.is_dir() else f"is in {found.parent}, and there is no such folder"
        raise NotAskedError(f"O(file) {path} {what}.")
    return str(found.absolute())
