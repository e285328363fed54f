# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS writes in other words than a template and what it does not, without AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing import (
    ADDED,
    ALTERED,
    EXTENDED,
    SHORTENED,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_bucket import rule_differences
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_compare import (
    differences,
    subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_compare import (
    kept_from as kept,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_policy import (
    merged,
    policy_differences,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing_queue import attributes
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._template import UNKNOWN, Resource

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


def policy(**changes: Any) -> dict[str, Any]:
    statement = {"Sid": "a", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["x", "y"]}
    return {"Version": "2012-10-17", "Statement": [{**statement, **changes}]}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"Action": ["s3:GetObject"], "Resource": ["y", "x"]}),
        ({"Principal": "*"}, {"Principal": {"AWS": "*"}}),
        ({"Principal": {"AWS": ["b", "a"]}}, {"Principal": {"AWS": ["a", "b"]}}),
        ({"Condition": {"Bool": {"a": False}}}, {"Condition": {"Bool": {"a": ["false"]}}}),
        ({"Resource": [UNKNOWN]}, {"Resource": "z"}),
        ({"Sid": "a"}, {"Sid": "a"}),
        ({"Resource": "caf\u00e9"}, {"Resource": "caf?"}),
    ],
)
def test_a_policy_in_other_words(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    assert list(policy_differences("it", policy(**wanted), policy(**found))) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (policy(Effect="Deny"), "it: the statement a is not as deployed"),
        (policy(Resource=["x"]), "it: the statement a is not as deployed"),
        (policy(Condition={"Bool": {"a": "true"}}), "it: the statement a is not as deployed"),
        ({"Statement": []}, "it has no statement a"),
        (
            {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Deny"}]},
            "it has a statement b that was not deployed",
        ),
    ],
)
def test_an_altered_policy(found: dict[str, Any], sentence: str) -> None:
    (told,) = policy_differences("it", policy(), found)
    assert told.sentence == sentence
    assert told.kind == ALTERED


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


def role(**found: Any) -> list[tuple[str, str]]:
    """The kinds and sentences of a role that has one policy, as it is found."""
    properties = {
        "AssumeRolePolicyDocument": policy(),
        "Policies": [{"PolicyName": "own", "PolicyDocument": policy()}],
    }
    resource = Resource("stack", "Role", "AWS::IAM::Role", properties, "worker")
    stands = {"role": {"AssumeRolePolicyDocument": policy()}, "policies": {"own": policy()}, **found}
    return [(each.kind, each.sentence) for each in differences(resource, stands)]


def test_a_role_is_no_more_than_was_deployed() -> None:
    assert role() == []
    assert role(policies={"own": policy(), "more": {}}) == [(ALTERED, "the policy more was added to it")]
    more = {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Allow"}]}
    sentence = "its policy own has a statement b that was not deployed"
    assert role(policies={"own": more}) == [(ALTERED, sentence)]
    ((kind, sentence),) = role(attached=["arn:ours", "arn:theirs"], own={"arn:ours"})
    assert kind == ADDED
    assert sentence.startswith("the policy arn:theirs was attached to it; aws iam detach-role-policy ")
    assert role(attached=["arn:theirs"]) == []  # which are ours is not known: that is told as refused
    bounded = {
        "AssumeRolePolicyDocument": policy(),
        "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:x"},
    }
    ((kind, sentence),) = role(role=bounded)
    assert kind == ADDED
    assert sentence.startswith("the permissions boundary arn:x was set; aws iam delete-role-permissions-")


def test_what_lets_somebody_else_in_takes_nothing_away() -> None:
    found = {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Allow"}]}
    (told,) = policy_differences("it", policy(), found)
    assert (told.sentence, told.kind) == ("it has a statement b that was not deployed", EXTENDED)


def test_a_policy_put_again_keeps_what_others_allow() -> None:
    allowed = [{"Sid": "b", "Effect": "Allow"}, {"Effect": "Allow", "Action": "s3:ListBucket"}]
    denied = [{"Sid": "c", "Effect": "Deny"}, *policy(Resource="z")["Statement"]]
    again = merged(policy(), {"Version": "2008-10-17", "Statement": [*allowed, *denied]})
    assert again == {"Version": "2012-10-17", "Statement": [*policy()["Statement"], *allowed]}
    assert merged(policy(), {"Statement": allowed[0]})["Statement"] == [*policy()["Statement"], allowed[0]]
    assert merged(policy(), {}) == policy()


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
    put = attributes(wanted, now)
    assert put.get("Policy") == ("" if told else None)
    assert list(differences(resource, {"queue": {**now, **put}})) == []
