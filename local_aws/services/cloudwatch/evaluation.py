# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decide the state of a metric alarm.

Imitates "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data"
(docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html): the evaluation range is
longer than EvaluationPeriods, real data points in it are preferred to missing ones, and missing data points
are used as few times as possible. AWS does not say how much longer the range is; its examples have two
periods more. Periods end with the current minute: alarms are evaluated once a minute over sliding windows.
Those that look back more than a day are evaluated once an hour, and only up to the last full hour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch as cw

from . import windows

if TYPE_CHECKING:
    from collections.abc import Callable

EXTRA_PERIODS = 2
_COMPARE: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (ge, "greater than or equal to"),
    "GreaterThanThreshold": (gt, "greater than"),
    "LessThanThreshold": (lt, "less than"),
    "LessThanOrEqualToThreshold": (le, "less than or equal to"),
}


@dataclass(frozen=True)
class Datapoint:
    """One period with data: how many periods ago, when it began, and the statistic."""

    age: int
    start: float
    value: float
    breaching: bool


@dataclass(frozen=True)
class Outcome:
    """The state an alarm should have, and AWS's words for why."""

    state: str
    reason: str
    data: dict[str, Any]


def evaluate(alarm: dict[str, Any], points: list[dict[str, Any]], now: float) -> Outcome | None:
    """The alarm's state, or None if it keeps the one it has."""
    periods = alarm["EvaluationPeriods"]
    needed = alarm.get("DatapointsToAlarm") or periods
    real = _datapoints(alarm, points, now)
    if windows.warms_up(alarm, real, now):
        return None
    missing = max(0, periods - len(real))
    if not missing:
        real = real[:periods]
    treatment = alarm.get("TreatMissingData") or "missing"
    if alarm["Namespace"] == "AWS/DynamoDB":
        treatment = "ignore"
    state = _state(real, missing, needed, treatment)
    if state is None:
        return None
    return Outcome(state, _reason(alarm, real, missing, needed, treatment, state), _data(alarm, real, now))


def _state(real: list[Datapoint], missing: int, needed: int, treatment: str) -> str | None:
    breaching = sum(1 for point in real if point.breaching)
    if treatment == "breaching":
        breaching += missing
    if breaching >= needed:
        return "ALARM"
    if not missing or treatment in ("breaching", "notBreaching"):
        return "OK"
    if not real:
        return "INSUFFICIENT_DATA" if treatment == "missing" else None
    if any(not point.breaching for point in real):
        return "OK"
    # "Avoiding premature transitions to alarm state": all that is there breaches.
    old_enough = max(point.age for point in real) >= needed
    return "ALARM" if treatment == "missing" and old_enough else None


def _datapoints(alarm: dict[str, Any], points: list[dict[str, Any]], now: float) -> list[Datapoint]:
    """The periods in the evaluation range that have data, newest first; age 1 is the newest period."""
    period, end = alarm["Period"], windows.end(alarm, now)
    unit = alarm.get("Unit")
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for point in points:
        if point["Timestamp"] <= end and (not unit or point.get("Unit") == unit):
            found[int((end - point["Timestamp"]) // period) + 1].append(point)
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    compare, _words = _COMPARE[alarm["ComparisonOperator"]]
    datapoints = []
    for age in sorted(age for age in found if age <= alarm["EvaluationPeriods"] + EXTRA_PERIODS):
        value = cw._stat_value(cw._calc_stats(found[age]), statistic, found[age])
        if value is not None:
            breaching = compare(value, alarm["Threshold"])
            datapoints.append(Datapoint(age, end - age * period, value, breaching))
    return datapoints


def _reason(
    alarm: dict[str, Any], real: list[Datapoint], missing: int, needed: int, treatment: str, state: str
) -> str:
    periods = alarm["EvaluationPeriods"]
    if state == "INSUFFICIENT_DATA":
        unknown = "1 datapoint was" if periods == 1 else f"{periods} datapoints were"
        return f"Insufficient Data: {unknown} unknown."
    filled = treatment in ("breaching", "notBreaching") and missing > 0
    treated = treatment[:1].upper() + treatment[1:]
    said = f"{missing} missing datapoint{'s were' if missing > 1 else ' was'} treated as [{treated}]"
    if not real:
        return f"Threshold Crossed: no datapoints were received for {_count(periods, 'period')} and {said}."
    told = [point for point in real if point.breaching == (state == "ALARM")]
    values = ", ".join(f"{point.value} ({_stamp(point.start)})" for point in told)
    verb = ("was" if len(told) == 1 else "were") + ("" if state == "ALARM" else " not")
    words = _COMPARE[alarm["ComparisonOperator"]][1]
    counted = (
        f"{len(told)} datapoint"
        if periods == 1
        else f"{len(told)} out of the last {_count(periods, 'datapoint')}"
    )
    change = "OK -> ALARM" if state == "ALARM" else "ALARM -> OK"
    least = needed if state == "ALARM" else periods - needed + 1
    minimum = f" (minimum {_count(least, 'datapoint')} for {change} transition)" if periods > 1 else ""
    also = f" and {said}" if filled else ""
    crossed = f"Threshold Crossed: {counted} [{values}] {verb} {words} the threshold ({alarm['Threshold']})"
    return f"{crossed}{also}{minimum}."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%d/%m/%y %H:%M:%S")


def _data(alarm: dict[str, Any], real: list[Datapoint], now: float) -> dict[str, Any]:
    data: dict[str, Any] = {
        "version": "1.0",
        "queryDate": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "statistic": alarm.get("Statistic"), "period": alarm["Period"], "threshold": alarm["Threshold"],
        "recentDatapoints": [point.value for point in reversed(real)],
        "evaluatedDatapoints": [
            {"timestamp": datetime.fromtimestamp(point.start, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
             "value": point.value}
            for point in real
        ],
    }  # fmt: skip
    return data
