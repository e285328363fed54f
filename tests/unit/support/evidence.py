# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Evidence of a table that is well, to be changed by a test in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    Alarm,
    AlertPath,
    Evidence,
    Point,
    Run,
    Subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.refusal import Refusal
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import Deviation

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:tablekeeper-alerts"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:r1"

RECORD = TableRecord(
    name="orders",
    engine="export",
    every=24,
    max_age=30,
    window=30,
    retention_days=35,
    enabled=True,
)
SUBSCRIBER = Subscriber("email", "ops@example.com", confirmed=True, listed=True)
PATH = AlertPath(topic=TOPIC, exists=True, policy_open=True, subscribers=(SUBSCRIBER,))
ALARM = Alarm(
    name="tablekeeper-missed-orders",
    state="OK",
    since=NOW - timedelta(days=9),
    configured=NOW - timedelta(days=10),
    actions=(TOPIC,),
    actions_enabled=True,
    deviations=(),
)
DENIED = Refusal("sns:GetTopicAttributes", "AuthorizationError", "no policy allows it", denied=True)


def point(hours_ago: float, **changes: Any) -> Point:
    made = Point(
        bucket="backups",
        prefix=f"retain-35d/orders/{hours_ago}",
        export_arn=f"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/0{hours_ago}",
        items=5,
        bytes=1234,
        finished=NOW - timedelta(hours=hours_ago),
        retention_days=35,
        engine="export",
    )
    made = replace(made, **changes)
    return replace(made, expires=made.finished + timedelta(days=made.retention_days))


def deviation(kind: str, logical_id: str, how: str, name: str = "it", *details: str) -> Deviation:
    """Of a resource from its template; its type without AWS::."""
    return Deviation("tablekeeper-store", logical_id, f"AWS::{kind}", name, how, details, ("orders",))


def run(hours_ago: float, state: str = "SUCCEEDED", **changes: Any) -> Run:
    """A run that began then, and ended a quarter of an hour later unless it is running."""
    began = NOW - timedelta(hours=hours_ago)
    ended = None if state == "RUNNING" else began + timedelta(minutes=15)
    made = Run(id=f"{EXECUTION}-{hours_ago}", state=state, started=began, finished=ended)
    if state == "SUCCEEDED":
        made = replace(made, point=point(hours_ago - 0.25))
    return replace(made, **changes)


def evidence(**changes: Any) -> Evidence:
    """The points are those of the runs, unless they are given."""
    runs = changes.setdefault("runs", (run(10),))
    changes.setdefault("points", tuple(each.point for each in runs if each.point))
    return replace(Evidence("orders", RECORD, alarm=ALARM, path=PATH), **changes)
