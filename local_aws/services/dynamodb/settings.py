# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's point-in-time recovery as a window that moves, and tags that come in pages.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html

A table that was made a moment ago cannot have point-in-time recovery yet:
ContinuousBackupsUnavailableException, "Backups have not yet been enabled for this table"
(API_UpdateContinuousBackups.html). How long that is AWS does not say. Here it is no time at all, unless an
account is told otherwise: ``continuous_backups`` (POST account, calls, seconds) refuses the first calls for
each table, or all while a table is younger than so many seconds.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb

from local_aws.server import control
from local_aws.server.answers import RefusedError, answering

from . import journal

DEFAULT_DAYS = 35
# "LatestRestorableDateTime is typically 5 minutes before the current time."
LAG_SECONDS = 5 * 60
TAGS_PER_PAGE = 10
_late: dict[str, Lateness] = {}
_refused = AccountRegionScopedDict()  # by table: how often it was too early


@dataclass(frozen=True)
class Lateness:
    """For how many calls, and for how long, the continuous backups of new tables are not there yet."""

    calls: int = 0
    seconds: float = 0


@dataclass(frozen=True)
class Window:
    """From when to when a table can be recovered, and how many days it is kept."""

    earliest: float
    latest: float
    days: int


def install() -> None:
    dynamodb._describe_continuous_backups = answering(_describe_continuous_backups)
    dynamodb._update_continuous_backups = answering(_update_continuous_backups)
    dynamodb._list_tags = answering(_paged(dynamodb._list_tags))
    control.route("POST", "continuous_backups", _set_lateness)


def _set_lateness(arguments: dict[str, Any]) -> dict[str, Any]:
    late = Lateness(int(arguments.get("calls", 0)), float(arguments.get("seconds", 0)))
    _late[str(arguments["account"])] = late
    return {"calls": late.calls, "seconds": late.seconds}


def _too_early(table: dict[str, Any]) -> bool:
    late = _late.get(get_account_id(), Lateness())
    if time.time() - float(table["CreationDateTime"]) < late.seconds:
        return True
    before = _refused.get(table["TableId"], 0)
    _refused[table["TableId"]] = before + 1
    return bool(before < late.calls)


def refuse_early(table: dict[str, Any]) -> None:
    """Refuse what needs continuous backups where they are not there yet."""
    if _too_early(table):
        raise RefusedError(
            "ContinuousBackupsUnavailableException",
            f"Backups are being enabled for the table: {table['TableName']}. Please retry later",
        )


def moment(asked: Any, default: float) -> float:
    """A time that a request names: a number from an SDK, a text from Step Functions."""
    if asked is None:
        return default
    return datetime.fromisoformat(asked).timestamp() if isinstance(asked, str) else float(asked)


def recovery_window(table: str, now: float, region: str | None = None) -> Window | None:
    """The table's recovery window, None while point-in-time recovery is off."""
    setting = dynamodb._pitr_settings.get_scoped(get_account_id(), region or get_region(), table)
    if not setting:
        return None
    if setting is True:  # switched on by something in ministack that knows only on and off
        setting = _switched_on(table, float(int(now)), DEFAULT_DAYS)
    since, days = setting["since"], setting["days"]
    return Window(max(since, now - days * 86400), max(since, now - LAG_SECONDS), days)


def _switched_on(table: str, since: float, days: int) -> dict[str, Any]:
    journal.begin(dynamodb._tables[table])
    setting = {"since": since, "days": days}
    dynamodb._pitr_settings[table] = setting
    return setting


def _describe_continuous_backups(data: dict[str, Any]) -> dict[str, Any]:
    name = dynamodb._normalize_table_name(data.get("TableName"))
    if name not in dynamodb._tables:
        raise RefusedError("TableNotFoundException", f"Table not found: {name}")
    recovery: dict[str, Any] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if window := recovery_window(name, time.time()):
        recovery = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": window.days,
            "EarliestRestorableDateTime": window.earliest,
            "LatestRestorableDateTime": window.latest,
        }
    description = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    return {"ContinuousBackupsDescription": description}


def _update_continuous_backups(data: dict[str, Any]) -> dict[str, Any]:
    name = dynamodb._normalize_table_name(data.get("TableName"))
    asked = data["PointInTimeRecoverySpecification"]
    if name in dynamodb._tables:
        refuse_early(dynamodb._tables[name])
    if name in dynamodb._tables and not asked["PointInTimeRecoveryEnabled"]:
        dynamodb._pitr_settings.pop(name, None)
        journal.end(dynamodb._tables[name])
    elif name in dynamodb._tables:
        now = time.time()
        before = recovery_window(name, now)
        days = asked.get("RecoveryPeriodInDays", before.days if before else DEFAULT_DAYS)
        _check_days(days)
        # What a shorter period has let go does not come back with a longer one.
        since = max(before.earliest, now - days * 86400) if before else float(int(now))
        _switched_on(name, since, days)
    return _describe_continuous_backups(data)


def _check_days(days: int) -> None:
    if 1 <= days <= DEFAULT_DAYS:
        return
    limit = f"less than or equal to {DEFAULT_DAYS}" if days > 1 else "greater than or equal to 1"
    raise RefusedError(
        "ValidationException",
        f"1 validation error detected: Value '{days}' at "
        "'pointInTimeRecoverySpecification.recoveryPeriodInDays' "
        f"failed to satisfy constraint: Member must have value {limit}",
    )


def _paged(list_tags: Any) -> Any:
    def paged(data: dict[str, Any]) -> dict[str, Any]:
        status, _headers, body = list_tags(data)
        answer = json.loads(body)
        if status != 200:
            raise RefusedError(answer["__type"], answer["message"])
        begin = int(data.get("NextToken", 0))
        end = begin + TAGS_PER_PAGE
        more = {"NextToken": str(end)} if end < len(answer["Tags"]) else {}
        return {"Tags": answer["Tags"][begin:end]} | more

    return paged
