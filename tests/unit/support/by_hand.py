# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody does by hand to the stacks of a target, one thing to each type of resource."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather import look
from tests.unit.support.deployed import Target, deployed

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import Standing
    from local_aws.client.fixtures import Account

ALERTS = [
    {"protocol": "email", "endpoint": "ops@example.com"},
    {"protocol": "https", "endpoint": "https://example.com/secret"},
    {"protocol": "sqs", "endpoint": "arn:aws:sqs:eu-west-1:123456789012:alerts", "raw": True},
]

SQS = str(ALERTS[2]["endpoint"])

TABLES = ["orders", {"name": "sessions", "every": "6 hours", "retention_days": 7}]

DASHBOARD = "tablekeeper-eu-west-1"

SCHEDULE = ("Name", "GroupName", "FlexibleTimeWindow", "Target", "ScheduleExpressionTimezone")

END = datetime(2099, 1, 1, tzinfo=UTC)

GLUE = {"Sid": "x", "Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}}

LOOKING_ELSEWHERE = {"Version": "2012-10-17", "Statement": [{**GLUE, "Action": "sts:AssumeRole"}]}


def seen(target: Target) -> Standing:
    return look(Aws(target.account.client), target.stacks())


def listening(account: Account) -> Target:
    """Two tables with three subscribers, of whom two still have to confirm."""
    variables = {
        "tablekeeper_alerts": ALERTS,
        "tablekeeper_tables": TABLES,
        "tablekeeper_encryption": "aws:kms",
        "tablekeeper_dashboard": True,
        "tablekeeper_table_key_arns": ["arn:aws:kms:eu-west-1:123456789012:key/1"],
    }
    return deployed(account, variables)


def alter(target: Target) -> None:
    """All that CloudFormation can put back."""
    account = target.account
    store, machinery = (target.outputs[name] for name in ("tablekeeper-store", "tablekeeper-export-1"))
    _alter_alarms(target.client("cloudwatch"))
    target.client("cloudwatch").put_dashboard(DashboardName=DASHBOARD, DashboardBody='{"widgets": []}')
    topic, bucket = store["AlertsTopicArn"], store["BucketName"]
    sns = target.client("sns")
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Resource": topic}
    policy = {"Version": "2012-10-17", "Statement": [{**owner, "Sid": "x", "Action": "sns:Subscribe"}]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    _alter_schedules(target.client("scheduler"))
    sqs = target.client("sqs")
    url = sqs.get_queue_url(QueueName=queue(target))["QueueUrl"]
    anybody = {"Principal": "*", "Resource": "*"}
    deny = {"Sid": "keep-out", "Effect": "Deny", "Action": "sqs:SendMessage", **anybody}
    plain = {"Sid": "plain", "Effect": "Allow", "Action": "sqs:PurgeQueue", **anybody}
    closed = json.dumps({"Version": "2012-10-17", "Statement": [deny, plain]})
    small = {"MessageRetentionPeriod": "60", "DelaySeconds": "900", "MaximumMessageSize": "1024"}
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={**small, "KmsMasterKeyId": "alias/aws/sqs", "Policy": closed}
    )
    _alter_roles(target.client("iam"))
    machines = target.client("stepfunctions")
    role = f"arn:aws:iam::{account.id}:role/tablekeeper-export-1-heartbeat-eu-west-1"
    machines.update_state_machine(
        stateMachineArn=machinery["HeartbeatMachineArn"],
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
    )
    machines.update_state_machine(
        stateMachineArn=machinery["StateMachineArn"], roleArn=role, loggingConfiguration={"level": "OFF"}
    )
    target.client("logs").put_retention_policy(
        logGroupName="/aws/vendedlogs/states/tablekeeper", retentionInDays=1
    )
    _alter_bucket(target.client("s3"), bucket)


def _alter_alarms(cloudwatch: Any) -> None:
    cloudwatch.disable_alarm_actions(AlarmNames=["tablekeeper-missed-orders"])
    for name in ("tablekeeper-missed-sessions", "tablekeeper-export-1-run-failed"):
        (told,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        keys = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "AlarmActions")
        kept = {key: told[key] for key in (*keys, "EvaluationPeriods", "ComparisonOperator")}
        kept["AlarmDescription"] = "all is well"
        cloudwatch.put_metric_alarm(**kept, Threshold=5, Unit="Percent", TreatMissingData="ignore")


def _alter_schedules(scheduler: Any) -> None:
    listed = scheduler.list_schedules(GroupName="tablekeeper-export-1")["Schedules"]
    for number, each in enumerate(sorted(listed, key=lambda each: str(each["Name"]))):
        told = scheduler.get_schedule(GroupName="tablekeeper-export-1", Name=each["Name"])
        kept = {key: told[key] for key in SCHEDULE}
        if number:
            scheduler.update_schedule(**kept, State="DISABLED", ScheduleExpression=told["ScheduleExpression"])
        else:
            kept["Target"] = {**told["Target"], "Input": "{}"}
            scheduler.update_schedule(
                **kept, ScheduleExpression="cron(0 5 1 1 ? *)", EndDate=END, ActionAfterCompletion="DELETE"
            )


def end_a_schedule(target: Any) -> None:
    """So that it deletes itself, which is in no property that the template sets."""
    scheduler = target.client("scheduler")
    first = scheduler.list_schedules(GroupName="tablekeeper-export-1")["Schedules"][0]["Name"]
    told = scheduler.get_schedule(GroupName="tablekeeper-export-1", Name=first)
    kept = {key: value for key, value in told.items() if key in (*SCHEDULE, "ScheduleExpression", "State")}
    scheduler.update_schedule(**kept, EndDate=END, ActionAfterCompletion="DELETE")


def _alter_roles(iam: Any) -> None:
    scheduler, machine, heartbeat = (
        f"tablekeeper-export-1-{name}-eu-west-1" for name in ("scheduler", "machine", "heartbeat")
    )
    iam.update_assume_role_policy(RoleName=scheduler, PolicyDocument=json.dumps(LOOKING_ELSEWHERE))
    iam.delete_role_policy(RoleName=heartbeat, PolicyName="heartbeat")
    (policy,) = [
        each["PolicyArn"]
        for each in iam.list_attached_role_policies(RoleName=machine)["AttachedPolicies"]
        if "TablesPolicy" in each["PolicyName"]
    ]
    iam.detach_role_policy(RoleName=machine, PolicyArn=policy)
    document = iam.get_role_policy(RoleName=machine, PolicyName="backup-run")["PolicyDocument"]
    statements = [each for each in document["Statement"] if each["Sid"] != "WritePoints"]
    less = json.dumps({**document, "Statement": statements})
    iam.put_role_policy(RoleName=machine, PolicyName="backup-run", PolicyDocument=less)


def _alter_bucket(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    for rule in rules:
        if rule["ID"] == "retain-35d":
            rule["Expiration"] = {"Days": 1}
            rule["Transitions"] = [{"Days": 0, "StorageClass": "GLACIER"}]
    kept = [rule for rule in rules if rule["ID"] != "leftovers"]
    everything = {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": [*kept, everything]}
    )
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "cost", "Value": "shop"}]})
    s3.delete_bucket_policy(Bucket=bucket)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def queue(target: Target) -> str:
    """CloudFormation names the queue: SQS takes no name again so soon after it was deleted."""
    return target.outputs["tablekeeper-export-1"]["DeadLetterQueueArn"].rsplit(":", 1)[1]


def delete(target: Target) -> None:
    """One resource of each type."""
    store, machinery = (target.outputs[name] for name in ("tablekeeper-store", "tablekeeper-export-1"))
    alarms = ["tablekeeper-missed-orders", "tablekeeper-export-1-missed-starts"]
    target.client("cloudwatch").delete_alarms(AlarmNames=alarms)
    target.client("cloudwatch").delete_dashboards(DashboardNames=[DASHBOARD])
    sns = target.client("sns")
    for topic in (store["AlertsTopicArn"], _topic(sns, "heartbeat-orders")):
        sns.delete_topic(TopicArn=topic)
    target.client("scheduler").delete_schedule_group(Name="tablekeeper-export-1")
    target.client("sqs").delete_queue(
        QueueUrl=target.client("sqs").get_queue_url(QueueName=queue(target))["QueueUrl"]
    )
    target.client("stepfunctions").delete_state_machine(stateMachineArn=machinery["StateMachineArn"])
    _delete_role(target.client("iam"), "tablekeeper-export-1-machine-eu-west-1")
    target.client("logs").delete_log_group(logGroupName="/aws/vendedlogs/states/tablekeeper")
    target.client("s3").delete_bucket(Bucket=store["BucketName"])


def _topic(sns: Any, part: str) -> str:
    (found,) = [each["TopicArn"] for each in sns.list_topics()["Topics"] if part in each["TopicArn"]]
    return str(found)


def keep_heartbeats_out(target: Target, table: str) -> None:
    """By the policy of a table's topic, and by a key that lets nobody in."""
    client = target.client("sns")
    topic = _topic(client, f"heartbeat-{table}")
    deny = {"Sid": "x", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    for name, value in (("Policy", policy), ("KmsMasterKeyId", "alias/aws/sns")):
        client.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)


def _delete_role(iam: Any, role: str) -> None:
    """With one of the policies that only it has."""
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        if "TablesPolicy" in policy["PolicyName"]:
            iam.delete_policy(PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=role)
