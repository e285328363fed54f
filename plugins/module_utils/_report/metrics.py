# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status_info module returns, as measures: names, meanings, labels and values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._base.version import COLLECTION

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = ("target",)
TABLE = ("target", "table")

_VERDICTS = ("healthy", "unhealthy", "waiting", "disabled", "retired")
_SUBSCRIBED = ("confirmed", "pending", "missing", "unreachable", "filtered")
_ALARM = ("OK", "ALARM", "INSUFFICIENT_DATA")

# Of a table, each without `tablekeeper_table_`.
_OF_TABLES = {
    "healthy": "Whether the table's backups are healthy; nothing while it waits.",
    "waiting": "Whether the table waits for its first backup.",
    "enabled": "Whether the table is to be backed up.",
    "last_success_timestamp_seconds": "When the run ended that made the last good backup.",
    "last_backup_timestamp_seconds": "The moment of the last good backup's data: its age counts from it.",
    "expiry_timestamp_seconds": "When the last good backup is deleted.",
    "age_seconds": "Age of the last good backup when it was judged.",
    "max_age_seconds": "How old the last good backup may be.",
    "items": "Items in the newest backup.",
    "bytes": "Size of the newest backup, in bytes.",
    "last_drill_timestamp_seconds": "When the last drill that passed ended.",
    "drill_max_age_seconds": "How long ago the last drill that passed may be.",
    "drill_failed": "Whether the last drill failed.",
    "rto_seconds": "How long the last drill that passed took until it was compared.",
    "rpo_seconds": "How old the backup was that it brought back.",
    "alarm_actions_enabled": "Whether the missed-run alarm would tell anybody.",
}


@dataclass(eq=False)
class Metric:
    """One measure of many things; what is not known has no value."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: dict[tuple[str, ...], float] = field(default_factory=dict)


def metrics(answer: Mapping[str, Any], target: str) -> list[Metric]:
    """The measures of a target and of its tables."""
    return [
        *_about(answer, target),
        *_of_target(answer, target),
        *_of_alert_path(answer["alert_path"], target),
        *_of_costs(answer.get("costs") or [], target),
        *_of_tables(answer["tables"], target),
    ]


def _about(answer: Mapping[str, Any], target: str) -> list[Metric]:
    """What others can be joined with. Each has the target as a label: files of many are read at once."""
    place = answer["place"]
    return [
        Metric(
            "tablekeeper_build_info",
            "1, with the version of the collection that judged.",
            (*TARGET, "version"),
            {(target, COLLECTION): 1},
        ),
        Metric(
            "tablekeeper_target_info",
            "1, with the place of the target; the account is empty if nobody could tell it.",
            (*TARGET, "account", "region", "prefix"),
            {(target, place["account"], place["region"], place["prefix"]): 1},
        ),
    ]


def _of_target(answer: Mapping[str, Any], target: str) -> list[Metric]:
    own = (target,)
    return [
        Metric(
            "tablekeeper_target_healthy",
            "Whether the target was seen, and nothing of it is unhealthy.",
            TARGET,
            {own: answer["healthy"]},
        ),
        Metric(
            "tablekeeper_target_tables",
            "How many tables there are, by verdict.",
            (*TARGET, "verdict"),
            {(target, kind): answer["summary"][kind] for kind in _VERDICTS},
        ),
        Metric(
            "tablekeeper_target_reason",
            "1 for each reason or note about the target as a whole.",
            (*TARGET, "code", "note"),
            {(target, *_reason(each)): 1 for each in (*answer["reasons"], *answer["notes"])},
        ),
        Metric(
            "tablekeeper_status_timestamp_seconds",
            "When the backups were judged: older than your schedule means that nobody looks any more.",
            TARGET,
            {own: _seconds(answer["now"])},
        ),
    ]


def _of_alert_path(path: Mapping[str, Any], target: str) -> list[Metric]:
    found = path.get("subscribers")
    states = Counter(each["state"] for each in found or [])
    return [
        Metric(
            "tablekeeper_target_subscribers",
            "How many subscribers of the alerts there are, by state; nothing if nobody could look.",
            (*TARGET, "state"),
            {} if found is None else {(target, state): states[state] for state in _SUBSCRIBED},
        )
    ]


def _of_costs(costs: list[dict[str, Any]], target: str) -> list[Metric]:
    """What no table could be priced for has no price; how many have none is told beside it."""
    priced = [each for each in costs if not each["tables"] or each["tables"] > each["unpriced"]]
    return [
        Metric(
            "tablekeeper_cost_dollars_per_month",
            "What a month of the tables costs that an engine backs up, as far as they could be priced.",
            (*TARGET, "engine"),
            {(target, each["engine"]): each["dollars_per_month"] for each in priced},
        ),
        Metric(
            "tablekeeper_cost_unpriced_tables",
            "How many tables of an engine that does not count, since nobody knows their size.",
            (*TARGET, "engine"),
            {(target, each["engine"]): each["unpriced"] for each in costs},
        ),
    ]


def _of_tables(tables: list[dict[str, Any]], target: str) -> list[Metric]:
    found = {name: Metric(f"tablekeeper_table_{name}", told, TABLE) for name, told in _OF_TABLES.items()}
    reason = Metric("tablekeeper_table_reason", "1 for each reason of the verdict.", (*TABLE, "code", "note"))
    alarm = Metric(
        "tablekeeper_table_alarm_state",
        "Whether the missed-run alarm is in a state; nothing without one.",
        (*TABLE, "state"),
    )
    for table in tables:
        key = (target, table["table"])
        for name, value in _known(table).items():
            if value is not None:
                found[name].values[key] = value
        reason.values.update({(*key, *_reason(each)): 1 for each in table["reasons"]})
        if table["alarm"]:
            alarm.values.update({(*key, state): table["alarm"]["state"] == state for state in _ALARM})
    return [*found.values(), alarm, reason]


def _known(table: dict[str, Any]) -> dict[str, float | None]:
    """The values of a table, as the metrics are named; None is not known, and is no sample."""
    last, point, drill = table["last_success"], table["point"] or {}, table["drill"] or {}
    waiting, drilled = table["verdict"] == "waiting", drill.get("last_failed") or drill.get("last_passed")
    return {
        "healthy": None if waiting else table["healthy"],
        "waiting": waiting if table["enabled"] else None,
        "enabled": table["enabled"],
        "last_success_timestamp_seconds": _moment(last["finished"]),
        "last_backup_timestamp_seconds": _moment(point.get("taken")),
        "expiry_timestamp_seconds": _moment(point.get("expires")),
        "age_seconds": _hours(last["age_hours"]),
        "max_age_seconds": _hours(last["max_age_hours"]),
        "items": point.get("items"),
        "bytes": point.get("bytes"),
        "last_drill_timestamp_seconds": _moment(drill.get("last_passed")),
        "drill_max_age_seconds": _hours(drill.get("allowed_hours")),
        "drill_failed": bool(drill["last_failed"]) if drilled else None,
        "rto_seconds": drill.get("rto_seconds"),
        "rpo_seconds": drill.get("rpo_seconds"),
        "alarm_actions_enabled": table["alarm"]["actions_enabled"] if table["alarm"] else None,
    }


def _reason(reason: Mapping[str, Any]) -> tuple[str, str]:
    return reason["code"], "true" if reason["note"] else "false"


def _hours(hours: float | None) -> float | None:
    return None if hours is None else round(hours * 3600)


def _moment(moment: str | None) -> float | None:
    return _seconds(moment) if moment else None


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
