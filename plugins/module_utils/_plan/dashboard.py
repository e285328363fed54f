# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CloudWatch dashboard of a target: every alarm of its stacks, their runs, the bucket and the alerts.

Names are planned, so the store can have it before there are any alarms. It is an expression of
CloudFormation's that stays short: a name is written once, what all ARNs begin with is filled in.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._engines.planners import PLANNERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# An alarm widget takes so many alarms, a metric widget 500 metrics.
MOST_ALARMS = 100
MOST_MACHINES = 100
WIDTH = 24
DAY, HOUR = 86_400, 3_600
_HERE = "${AWS::Region}:${AWS::AccountId}"
_ALARM = "arn:${AWS::Partition}:cloudwatch:" + _HERE + ":alarm:"
_MACHINE = "arn:${AWS::Partition}:states:" + _HERE + ":stateMachine:"
_GREEN, _RED, _ORANGE, _GREY = "#2ca02c", "#d62728", "#ff7f0e", "#7f7f7f"
_ENDS = {"Succeeded": _GREEN, "Failed": _RED, "TimedOut": _ORANGE, "Aborted": _GREY}

Json = dict[str, Any]


def dashboard(plan: Mapping[str, Any]) -> Json:
    """The body of the dashboard of a plan (as data), for a template."""
    widgets = [_text(plan), *_alarms(plan), *_runs(plan), *_kept()]
    body = {"start": "-P7D", "periodOverride": "inherit", "widgets": list(_placed(widgets))}
    begin = {"A": _ALARM, "M": _ALARM + naming.alarm(plan["prefix"], ""), "S": _MACHINE}
    filled = {name: {"Fn::Sub": text} for name, text in begin.items()}
    return {"Fn::Sub": [json.dumps(body, separators=(",", ":")), filled]}


def _placed(widgets: Sequence[Json]) -> Iterator[Json]:
    """From left to right, then below: AWS wants both coordinates or none, and would leave gaps."""
    x = y = height = 0
    for each in widgets:
        if x + each["width"] > WIDTH:
            x, y, height = 0, y + height, 0
        yield {**each, "x": x, "y": y}
        x, height = x + each["width"], max(height, each["height"])


def _text(plan: Mapping[str, Any]) -> Json:
    said = (
        f"# DynamoDB backups of {plan['prefix']} in ${{AWS::Region}}, account ${{AWS::AccountId}}\n"
        "The status playbook tells why an alarm fires, and what to do. The backup playbook makes this"
        " dashboard, and overwrites what is changed here."
    )
    return {"type": "text", "width": WIDTH, "height": 3, "properties": {"markdown": said}}


def _alarms(plan: Mapping[str, Any]) -> Iterator[Json]:
    """Those of stacks first, which are about many tables, then one of each table."""
    stacks = [name for stack in plan["stacks"] for name in _alarms_of(stack)]
    yield from _status("Runs, schedules and drills", [f"${{A}}{name}" for name in stacks])
    tables = [table for stack in plan["stacks"] for table in stack["tables"] if table["enabled"]]
    names = [each["alarm"] for each in sorted(tables, key=lambda each: (each["name"], each["alarm"]))]
    begin = naming.alarm(plan["prefix"], "")
    yield from _status("Missed backups", [f"${{M}}{name.removeprefix(begin)}" for name in names])


def _alarms_of(stack: Mapping[str, Any]) -> list[str]:
    drills = [stack["drills"]["alarm"]] if stack["drills"] else []
    return [*PLANNERS[stack["engine"]].watched(stack).alarms, *drills]


def _status(title: str, alarms: Sequence[str]) -> Iterator[Json]:
    """CloudWatch takes no widget without alarms."""
    for first in range(0, len(alarms), MOST_ALARMS):
        some = alarms[first : first + MOST_ALARMS]
        part = f", {first + 1} to {first + len(some)} of {len(alarms)}" if len(alarms) > MOST_ALARMS else ""
        yield {
            "type": "alarm",
            "width": WIDTH,
            "height": 2 + min(10, (len(some) + 3) // 4),
            "properties": {
                "title": title + part,
                "sortBy": "stateUpdatedTimestamp",  # those that fire first
                "alarms": some,
            },
        }


def _runs(plan: Mapping[str, Any]) -> Iterator[Json]:
    machines = [PLANNERS[stack["engine"]].watched(stack).machine for stack in plan["stacks"]]
    named = [each for each in machines if each]
    ends = [(f"Executions{end}", {"color": color}) for end, color in _ENDS.items()]
    yield from _executions("Backup runs in an hour, by how they ended", named, ends, "Sum")
    yield from _executions("Longest backup run", named, [("ExecutionTime", {})], "Maximum")
    beats = [f"{stack['name']}-heartbeat" for stack in plan["stacks"]]
    yield from _executions("Heartbeats kept alive in an hour", beats, ends[:2], "Sum")


def _executions(
    title: str, machines: Sequence[str], metrics: Sequence[tuple[str, Json]], stat: str
) -> Iterator[Json]:
    for first in range(0, len(machines), MOST_MACHINES):
        rows = [
            [
                *("AWS/States", metric, "StateMachineArn", f"${{S}}{machine}"),
                {"label": f"{machine} {metric.removeprefix('Executions')}", **look},
            ]
            for machine in machines[first : first + MOST_MACHINES]
            for metric, look in metrics
        ]
        yield _graph(title, rows, stat, HOUR)


def _kept() -> Iterator[Json]:
    bucket = ("BucketName", "${Bucket}", "StorageType")
    sizes: list[list[Any]] = [
        ["AWS/S3", "BucketSizeBytes", *bucket, "StandardStorage", {"label": "bytes"}],
        ["AWS/S3", "NumberOfObjects", *bucket, "AllStorageTypes", {"label": "objects", "yAxis": "right"}],
    ]
    yield _graph("The bucket", sizes, "Average", DAY)
    topic = ("TopicName", "${AlertsTopic.TopicName}")
    told: list[list[Any]] = [
        ["AWS/SNS", "NumberOfNotificationsDelivered", *topic, {"label": "delivered", "color": _GREEN}],
        ["AWS/SNS", "NumberOfNotificationsFailed", *topic, {"label": "not delivered", "color": _RED}],
    ]
    yield _graph("Alerts in an hour", told, "Sum", HOUR)


def _graph(title: str, metrics: list[list[Any]], stat: str, period: int) -> Json:
    return {
        "type": "metric",
        "width": 12,
        "height": 6,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "stat": stat,
            "period": period,
            "metrics": metrics,
        },
    }
