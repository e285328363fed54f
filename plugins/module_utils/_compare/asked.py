# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a comparison is asked for: the options of the module, and whether they can be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base import options
from .compared import UncomparableError

if TYPE_CHECKING:
    from collections.abc import Mapping

LATEST, LIVE = "latest", "live"
SCAN, EXPORT = "scan", "export"
AUTO, LOCAL, GLUE = "auto", "local", "glue"
SAMPLES, MOST_SAMPLES = 10, 1000
TYPES, MOST_KEYS = ("S", "N", "B"), 2
NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
# What the action plugin gives the module by itself, and a role so that messages name its variables.
PROGRESS, OPTION_PREFIX = "progress_file", "option_prefix"
ARGUMENTS: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "table": {"type": "str", "required": True},
    "point": {"type": "str", "default": ""},
    "with_point": {"type": "str", "default": ""},
    "with_table": {"type": "str", "default": ""},
    "live_by": {"type": "str", "default": SCAN, "choices": [SCAN, EXPORT]},
    "engine": {"type": "str", "default": AUTO, "choices": [AUTO, LOCAL, GLUE]},
    "bucket": {"type": "str", "default": ""},
    "keys": {"type": "dict", "default": {}, "no_log": False},
    "ttl_attribute": {"type": "str", "default": ""},
    "max_read_units_per_second": {"type": "int"},
    "samples": {"type": "int", "default": SAMPLES},
    "file": {"type": "path"},
    "wait_sleep": {"type": "float", "default": 15},
    PROGRESS: {"type": "path"},
    OPTION_PREFIX: {"type": "str", "default": ""},
}


@dataclass(frozen=True)
class Asked:
    """The options of the module."""

    table: str
    point: str = ""  # empty: the newest, or the one that with_table was made of
    with_point: str = ""
    with_table: str = ""  # empty: the table itself, unless there is a second point
    live_by: str = SCAN
    engine: str = AUTO
    bucket: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    ttl_attribute: str = ""
    units_per_second: int | None = None  # None: a part of what the table has; 0: no limit
    samples: int = SAMPLES
    file: str = ""
    wait_sleep: float = 15

    @property
    def found_table(self) -> str:
        """The table whose items are compared with what is expected; empty if they are those of a point."""
        return "" if self.with_point else self.with_table or self.table

    @property
    def expects_table(self) -> bool:
        """Whether two tables are compared."""
        return self.point.lower() == LIVE


def read(params: Mapping[str, Any]) -> Asked:
    """The options, if they can be meant; UncomparableError says what is wrong with one."""
    with_table = _named(params["with_table"], "with_table") if params["with_table"] else ""
    found = Asked(
        table=_named(params["table"], "table"),
        point=params["point"].strip(),
        with_point=params["with_point"].strip(),
        with_table=with_table,
        live_by=params["live_by"],
        engine=params["engine"],
        bucket=params["bucket"],
        keys=_keys(params["keys"]),
        ttl_attribute=params["ttl_attribute"],
        units_per_second=params["max_read_units_per_second"],
        samples=params["samples"],
        file=params["file"] or "",
        wait_sleep=params["wait_sleep"],
    )
    if wrong := next(_mistakes(found), ""):
        raise UncomparableError(wrong)
    return found


def _mistakes(asked: Asked) -> Any:
    if asked.with_point and asked.with_table:
        yield "O(with_point) and O(with_table) exclude each other: a point is compared with one of them."
    if asked.with_point.lower() == LIVE:
        yield "O(with_point): leave it out to compare with the table as it is now."
    if asked.expects_table and asked.with_table in ("", asked.table):
        yield f"O(point) is {LIVE}, the table as it is now: name another one with O(with_table)."
    if asked.live_by == EXPORT and (asked.with_point or asked.expects_table):
        yield "O(live_by) is export, which is of one table as it is now, against a point: leave it out."
    if asked.engine == GLUE and asked.live_by == SCAN and not asked.with_point:
        yield (
            "O(engine) is glue, which compares files alone: have the table exported with O(live_by)=export, "
            "or compare two points with O(with_point)."
        )
    if not 0 <= asked.samples <= MOST_SAMPLES:
        yield f"O(samples) is {asked.samples}: it must be from 0 to {MOST_SAMPLES}; O(file) gets them all."
    if asked.units_per_second is not None and asked.units_per_second < 0:
        yield (
            f"O(max_read_units_per_second) is {asked.units_per_second}: it must be read units, or 0 for "
            "no limit."
        )
    if asked.wait_sleep < 0:
        yield f"O(wait_sleep) is {asked.wait_sleep}: it must be a number of seconds."


def _named(name: str, option: str) -> str:
    if not NAME.fullmatch(name):
        raise UncomparableError(
            f"O({option}) is {name!r}: the name of a table has 3 to 255 letters, digits, dots, hyphens and "
            "underscores."
        )
    return name


def _keys(given: Mapping[str, Any]) -> dict[str, str]:
    if len(given) > MOST_KEYS or any(kind not in TYPES for kind in given.values()):
        raise UncomparableError(
            "O(keys): name the partition key and then the sort key, if there is one, each with its type S, N "
            "or B, such as {id: S, at: N}."
        )
    return {str(name): str(kind) for name, kind in given.items()}
