# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status_info module returns, as measures: names, meanings, labels and values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TARGET = ("target",)
TABLE = ("target", "table")


@dataclass(eq=False)
class Metric:
    """One measure of many things; what is not known has no value."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: dict[tuple[str, ...], float] = field(default_factory=dict)


def metrics(answer: Mapping[str, Any], target: str) -> list[Metric]:
    """The measures of a target and of its tables."""
    summary, own = answer["summary"], (target,)
    kinds: dict[tuple[str, ...], float] = {
        (target, kind): summary[kind] for kind in ("healthy", "unhealthy", "waiting", "disabled", "retired")
    }
    return [
        Metric(
            "tablekeeper_target_healthy",
            "Whether the target was seen, and nothing of it is unhealthy.",
            TARGET,
            {own: answer["healthy"]},
        ),
        Metric(
            "tablekeeper_target_tables", "How many tables there are, by verdict.", (*TARGET, "verdict"), kinds
        ),
        Metric(
            "tablekeeper_status_timestamp_seconds",
            "When the backups were judged: older than your schedule means that nobody looks any more.",
            TARGET,
            {own: _seconds(answer["now"])},
        ),
        *_of_tables(answer["tables"], target),
    ]


def _of_tables(tables: list[dict[str, Any]], target: str) -> list[Metric]:
    healthy = Metric(
        "tablekeeper_table_healthy", "Whether the table's backups are healthy; nothing while it waits.", TABLE
    )
    waiting = Metric("tablekeeper_table_waiting", "Whether the table waits for its first backup.", TABLE)
    enabled = Metric("tablekeeper_table_enabled", "Whether the table is to be backed up.", TABLE)
    success = Metric(
        "tablekeeper_table_last_success_timestamp_seconds", "When the last good backup ended.", TABLE
    )
    age = Metric("tablekeeper_table_age_seconds", "Age of the last good backup when it was judged.", TABLE)
    expires = Metric(
        "tablekeeper_table_expiry_timestamp_seconds", "When the last good backup is deleted.", TABLE
    )
    allowed = Metric("tablekeeper_table_max_age_seconds", "How old the last good backup may be.", TABLE)
    items = Metric("tablekeeper_table_items", "Items in the newest backup.", TABLE)
    size = Metric("tablekeeper_table_bytes", "Size of the newest backup, in bytes.", TABLE)
    drilled = Metric(
        "tablekeeper_table_last_drill_timestamp_seconds", "When the last drill that passed ended.", TABLE
    )
    due = Metric(
        "tablekeeper_table_drill_max_age_seconds", "How long ago the last drill that passed may be.", TABLE
    )
    failed = Metric("tablekeeper_table_drill_failed", "Whether the last drill failed.", TABLE)
    rto = Metric(
        "tablekeeper_table_rto_seconds",
        "How long the last drill that passed took until it was compared.",
        TABLE,
    )
    rpo = Metric("tablekeeper_table_rpo_seconds", "How old the backup was that it brought back.", TABLE)
    reason = Metric("tablekeeper_table_reason", "1 for each reason of the verdict.", (*TABLE, "code"))
    for table in tables:
        key, last, point = (target, table["table"]), table["last_success"], table["point"] or {}
        drill = table["drill"] or {}
        known = {
            healthy: None if table["verdict"] == "waiting" else table["healthy"],
            waiting: table["verdict"] == "waiting" if table["enabled"] else None,
            expires: _seconds(point["expires"]) if point.get("expires") else None,
            enabled: table["enabled"],
            success: _seconds(last["finished"]) if last["finished"] else None,
            age: None if last["age_hours"] is None else round(last["age_hours"] * 3600),
            allowed: None if last["max_age_hours"] is None else last["max_age_hours"] * 3600,
            items: point.get("items"),
            size: point.get("bytes"),
            drilled: _seconds(drill["last_passed"]) if drill.get("last_passed") else None,
            due: drill["allowed_hours"] * 3600 if drill.get("allowed_hours") else None,
            failed: bool(drill["last_failed"])
            if drill.get("last_failed") or drill.get("last_passed")
            else None,
            rto: drill.get("rto_seconds"),
            rpo: drill.get("rpo_seconds"),
        }
        for metric, value in known.items():
            if value is not None:
                metric.values[key] = value
        reason.values.update({(*key, each["code"]): 1 for each in table["reasons"]})
    backups = [healthy, waiting, enabled, success, expires, age, allowed, items, size]
    return [*backups, drilled, due, failed, rto, rpo, reason]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
