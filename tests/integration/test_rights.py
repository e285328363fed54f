# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies of docs/iam are enough, and no more than enough; what is missing is named."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tests.unit.support import by_hand

from . import listeners, state
from .playbooks import host
from .rights import Person, actions, policy, roles, used
from .standing import first_backup

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

    from .playbooks import Played

pytestmark = [pytest.mark.newest, pytest.mark.slow]

# Every 10 days: CloudWatch does not look back as far, so that its heartbeat is kept alive.
SELDOM = {"name": "archive", "every": "10 days", "allow_empty": True}
TAGS = {"team": "shop"}
SECRET = "s3cr3tkey"
# Tags make the template of two tables larger than a request to CloudFormation may be.
LARGE = {f"tag-{number}": "x" * 200 for number in range(35)}

# What AWS needs by its documentation and the embedded AWS never asks a role for.
# https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
MAP_RUNS = {"states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"}
# What is read only of a bucket that is locked, and of functions that are told.
NOT_THERE = {"lambda:GetFunctionConfiguration", "lambda:GetPolicy", "s3:GetBucketObjectLockConfiguration"}


def refused(played: Played, action: str) -> None:
    """A sentence names the call that was denied."""
    assert "not authorized to perform" in played.said, played.said
    assert action.lower() in played.said.lower(), played.said


def shell(account: Account) -> None:
    """What is left of a stack when its first change set was never executed."""
    account.client("cloudformation").create_change_set(
        StackName="tablekeeper-export-1",
        ChangeSetName="abandoned",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}),
        Tags=[{"Key": "tablekeeper-prefix", "Value": "tablekeeper"}],
    )


def furnish(account: Account, table: str) -> None:
    """What a backup asks of some tables only: auto scaling, a key, a stream, a replica."""
    client = account.client("dynamodb")
    for change in (
        {"SSESpecification": {"Enabled": True, "SSEType": "KMS"}},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}},
        {"ReplicaUpdates": [{"Create": {"RegionName": "eu-central-1"}}]},
    ):
        client.update_table(TableName=table, **change)
    client, resource = account.client("application-autoscaling"), f"table/{table}"
    common = {"ServiceNamespace": "dynamodb", "ResourceId": resource}
    dimension = {"ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
    client.register_scalable_target(**common, **dimension, MinCapacity=1, MaxCapacity=9)
    client.put_scaling_policy(
        **common, **dimension, PolicyName="p", PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
        },
    )  # fmt: skip


def aborted(account: Account, table: str) -> None:
    """A run that somebody stopped."""
    client = account.client("stepfunctions")
    machine = state.outputs(account, "tablekeeper-export-1")["StateMachineArn"]
    started = client.start_execution(stateMachineArn=machine, input=json.dumps({"tables": [table]}))
    client.stop_execution(executionArn=started["executionArn"])


def miss_a_start(account: Account) -> None:
    """A schedule starts its run; the next one cannot, and leaves word of it."""
    iam, role = account.client("iam"), f"tablekeeper-export-1-scheduler-{account.region}"
    account.aws.advance(days=1)
    deny = {"Effect": "Deny", "Action": "states:StartExecution", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    # Whatever the time of day is now: the scheduler goes on trying for an hour before it gives up.
    account.aws.advance(days=1, hours=2)
    iam.delete_role_policy(RoleName=role, PolicyName="broken")


def change_by_hand(account: Account) -> None:
    """What a backup puts right, each thing in its own way."""
    store = state.outputs(account, "tablekeeper-store")
    account.client("cloudwatch").delete_alarms(AlarmNames=["tablekeeper-export-1-run-failed"])
    account.client("cloudwatch").delete_dashboards(DashboardNames=[f"tablekeeper-{account.region}"])
    account.client("s3").delete_bucket_policy(Bucket=store["BucketName"])
    account.client("s3").put_bucket_tagging(Bucket=store["BucketName"], Tagging={"TagSet": []})
    by_hand.end_a_schedule(SimpleNamespace(client=account.client))
    sqs, queue = account.client("sqs"), state.outputs(account, "tablekeeper-export-1")["DeadLetterQueueArn"]
    url = sqs.get_queue_url(QueueName=queue.rsplit(":", 1)[1])["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    group = store["LogGroupArn"].split(":log-group:")[1].removesuffix(":*")
    account.client("logs").delete_retention_policy(logGroupName=group)
    sns, topic = account.client("sns"), store["AlertsTopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        arn = each["SubscriptionArn"]
        if each["Endpoint"].endswith(":stays"):
            sns.unsubscribe(SubscriptionArn=arn)
        if each["Endpoint"].endswith(":hears"):
            sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue='{"team": ["other"]}'
            )


def backed_up(account: Account, table: str) -> None:
    """What an export leaves, of which a teardown looks whether it is of the whole table."""
    now = account.aws.now()
    summary = {
        "exportArn": f"arn:aws:dynamodb:{account.region}:{account.id}:table/{table}/export/01-a",
        "itemCount": 1,
        "billedSizeBytes": 1,
        "endTime": now.isoformat(),
        "exportTime": now.isoformat(),
    }
    account.client("s3").put_object(
        Bucket=state.outputs(account, "tablekeeper-store")["BucketName"],
        Key=f"retain-35d/{table}/{now:%Y%m%dT%H%M%SZ}-1a2b3c4d/AWSDynamoDB/01-a/manifest-summary.json",
        Body=json.dumps(summary),
    )


def leave_stack(account: Account) -> None:
    """A stack that no table needs, with a state machine that is at work."""
    machine = state.outputs(account, "tablekeeper-export-1")["HeartbeatMachineArn"]
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "tablekeeper-left"}}
    body = {"Resources": {"Topic": topic}, "Outputs": {"HeartbeatMachineArn": {"Value": machine}}}
    account.client("cloudformation").create_stack(
        StackName="tablekeeper-export-2",
        TemplateBody=json.dumps(body),
        Tags=[{"Key": "tablekeeper-prefix", "Value": "tablekeeper"}],
    )
    state.until(lambda: state.status(account, "tablekeeper-export-2") == "CREATE_COMPLETE", "Its creation")


def test_deploying(account: Account, tmp_path: Path) -> None:
    """The backup and teardown playbooks over a deployment's life, by three people."""
    state.tables(account, "orders", "archive", "more")
    state.tables(account, "sessions", pitr=False)
    checker = Person(tmp_path, account, "backup_check")
    deployer = Person(tmp_path, account, "backup", "cloudformation")
    remover = Person(tmp_path, account, "teardown")
    inventory = host("orders", SELDOM)
    # The address of a webhook is a secret, so the task that deploys it may tell nothing by itself.
    secret = {
        **inventory,
        "tablekeeper_alerts": [{"protocol": "https", "endpoint": f"https://h.io/{SECRET}"}],
    }

    for missing, asked in {
        "dynamodb:DescribeContinuousBackups": inventory,
        "sns:CreateTopic": inventory,
        "sns:Subscribe": secret,
    }.items():
        person = Person(tmp_path, account, "backup", "cloudformation", without=missing)
        played = person.play("backup", asked, fails=True)
        refused(played, missing)
        assert "The stack tablekeeper-store" in played.failures["target"] or asked is inventory
        assert SECRET not in played.stdout + played.stderr

    stays, goes, hears = (listeners.Subscriber(account, name).alert for name in ("stays", "goes", "hears"))
    first = host("orders", SELDOM, "more", alerts=[stays, goes, hears], tags=TAGS, dashboard=True)
    deployer.play("backup", first)
    backed_up(account, "orders")
    orders = {"name": "orders", "retention_days": 7}
    changed = host(orders, SELDOM, alerts=[stays, hears], tags=TAGS, stop_backups_of=["more"], dashboard=True)
    assert checker.play("backup", changed, check=True).changed > 0
    person = Person(tmp_path, account, "backup_check", without="cloudformation:CreateChangeSet")
    refused(person.play("backup", changed, check=True, fails=True), "cloudformation:CreateChangeSet")
    change_by_hand(account)
    leave_stack(account)
    deployer.play("backup", changed)
    assert checker.play("backup", changed, check=True).changed == 0

    large = [{"name": name, "tags": LARGE} for name in ("sessions", "more")]
    deployer.gets("backup_kms")
    deployer.gets("backup_pitr")
    oftener = {**SELDOM, "every": "5 days"}
    # CloudWatch may not use this key: that is told before alarms are armed, and why it fails.
    deaf = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    keys = {"encryption": "aws:kms", "alerts_kms_key_arn": deaf, "dashboard": True}
    # One subscriber is there until the store goes.
    alerts = [listeners.Subscriber(account, "last").alert]
    more = host("orders", oftener, *large, enable_pitr=True, **keys, alerts=alerts)
    played = deployer.play("backup", more, fails=True)
    told = f"CloudWatch may not use the key {deaf}"
    assert told in played.failures["target"]
    before = played.said.split("Publish their first heartbeat")[0]
    assert told in before.split("Say why people may not hear of them")[1]

    confirmed = {"teardown_confirm": f"tablekeeper@{account.id}"}
    person = Person(tmp_path, account, "teardown", "cloudformation_delete", without="states:StopExecution")
    refused(person.play("teardown", host(), fails=True, **confirmed), "states:StopExecution")
    assert set(state.stacks(account)) == {"tablekeeper-store", "tablekeeper-export-1"}
    # Whoever may begin what CloudFormation may not finish learns what it was.
    account.client("cloudformation").update_termination_protection(
        StackName="tablekeeper-export-1", EnableTerminationProtection=True
    )
    stays = remover.play("teardown", host(), fails=True, **confirmed)
    assert "The stack tablekeeper-export-1 is DELETE_FAILED. " in stays.failures["target"]
    refused(stays, "Delete")
    assert stays.stats["tablekeeper_teardown"]["targets"]["target"]["stacks"] == {}
    remover.gets("cloudformation_delete")
    remover.gets("teardown_keep_backups")
    remover.play("teardown", host(), **confirmed)
    store = {"teardown_store": True, "teardown_store_confirm": "tablekeeper-store"}
    remover.play("teardown", host(), teardown_keep_backups=True, **store, **confirmed)
    assert state.stacks(account) == {}

    # Once more as at first, but that the bucket is left.
    checker.play("backup", inventory, check=True)
    shell(account)
    deployer.play("backup", inventory)
    assert set(state.stacks(account)) == {"tablekeeper-store", "tablekeeper-export-1"}

    assert checker.used() == actions(policy("backup_check")) - NOT_THERE
    directly = policy("backup"), policy("backup_pitr"), policy("backup_check_kms")
    assert deployer.used() == actions(*directly) - NOT_THERE
    removing = actions(policy("teardown"), policy("teardown_keep_backups"))
    assert remover.used() == removing
    assert remover.used_by_cloudformation() == actions(policy("cloudformation_delete"))


# Nothing is muted here, nothing is locked, and no function is told.
NOTHING_TO_READ = {
    "cloudwatch:GetAlarmMuteRule",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "s3:GetBucketObjectLockConfiguration",
}


def test_running_and_looking(account: Account, tmp_path: Path) -> None:
    """The run and status playbooks, and what the roles in AWS do meanwhile."""
    tables = host("users", SELDOM, {"name": "archive-2", "allow_empty": True}, encryption="aws:kms",
                  alerts=[listeners.Subscriber(account).alert], dashboard=True)  # fmt: skip
    state.tables(account, "users", "archive", "archive-2")
    furnish(account, "users")
    first_backup(account, tables)
    runner = Person(tmp_path, account, "run")
    looker = Person(tmp_path, account, "status", "status_kms")

    person = Person(tmp_path, account, "run", without="states:StartExecution")
    refused(person.play("run", tables, fails=True), "states:StartExecution")
    # The run lasts long enough to be looked at while it goes on, also where a module needs seconds to begin.
    account.aws.set_wait_scale(0.2)
    runner.play("run", tables, run_poll_seconds=2)
    account.aws.set_wait_scale(0.02)
    assert looker.healthy(looker.play("status", tables, status_verify="content"))
    for missing in ("cloudwatch:DescribeAlarms", "s3:GetObject"):
        person = Person(tmp_path, account, "status", "status_kms", without=missing)
        played = person.play("status", tables, status_verify="content", fails=True)
        assert not person.healthy(played)
        refused(played, missing)

    page = {"status_html": str(tmp_path / "page.html"), "status_publish": True}
    assert "s3:PutObject" in looker.play("status", tables, fails=True, **page).failures["target"]
    publishing = ("status_publish", "status_publish_kms")
    publisher = Person(tmp_path, account, "status", "status_kms", *publishing)
    assert publisher.healthy(publisher.play("status", tables, **page))
    assert actions(*map(policy, publishing)) <= publisher.used()
    person = Person(tmp_path, account, "status", "status_kms", "status_publish")
    assert "kms:GenerateDataKey" in person.play("status", tables, fails=True, **page).failures["target"]

    account.client("dynamodb").update_continuous_backups(
        TableName="archive-2", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert "archive-2" in runner.play("run", tables, fails=True).failures["target"]
    aborted(account, "users")
    assert not looker.healthy(looker.play("status", tables, fails=True))

    assert runner.used() == actions(policy("run"))
    denied = {"s3:PutObject"}
    assert looker.used() - denied == actions(policy("status"), policy("status_kms")) - NOTHING_TO_READ
    miss_a_start(account)
    for role, allowed in roles(account).items():
        done = {action for who, action, _resource in used(account) if who == role}
        assert done == allowed - MAP_RUNS, role
