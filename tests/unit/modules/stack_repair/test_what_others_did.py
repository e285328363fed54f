# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody added, taken away or left; and why people would not hear of an alarm."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.apply import with_others
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_repair
from tests.unit.support import by_hand
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest

MACHINE = "tablekeeper-export-1"
ROLE = f"{MACHINE}-machine-eu-west-1"
DENY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}})
ALARMS = ("tablekeeper-missed-orders", "tablekeeper-missed-sessions", f"{MACHINE}-run-failed")


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, stack_repair)


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Target:
    return by_hand.listening(account)


def test_a_policy_that_was_put_into_a_role_is_taken_away(target: Target, ask: Ask) -> None:
    iam = target.client("iam")
    iam.put_role_policy(RoleName=ROLE, PolicyName="stop", PolicyDocument=DENY)
    answer = ask()
    assert answer["repaired"] == [f"the role {ROLE} was altered (the policy stop was added to it)"]
    assert answer["left"] == []
    assert "stop" not in iam.list_role_policies(RoleName=ROLE)["PolicyNames"]
    assert ask()["changed"] is False


def test_what_was_put_onto_a_role_is_left_and_told(target: Target, ask: Ask) -> None:
    iam = target.client("iam")
    arn = iam.create_policy(PolicyName="stop", PolicyDocument=DENY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn)
    for check in (True, False):
        answer = ask(check=check)
        assert (answer["changed"], answer["repaired"], answer["left"]) == (False, [], [])
        (told,) = answer["left_alone"]
        assert f"aws iam detach-role-policy --role-name {ROLE} --policy-arn {arn} takes it away" in told
        assert f"aws iam delete-role-permissions-boundary --role-name {ROLE} takes it away" in told


def test_a_filter_before_a_subscriber_is_taken_away(target: Target, ask: Ask) -> None:
    sns, topic = target.client("sns"), target.outputs["tablekeeper-store"]["AlertsTopicArn"]
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (arn,) = [each["SubscriptionArn"] for each in found if each["Endpoint"] == by_hand.SQS]
    sns.set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue='{"team": ["other"]}'
    )
    answer = ask()
    (told,) = answer["repaired"]
    assert told == (
        f'the subscription of {by_hand.SQS} was altered (a filter policy was added ({{"team": ["other"]}}))'
    )
    assert (answer["left"], answer["asked"]) == ([], [])
    assert ask()["changed"] is False


def test_what_is_around_a_raw_message_is_taken_away(target: Target, ask: Ask) -> None:
    sns, topic = target.client("sns"), target.outputs["tablekeeper-store"]["AlertsTopicArn"]
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (arn,) = [each["SubscriptionArn"] for each in found if each["Endpoint"] == by_hand.SQS]
    sns.set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="false"
    )
    answer = ask()
    (told,) = answer["repaired"]
    assert (
        told == f"the subscription of {by_hand.SQS} was altered (raw message delivery is off, should be on)"
    )
    assert ask()["changed"] is False
    sns.unsubscribe(SubscriptionArn=arn)
    assert ask()["changed"] is True
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (arn,) = [each["SubscriptionArn"] for each in found if each["Endpoint"] == by_hand.SQS]
    now = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert now["RawMessageDelivery"] == "true"


def actions(target: Target) -> dict[str, set[str]]:
    found = target.client("cloudwatch").describe_alarms(AlarmNames=list(ALARMS))["MetricAlarms"]
    return {each["AlarmName"]: {arn.rsplit(":", 1)[1] for arn in each["AlarmActions"]} for each in found}


def also_tell(target: Target, name: str, **changes: Any) -> None:
    """Somebody wants to be told of an alarm, too, and may change more of it."""
    client = target.client("cloudwatch")
    (told,) = client.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    keys = (
        *("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods"),
        *("DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "OKActions"),
        "AlarmDescription",
    )
    kept = {key: told[key] for key in keys if key in told}
    theirs = f"arn:aws:sns:eu-west-1:{target.account.id}:theirs"
    client.put_metric_alarm(**{**kept, "AlarmActions": [*told["AlarmActions"], theirs], **changes})


def test_who_wants_to_be_told_too_is_told_on(target: Target, ask: Ask) -> None:
    both = {"tablekeeper-alerts", "theirs"}
    for name in ALARMS:
        also_tell(target, name)
    answer = ask()
    assert (answer["changed"], answer["repaired"]) == (False, [])
    assert actions(target) == dict.fromkeys(ALARMS, both)
    # One is put again as it should be, and CloudFormation brings the stack of all in line.
    also_tell(target, "tablekeeper-missed-orders", Threshold=5)
    target.client("iam").put_role_policy(RoleName=ROLE, PolicyName="stop", PolicyDocument=DENY)
    answer = ask()
    assert (len(answer["repaired"]), answer["left"]) == (2, [])
    assert actions(target) == dict.fromkeys(ALARMS, both)


def test_ours_come_first_of_as_many_as_an_alarm_may_have() -> None:
    theirs = {"AlarmActions": [f"arn:{number}" for number in range(5)]}
    wanted = with_others({"AlarmActions": ["arn:ours"]}, theirs)
    assert wanted["AlarmActions"] == ["arn:ours", "arn:0", "arn:1", "arn:2", "arn:3"]
    assert with_others({}, {}) == {}


def test_what_others_allow_stays_beside_ours_and_what_they_deny_is_named(target: Target, ask: Ask) -> None:
    s3, sns, store = target.client("s3"), target.client("sns"), target.outputs["tablekeeper-store"]
    bucket, topic = store["BucketName"], store["AlertsTopicArn"]

    def policies() -> list[dict[str, Any]]:
        told = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        return [json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]), json.loads(told)]

    deployed_as = [{each["Sid"] for each in policy["Statement"]} for policy in policies()]
    theirs = json.dumps(theirs_on("s3:GetObject", f"arn:aws:s3:::{bucket}/*"))
    s3.put_bucket_policy(Bucket=bucket, Policy=theirs)
    theirs = json.dumps(theirs_on("sns:Subscribe", topic))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=theirs)
    foreseen, answer = ask(check=True), ask()
    assert answer["repaired"] == foreseen["repaired"]
    for sentence in answer["repaired"]:
        assert "has a statement KeepOut that was not deployed" in sentence
        assert "Restore" not in sentence
    found = [{each["Sid"] for each in policy["Statement"]} for policy in policies()]
    assert found == [{*ours, "Restore"} for ours in deployed_as]
    assert (len(answer["repaired"]), answer["left"], ask()["changed"]) == (2, [], False)


def test_what_cloudformation_takes_away_with_the_rest_is_named(target: Target, ask: Ask) -> None:
    store = target.outputs["tablekeeper-store"]
    kms, s3, key_arn = target.client("kms"), target.client("s3"), store["KmsKeyArn"]
    document = json.loads(kms.get_key_policy(KeyId=key_arn, PolicyName="default")["Policy"])
    (restore, _deny) = theirs_on("kms:Decrypt", "*")["Statement"]
    more = json.dumps({**document, "Statement": [*document["Statement"], restore]})
    kms.put_key_policy(KeyId=key_arn, PolicyName="default", Policy=more)
    answer = ask()
    assert (answer["changed"], answer["repaired"]) == (False, [])
    s3.put_bucket_versioning(Bucket=store["BucketName"], VersioningConfiguration={"Status": "Suspended"})
    foreseen, answer = ask(check=True), ask()
    assert answer["repaired"] == foreseen["repaired"]
    assert "its policy has a statement Restore that was not deployed" in answer["repaired"][-1]
    again = json.loads(kms.get_key_policy(KeyId=key_arn, PolicyName="default")["Policy"])
    assert again["Statement"] == document["Statement"]


def theirs_on(action: str, resource: str) -> dict[str, Any]:
    """A policy without any statement of ours."""
    who = {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": action, "Resource": resource}
    statements = [{"Sid": "Restore", "Effect": "Allow", **who}, {"Sid": "KeepOut", "Effect": "Deny", **who}]
    return {"Version": "2012-10-17", "Statement": statements}


def key(account: Account, *allowed: str) -> str:
    """A customer key whose policy lets CloudWatch do this."""
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*"}
    statements = [{**owner, "Sid": "own", "Resource": "*"}]
    if allowed:
        service = {"Service": "cloudwatch.amazonaws.com"}
        lets = {"Sid": "alarms", "Effect": "Allow", "Principal": service}
        statements.append({**lets, "Action": list(allowed), "Resource": "*"})
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return str(account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


OPEN = ("kms:Decrypt", "kms:GenerateDataKey*")


@pytest.mark.parametrize(("allowed", "heard"), [(OPEN, True), ((), False)])
def test_a_key_that_cloudwatch_may_not_use(
    account: Account, ask: Ask, allowed: tuple[str, ...], heard: bool
) -> None:
    deployed(
        account, {"tablekeeper_tables": ["orders"], "tablekeeper_alerts_kms_key_arn": key(account, *allowed)}
    )
    unheard = ask()["unheard"]
    assert bool(unheard) is not heard
    assert not unheard or "CloudWatch may not use the key" in unheard[0]


def test_a_key_whose_policy_may_not_be_read(account: Account, ask: Ask, allow: Callable[..., None]) -> None:
    deployed(account, {
        "tablekeeper_tables": ["orders"], "tablekeeper_alerts_kms_key_arn": key(account),
    })  # fmt: skip
    allow(
        "cloudformation:*", "cloudwatch:*", "iam:*", "logs:*", "s3:*", "scheduler:*", "sns:*", "sqs:*",
        "states:*", "kms:DescribeKey",
    )  # fmt: skip
    answer = ask()
    assert answer["unheard"] == []
    (refused,) = answer["refused"]
    assert refused.startswith("kms:GetKeyPolicy (AccessDenied")


def test_a_key_of_another_account(account: Account, ask: Ask) -> None:
    theirs = "arn:aws:kms:eu-west-1:210987654321:key/11111111-2222-3333-4444-555555555555"
    deployed(account, {
        "tablekeeper_tables": ["orders"], "tablekeeper_alerts_kms_key_arn": theirs,
    })  # fmt: skip
    account.forget_calls()
    answer = ask()
    assert (answer["unheard"], answer["refused"]) == ([], [])
    (told,) = answer["not_known"]
    assert "it is of account 210987654321" in told
    assert "allows cloudwatch.amazonaws.com kms:Decrypt and kms:GenerateDataKey*" in told
    assert "GetKeyPolicy" not in {call["operation"] for call in account.calls()}
