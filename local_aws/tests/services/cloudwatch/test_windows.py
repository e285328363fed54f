# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How alarms of the embedded CloudWatch begin, where their windows end, and how long a state lasts."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.alarms import alarm, becomes, put
from local_aws.services.cloudwatch.windows import end
from local_aws.tests.services.cloudformation.drifting import end as end_of_stack

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

WARM = {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 90}}


def publish(account: Account) -> None:
    sns = account.client("sns")
    sns.publish(TopicArn=sns.create_topic(Name="beat")["TopicArn"], Message="m")


def test_a_warm_up_keeps_an_alarm_waiting(account: Account) -> None:
    put(account, **WARM)
    account.aws.advance(minutes=85)
    assert alarm(account)["StateValue"] == "INSUFFICIENT_DATA"
    account.aws.advance(minutes=10)
    assert alarm(account)["StateValue"] == "ALARM"
    assert alarm(account)["WarmUpConfiguration"] == WARM["WarmUpConfiguration"]
    put(account, **WARM, AlarmDescription="changed later")
    account.aws.advance(minutes=1)
    assert alarm(account)["StateValue"] == "ALARM"


@pytest.mark.parametrize("only", [True, False])
def test_data_end_a_warm_up_unless_told_otherwise(account: Account, only: bool) -> None:
    put(
        account, EvaluationPeriods=1, DatapointsToAlarm=1,
        WarmUpConfiguration={
            "WarmUpPeriodDurationInMinutes": 600, "OnlyStartEvaluatingAfterWarmUpPeriodEnds": only
        },
    )  # fmt: skip
    publish(account)
    account.aws.advance(minutes=1)
    assert alarm(account)["StateValue"] == ("INSUFFICIENT_DATA" if only else "OK")


def test_templates_know_both_settings(account: Account) -> None:
    window = {"WallClockWindow": {"Timezone": "Europe/Berlin"}}
    properties = {
        "AlarmName": "missed", "Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 3600,
        "EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "LessThanThreshold",
        "EvaluationWindow": window, **WARM,
    }  # fmt: skip
    body = {"Resources": {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}}
    account.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(body))
    assert end_of_stack(account) == "CREATE_COMPLETE"
    found = alarm(account)
    assert (found["EvaluationWindow"], found["WarmUpConfiguration"]) == (window, WARM["WarmUpConfiguration"])
    put(account)
    assert not {"EvaluationWindow", "WarmUpConfiguration"} & alarm(account).keys()


NOON = 1_795_867_200  # 2026-11-28T12:00:00Z


@pytest.mark.parametrize(
    ("window", "period", "now", "ends"),
    [
        ({}, 3600, NOON + 70, NOON + 120),
        ({"SlidingWindow": {}}, 3600, NOON + 70, NOON + 120),
        ({"WallClockWindow": {}}, 3600, NOON + 70, NOON),
        ({"WallClockWindow": {"Timezone": "+05:30"}}, 3600, NOON + 70, NOON - 1800),
        ({"WallClockWindow": {"Timezone": "Europe/Berlin"}}, 86_400, NOON, NOON - 13 * 3600),
    ],
)
def test_where_a_window_ends(window: dict[str, Any], period: int, now: float, ends: float) -> None:
    assert end({"Period": period, "EvaluationPeriods": 1, "EvaluationWindow": window}, now) == ends


def test_a_state_that_is_set_lasts_for_a_moment(account: Account) -> None:
    put(account)
    becomes(account, "ALARM")
    account.client("cloudwatch").set_alarm_state(AlarmName="missed", StateValue="OK", StateReason="a test")
    became = time.monotonic()
    becomes(account, "ALARM")
    assert time.monotonic() - became < 5
