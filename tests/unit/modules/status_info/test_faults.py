# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people break by hand of what the templates deploy, and what the module says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Deployment
from tests.unit.modules.status_info.backed import MACHINE, codes, message, run
from tests.unit.support.by_hand import queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def test_nothing_is_wrong_and_how_many_calls_that_takes(backed: Target, look: Ask) -> None:
    answer = look()
    assert (answer["healthy"], answer["reasons"], answer["notes"]) == (True, [], [])
    assert {table["table"]: table["reasons"] for table in answer["tables"]} == {"orders": [], "sessions": []}
    assert [each["state"] for each in answer["alert_path"]["subscribers"]] == ["confirmed"] * 4
    backed.account.forget_calls()
    assert look(verify="none")["summary"]["calls"] == len(backed.account.calls()) == 55
    assert answer["summary"]["calls"] == 55 + 2 * 10  # more for each table


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


def test_a_start_that_was_missed(backed: Target, look: Ask) -> None:
    sqs, cloudwatch = backed.client("sqs"), backed.client("cloudwatch")
    url = sqs.get_queue_url(QueueName=queue(backed))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    for _minutes in range(3):
        backed.account.aws.advance(minutes=5)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[f"{MACHINE}-missed-starts"])["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    answer = look()
    assert codes(answer) == ["start_missed"]
    assert "the message in the stack's queue" in message(answer, "start_missed")


def test_muted_alarms(backed: Target, look: Ask) -> None:
    client, now = backed.client("cloudwatch"), backed.account.aws.now()
    for name, begin, alarm in (
        ("quiet", now - timedelta(hours=1), "tablekeeper-missed-orders"),
        ("later", now + timedelta(hours=9), "tablekeeper-missed-orders"),
        ("runs", now - timedelta(hours=1), f"{MACHINE}-run-failed"),
    ):
        schedule = {"Expression": f"at({begin:%Y-%m-%dT%H:%M})", "Duration": "PT4H"}
        client.put_alarm_mute_rule(
            Name=name, Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": [alarm]}
        )
    answer = look()
    assert (codes(answer), codes(answer, "sessions")) == (["alarm_muted"] * 2, ["alarm_muted"])
    told = message(answer, "alarm_muted")
    assert f"until {now + timedelta(hours=3):%Y-%m-%d %H:%M} UTC, as the mute rule quiet says" in told
    backed.account.aws.advance(hours=4)
    assert "alarm_muted" not in codes(look())


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
    left = client.list_objects_v2(Bucket=bucket, Prefix="retain-7d/sessions/")["Contents"]
    newest = max(left, key=lambda each: each["LastModified"])["Key"]
    client.delete_object(Bucket=bucket, Key="/".join([*newest.split("/")[:3], "settings.json"]))
    assert codes(look(), "sessions") == ["settings_missing"]


def test_the_bucket_itself(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for each in page["Versions"]:
            client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    assert codes(look()) == ["point_missing"]
    client.delete_bucket(Bucket=bucket)
    assert codes(look(verify="none")) == ["bucket_missing"]
    assert "every backup in it is lost" in message(look(), "bucket_missing")


def test_a_store_that_somebody_deleted(backed: Target, look: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, store = backed.client("cloudformation"), "tablekeeper-store"
    client.update_termination_protection(EnableTerminationProtection=False, StackName=store)
    client.delete_stack(StackName=store)
    client.get_waiter("stack_delete_complete").wait(StackName=store, WaiterConfig={"Delay": 1})
    answer = look(verify="content")
    assert codes(answer) == ["store_missing", "alert_topic_missing"]
    assert "run the backup playbook, which makes " in message(answer, "store_missing")
    assert answer["tables"][0]["point"]["bucket"] == backed.outputs[store]["BucketName"]
    # Where nobody knows the bucket, nothing without a name is asked for, and the rest is judged.
    monkeypatch.setattr(Deployment, "outputs", lambda _self: Outputs())
    assert codes(look(verify="content")) == ["store_missing", "alert_topic_missing"]
