# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Alarms for the tests of the embedded CloudWatch."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fixtures import Account

HOUR = 3600


def put(account: Account, **more: Any) -> None:
    alarm = {
        "AlarmName": "missed",
        "Namespace": "AWS/SNS",
        "MetricName": "NumberOfMessagesPublished",
        "Statistic": "Sum",
        "Dimensions": [{"Name": "TopicName", "Value": "beat"}],
        "Period": HOUR,
        "EvaluationPeriods": 6,
        "DatapointsToAlarm": 6,
        "Threshold": 1,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
        "ActionsEnabled": True,
    }
    account.client("cloudwatch").put_metric_alarm(**alarm | more)


def alarm(account: Account, name: str = "missed") -> dict[str, Any]:
    [found] = account.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def becomes(account: Account, state: str, seconds: float = 10) -> dict[str, Any]:
    ends = time.monotonic() + seconds
    while (found := alarm(account))["StateValue"] != state:
        assert time.monotonic() < ends, found
        time.sleep(0.1)
    return found


def queue_on(account: Account, topic: str) -> str:
    sqs, sns = account.client("sqs"), account.client("sns")
    url: str = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def received(account: Account, url: str) -> list[dict[str, Any]]:
    messages = account.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]
