# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.client.alarms import alarm, put

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

BAD, GOOD, NONE = 9, 1, None  # breaching, fine, missing: the rows of AWS's two tables, oldest first

TABLE = [
    (3, [GOOD, NONE, BAD, NONE, BAD], "OK OK OK OK"),
    (3, [GOOD, NONE, NONE, NONE, NONE], "OK OK OK OK"),
    (3, [NONE, NONE, NONE, NONE, NONE], "INSUFFICIENT_DATA - ALARM OK"),
    (3, [GOOD, BAD, BAD, NONE, BAD], "ALARM ALARM ALARM ALARM"),
    (3, [NONE, NONE, BAD, NONE, NONE], "ALARM - ALARM OK"),
    (2, [GOOD, NONE, BAD, NONE, BAD], "ALARM ALARM ALARM ALARM"),
    (2, [GOOD, GOOD, BAD, GOOD, BAD], "ALARM ALARM ALARM ALARM"),
    (2, [GOOD, NONE, BAD, NONE, NONE], "OK OK ALARM OK"),
    (2, [NONE, NONE, NONE, NONE, GOOD], "OK OK ALARM OK"),
    (2, [NONE, NONE, NONE, BAD, NONE], "ALARM - ALARM OK"),
]


@pytest.mark.parametrize(("needed", "row", "states"), TABLE)
def test_the_tables_in_aws_documentation(
    account: Account, needed: int, row: list[int | None], states: str
) -> None:
    cloudwatch = account.client("cloudwatch")
    now = account.aws.now().timestamp()
    data = [
        {"MetricName": "m", "Value": value, "Timestamp": now - (5 - place) * 300 + 120}
        for place, value in enumerate(row)
        if value is not None
    ]
    if data:
        cloudwatch.put_metric_data(Namespace="Own", MetricData=data)
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    for treatment in treatments:
        put(
            account,
            AlarmName=treatment,
            Namespace="Own",
            MetricName="m",
            Dimensions=[],
            Period=300,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=3,
            DatapointsToAlarm=needed,
            TreatMissingData=treatment,
        )
        cloudwatch.set_alarm_state(AlarmName=treatment, StateValue="OK", StateReason="test")
    cloudwatch.set_alarm_state(AlarmName="ignore", StateValue="ALARM", StateReason="test")
    account.aws.advance(seconds=1)
    found = [alarm(account, treatment)["StateValue"] for treatment in treatments]
    expected = states.split()
    assert found == [state if state != "-" else "ALARM" for state in expected]


def test_alarms_on_dynamodb_metrics_ignore_missing_data(account: Account) -> None:
    put(account, Namespace="AWS/DynamoDB", MetricName="ReadThrottleEvents", Dimensions=[])
    account.aws.advance(hours=10)
    assert alarm(account)["StateValue"] == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(("periods", "minutes"), [(24, 1), (25, 60)])
def test_what_looks_back_more_than_a_day_waits_for_the_full_hour(
    account: Account, periods: int, minutes: int
) -> None:
    past_the_hour = account.aws.now().timestamp() % 3600
    account.aws.advance(seconds=3600 - past_the_hour + 30)
    put(
        account,
        Namespace="Own",
        MetricName="beats",
        Dimensions=[],
        Statistic="Sum",
        Period=3600,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=periods,
        DatapointsToAlarm=periods,
        TreatMissingData="breaching",
    )
    account.client("cloudwatch").put_metric_data(
        Namespace="Own", MetricData=[{"MetricName": "beats", "Value": 1}]
    )
    account.aws.advance(seconds=20)
    assert (alarm(account)["StateValue"] == "OK") is (minutes == 1)
    account.aws.advance(minutes=minutes)
    assert alarm(account)["StateValue"] == "OK"
