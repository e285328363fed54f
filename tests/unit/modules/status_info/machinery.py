# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A target on the embedded AWS, whose machine ends as its input says and whose points are real exports."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

PREFIX = "tablekeeper"
WAIT_SECONDS = 30
INLINE = 51_200
LISTENER = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
# Waits for ever, ends without a report, or reports what its input says and ends as that says.
MACHINE = {
    "StartAt": "Begin",
    "States": {
        "Begin": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.end", "StringEquals": "never", "Next": "Wait"},
                {"Variable": "$.end", "StringEquals": "lost", "Next": "Lost"},
                {"Variable": "$.end", "StringEquals": "bad", "Next": "Bad"},
            ],
            "Default": "Good",
        },
        "Wait": {"Type": "Wait", "Seconds": 9000000, "Next": "Done"},
        "Lost": {"Type": "Pass", "Result": {"MessageId": "1"}, "Next": "NoTables"},
        "NoTables": {"Type": "Fail", "Error": "NoTables", "Cause": "none matched"},
        "Good": {"Type": "Pass", "OutputPath": "$.report", "Next": "Done"},
        "Bad": {"Type": "Pass", "OutputPath": "$.report", "Next": "SomeTablesFailed"},
        "SomeTablesFailed": {"Type": "Fail", "Error": "SomeTablesFailed", "Cause": "some"},
        "Done": {"Type": "Succeed"},
    },
}


def record(name: str, **changes: Any) -> dict[str, Any]:
    """A table's record in the outputs of its stack."""
    return {
        "name": name,
        "every": 24,
        "max_age": 30,
        "window": 24,
        "echo": 6,
        "days": 35,
        "at": "02:00",
        "tz": "UTC",
        "schedule": "24h-0200-abcdef",
        "enabled": True,
        "armed": True,
        **changes,
    }


@dataclass
class Machinery:
    account: Account
    prefix: str = PREFIX
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: int = 0
    last: str | None = f"{PREFIX}-export-1"  # as the store tells it

    def client(self, service: str) -> Any:
        return self.account.client(service)

    @property
    def bucket(self) -> str:
        return f"{self.prefix}-{self.account.id}-{self.account.region}"

    @property
    def topic(self) -> str:
        return self.outputs["store"]["AlertsTopicArn"]

    def deploy_store(self, *, subscribed: bool = True) -> None:
        resources: dict[str, Any] = {
            "Alerts": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"{self.prefix}-alerts"}},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": self._bucket()},
        }
        outputs: dict[str, Any] = {
            "AlertsTopicArn": {"Ref": "Alerts"},
            "BucketName": {"Ref": "Bucket"},
            "RetentionDays": "7,35",
        }
        if self.last is not None:
            outputs["LastStacks"] = self.last
        if subscribed:
            arn = f"arn:aws:sqs:{self.account.region}:{self.account.id}:listener"
            policy = json.dumps({"Version": "2012-10-17", "Statement": [{**LISTENER, "Resource": arn}]})
            self.client("sqs").create_queue(QueueName="listener", Attributes={"Policy": policy})
            properties = {"TopicArn": {"Ref": "Alerts"}, "Protocol": "sqs", "Endpoint": arn}
            resources["Listener"] = {"Type": "AWS::SNS::Subscription", "Properties": properties}
        self._deploy("store", resources, outputs)

    def _bucket(self) -> dict[str, Any]:
        rules = [
            {
                "Id": f"retain-{days}d",
                "Status": "Enabled",
                "Prefix": f"retain-{days}d/",
                "ExpirationInDays": days,
            }
            for days in (7, 35)
        ]
        return {
            "BucketName": self.bucket,
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {"Rules": rules},
        }

    def deploy(self, *tables: dict[str, Any], number: int = 1, more: Any = None, told: Any = None) -> None:
        """The machinery of some tables, with all alarms OK, and the tables; more resources and outputs."""
        dynamodb = self.client("dynamodb")
        for table in tables:
            self.table(dynamodb, table["name"])
        resources: dict[str, Any] = {
            **(more or {}),
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": f"{self.prefix}-export-{number}",
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "DefinitionString": json.dumps(MACHINE),
                },
            },
        }
        for table in tables:
            resources |= self._watch(table)
        listing = {
            f"Tables{index}": json.dumps(tables[index * 20 : index * 20 + 20])
            for index in range(-(-len(tables) // 20))
        }
        self._deploy(
            f"export-{number}", resources, {"StateMachineArn": {"Ref": "Machine"}, **listing, **(told or {})}
        )
        sns, cloudwatch = self.client("sns"), self.client("cloudwatch")
        for table in tables:
            if table["enabled"]:
                self.beat(table["name"], sns)
                self.set_alarm(table["name"], "OK", cloudwatch)

    def _watch(self, table: dict[str, Any]) -> dict[str, Any]:
        stem = naming.logical_id(table["name"])
        topic = {"TopicName": naming.topic(self.prefix, table["name"])}
        made: dict[str, Any] = {f"{stem}Heartbeat": {"Type": "AWS::SNS::Topic", "Properties": topic}}
        if table["enabled"]:
            made[f"{stem}Missed"] = {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": naming.alarm(self.prefix, table["name"]),
                    "Namespace": "AWS/SNS",
                    "MetricName": "NumberOfMessagesPublished",
                    "Dimensions": [
                        {"Name": "TopicName", "Value": {"Fn::GetAtt": [f"{stem}Heartbeat", "TopicName"]}}
                    ],
                    "Statistic": "Sum",
                    "Period": 3600,
                    "EvaluationPeriods": table["window"],
                    "DatapointsToAlarm": table["window"],
                    "Threshold": 1,
                    "ComparisonOperator": "LessThanThreshold",
                    "TreatMissingData": "breaching",
                    "ActionsEnabled": table["armed"],
                    "AlarmActions": [self.topic],
                },
            }
        return made

    def _deploy(self, kind: str, resources: dict[str, Any], outputs: dict[str, Any]) -> None:
        client, name = self.client("cloudformation"), f"{self.prefix}-{kind}"
        listed = {key: {"Value": value} for key, value in {"Version": "1", **outputs}.items()}
        body = json.dumps({"Resources": resources, "Outputs": listed})
        given = {"TemplateBody": body} if len(body) <= INLINE else {"TemplateURL": self._upload(body)}
        client.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], **given)
        client.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
        )
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        self.outputs[kind] = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}

    def _upload(self, body: str) -> str:
        self.client("s3").put_object(Bucket=self.bucket, Key="templates/machinery.json", Body=body)
        return f"https://s3.{self.account.region}.amazonaws.com/{self.bucket}/templates/machinery.json"

    def beat(self, table: str, client: Any = None) -> None:
        topic = f"arn:aws:sns:{self.account.region}:{self.account.id}:{naming.topic(self.prefix, table)}"
        (client or self.client("sns")).publish(TopicArn=topic, Message="{}")

    def set_alarm(self, table: str, state: str, client: Any = None) -> None:
        name, client = naming.alarm(self.prefix, table), client or self.client("cloudwatch")
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")

    def start(self, payload: dict[str, Any], number: int = 1) -> str:
        machine = self.outputs[f"export-{number}"]["StateMachineArn"]
        client = self.client("stepfunctions")
        return str(client.start_execution(stateMachineArn=machine, input=json.dumps(payload))["executionArn"])

    def run(
        self, *entries: dict[str, Any], end: str = "", number: int = 1, version: int = 1, **payload: Any
    ) -> str:
        """A run with this payload, whose report has these entries; it ends well if all are ok."""
        end = end or ("good" if all(entry["ok"] for entry in entries) else "bad")
        report = {"version": version, "scheduled": payload.get("scheduled"), "tables": list(entries)}
        execution = self.start({"end": end, "report": report, **payload}, number)
        self.wait_for(lambda: self._state(execution) != "RUNNING")
        return execution

    def _state(self, execution: str) -> str:
        return str(self.client("stepfunctions").describe_execution(executionArn=execution)["status"])

    def stop(self, execution: str) -> None:
        self.client("stepfunctions").stop_execution(executionArn=execution)

    def entry(self, table: str, **changes: Any) -> dict[str, Any]:
        """What a good run reports of a table, without there being a point."""
        moment = self.account.aws.now()
        now, begun = moment.isoformat(), f"{moment - timedelta(minutes=1):%Y%m%dT%H%M}"
        self.numbers += 1
        return {
            "table": table,
            "ok": True,
            "prefix": f"retain-35d/{table}/{begun}0{self.numbers}Z-1a2b3c4d",
            "export": f"0170000000000{self.numbers}-abcdef01",
            "items": 5,
            "bytes": 1234,
            "started": now,
            "finished": now,
            **changes,
        }

    def failure(self, table: str, **changes: Any) -> dict[str, Any]:
        now = self.account.aws.now().isoformat()
        told = {"error": "PointInTimeRecoveryUnavailable", "cause": "PITR is off"}
        return {"table": table, "ok": False, **told, "started": now, "finished": now, **changes}

    @staticmethod
    def table(client: Any, name: str) -> str:
        """The ARN of a table that is there, or is made, and can be exported."""
        try:
            return str(client.describe_table(TableName=name)["Table"]["TableArn"])
        except client.exceptions.ResourceNotFoundException:
            made = client.create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        return str(made["TableDescription"]["TableArn"])

    def export(self, table: str, items: int = 3) -> dict[str, Any]:
        """Make a table if there is none, export it, and return what a run would report of it."""
        client = self.client("dynamodb")
        arn = self.table(client, table)
        for number in range(items):
            client.put_item(TableName=table, Item={"id": {"S": f"{number}"}})
        entry = self.entry(table, items=items)
        export = client.export_table_to_point_in_time(
            TableArn=arn, S3Bucket=self.bucket, S3Prefix=entry["prefix"]
        )["ExportDescription"]["ExportArn"]
        self.wait_for(lambda: self._exported(export) == "COMPLETED")
        described = client.describe_table(TableName=table)["Table"]
        self.client("s3").put_object(
            Bucket=self.bucket,
            Key=f"{entry['prefix']}/settings.json",
            Body=json.dumps({"Version": 1, "Table": described}, default=str),
        )
        return {**entry, "export": export.rsplit("/", 1)[1]}

    def _exported(self, export: str) -> str:
        return str(
            self.client("dynamodb").describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"]
        )

    @staticmethod
    def wait_for(happened: Any) -> None:
        gives_up = time.monotonic() + WAIT_SECONDS
        while not happened():
            assert time.monotonic() < gives_up, "it did not happen in time"
            time.sleep(0.05)
