# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said where rules that delete old backups were off, and are to be on again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table_changes import MOST_NONCURRENT_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .settings import Settings

_AT_ONCE = "within a day or two, and for good {days} days later (or after the retention, if that is shorter)"


def refusals(found: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """Why nothing may be deployed without a yes."""
    if not settings.expire_backups or settings.expire_old_backups:
        return
    yes = "To let them go, say so once with -e tablekeeper_expire_old_backups=true."
    keep = "To keep every backup, write tablekeeper_expire_backups: false into the inventory."
    if found.get("refusal"):
        yield (
            "Nothing was changed: whether rules that were off and are to be on again would delete old backups"
            f" is not known, since {found['refusal']}. Let these credentials do so, as docs/iam.md of the"
            f" collection tells. {keep} {yes}"
        )
    elif tables := found.get("tables"):
        yield (
            "Nothing was changed: the bucket's rules that delete old backups are off"
            f" ({', '.join(found['rules'])}), and this would switch them on. S3 would then delete {_soon()}:"
            f" {_backups(tables)}. {keep} {yes}"
        )


def lines(found: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    """That rules are on again, and what they delete."""
    if not settings.expire_backups or not found.get("rules"):
        return
    tables, names = found["tables"], ", ".join(found["rules"])
    what = f"S3 deletes {_soon()}: {_backups(tables)}" if tables else "none has outlived its retention yet"
    yield f"The bucket's rules that delete old backups are switched on again ({names}): {what}."


def _soon() -> str:
    return _AT_ONCE.format(days=MOST_NONCURRENT_DAYS)


def _backups(tables: list[Mapping[str, Any]]) -> str:
    return "; ".join(map(_of_table, sorted(tables, key=lambda each: (each["table"], each["retention_days"]))))


def _of_table(found: Mapping[str, Any]) -> str:
    number, first, last = found["backups"], found["first"], found["last"]
    days = "1 day" if found["retention_days"] == 1 else f"{found['retention_days']} days"
    if number == 1:
        which = "1 backup" if found["left"] else "the only backup"
    else:
        which = f"{number} backups" if found["left"] else f"all {number} backups"
    return f"{found['table']}: {which} kept {days}, of {first if first == last else f'{first} to {last}'}"
