# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an account holds, read back from AWS with boto3 and not with the collection's own code."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local_aws.client import samples, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from local_aws.client.fixtures import Account

READS = re.compile(r"(Describe|List|Get|Head|BatchGet|Query|Scan|Receive)")
# Amazon's CloudFormation module makes a change set in check mode, and deletes it again.
CHANGE_SETS = {"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"}
until = waiting.until
# https://docs.aws.amazon.com/general/latest/gr/datapipeline.html
DATA_PIPELINE = ("us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1")


def tables(account: Account, *names: str, pitr: bool = True) -> None:
    """Make small tables."""
    samples.create(account.client("dynamodb"), tuple(samples.simple(name) for name in names), pitr=pitr)


def pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    """All that a listing has."""
    paginator = client.get_paginator(operation)
    return [each for page in paginator.paginate(**arguments) for each in page.get(key, ())]


def mutations(account: Account) -> list[str]:
    """The calls since the last `forget_calls` that may have changed something."""
    named = [f"{call['service']}:{call['operation']}" for call in account.calls()]
    return [name for name in named if not READS.match(name.split(":")[1])]


def stacks(account: Account) -> dict[str, dict[str, Any]]:
    """Every stack as CloudFormation describes it, with its template, by name."""
    client = account.client("cloudformation")
    return {
        stack["StackName"]: {
            **stack,
            "Template": template(account, stack["StackName"]),
            "ChangeSets": pages(client, "list_change_sets", "Summaries", StackName=stack["StackName"]),
        }
        for stack in pages(client, "describe_stacks", "Stacks")
    }


def status(account: Account, stack: str) -> str:
    """The state of one stack."""
    (described,) = account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(described["StackStatus"])


def template(account: Account, stack: str) -> dict[str, Any]:
    body = account.client("cloudformation").get_template(StackName=stack)["TemplateBody"]
    parsed: dict[str, Any] = json.loads(body if isinstance(body, str) else json.dumps(body))
    return parsed


def resources(account: Account, stack: str) -> dict[str, dict[str, Any]]:
    """The resources of a stack by logical id."""
    listed = pages(
        account.client("cloudformation"), "list_stack_resources", "StackResourceSummaries", StackName=stack
    )
    return {each["LogicalResourceId"]: each for each in listed}


def outputs(account: Account, stack: str) -> dict[str, str]:
    (described,) = account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}


def alarms(account: Account) -> dict[str, dict[str, Any]]:
    """Every alarm by name."""
    listed = pages(account.client("cloudwatch"), "describe_alarms", "MetricAlarms")
    return {alarm["AlarmName"]: alarm for alarm in listed}


def alarmed(account: Account, since: datetime) -> list[str]:
    """The names of the alarms that went to ALARM since then, sorted."""
    history = pages(
        account.client("cloudwatch"), "describe_alarm_history", "AlarmHistoryItems",
        HistoryItemType="StateUpdate", StartDate=since, EndDate=account.aws.now(),
    )  # fmt: skip
    return sorted(each["AlarmName"] for each in history if each["HistorySummary"].endswith("to ALARM"))


def schedules(account: Account) -> dict[str, dict[str, Any]]:
    """Every schedule of EventBridge, by name."""
    client = account.client("scheduler")
    return {
        each["Name"]: client.get_schedule(Name=each["Name"], GroupName=each["GroupName"])
        for each in pages(client, "list_schedules", "Schedules")
    }


def heartbeats(account: Account) -> dict[str, float]:
    """How many heartbeats CloudWatch counted in the last days, by table; a new table gets one at once."""
    now, client = account.aws.now(), account.client("cloudwatch")
    found = {}
    for topic in topics(account):
        if "-heartbeat-" in topic:
            counted = client.get_metric_statistics(
                Namespace="AWS/SNS", MetricName="NumberOfMessagesPublished", Statistics=["Sum"], Period=3600,
                Dimensions=[{"Name": "TopicName", "Value": topic}],
                StartTime=now - timedelta(days=3), EndTime=now + timedelta(hours=1),
            )  # fmt: skip
            table = topic.removeprefix("tablekeeper-heartbeat-").rsplit("-", 1)[0]
            found[table] = sum(each["Sum"] for each in counted["Datapoints"])
    return found


def switch_schedules(account: Account, state: str, but: str = "") -> None:
    """What somebody does who wants a quiet night, to all schedules but those with this in their name."""
    client = account.client("scheduler")
    wanted = (
        "Name",
        "GroupName",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "FlexibleTimeWindow",
        "Target",
    )
    for name, each in schedules(account).items():
        if not (but and but in name):
            client.update_schedule(**{key: each[key] for key in wanted}, State=state)


def topics(account: Account) -> dict[str, dict[str, str]]:
    """The attributes of every topic, by name."""
    client = account.client("sns")
    arns = [each["TopicArn"] for each in pages(client, "list_topics", "Topics")]
    return {arn.split(":")[-1]: client.get_topic_attributes(TopicArn=arn)["Attributes"] for arn in arns}


def objects(account: Account, bucket: str) -> dict[tuple[str, str], str]:
    """Every version in a bucket: key and version id, and the etag."""
    listed = pages(account.client("s3"), "list_object_versions", "Versions", Bucket=bucket)
    return {(each["Key"], each["VersionId"]): each["ETag"] for each in listed}


def machines(account: Account) -> dict[str, dict[str, Any]]:
    """Every state machine, by name."""
    client = account.client("stepfunctions")
    listed = pages(client, "list_state_machines", "stateMachines")
    described = [client.describe_state_machine(stateMachineArn=each["stateMachineArn"]) for each in listed]
    return {each["name"]: {k: v for k, v in each.items() if k != "ResponseMetadata"} for each in described}


def executions(account: Account, machine: str = "tablekeeper-export-1") -> list[dict[str, Any]]:
    """The executions of a state machine, newest first, as AWS describes them."""
    client = account.client("stepfunctions")
    arn = f"arn:aws:states:{account.region}:{account.id}:stateMachine:{machine}"
    listed = pages(client, "list_executions", "executions", stateMachineArn=arn)
    return [client.describe_execution(executionArn=each["executionArn"]) for each in listed]


def executions_left(account: Account) -> list[str]:
    """The executions of all state machines that still run."""
    client = account.client("stepfunctions")
    return [
        execution["executionArn"]
        for machine in pages(client, "list_state_machines", "stateMachines")
        for execution in pages(
            client, "list_executions", "executions",
            stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING",
        )
    ]  # fmt: skip


def recovery(account: Account) -> dict[str, str]:
    """Whether point-in-time recovery is on, by table."""
    client = account.client("dynamodb")
    described = {
        name: client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        for name in pages(client, "list_tables", "TableNames")
    }
    return {n: d["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] for n, d in described.items()}


def snapshot(account: Account) -> dict[str, Any]:
    """All that a playbook could have touched, but for what changes by itself as time passes."""
    s3 = account.client("s3")
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    return {
        "stacks": stacks(account),
        "resources": {name: resources(account, name) for name in stacks(account)},
        "alarms": {
            name: {key: value for key, value in alarm.items() if not key.startswith("State")}
            for name, alarm in alarms(account).items()
        },
        "topics": topics(account),
        "subscriptions": pages(account.client("sns"), "list_subscriptions", "Subscriptions"),
        "schedules": {
            name: {key: value for key, value in each.items() if key != "ResponseMetadata"}
            for name, each in schedules(account).items()
        },
        "machines": machines(account),
        "roles": pages(account.client("iam"), "list_roles", "Roles"),
        "policies": pages(account.client("iam"), "list_policies", "Policies", Scope="Local"),
        "objects": {bucket: objects(account, bucket) for bucket in buckets},
        "lifecycles": {
            bucket: s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] for bucket in buckets
        },
        "log groups": pages(account.client("logs"), "describe_log_groups", "logGroups"),
        "recovery": recovery(account),
        "pipelines": definitions(account),
        "queues": account.client("sqs").list_queues().get("QueueUrls", []),
        "profiles": pages(account.client("iam"), "list_instance_profiles", "InstanceProfiles"),
        "keys": pages(account.client("kms"), "list_keys", "Keys"),
    }


def definitions(account: Account) -> dict[str, Any]:
    """What each pipeline is made of, by name and id; nothing where there is no AWS Data Pipeline."""
    if account.region not in DATA_PIPELINE:
        return {}
    client = account.client("datapipeline")
    listed = pages(client, "list_pipelines", "pipelineIdList")
    return {
        f"{each['name']} {each['id']}": client.get_pipeline_definition(pipelineId=each["id"])[
            "pipelineObjects"
        ]
        for each in listed
    }


def dashboard(account: Account) -> dict[str, Any]:
    """What the dashboard of a target shows."""
    name = f"tablekeeper-{account.region}"
    told = account.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    shown: dict[str, Any] = json.loads(told)
    return shown
