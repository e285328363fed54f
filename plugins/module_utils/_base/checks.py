# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of single values: each returns the value in its own type, or says what is allowed.

Surveys and `-e` deliver text, YAML sometimes numbers where text was meant, so every check casts.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from . import durations
from .mistakes import Mistake, NotAllowedError, nearest

T = TypeVar("T")
Check = Callable[[object], T]

MOST_TAGS = 40
# On the stacks and on the pipelines.
OWN_TAGS = frozenset({"tablekeeper-prefix", "tablekeeper-stack", "dynamodbdatapipeline"})

_YES = frozenset({"true", "yes", "on", "y", "1"})
_NO = frozenset({"false", "no", "off", "n", "0"})
# With underscores between digits, as YAML and Python write large numbers.
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(_[0-9]{1,9}){0,9}")
_NUMBER = re.compile(r"[0-9]{1,9}(_[0-9]{1,9}){0,9}(\.[0-9]{1,9})?")
_TAG_TEXT = re.compile(r"[\w .:/=+@-]*")


@dataclass(frozen=True)
class Reading:
    """The good values of a mapping, and the keys whose values were refused."""

    values: dict[str, Any] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()

    def only(self, keys: Collection[str]) -> Reading:
        """What it says of some keys."""
        return Reading(
            {key: value for key, value in self.values.items() if key in keys}, self.bad & frozenset(keys)
        )

    def over(self, base: Reading) -> Reading:
        """This reading, with what it leaves out taken from another."""
        missing = base.bad - self.values.keys()
        return Reading({**base.values, **self.values}, self.bad | missing)


def plain(value: object) -> Any:
    """The same value in Python's own types (Ansible's text and lists are subclasses of them)."""
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def blank(value: object) -> bool:
    """Whether a value counts as not given: an empty survey answer does."""
    return value is None or (isinstance(value, str) and not value.strip())


def read(
    place: str,
    given: Mapping[str, object],
    checks: Mapping[str, Check[Any]],
    mistakes: list[Mistake],
    required: Iterable[str] = (),
) -> Reading:
    """Check every value of a mapping; mistakes are added to the list."""
    needed = dict.fromkeys(required)
    values: dict[str, Any] = {}
    bad = set()
    for key, value in {**needed, **given}.items():
        try:
            if key not in checks:
                raise NotAllowedError(nearest(key, checks, "key"))
            if key in needed or not blank(value):
                values[key] = checks[key](value)
        except NotAllowedError as refusal:
            mistakes.append(Mistake(place, key, value, str(refusal)))
            bad.add(key)
    return Reading(values, frozenset(bad))


def text(value: object) -> str | None:
    """A value as text; None if it is neither text nor a whole number."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def matching(pattern: str, allowed: str) -> Check[str]:
    """Text of a certain form."""

    def check(value: object) -> str:
        found = text(value)
        if found is None or not re.fullmatch(pattern, found):
            raise NotAllowedError(allowed)
        return found

    return check


def one_of(choices: Iterable[str]) -> Check[str]:
    """One of a few words, in any case."""
    known = {choice.lower(): choice for choice in choices}

    def check(value: object) -> str:
        found = (text(value) or "").lower()
        if found not in known:
            raise NotAllowedError(f"it must be {' or '.join(known.values())}")
        return known[found]

    return check


def whole(low: int, high: int) -> Check[int]:
    """A whole number between two others."""

    def check(value: object) -> int:
        found = text(value)
        if not found or not _WHOLE.fullmatch(found) or not low <= int(found) <= high:
            raise NotAllowedError(f"it must be a whole number from {low} to {high}")
        return int(found)

    return check


def number(above: float, high: float) -> Check[float]:
    """A number greater than one and at most another."""

    def check(value: object) -> float:
        found = repr(value) if isinstance(value, float) else text(value)
        if not found or not _NUMBER.fullmatch(found) or not above < float(found) <= high:
            raise NotAllowedError(f"it must be a number above {above:.15g} and at most {high:.15g}")
        return float(found)

    return check


def flag(value: object) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    found = (text(value) or "").lower()
    if found not in _YES | _NO:
        raise NotAllowedError("it must be true or false")
    return found in _YES


def span(low: int, high: int, example: str) -> Check[int]:
    """A duration, in hours."""

    def check(value: object) -> int:
        found = durations.hours(value) if isinstance(value, str) else None
        if found is None or not low <= found <= high:
            limits = f"from {durations.words(low)} to {durations.words(high)}"
            raise NotAllowedError(f"it must be {limits}, in hours, days or weeks, such as {example}")
        return found

    return check


def never_or(check: Check[int]) -> Check[int]:
    """A duration, or the word never, which is 0: so that one table can be without what all others have."""

    def either(value: object) -> int:
        if isinstance(value, str) and value.strip().lower() == "never":
            return 0
        try:
            return check(value)
        except NotAllowedError as refusal:
            raise NotAllowedError(f"{refusal}, or never") from refusal

    return either


def clock(value: object) -> str:
    """A time of day as HH:MM."""
    # YAML 1.1 reads an unquoted 12:30 as 12 * 60 + 30; a smaller number than 60 cannot have come from there.
    if isinstance(value, int) and not isinstance(value, bool) and 60 <= value < 24 * 60:
        return f"{value // 60:02d}:{value % 60:02d}"
    found = re.fullmatch(r"\s*([01]?[0-9]|2[0-3]):([0-5][0-9])\s*", value) if isinstance(value, str) else None
    if not found:
        raise NotAllowedError('it must be a time of day from "00:00" to "23:59", in quotes')
    return f"{int(found[1]):02d}:{found[2]}"


def moment(value: object) -> dt.datetime:
    """A point in time: text, or what YAML made of text."""
    found = value if isinstance(value, dt.datetime) else None
    try:
        found = dt.datetime.fromisoformat(value.strip()) if isinstance(value, str) else found
    except ValueError:
        found = None
    if not found or not found.tzinfo:
        raise NotAllowedError("it must be a time with its time zone, such as 2026-11-23T12:00:00Z")
    return found


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The time zones this machine knows, less those that are no places of the world: EventBridge Scheduler
    takes names of the IANA database only."""
    return frozenset(zoneinfo.available_timezones()) - {"Factory", "localtime", "posixrules"}


def zone(value: object) -> str:
    """The name of a time zone."""
    found = text(value)
    if found == "UTC" or found in zones():
        return str(found)
    if not zones():
        raise NotAllowedError(
            "only UTC can be used: this machine has no time zone database, install the PyPI package tzdata"
        )
    hint = nearest(found or "", zones(), "time zone in the IANA database of this machine")
    raise NotAllowedError(hint)


def _faults(key: str, value: str | None) -> Iterator[str]:
    if not 1 <= len(key) <= 128 or not _TAG_TEXT.fullmatch(key) or key.lower().startswith("aws:"):
        yield f"the key {key} must be 1 to 128 letters, digits, spaces or _.:/=+-@, and not begin with aws:"
    if value is None or len(value) > 256 or not _TAG_TEXT.fullmatch(value):
        yield f"the value of {key} must be text of at most 256 letters, digits, spaces or _.:/=+-@"


def alike(keys: Iterable[str]) -> list[str]:
    """Keys that differ in case only: IAM takes them for one and refuses both."""
    listed = sorted(set(keys))
    folded = [key.casefold() for key in listed]
    return [key for key in listed if folded.count(key.casefold()) > 1]


def _tag_value(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else text(value)


def tags(value: object) -> dict[str, str]:
    """Tags within the rules of AWS; ten of the fifty it allows are left to others."""
    if not isinstance(value, Mapping):
        raise NotAllowedError("it must be a mapping of tag keys to values")
    if len(value) > MOST_TAGS:
        raise NotAllowedError(f"it must hold at most {MOST_TAGS} tags, not {len(value)}")
    found = {str(key): _tag_value(each) for key, each in value.items()}
    faults = [fault for key, each in found.items() for fault in _faults(key, each)]
    if same := alike(found):
        faults.append(f"the keys {' and '.join(same)} differ in case only, and AWS takes them for one")
    faults += [
        f"the key {key} is the collection's own: choose another"
        for key in found
        if key.casefold() in OWN_TAGS
    ]
    if faults:
        raise NotAllowedError("; ".join(faults))
    return {key: each for key, each in found.items() if each is not None}
