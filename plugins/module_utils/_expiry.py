# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a bucket's lifecycle rules delete the backups in it.

An object expires at the first midnight (UTC) after its days are over. It can be brought back from its version
for as long as the noncurrent days of the rule say, and is gone after them:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CLASS = re.compile(r"retain-([0-9]+)d/")


@dataclass(frozen=True)
class Rule:
    """A rule that deletes the backups of one retention class."""

    id: str
    prefix: str
    days: int
    noncurrent_days: int


@dataclass(frozen=True)
class LastBackup:
    """The last backup of a table, and when it is deleted and gone for good; None: by no rule."""

    table: str
    made: dt.datetime
    deleted: dt.date | None
    gone: dt.date | None


def rules(lifecycle: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """The rules at work on backups, out of all that the bucket has."""
    return [
        Rule(
            str(each["ID"]),
            prefix(each),
            int(each["Expiration"]["Days"]),
            int(each.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 0)),
        )
        for each in lifecycle
        if of_backups(each) and each["Status"] == "Enabled" and "Days" in each.get("Expiration", {})
    ]


def kept_days(lifecycle: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """After how many days the objects of each class are deleted; those that are kept are not here.

    A rule for a part of a class deletes no backup as a whole, and does not count.
    """
    found: dict[int, int] = {}
    for each in lifecycle:
        days = each.get("Expiration", {}).get("Days")
        part = (each.get("Filter") or {}).keys() - {"Prefix"}
        match = _CLASS.fullmatch(prefix(each))
        if match and days and not part and each["Status"] == "Enabled":
            kept = int(match[1])
            found[kept] = min(days, found.get(kept, days))
    return found


def prefix(rule: Mapping[str, Any]) -> str:
    """The beginning of the keys that a rule is for, in any of the three places where it may stand."""
    within = rule.get("Filter") or {}
    return str(rule.get("Prefix") or within.get("Prefix") or within.get("And", {}).get("Prefix") or "")


def classes(folders: Iterable[str]) -> list[int]:
    """The days of the retention classes among the folders of a bucket."""
    return sorted(int(match[1]) for folder in folders if (match := _CLASS.fullmatch(folder)))


def of_backups(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of the bucket is for backups."""
    return bool(_CLASS.match(prefix(rule)))


def switched_off(lifecycle: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All rules, those that delete backups switched off."""
    return [{**each, **({"Status": "Disabled"} if of_backups(each) else {})} for each in lifecycle]


def last_backup(table: str, made: Mapping[str, dt.datetime], at_work: Iterable[Rule]) -> LastBackup:
    """Of the newest backup in each retention class (by its folder) the one that is kept longest."""
    by_prefix = {rule.prefix: rule for rule in at_work}
    ends = [_end(table, when, by_prefix.get(folder)) for folder, when in made.items()]
    return max(ends, key=lambda end: (end.deleted or dt.date.max, end.made))


def _end(table: str, made: dt.datetime, rule: Rule | None) -> LastBackup:
    if rule is None:
        return LastBackup(table, made, None, None)
    deleted = (made.astimezone(dt.UTC) + dt.timedelta(days=rule.days)).date() + dt.timedelta(days=1)
    return LastBackup(table, made, deleted, deleted + dt.timedelta(days=rule.noncurrent_days))
