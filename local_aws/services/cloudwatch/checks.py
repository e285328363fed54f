# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What PutMetricAlarm refuses.

Imitates docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html.
"""

from __future__ import annotations

from typing import Any

DAY, WEEK = 86_400, 604_800
_OPERATORS = (
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)  # fmt: skip
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


def refused_alarm(alarm: dict[str, Any]) -> str:
    """Why AWS refuses the alarm; empty if it does not."""
    return _refused_words(alarm) or _refused_numbers(alarm) or _refused_actions(alarm)


def _refused_words(alarm: dict[str, Any]) -> str:
    name = alarm.get("AlarmName") or ""
    if not 1 <= len(name) <= 255:
        return _constraint(name, "alarmName", "Member must have length between 1 and 255, inclusive")
    if not alarm.get("MetricName") or not alarm.get("Namespace"):
        return "Exactly one of Metrics or MetricName must be specified, and MetricName needs a Namespace"
    if alarm.get("ComparisonOperator") not in _OPERATORS:
        return _constraint(alarm.get("ComparisonOperator"), "comparisonOperator", _one_of(_OPERATORS))
    treatment = alarm.get("TreatMissingData") or "missing"
    if treatment not in _TREATMENTS:
        return f"Parameter TreatMissingData must be one of [{', '.join(_TREATMENTS)}]"
    if not alarm.get("ExtendedStatistic") and alarm.get("Statistic") not in _STATISTICS:
        return _constraint(alarm.get("Statistic"), "statistic", _one_of(_STATISTICS))
    return ""


def _refused_numbers(alarm: dict[str, Any]) -> str:
    period, periods = int(alarm.get("Period") or 0), int(alarm.get("EvaluationPeriods") or 0)
    if period not in (10, 20, 30) and (period < 60 or period % 60):
        return _constraint(period, "period", "Member must be 10, 20, 30 or a multiple of 60")
    if periods < 1:
        return _constraint(periods, "evaluationPeriods", "Member must have value greater than or equal to 1")
    if not 1 <= int(alarm.get("DatapointsToAlarm") or periods) <= periods:
        return "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    if period < 3600 and period * periods > DAY:
        return (
            f"Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= {DAY})."
        )
    if period * periods > WEEK:
        return (
            "Metrics cannot be checked across more than 7 days "
            f"(EvaluationPeriods * Period must be <= {WEEK})."
        )
    return ""


def _refused_actions(alarm: dict[str, Any]) -> str:
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        actions = alarm.get(name) or []
        if len(actions) > 5:
            return _constraint(actions, name, "Member must have length less than or equal to 5")
        wrong = [action for action in actions if not str(action).startswith("arn:")]
        if wrong:
            return f"Invalid arn syntax: {wrong[0]}"
    return ""


def _one_of(words: tuple[str, ...]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(words)}]"


def _constraint(value: Any, name: str, rule: str) -> str:
    return f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {rule}"
