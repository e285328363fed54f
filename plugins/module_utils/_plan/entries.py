# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Table entries as users write them: checked, and completed from the defaults."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .._base import schedules
from .._base.checks import (
    MOST_TAGS,
    Check,
    Reading,
    alike,
    blank,
    one_of,
    plain,
    read,
)
from .._base.durations import DAY, rounded_up, words
from .._base.mistakes import Mistake, NotAllowedError
from .._engines.planners import DEFAULT, PLANNERS
from .._engines.planners import keys as own_keys
from .._model import keys
from .._model.keys import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .settings import ObjectLock, Settings

OWN = own_keys()

# By the names of keys; which engines there are is known where the engines are.
CHECKS: dict[str, Check[Any]] = {
    "engine": one_of(PLANNERS),
    **keys.CHECKS,
    **{key: own.check for key, (_engine, own) in OWN.items()},
}
_BUILT_IN = Reading({"engine": DEFAULT, **keys.DEFAULTS})
_TABLES = "tablekeeper_tables"
_DEFAULTS = "tablekeeper_defaults"


@dataclass(frozen=True)
class _Draft:
    """What a user wrote for one table; the name is empty if it was refused."""

    place: str
    name: str
    own: Reading


def read_entries(
    tables: object, defaults: object, settings: Settings, mistakes: list[Mistake]
) -> list[Entry]:
    """Check the tables and their defaults; an entry with a mistake is left out."""
    given = _read_defaults(plain(defaults), mistakes)
    base = given.over(_BUILT_IN)
    drafts = _read_tables(plain(tables), mistakes)
    mistakes.extend(_duplicates(drafts))
    shared = set(given.values)
    if any("retention_days" not in draft.own.values for draft in drafts):
        shared.add("retention_days")
    mistakes.extend(_contradictions(_DEFAULTS, base, shared, settings))
    for draft in drafts:
        mistakes.extend(_contradictions(draft.place, draft.own.over(base), set(draft.own.values), settings))
    complete = [(draft.name, draft.own.over(base)) for draft in drafts if draft.name]
    return [_entry(name, reading.values) for name, reading in complete if not reading.bad]


def _entry(name: str, values: dict[str, Any]) -> Entry:
    every, timezone = values["every"], values["timezone"]
    late = {"at": values.get("at") or schedules.safe_time(every, timezone), "max_age": _max_age(values)}
    shared = {key: value for key, value in values.items() if key not in OWN}
    return Entry(name=name, **{**shared, **late}, own=PLANNERS[values["engine"]].read_entry(values))


def _max_age(values: dict[str, Any]) -> int:
    every: int = values["every"]
    longest = schedules.longest_wait(every, values["timezone"])
    grace = min(max(rounded_up(every, 4), longest - every + 1, 2), DAY)
    return int(values.get("max_age", every + grace))


def _read_defaults(defaults: object, mistakes: list[Mistake]) -> Reading:
    if blank(defaults):
        return Reading()
    if not isinstance(defaults, dict):
        mistakes.append(Mistake(_DEFAULTS, "", defaults, "it must be a mapping of what all tables share"))
        return Reading()
    return read(_DEFAULTS, defaults, CHECKS, mistakes)


def _read_tables(tables: object, mistakes: list[Mistake]) -> list[_Draft]:
    if blank(tables) or tables == []:
        mistakes.append(Mistake(_TABLES, "", tables, "it must list at least one table"))
        return []
    if not isinstance(tables, list):
        mistakes.append(
            Mistake(_TABLES, "", tables, "it must be a list of table names, or of mappings with a name")
        )
        return []
    return [_read_table(number, each, mistakes) for number, each in enumerate(tables, 1)]


def _read_table(number: int, written: object, mistakes: list[Mistake]) -> _Draft:
    place = f"{_TABLES} entry {number}"
    if isinstance(written, dict):
        given = dict(written)
        name = given.pop("name", None)
    elif isinstance(written, (list, float, bool)):
        mistakes.append(
            Mistake(place, "", written, "it must be a table name in quotes, or a mapping with a name")
        )
        return _Draft(place, "", Reading())
    else:
        given, name = {}, written
    try:
        name = keys.NAME(name)
    except NotAllowedError as refusal:
        mistakes.append(Mistake(place, "name", name, str(refusal)))
        return _Draft(place, "", read(place, given, CHECKS, mistakes))
    return _Draft(name, name, read(name, given, CHECKS, mistakes))


def _duplicates(drafts: list[_Draft]) -> Iterator[Mistake]:
    positions = defaultdict(list)
    for number, draft in enumerate(drafts, 1):
        positions[draft.name].append(str(number))
    for name, numbers in positions.items():
        if name and len(numbers) > 1:
            listed = " and ".join([", ".join(numbers[:-1]), numbers[-1]])
            yield Mistake(
                name, "name", name, f"entries {listed} of {_TABLES} all have this name: keep one of them"
            )


_Finding = tuple[str, object, str]


def _contradictions(place: str, reading: Reading, own: set[str], settings: Settings) -> Iterator[Mistake]:
    """Mistakes between good values, told once: where at least one of the values stands."""
    rules: list[tuple[set[str], Callable[[dict[str, Any]], _Finding | None]]] = [
        ({"every", "max_age", "timezone"}, _age_beyond_interval),
        ({"every", "max_age", "retention_days"}, _retention_beyond_age),
        ({"every", "at", "timezone"}, _time_exists),
        ({"retention_days"}, partial(_retention_beyond_lock, lock=settings.object_lock)),
        ({"tags"}, partial(_tags_in_all, shared=settings.tags)),
        ({"engine", "timezone"}, _timezone_usable),
    ]
    if place != _DEFAULTS:  # what tables share may be for some of them only
        rules += [({key}, partial(_key_used, key=key)) for key in OWN]
    for concerned, rule in rules:
        asked = own & concerned and not reading.bad & concerned
        finding = rule(reading.values) if asked else None
        if finding:
            yield Mistake(place, *finding)


def _age_beyond_interval(values: dict[str, Any]) -> _Finding | None:
    every, max_age = values["every"], _max_age(values)
    longest = schedules.longest_wait(every, values["timezone"])
    if max_age > longest:
        return None
    late = "each backup is overdue before it is made"
    if longest == every:
        return "max_age", words(max_age), f"it must be longer than every ({words(every)}), or {late}"
    back = f"so long passes between two starts when clocks in {values['timezone']} go back"
    return "max_age", words(max_age), f"it must be longer than {words(longest)}, or {late}: {back}"


def _retention_beyond_age(values: dict[str, Any]) -> _Finding | None:
    days, max_age = values["retention_days"], _max_age(values)
    if days * DAY >= max_age:
        return None
    fewest = rounded_up(max_age, DAY)
    reason = f"it must be at least {fewest}, so that a backup still exists when the next is overdue"
    return "retention_days", days, f"{reason} (max_age is {words(max_age)})"


def _retention_beyond_lock(values: dict[str, Any], lock: ObjectLock | None) -> _Finding | None:
    days = values["retention_days"]
    if lock is None or lock.days <= days:
        return None
    return "retention_days", days, f"it must be at least {lock.days}, the days of tablekeeper_object_lock"


def _time_exists(values: dict[str, Any]) -> _Finding | None:
    every, timezone = values["every"], values["timezone"]
    day = schedules.skipped_on(every, values["at"], timezone) if "at" in values else None
    if day is None:
        return None
    safe = schedules.safe_time(every, timezone)
    reason = f"clocks in {timezone} skip a start on {day}, and its backup with it"
    return "at", values["at"], f"{reason}: choose another time, such as {safe}"


def _tags_in_all(values: dict[str, Any], shared: dict[str, str]) -> _Finding | None:
    if same := alike([*values["tags"], *shared]):
        reason = f"with tablekeeper_tags the keys {' and '.join(same)} differ in case only"
        return "tags", values["tags"], f"{reason}, and AWS takes them for one"
    together = len(shared.keys() | values["tags"].keys())
    if together <= MOST_TAGS:
        return None
    return (
        "tags",
        values["tags"],
        f"with tablekeeper_tags it makes {together} tags, and {MOST_TAGS} are allowed",
    )


def _timezone_usable(values: dict[str, Any]) -> _Finding | None:
    reason = PLANNERS[values["engine"]].refused_timezone(values["timezone"])
    return ("timezone", values["timezone"], reason) if reason else None


def _key_used(values: dict[str, Any], key: str) -> _Finding | None:
    engine, own = OWN[key]
    if values["engine"] == engine:
        return None
    return (
        key,
        values[key],
        f"the {values['engine']} engine {own.without}: leave it out, or write engine: {engine}",
    )
