# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table of the embedded AWS with every setting that a table may have there, and with what hangs on it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from local_aws.client import samples

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TABLE = "orders"
INDEX = "by-status"
ALARM = "orders-reads"
READS = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": f"table/{TABLE}",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
OF_INDEX = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": f"table/{TABLE}/index/{INDEX}",
    "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def furnish(account: Account, *, key: str = "") -> dict[str, Any]:
    """Make it; AWS's own key encrypts it if none is given. Returns its description."""
    client = account.client("dynamodb")
    (sample,) = [each for each in samples.samples() if each.name == TABLE]
    samples.create(client, (sample,))
    encryption = {"Enabled": True, "SSEType": "KMS"} | ({"KMSMasterKeyId": key} if key else {})
    client.update_table(TableName=TABLE, SSESpecification=encryption)
    client.update_table(TableName=TABLE, TableClass="STANDARD_INFREQUENT_ACCESS")
    client.update_table(TableName=TABLE, DeletionProtectionEnabled=True)
    client.update_table(TableName=TABLE, ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    arn = client.describe_table(TableName=TABLE)["Table"]["TableArn"]
    client.tag_resource(
        ResourceArn=arn, Tags=[{"Key": f"tag-{number:02}", "Value": "x"} for number in range(12)]
    )
    client.update_contributor_insights(
        TableName=TABLE, ContributorInsightsAction="ENABLE", ContributorInsightsMode="THROTTLED_KEYS"
    )
    client.update_contributor_insights(TableName=TABLE, IndexName=INDEX, ContributorInsightsAction="ENABLE")
    described: dict[str, Any] = client.describe_table(TableName=TABLE)["Table"]
    for resource in (arn, described["LatestStreamArn"]):
        client.put_resource_policy(ResourceArn=resource, Policy=_policy(account, resource))
    _stream_to_kinesis(account)
    _scale(account)
    _alarm(account)
    _read_stream(account, described["LatestStreamArn"])
    return described


def _policy(account: Account, resource: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
        "Action": "dynamodb:GetRecords" if "/stream/" in resource else "dynamodb:GetItem",
        "Resource": resource,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _stream_to_kinesis(account: Account) -> None:
    kinesis = account.client("kinesis")
    kinesis.create_stream(StreamName="changes", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="changes")["StreamDescriptionSummary"]["StreamARN"]
    account.client("dynamodb").enable_kinesis_streaming_destination(TableName=TABLE, StreamArn=arn)


def _scale(account: Account) -> None:
    scaling = account.client("application-autoscaling")
    kind = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
    for what in (READS, OF_INDEX):
        scaling.register_scalable_target(**what, MinCapacity=5, MaxCapacity=50)
        scaling.put_scaling_policy(
            **what, PolicyName=f"{what['ResourceId']}-policy", PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 70.0, "PredefinedMetricSpecification": kind,
            },
        )  # fmt: skip
        scaling.put_scheduled_action(
            **what, ScheduledActionName="night", Schedule="cron(0 22 * * ? *)", Timezone="Asia/Tokyo",
            StartTime="2027-01-01T00:00:00Z", ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 5},
        )  # fmt: skip


def _alarm(account: Account) -> None:
    """One that is on the table, one of another table, one of a policy, and so many that they fill pages."""
    client = account.client("cloudwatch")
    how: dict[str, Any] = {
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold",
        "Statistic": "Sum", "Period": 60,
    }  # fmt: skip

    for name, table in (
        (ALARM, TABLE), ("other-reads", f"{TABLE}-other"), (f"TargetTracking-table/{TABLE}-x", TABLE),
    ):  # fmt: skip
        client.put_metric_alarm(
            AlarmName=name, Namespace="AWS/DynamoDB", MetricName="ConsumedReadCapacityUnits",
            Dimensions=[{"Name": "TableName", "Value": table}], **how,
        )  # fmt: skip
    for number in range(60):
        client.put_metric_alarm(
            AlarmName=f"of-others-{number:02}", Namespace="AWS/SQS", MetricName="NumberOfMessagesSent", **how
        )


def _read_stream(account: Account, stream: str) -> None:
    role = account.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    client = account.client("lambda")
    client.create_function(
        FunctionName="reader", Runtime="python3.13", Role=role["Role"]["Arn"], Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
    )  # fmt: skip
    client.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=stream, StartingPosition="LATEST", Enabled=False
    )
    topic = account.client("sns").create_topic(Name="changes")["TopicArn"]
    account.client("pipes").create_pipe(
        Name="orders-pipe", Source=stream, Target=topic, RoleArn=role["Role"]["Arn"], DesiredState="STOPPED",
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
    )  # fmt: skip
