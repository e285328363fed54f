# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines for the tests of the embedded AWS Data Pipeline."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fixtures import Account

Json = dict[str, Any]
JAR = (
    "s3://dynamodb-dpl-eu-west-1/emr-ddb-storage-handler/4.11.0/"
    "emr-dynamodb-tools-4.11.0-SNAPSHOT-jar-with-dependencies.jar"
)
EXPORT, IMPORT = (f"{JAR},org.apache.hadoop.dynamodb.tools.DynamoDB{word}" for word in ("Export", "Import"))
STAMP = "#{format(@scheduledStartTime,'YYYY-MM-dd-HH-mm-ss')}"
ENDED = {"CANCELED", "CASCADE_FAILED", "FAILED", "FINISHED", "TIMEDOUT"}


def pipeline_object(name: str, **fields: Any) -> Json:
    """An object; a value in a tuple is a reference, a list is many values."""
    made = []
    for key, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            kind = "refValue" if isinstance(each, tuple) else "stringValue"
            made.append({"key": key, kind: each[0] if isinstance(each, tuple) else each})
    return {"id": name, "name": name, "fields": made}


def bucket_of(account: Account) -> str:
    """S3's names are everybody's."""
    return f"pipes-{account.id}"


def default(account: Account, **fields: Any) -> Json:
    common = {"scheduleType": "ondemand", "role": "pipe", "resourceRole": "machine"}
    common |= {"pipelineLogUri": f"s3://{bucket_of(account)}/logs/"}
    return pipeline_object("Default", **common | fields)


def cluster(name: str = "Cluster", **fields: Any) -> Json:
    common = {
        "type": "EmrCluster", "releaseLabel": "emr-5.36.0", "masterInstanceType": "m5.xlarge",
        "coreInstanceType": "m5.xlarge", "coreInstanceCount": "2", "terminateAfter": "3 hours",
        "actionOnTaskFailure": "continue",
    }  # fmt: skip
    return pipeline_object(name, **common | fields)


def schedule(start: str, period: str = "1 day", **fields: Any) -> Json:
    return pipeline_object("Schedule", type="Schedule", period=period, startDateTime=start, **fields)


def activity(account: Account, name: str, table: str = "tab", **fields: Any) -> Json:
    step = f"{EXPORT},s3://{bucket_of(account)}/{table}/{STAMP}/data,{table},0.25"
    common = {"type": "EmrActivity", "runsOn": ("Cluster",), "step": step, "maximumRetries": "0"}
    return pipeline_object(name, **common | fields)


def shell(name: str, command: Any, **fields: Any) -> Json:
    common = {"type": "ShellCommandActivity", "runsOn": ("Cluster",), "maximumRetries": "0"}
    return pipeline_object(name, **common | {"command": command} | fields)


def alarm(name: str, topic: str, **fields: Any) -> Json:
    common = {"type": "SnsAlarm", "topicArn": topic, "role": "pipe", "subject": "#{node.name}"}
    common["message"] = "#{node.@scheduledStartTime} #{node.errorId} #{node.errorMessage} #{node.emrStepLog}"
    return pipeline_object(name, **common | fields)


def trust(*services: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": list(services)}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(account: Account, role: str, *statements: Json) -> None:
    account.client("iam").put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=policy(*statements))


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def denied(*actions: str, resource: str = "*") -> Json:
    return {"Effect": "Deny", "Action": list(actions), "Resource": resource}


def roles(account: Account) -> None:
    iam = account.client("iam")
    for name, services in (
        ("pipe", ("datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com")),
        ("machine", ("ec2.amazonaws.com",)),
    ):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(*services))
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(EVERYTHING))
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="machine")


def set_up(account: Account) -> Account:
    """Roles and a bucket, as pipelines need them."""
    roles(account)
    configuration = {"LocationConstraint": account.region}
    account.client("s3").create_bucket(Bucket=bucket_of(account), CreateBucketConfiguration=configuration)
    return account


def keys(account: Account, prefix: str = "") -> list[str]:
    found = account.client("s3").list_objects_v2(Bucket=bucket_of(account), Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", ())]


@dataclass(frozen=True)
class Pipe:
    """A pipeline of an account."""

    account: Account
    client: Any
    id: str

    def put(self, *objects: Json) -> Json:
        answer: Json = self.client.put_pipeline_definition(pipelineId=self.id, pipelineObjects=list(objects))
        return answer

    def problems(self, *objects: Json) -> str:
        """What is said to a definition, as one text."""
        answer = self.client.validate_pipeline_definition(pipelineId=self.id, pipelineObjects=list(objects))
        told = answer["validationErrors"]
        assert answer["errored"] == bool(told)
        return "; ".join(f"{one['id']}: {each}" for one in told for each in one["errors"])

    def define(self, *objects: Json) -> Pipe:
        found = self.put(*objects)["validationErrors"]
        assert not found, found
        return self

    def activate(self, **more: Any) -> Pipe:
        self.client.activate_pipeline(pipelineId=self.id, **more)
        return self

    def state(self) -> str:
        return self.told()["@pipelineState"]

    def told(self) -> dict[str, str]:
        (found,) = self.client.describe_pipelines(pipelineIds=[self.id])["pipelineDescriptionList"]
        return {one["key"]: one["stringValue"] for one in found["fields"]}

    def ids(self, sphere: str, **query: Any) -> list[str]:
        paginator = self.client.get_paginator("query_objects")
        pages = paginator.paginate(pipelineId=self.id, sphere=sphere, **query)
        return sorted(name for page in pages for name in page["ids"])

    def objects(self, *ids: str, **more: Any) -> list[dict[str, str]]:
        pages = self.client.get_paginator("describe_objects").paginate(
            pipelineId=self.id, objectIds=list(ids), **more
        )
        return [
            {"id": each["id"]}
            | {one["key"]: one.get("stringValue", one.get("refValue")) for one in each["fields"]}
            for page in pages
            for each in page["pipelineObjects"]
        ]

    def instances(self) -> dict[str, dict[str, str]]:
        """The instances of activities and clusters, by component, the latest interval's."""
        found: dict[str, dict[str, str]] = {}
        ids = self.ids("INSTANCE")
        for one in [each for n in range(0, len(ids), 25) for each in self.objects(*ids[n : n + 25])]:
            if one["type"] == "SnsAlarm":
                continue
            old = found.get(one["@componentParent"])
            if old is None or old["@scheduledStartTime"] < one["@scheduledStartTime"]:
                found[one["@componentParent"]] = one
        return found

    def wait(self, seconds: float = 120) -> dict[str, dict[str, str]]:
        """Wait until every instance has ended; the latest ones."""
        return self.wait_for(lambda found: all(one["@status"] in ENDED for one in found.values()), seconds)

    def wait_for(self, done: Any, seconds: float = 120) -> dict[str, dict[str, str]]:
        ends = time.monotonic() + seconds
        found: dict[str, dict[str, str]] = {}
        while time.monotonic() < ends:
            found = self.instances()
            if found and done(found):
                return found
            time.sleep(0.2)
        raise AssertionError(f"still at work: {found}")


def pipe(account: Account, name: str = "p", **more: Any) -> Pipe:
    client = account.client("datapipeline")
    made = client.create_pipeline(name=name, uniqueId=name, **more)
    return Pipe(account, client, made["pipelineId"])


def at(account: Account, **later: float) -> str:
    """A time from now, as Data Pipeline writes it."""
    return (account.aws.now() + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%S")
