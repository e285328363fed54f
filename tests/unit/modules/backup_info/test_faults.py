# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people break by hand of what the templates deploy, and what the module says of it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import backup_info
from tests.unit.by_hand import queue
from tests.unit.deployed import Target, deployed
from tests.unit.modules.backup_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

MACHINE = "tablekeeper-export-1"
MAILS = ("ops@example.com", "boss@example.com")
WEBHOOK = "https://example.com/secret"
TABLES: list[Any] = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": 7}]


@pytest.fixture(name="backed")
def fixture_backed(account: Account) -> Target:
    """Two tables that are backed up, with four subscribers who have confirmed."""
    queue = f"arn:aws:sqs:eu-west-1:{account.id}:alerts"
    account.client("sqs").create_queue(QueueName="alerts")
    alerts = [*({"protocol": "email", "endpoint": each} for each in MAILS),
              {"protocol": "sqs", "endpoint": queue},
              {"protocol": "https", "endpoint": WEBHOOK}]  # fmt: skip
    for name in ("orders", "sessions"):
        Machinery.table(account.client("dynamodb"), name)
        account.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "1"}})
    target = deployed(account, {"tablekeeper_alerts": alerts, "tablekeeper_tables": TABLES})
    for each in (*MAILS, WEBHOOK):
        account.aws.control("POST", "confirm", account=account.id, endpoint=each)
    run(target)
    for name in ("orders", "sessions"):
        account.client("cloudwatch").set_alarm_state(
            AlarmName=f"tablekeeper-missed-{name}", StateValue="OK", StateReason="test"
        )
    return target


def run(target: Target) -> None:
    """Back both tables up."""
    client = target.client("stepfunctions")
    execution = client.start_execution(
        stateMachineArn=target.outputs[MACHINE]["StateMachineArn"],
        input=json.dumps({"tables": ["orders", "sessions"]}),
    )["executionArn"]
    Machinery.wait_for(lambda: client.describe_execution(executionArn=execution)["status"] != "RUNNING")
    assert client.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"


@pytest.fixture(name="look")
def fixture_look(play: Callable[..., dict[str, Any]]) -> Ask:
    """Asks as the role does."""
    return partial(play, backup_info, expected=TABLES)


def codes(answer: dict[str, Any], table: str = "orders") -> list[str]:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    return [reason["code"] for reason in found["reasons"]]


def message(answer: dict[str, Any], code: str, table: str = "orders") -> str:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    told = [reason["message"] for reason in found["reasons"] if reason["code"] == code]
    assert told, found["reasons"]
    return str(told[0])


def test_nothing_is_wrong_and_how_many_calls_that_takes(backed: Target, look: Ask) -> None:
    answer = look()
    assert (answer["healthy"], answer["reasons"], answer["notes"]) == (True, [], [])
    assert {table["table"]: table["reasons"] for table in answer["tables"]} == {"orders": [], "sessions": []}
    assert [each["state"] for each in answer["alert_path"]["subscribers"]] == ["confirmed"] * 4
    backed.account.forget_calls()
    assert look(verify="none")["summary"]["calls"] == len(backed.account.calls()) == 43
    assert answer["summary"]["calls"] == 43 + 2 * 10  # more for each table


def test_schedules(backed: Target, look: Ask) -> None:
    client = backed.client("scheduler")
    daily, often = sorted(each["Name"] for each in client.list_schedules(GroupName=MACHINE)["Schedules"])
    told = client.get_schedule(GroupName=MACHINE, Name=daily)
    keys = ("FlexibleTimeWindow", "Target", "ScheduleExpression", "ScheduleExpressionTimezone")
    client.update_schedule(
        Name=daily, GroupName=MACHINE, State="DISABLED", **{key: told[key] for key in keys}
    )
    client.delete_schedule(GroupName=MACHINE, Name=often)
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["schedule_stopped"], ["schedule_missing"])
    assert daily in message(answer, "schedule_stopped")
    client.delete_schedule_group(Name=MACHINE)
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["schedule_missing"], ["schedule_missing"])
    assert "schedule group" in message(answer, "schedule_missing")


def test_alarms(backed: Target, look: Ask) -> None:
    client = backed.client("cloudwatch")
    client.disable_alarm_actions(AlarmNames=["tablekeeper-missed-orders"])
    client.delete_alarms(AlarmNames=["tablekeeper-missed-sessions"])
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["alarm_actions_disabled"], ["alarm_missing"])
    client.delete_alarms(AlarmNames=[f"{MACHINE}-{what}" for what in ("run-failed", "missed-starts")])
    client.disable_alarm_actions(AlarmNames=[f"{MACHINE}-run-aborted"])
    told = client.describe_alarms(AlarmNames=[f"{MACHINE}-run-timedout"])["MetricAlarms"][0]
    keys = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "EvaluationPeriods",
            "ComparisonOperator", "TreatMissingData", "AlarmActions", "Threshold")  # fmt: skip
    client.put_metric_alarm(**{key: told[key] for key in keys}, Period=3600)
    answer = look()
    own = ["stack_alarm_missing", "stack_alarm_missing", "stack_alarm_altered", "stack_alarm_disabled"]
    assert codes(answer) == ["alarm_actions_disabled", *own]
    assert "Period is 3600, should be 300" in message(answer, "stack_alarm_altered")


def test_what_a_backup_needs(backed: Target, look: Ask) -> None:
    arn = backed.outputs[MACHINE]["StateMachineArn"]
    backed.client("stepfunctions").delete_state_machine(stateMachineArn=arn)
    iam, role = backed.client("iam"), f"{MACHINE}-machine-eu-west-1"
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=role)
    sqs = backed.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=queue(backed))["QueueUrl"])
    backed.client("logs").delete_log_group(logGroupName="/aws/vendedlogs/states/tablekeeper")
    answer = look()
    assert codes(answer) == [
        "machine_missing",
        "role_missing",
        "role_altered",
        "queue_missing",
        "log_group_missing",
    ]
    assert message(answer, "machine_missing").endswith("run the backup playbook to restore it.")
    assert answer["tables"][0]["point"]  # from the bucket, since no execution is remembered


def test_the_tables(backed: Target, look: Ask) -> None:
    client = backed.client("dynamodb")
    off = {"PointInTimeRecoveryEnabled": False}
    client.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=off)
    client.delete_table(TableName="sessions")
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["recovery_off"], ["table_missing"])
    backed.account.client("dynamodb").create_table(
        TableName="sessions",
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    answer = look()
    assert codes(answer, "sessions") == ["recovery_off", "made_anew"]
    assert "with another key (other (HASH) and not id (HASH))" in message(answer, "made_anew", "sessions")
    backed.account.aws.advance(hours=5)
    assert "items_fell" not in codes(look(), "sessions")


def test_what_the_bucket_keeps(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    rules = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    for rule in rules:
        if rule["ID"] == "retain-35d":
            rule["Expiration"] = {"Days": 1}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    answer = look()
    assert codes(answer) == ["retention_shortened", "bucket_altered"]
    assert "retain-35d: ExpirationInDays is 1, should be 35" in message(answer, "retention_shortened")
    expires = {table["table"]: table["point"]["expires"] for table in answer["tables"]}
    assert expires["orders"] < expires["sessions"]  # by what the rules do, not by what they should
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client.delete_bucket_lifecycle(Bucket=bucket)
    answer = look()
    assert codes(answer) == ["bucket_altered"]
    assert "the lifecycle rule retain-35d is gone" in message(answer, "bucket_altered")
    assert {table["point"]["expires"] for table in answer["tables"]} == {None}


def test_what_lies_in_the_bucket(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    older = [each["Key"] for each in client.list_objects_v2(Bucket=bucket, Prefix="retain-")["Contents"]]
    backed.account.aws.advance(hours=1)
    run(backed)
    for key in older:
        if "/orders/" in key:
            client.delete_object(Bucket=bucket, Key=key)
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["points_deleted"], [])
    assert "was deleted before the retention was over" in message(answer, "points_deleted")
    newest = client.list_objects_v2(Bucket=bucket, Prefix="retain-7d/sessions/")["Contents"][-1]["Key"]
    client.delete_object(Bucket=bucket, Key="/".join([*newest.split("/")[:3], "settings.json"]))
    assert codes(look(), "sessions") == ["settings_missing"]


def test_the_bucket_itself(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page["Versions"]:
            client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    assert codes(look()) == ["point_missing", "settings_missing"]
    client.delete_bucket(Bucket=bucket)
    assert codes(look(verify="none")) == ["bucket_missing"]
    assert "every backup in it is lost" in message(look(), "bucket_missing")


def test_the_topic(backed: Target, look: Ask) -> None:
    client, topic = backed.client("sns"), backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    owner = {"AWS": f"arn:aws:iam::{backed.account.id}:root"}
    statement = {
        "Sid": "x",
        "Effect": "Allow",
        "Principal": owner,
        "Action": "sns:Subscribe",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert codes(look()) == ["alert_policy_blocks_cloudwatch"]
    client.delete_topic(TopicArn=topic)
    assert codes(look()) == ["alert_topic_missing"]


def test_subscribers(backed: Target, look: Ask) -> None:
    client, topic = backed.client("sns"), backed.outputs["tablekeeper-store"]["AlertsTopicArn"]
    arns = {
        each["Endpoint"]: each["SubscriptionArn"]
        for each in client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    }
    client.unsubscribe(SubscriptionArn=arns[MAILS[0]])
    client.unsubscribe(SubscriptionArn=arns[WEBHOOK])
    client.subscribe(TopicArn=topic, Protocol="https", Endpoint=WEBHOOK)
    sqs = backed.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="alerts")["QueueUrl"])
    answer = look()
    assert codes(answer) == ["subscriber_unreachable", "subscriber_missing", "subscriber_pending"]
    states = [each["state"] for each in answer["alert_path"]["subscribers"]]
    assert sorted(states) == ["confirmed", "missing", "pending", "unreachable"]
    assert message(answer, "subscriber_missing").startswith(f"{MAILS[0]} (email)")
    assert "https://example.com/*** (https)" in message(answer, "subscriber_pending")
    assert "The endpoint itself has to fetch the SubscribeURL" in message(answer, "subscriber_pending")
    assert look(subscribers="any")["healthy"] is True
    client.unsubscribe(SubscriptionArn=arns[MAILS[1]])
    answer = look(subscribers="any")
    gone = ["subscriber_missing", "subscriber_missing", "subscriber_pending"]
    assert codes(answer) == ["no_confirmed_subscriber", "subscriber_unreachable", *gone]
    assert answer["healthy"] is False


def test_what_is_listed_otherwise(backed: Target, look: Ask) -> None:
    assert backed
    answer = look(expected=[{"name": "orders", "every": "1 hour"}, "catalog"])
    assert {table["table"]: codes(answer, table["table"]) for table in answer["tables"]} == {
        "orders": ["not_as_listed"],
        "catalog": ["not_listed"],
        "sessions": ["no_longer_listed"],
    }
    assert "every is listed as 1 hour and deployed as 1 day" in message(answer, "not_as_listed")
    wrong = look(expected=[*TABLES, {"name": "orders", "every": "often"}])
    assert [reason["code"] for reason in wrong["reasons"]] == ["listing_wrong"] * len(wrong["reasons"])
    assert wrong["healthy"] is False


def test_points_that_nobody_adds_to(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    for each in client.list_objects_v2(Bucket=bucket, Prefix="retain-35d/orders/")["Contents"]:
        source = {"Bucket": bucket, "Key": each["Key"]}
        client.copy_object(Bucket=bucket, Key=each["Key"].replace("orders", "old"), CopySource=source)
    answer = look()
    assert answer["healthy"] is True
    assert codes(answer, "old") == ["no_longer_backed_up"]
    assert "is deleted on" in message(answer, "no_longer_backed_up", "old")
    assert (answer["summary"]["retired"], answer["summary"]["tables"]) == (1, 2)


def test_credentials_of_another_account_look_at_nothing(backed: Target, look: Ask) -> None:
    assert backed
    answer = look(account_id="123456789012")
    assert answer["failed"] is True
    assert "in account 123456789012" in answer["msg"]
    assert f"the credentials are those of account {backed.account.id}" in answer["msg"]
    assert look(account_id=backed.account.id)["healthy"] is True
