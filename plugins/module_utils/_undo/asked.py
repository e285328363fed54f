# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an undo was asked for, checked as far as it can be without AWS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .._base import durations, naming
from .._base.checks import moment
from .._base.mistakes import NotAllowedError
from .._base.options import OPTION_PREFIX, named
from .._find.condition import compiled
from .._find.keys import KeysError, require_shape
from .._find.mistaken import ConditionError
from .plan_document import ID, POINT, POINTS, UNDO, WINDOWS
from .rule import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_ORIGINS = ("from", "until", "before", "after", "of")
# What says which images are meant, and what is taken of them: it stands in a plan.
_ONLY_PLANNED = (*_ORIGINS, "choose", "keys", "where", "ttl_attribute", "version_attribute")
_ONE_OF = (
    "O(from) and O(until) for what DynamoDB recorded of the incident, O(before) and O(after) for two points,"
    " O(before) alone for a point and the table as it is, O(of) for an undo that is to be undone"
)

# What a condition is asked of: an item in three states, each null where there was none.
IMAGES = ("before", "incident", "now")
_ALONE = {
    "from": "O(from) needs O(until), the end of the incident: what was changed after it counts as somebody"
    " else's change, and is left alone",
    "until": "O(until) needs O(from), when the incident began: items are set to what they were then",
    "after": "O(after) needs O(before), a point from before the incident",
}


class NotUndoableError(Exception):
    """Why nothing is planned, or nothing written: a sentence that says what to do. Options are O(so)."""


@dataclass(frozen=True)
class Asked:
    """The options of the module."""

    table: str
    kind: str  # where images are from, as a plan says it; empty where a plan is given
    from_: datetime | None = None
    until: datetime | None = None
    before: str = ""
    after: str = ""
    of: str = ""
    choose: tuple[str, ...] = ()
    keys: tuple[Mapping[str, Any], ...] = ()  # as _find/keys.py reads them
    where: str = ""
    ttl_attribute: str = ""
    version_attribute: str = ""
    bucket: str = ""
    plan: str = ""
    confirm: str = ""
    acknowledge: tuple[str, ...] = ()
    engine: str = "auto"
    write_units_per_second: int = 0  # 0: by the table
    read_units_per_second: int = 0  # 0: by the table
    point_max_age: timedelta = timedelta(hours=1)
    plan_file: str = ""
    conflicts_file: str = ""
    samples: int = 10
    started_by: str = "ansible"
    wait_sleep: float = 15
    option_prefix: str = ""

    def named(self, text: str) -> str:
        """A sentence with options as users call them."""
        return named(text, self.option_prefix)

    def confirmation(self, account: str) -> str:
        """What O(confirm) has to be for something to be written."""
        return naming.confirmation(self.table, account)


def read(params: Mapping[str, Any]) -> Asked:
    """The options of the module, if they can be meant; NotUndoableError says why not."""
    table, plan = params["table"], params["plan"].strip()
    if not NAME.fullmatch(table):
        raise NotUndoableError(
            f"O(table) is {table!r}: the name of a table has 3 to 255 letters, digits, dots, hyphens and "
            "underscores"
        )
    for option in ("plan", "of"):
        if params[option] and not ID.fullmatch(params[option].strip()):
            raise NotUndoableError(
                f"O({option}) is {params[option]!r}: give the id that was told with the plan, such as "
                "20261129T140003Z-1a2b"
            )
    if params["plan_file"] and params["plan_file"] == params["conflicts_file"]:
        raise NotUndoableError(
            f"O(plan_file) and O(conflicts_file) are both {params['plan_file']}: name two files, or only one:"
            " the plan has the conflicts as well"
        )
    kind = _planned(params) if plan else _kind(params)
    start, end = (_moment(params, option) for option in ("from", "until"))
    if start and end and start >= end:
        raise NotUndoableError("O(until) must be later than O(from): the incident ended after it began")
    return Asked(
        table=table,
        kind=kind,
        from_=start,
        until=end,
        before=params["before"].strip(),
        after=params["after"].strip(),
        of=params["of"].strip(),
        choose=_choose(params, kind),
        keys=_keys(params["keys"]),
        where=_where(params["where"]),
        ttl_attribute=params["ttl_attribute"],
        version_attribute=params["version_attribute"],
        bucket=params["bucket"],
        plan=plan,
        confirm=_confirm(params),
        acknowledge=tuple(dict.fromkeys(params["acknowledge"])),
        engine=params["engine"],
        write_units_per_second=_not_negative(params, "max_write_units_per_second"),
        read_units_per_second=_not_negative(params, "max_read_units_per_second"),
        point_max_age=_age(params["point_max_age"]),
        plan_file=params["plan_file"],
        conflicts_file=params["conflicts_file"],
        samples=_not_negative(params, "samples"),
        started_by=params["started_by"],
        wait_sleep=_not_negative(params, "wait_sleep"),
        option_prefix=params[OPTION_PREFIX],
    )


def _planned(params: Mapping[str, Any]) -> str:
    """Nothing is asked that stands in the plan."""
    if given := [option for option in _ONLY_PLANNED if params[option]]:
        raise NotUndoableError(
            f"O(plan) is executed as it stands: leave out O({given[0]}), or leave out O(plan) to have another"
            " made"
        )
    return ""


def _kind(params: Mapping[str, Any]) -> str:
    """Which images are meant."""
    given = {option for option in _ORIGINS if params[option]}
    kinds = {
        frozenset({"from", "until"}): WINDOWS,
        frozenset({"before", "after"}): POINTS,
        frozenset({"before"}): POINT,
        frozenset({"of"}): UNDO,
    }
    if not given:
        raise NotUndoableError(f"Say what is to be undone: {_ONE_OF}")
    if kind := kinds.get(frozenset(given)):
        return kind
    if len(given) == 1:
        raise NotUndoableError(_ALONE[given.pop()])
    told = " and ".join(f"O({option})" for option in _ORIGINS if option in given)
    raise NotUndoableError(f"{told} do not go together. Give one of these: {_ONE_OF}")


def _moment(params: Mapping[str, Any], option: str) -> datetime | None:
    if not params[option]:
        return None
    try:
        found = moment(params[option])
    except NotAllowedError as error:
        raise NotUndoableError(f"O({option}) is {params[option]!r}: {error}") from None
    if found.microsecond:
        raise NotUndoableError(
            f"O({option}) is {params[option]!r}: give whole seconds, as DynamoDB's exports do"
        )
    return found


def _choose(params: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """What is put right where only a point and the table are known."""
    chosen = tuple(dict.fromkeys(params["choose"]))
    if kind != POINT:
        if chosen:
            raise NotUndoableError(
                "O(choose) is for O(before) alone, where only a point and the table are known: leave it out"
            )
        return ()
    for each in chosen:
        if each != MISSING and not (params["keys"] or params["where"].strip()):
            raise NotUndoableError(
                f"O(choose) has {each}, and without images of the end of the incident what others rightly"
                " changed looks the same: say with O(keys) or O(where) which items are meant, or give O(from)"
                " and O(until) in place of O(before)"
            )
    return chosen or (MISSING,)


def _keys(given: list[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    try:
        require_shape(given)
    except KeysError as error:
        raise NotUndoableError(str(error)) from None
    return tuple(given)


def _where(given: str) -> str:
    """A condition of the three images, and of nothing else."""
    if not given.strip():
        return ""
    try:
        names = compiled(given).names
    except ConditionError as error:
        raise NotUndoableError(f"O(where) is {given!r}: {error}") from None
    if other := sorted(names - set(IMAGES)):
        raise NotUndoableError(
            f"O(where) is {given!r}: it is asked of {', '.join(IMAGES)}, and {other[0]} is none of these. "
            f"Write incident.{other[0]} for what the incident made of it, before.{other[0]} for what it was,"
            f" or now.{other[0]}"
        )
    return given.strip()


def _confirm(params: Mapping[str, Any]) -> str:
    found = str(params["confirm"]).strip()
    if found and not params["plan"]:
        raise NotUndoableError(
            "O(confirm) confirms a plan that somebody has seen: name it with O(plan), or leave out O(confirm)"
            " to have a plan made"
        )
    return found


def _age(given: str) -> timedelta:
    hours = durations.hours(given)
    if not hours:
        raise NotUndoableError(
            f"O(point_max_age) is {given!r}: it must be hours, days or weeks, such as 1 hour"
        )
    return timedelta(hours=hours)


def _not_negative(params: Mapping[str, Any], option: str) -> Any:
    if params[option] < 0:
        raise NotUndoableError(f"O({option}) is {params[option]}: give no negative")
    return params[option]
