# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS writes in other words than a template and what it does not, without AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import ALTERED, SHORTENED
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import Resource
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.bucket import rule_differences
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.compare import (
    differences,
    subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.compare import kept_from as kept
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.queue import attributes

ALARM = {
    "AlarmName": "missed",
    "Namespace": "AWS/SNS",
    "MetricName": "NumberOfMessagesPublished",
    "Statistic": "Sum",
    "Period": 3600,
    "EvaluationPeriods": 24,
    "Threshold": 1,
    "ComparisonOperator": "LessThanThreshold",
    "AlarmActions": ["b", "a"],
}
RULE = {"Id": "retain-35d", "Status": "Enabled", "Prefix": "retain-35d/", "ExpirationInDays": 35}
HELD = {
    "ID": "retain-35d",
    "Status": "Enabled",
    "Filter": {"Prefix": "retain-35d/"},
    "Expiration": {"Days": 35},
}


GLACIER = {"Days": 9, "StorageClass": "GLACIER"}


def alarm(**now: Any) -> list[str]:
    """What differs once AWS tells this of an alarm, too."""
    resource = Resource("stack", "Missed", "AWS::CloudWatch::Alarm", ALARM, "missed")
    return [each.sentence for each in differences(resource, {"alarm": {**ALARM, **now}})]


def test_an_alarm_in_the_words_of_aws() -> None:
    same = {
        "Threshold": 1.0,
        "AlarmActions": ["a", "b", "c"],
        "ActionsEnabled": True,
        "DatapointsToAlarm": 24,
        "TreatMissingData": "missing",
        "EvaluationWindow": {"SlidingWindow": {}},
        "StateValue": "ALARM",
        "AlarmDescription": "with a link to the runbook",
        # whom others want to be told, too
        "OKActions": ["c"],
        "InsufficientDataActions": ["c"],
    }
    assert alarm(**same) == []


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"DatapointsToAlarm": 1}, "DatapointsToAlarm is 1, should be 24"),
        ({"Unit": "Count"}, "Unit is Count, should not be set"),
        ({"Threshold": 0}, "Threshold is 0, should be 1"),
        ({"ExtendedStatistic": "p99"}, "ExtendedStatistic is p99, should not be set"),
        ({"AlarmActions": ["a", "c"]}, "AlarmActions lacks b"),
        ({"Dimensions": [{"Name": "a", "Value": "b"}]}, 'Dimensions is ["a=b"], should not be set'),
        (
            {"EvaluationWindow": {"WallClockWindow": {"Timezone": "UTC"}}},
            'EvaluationWindow is {"WallClockWindow": {"Timezone": "UTC"}}, should not be set',
        ),
        ({"EvaluationCriteria": {"PromQLCriteria": {}}}, "EvaluationCriteria is"),
        (
            {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 2880}},
            "a warm-up period was added, in which it does not fire",
        ),
    ],
)
def test_an_altered_alarm(now: dict[str, Any], sentence: str) -> None:
    (told,) = alarm(**now)
    assert told.startswith(sentence)


@pytest.mark.parametrize(
    ("protocol", "wanted", "shown"),
    [
        ("email", "Ops@Example.com ", "ops@example.com"),
        ("sms", "+353861234567", "+353 86 1234567"),
        ("https", "https://user:secret@example.com/x", "https://user:****@example.com/x"),
    ],
)
def test_a_subscriber_in_the_words_of_aws(protocol: str, wanted: str, shown: str) -> None:
    pair = [subscriber({"Protocol": protocol, "Endpoint": each}) for each in (wanted, shown)]
    assert pair[0] == pair[1]


def test_two_subscribers_are_two() -> None:
    addresses = ("https://example.com/a:b", "https://example.com/a:c", "https://other:b@example.com/a:b")
    assert len({subscriber({"Protocol": "https", "Endpoint": each}) for each in addresses}) == len(addresses)


@pytest.mark.parametrize(
    ("protocol", "kept_from"),
    [
        ({}, ""),
        ({"FilterPolicy": "{}"}, ""),
        ({"RedrivePolicy": '{"deadLetterTargetArn": "x"}', "RawMessageDelivery": "true"}, ""),
        ({"FilterPolicy": '{"team": ["x"]}'}, 'a filter policy was added ({"team": ["x"]})'),
        ({"FilterPolicy": f'{{"team": ["{"x" * 200}"]}}'}, "a filter policy was added"),
    ],
)
def test_what_keeps_messages_from_a_subscriber(protocol: dict[str, str], kept_from: str) -> None:
    assert kept(protocol) == kept_from


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        ([{**HELD, "Expiration": {"Days": 34}}], SHORTENED),
        ([{**HELD, "Expiration": {"Days": 36}}], ALTERED),
        ([{**HELD, "Status": "Disabled"}], ALTERED),
        ([{**HELD, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}], SHORTENED),
        (
            [{**HELD, "Filter": {"And": {"Prefix": "retain-35d/", "Tags": [{"Key": "a", "Value": "b"}]}}}],
            ALTERED,
        ),
        ([{**HELD, "Filter": {"Prefix": "retain-35d/", "ObjectSizeGreaterThan": 9}}], ALTERED),
        ([], ALTERED),
        ([HELD, {"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}], SHORTENED),
        (
            [HELD, {"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Date": "2026-12-01"}}],
            SHORTENED,
        ),
        ([HELD, {"ID": "x", "Status": "Disabled", "Filter": {}, "Expiration": {"Days": 1}}], ALTERED),
        # What is moved to other objects deletes those.
        ([{**HELD, "Filter": {"Prefix": ""}}], SHORTENED),
        ([{**HELD, "Filter": {"Prefix": "retain-90d/"}}], SHORTENED),
        ([{**HELD, "Filter": {"Prefix": "retain-35d/orders/"}}], ALTERED),
        ([{**HELD, "Filter": {"Prefix": "reports/"}}], ALTERED),
        ([HELD, {**HELD, "ID": "x", "Filter": {"Prefix": "reports/"}}], ALTERED),
        ([{**HELD, "Transitions": [{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}]}], ALTERED),
        ([HELD, {"ID": "x", "Status": "Enabled", "Filter": {}, "Transitions": [GLACIER]}], ALTERED),
        ([HELD, {"ID": "x", "Status": "Enabled", "Filter": {}, "NoncurrentVersionTransitions": [
            {"NoncurrentDays": 1, "StorageClass": "GLACIER"}]}], ALTERED),
    ],
)  # fmt: skip
def test_what_deletes_sooner_is_told_apart(held: list[dict[str, Any]], kind: str) -> None:
    (told,) = rule_differences([RULE], held)
    assert told.kind == kind


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, HELD),
        ({}, {**{key: HELD[key] for key in ("ID", "Status", "Expiration")}, "Prefix": "retain-35d/"}),
        ({"TagFilters": [{"Key": "a", "Value": "b"}]}, {**HELD, "Filter": {"And": {
            "Prefix": "retain-35d/", "Tags": [{"Key": "a", "Value": "b"}]}}}),
        ({"Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 9}]}, {
            **HELD, "Transitions": [GLACIER]}),
        ({"Prefix": "", "TagFilters": [{"Key": "a", "Value": "b"}]}, {**HELD, "Filter": {
            "Tag": {"Key": "a", "Value": "b"}}}),
    ],
)  # fmt: skip
def test_a_lifecycle_rule_in_the_words_of_s3(changes: dict[str, Any], held: dict[str, Any]) -> None:
    assert list(rule_differences([{**RULE, **changes}], [held])) == []


def test_where_a_rule_that_was_added_puts_backups_is_told() -> None:
    added = {"ID": "x", "Status": "Enabled", "Filter": {}, "Transitions": [GLACIER]}
    (told,) = rule_differences([RULE], [HELD, added])
    assert (
        told.sentence == "the lifecycle rule x was not deployed, and moves objects (to GLACIER after 9 days)"
    )


QUEUE = "arn:aws:sqs:eu-west-1:123456789012:missed"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": QUEUE}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (DENY, ["its policy denies sqs:SendMessage (statement 1)"]),
        ({**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "1.2.3.4/32"}}},
         ["its policy denies sqs:SendMessage (statement 1)"]),
        ({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, []),
        ({**DENY, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}}, []),
        ({**DENY, "Action": "sqs:PurgeQueue"}, []),
        ({**DENY, "Effect": "Allow"}, []),
    ],
)  # fmt: skip
def test_only_what_may_keep_missed_starts_out_of_their_queue_is_told(
    statement: dict[str, Any], told: list[str]
) -> None:
    now = {
        "QueueArn": QUEUE, "MessageRetentionPeriod": "1209600", "DelaySeconds": "0",
        "SqsManagedSseEnabled": "true", "MaximumMessageSize": "1048576",
        "Policy": json.dumps({"Statement": statement}),
    }  # fmt: skip
    wanted = {"MessageRetentionPeriod": 1209600, "SqsManagedSseEnabled": True}
    resource = Resource("stack", "DeadLetterQueue", "AWS::SQS::Queue", wanted, "missed")
    assert [each.sentence for each in differences(resource, {"queue": now})] == told
    put = attributes(resource, now)
    assert put.get("Policy") == ("" if told else None)
    assert list(differences(resource, {"queue": {**now, **put}})) == []
