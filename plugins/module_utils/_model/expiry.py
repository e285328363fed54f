# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a bucket's lifecycle rules delete the backups in it, whoever made those rules.

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
    from collections.abc import Iterable, Mapping, Sequence

_CLASS = re.compile(r"retain-([0-9]+)d/")
BACKUPS = "retain-"  # how the keys of all backups begin, and those of nothing else


@dataclass(frozen=True)
class Rule:
    """A rule that deletes backups, or their versions once those are noncurrent."""

    id: str
    prefix: str
    days: int | None  # None: on a date
    date: dt.date | None = None
    chosen: bool = False  # only objects with certain tags or of a certain size, which a backup may have

    def surely_meets(self, folder: str) -> bool:
        """Whether it is for everything below a folder."""
        return folder.startswith(self.prefix) and not self.chosen

    def deletes(self, made: dt.datetime) -> dt.date:
        """When it deletes what was made then."""
        day = made.astimezone(dt.UTC).date()
        return max(self.date, day) if self.date else deleted_on(day, self.days or 0)


def deleted_on(made: dt.date, days: int) -> dt.date:
    """The day that begins with the midnight at which a rule of so many days deletes what was made then."""
    return made + dt.timedelta(days=days + 1)


def expires(folder: str, made: dt.datetime, days: int, at_work: Sequence[Rule] | None) -> dt.datetime | None:
    """When the bucket deletes what was made then in a folder of a class; None: by no rule.

    Without the rules, which not everybody may read, those count that a store is deployed with.
    """
    if at_work is None:
        return _midnight(deleted_on(made.astimezone(dt.UTC).date(), days))
    mine = [rule for rule in at_work if rule.surely_meets(folder)]
    return min((_midnight(rule.deletes(made)) for rule in mine), default=None)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


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
            id=str(each.get("ID", "")),
            prefix=prefix(each),
            days=each["Expiration"].get("Days"),
            date=_date(each["Expiration"].get("Date")),
            chosen=chosen(each),
        )
        for each in lifecycle
        if each["Status"] == "Enabled" and _deletes(each) and of_backups(each)
    ]


def rules_of_versions(lifecycle: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """The rules at work on versions that are no longer current, whoever made them."""
    found = [(each, each.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")) for each in lifecycle]
    return [
        Rule(str(each.get("ID", "")), prefix(each), int(days), chosen=chosen(each))
        for each, days in found
        if days and each["Status"] == "Enabled" and of_backups(each)
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
    return str(rule.get("Prefix") or _filter(rule).get("Prefix") or "")


def classes(folders: Iterable[str]) -> list[int]:
    """The days of the retention classes among the folders of a bucket."""
    return sorted(int(match[1]) for folder in folders if (match := _CLASS.fullmatch(folder)))


def of_backups(rule: Mapping[str, Any]) -> bool:
    """Whether a rule of the bucket may be for backups, among others."""
    return meets(prefix(rule))


def meets(begin: str) -> bool:
    """Whether keys of backups may begin so."""
    return BACKUPS.startswith(begin) or begin.startswith(BACKUPS)


def only_backups(rule: Mapping[str, Any]) -> bool:
    """Whether it is for nothing else."""
    return prefix(rule).startswith(BACKUPS)


def beyond(at_work: Iterable[Rule]) -> list[Rule]:
    """Those that are for other objects, too: they are not ours to switch off."""
    return [each for each in at_work if not each.prefix.startswith(BACKUPS)]


def added(at_work: Iterable[Rule]) -> list[Rule]:
    """Those that no store is deployed with."""
    return [each for each in at_work if each.prefix != f"{each.id}/"]


def shown(rule: Rule) -> str:
    """A rule of somebody else, in words."""
    when = f"on {rule.date}" if rule.date else f"after {rule.days} {'day' if rule.days == 1 else 'days'}"
    what = f"what begins with {rule.prefix}" if rule.prefix else "everything"
    return f"{rule.id} (deletes {what}{' that has certain tags or sizes' if rule.chosen else ''} {when})"


def refusal(bucket: str, others: Iterable[Rule]) -> str:
    """Why not every backup can be kept, and what to do; empty if it can."""
    told = ", ".join(map(shown, others))
    if not told:
        return ""
    return (
        "Nothing was changed, since rules that tablekeeper did not make would go on deleting backups: "
        f"{told}. They are for other objects, too, so switch them off yourself, or have it done: aws s3api "
        f"get-bucket-lifecycle-configuration --bucket {bucket} --query '{{Rules: Rules}}' > rules.json, then "
        'write "Status": "Disabled" at each of them, then aws s3api put-bucket-lifecycle-configuration '
        f"--bucket {bucket} --lifecycle-configuration file://rules.json. Run this again afterwards."
    )


def still_on(bucket: str, left: Iterable[Rule]) -> str:
    """That rules were switched off, and that AWS tells otherwise."""
    told = ", ".join(rule.id for rule in left)
    return (
        f"Rules of the bucket {bucket} were switched off, but AWS still tells that some are on, and delete "
        f"backups: {told}. Does somebody else write them, such as a backup playbook at work? When that has "
        "ended, run this again."
    )


def switched_off(lifecycle: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All rules, those switched off that delete backups and nothing else."""
    return [
        {**each, **({"Status": "Disabled"} if _deletes(each) and only_backups(each) else {})}
        for each in lifecycle
    ]


def last_backup(
    table: str, made: Mapping[str, dt.datetime], at_work: Sequence[Rule], of_versions: Sequence[Rule]
) -> LastBackup:
    """Of the newest backup in each retention class (by its folder) the one that is kept longest."""
    ends = [_end(table, when, f"{folder}{table}/", at_work, of_versions) for folder, when in made.items()]
    return max(ends, key=lambda end: (end.deleted or dt.date.max, end.made))


def _end(
    table: str, made: dt.datetime, folder: str, at_work: Sequence[Rule], of_versions: Sequence[Rule]
) -> LastBackup:
    mine = [rule for rule in at_work if rule.surely_meets(folder)]
    if not mine:
        return LastBackup(table, made, None, None)
    deleted = min(rule.deletes(made) for rule in mine)
    kept = min((rule.days or 0 for rule in of_versions if rule.surely_meets(folder)), default=0)
    return LastBackup(table, made, deleted, deleted + dt.timedelta(days=kept))


def _deletes(rule: Mapping[str, Any]) -> bool:
    """Whether it deletes objects, and not only their old versions or what is left of deleted ones."""
    return bool(rule.get("Expiration", {}).keys() & {"Days", "Date"})


def _filter(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    within = rule.get("Filter") or {}
    found: Mapping[str, Any] = within.get("And", within)
    return found


def chosen(rule: Mapping[str, Any]) -> bool:
    """Whether it is for objects with certain tags or of a certain size only."""
    return bool(_filter(rule).keys() - {"Prefix"})


def _date(told: Any) -> dt.date | None:
    return told.astimezone(dt.UTC).date() if isinstance(told, dt.datetime) else None
