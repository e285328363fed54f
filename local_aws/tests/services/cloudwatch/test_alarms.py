# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.alarms import HOUR, alarm, becomes, put, queue_on, received

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_a_new_alarm_without_data_breaches_at_its_first_evaluation(account: Account) -> None:
    put(account)
    found = becomes(account, "ALARM")
    assert found["StateReason"] == (
        "Threshold Crossed: no datapoints were received for 6 periods and 6 missing datapoints were treated "
        "as [Breaching]."
    )


def test_a_heartbeat_keeps_the_alarm_ok_until_it_has_left_the_window(account: Account) -> None:
    sns = account.client("sns")
    topic, other = (sns.create_topic(Name=name)["TopicArn"] for name in ("beat", "other"))
    put(account)
    becomes(account, "ALARM")
    sns.publish(TopicArn=other, Message="not mine")
    account.aws.advance(minutes=1)
    assert alarm(account)["StateValue"] == "ALARM"
    sns.publish(TopicArn=topic, Message="done")
    becomes(account, "OK")
    account.aws.advance(hours=5, minutes=50)
    assert alarm(account)["StateValue"] == "OK"
    account.aws.advance(hours=3)
    assert alarm(account)["StateValue"] == "ALARM"


def test_a_state_change_reaches_a_subscriber_through_the_topic(account: Account) -> None:
    sns = account.client("sns")
    alerts = sns.create_topic(Name="alerts")["TopicArn"]
    url = queue_on(account, alerts)
    put(account, AlarmActions=[alerts])
    becomes(account, "ALARM")
    [told] = received(account, url)
    assert told["Subject"] == 'ALARM: "missed" in EU (Ireland)'
    message = json.loads(told["Message"])
    assert (message["OldStateValue"], message["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert message["Trigger"]["Dimensions"] == [{"value": "beat", "name": "TopicName"}]


def test_disabled_actions_are_silent(account: Account) -> None:
    alerts = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    url = queue_on(account, alerts)
    put(account, AlarmActions=[alerts], ActionsEnabled=False)
    becomes(account, "ALARM")
    account.client("cloudwatch").enable_alarm_actions(AlarmNames=["missed"])
    account.aws.advance(minutes=5)
    assert received(account, url) == []


@pytest.mark.parametrize(
    ("principal", "condition", "delivered"),
    [
        ("cloudwatch.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}}, 1),
        ("cloudwatch.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "999999999999"}}, 0),
        (
            "cloudwatch.amazonaws.com",
            {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:ACCOUNT:alarm:mis*"}},
            1,
        ),
        ("events.amazonaws.com", {}, 0),
    ],
)
def test_the_topics_policy_decides(
    account: Account, principal: str, condition: dict[str, Any], delivered: int
) -> None:
    sns = account.client("sns")
    alerts = sns.create_topic(Name="alerts")["TopicArn"]
    url = queue_on(account, alerts)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": "sns:Publish",
        "Resource": alerts,
        "Condition": json.loads(json.dumps(condition).replace("ACCOUNT", account.id)),
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sns.set_topic_attributes(TopicArn=alerts, AttributeName="Policy", AttributeValue=policy)
    put(account, AlarmActions=[alerts])
    becomes(account, "ALARM")
    assert len(received(account, url)) == delivered
    history = account.client("cloudwatch").describe_alarm_history(
        AlarmName="missed", HistoryItemType="Action"
    )
    [item] = history["AlarmHistoryItems"]
    assert item["HistorySummary"].startswith("Successfully" if delivered else "Failed")


@pytest.mark.parametrize(
    ("service", "delivered"), [("cloudwatch.amazonaws.com", 1), ("events.amazonaws.com", 0)]
)
def test_the_key_of_an_encrypted_topic_decides(account: Account, service: str, delivered: int) -> None:
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
            "Resource": "*",
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    key = account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    alerts = account.client("sns").create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    url = queue_on(account, alerts)
    put(account, AlarmActions=[alerts])
    becomes(account, "ALARM")
    assert len(received(account, url)) == delivered


def test_an_alarm_on_a_deleted_topic_still_changes_state(account: Account) -> None:
    put(account, AlarmActions=[f"arn:aws:sns:{account.region}:{account.id}:gone"])
    becomes(account, "ALARM")


def test_changing_an_alarm_keeps_its_state(account: Account) -> None:
    put(account)
    before = becomes(account, "ALARM")
    put(account, EvaluationPeriods=8, DatapointsToAlarm=8, AlarmDescription="changed")
    after = alarm(account)
    assert after["EvaluationPeriods"] == 8
    for key in ("StateValue", "StateReason", "StateUpdatedTimestamp", "StateTransitionedTimestamp"):
        assert after[key] == before[key]


def template(hours: int) -> str:
    properties = {
        "AlarmName": "missed",
        "Namespace": "AWS/SNS",
        "MetricName": "NumberOfMessagesPublished",
        "Statistic": "Sum",
        "Dimensions": [{"Name": "TopicName", "Value": "beat"}],
        "Period": HOUR,
        "EvaluationPeriods": hours,
        "Threshold": 1,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
    }
    return json.dumps({"Resources": {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}})


def test_a_stack_update_keeps_an_alarms_state(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=template(6))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    before = becomes(account, "ALARM")
    cloudformation.update_stack(StackName="s", TemplateBody=template(7))
    cloudformation.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    after = alarm(account)
    assert (after["EvaluationPeriods"], after["StateValue"]) == (7, "ALARM")
    assert after["StateUpdatedTimestamp"] == before["StateUpdatedTimestamp"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"EvaluationPeriods": 169, "DatapointsToAlarm": 169}, "more than 7 days"),
        ({"Period": 1800, "EvaluationPeriods": 49, "DatapointsToAlarm": 49}, "more than a day"),
        ({"Period": 90}, "multiple of 60"),
        ({"AlarmName": "x" * 256}, "255"),
        ({"DatapointsToAlarm": 7}, "DatapointsToAlarm"),
        ({"TreatMissingData": "bad"}, "TreatMissingData"),
        (
            {"AlarmActions": [f"arn:aws:sns:eu-west-1:1:{number}" for number in range(6)]},
            "less than or equal to 5",
        ),
    ],
)
def test_alarms_that_aws_refuses(account: Account, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        put(account, **more)
    assert account.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_a_template_with_a_refused_alarm_fails(account: Account) -> None:
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=template(169), OnFailure="DO_NOTHING")
    with pytest.raises(Exception, match="CREATE_FAILED"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})


def test_pages_and_types(account: Account) -> None:
    cloudwatch = account.client("cloudwatch")
    for number in range(101):
        put(account, AlarmName=f"a{number:03}")
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("a000")')
    first = cloudwatch.describe_alarms(MaxRecords=100)
    assert len(first["MetricAlarms"]) == 100
    second = cloudwatch.describe_alarms(MaxRecords=100, NextToken=first["NextToken"])
    assert [one["AlarmName"] for one in second["MetricAlarms"]] == ["a100"]
    assert "NextToken" not in second
    assert first["CompositeAlarms"] == second["CompositeAlarms"] == []
    assert len(cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]) == 1
    with pytest.raises(ClientError, match="alarmNames"):
        cloudwatch.describe_alarms(AlarmNames=[f"a{number:03}" for number in range(101)])
