# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ministack's mistakes, seen in the pinned release and gone with the patch, both without our additions."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import ministack
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import local_aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Client = Callable[..., Any]

HERE = Path(local_aws.__file__).parent / "ministack"
RELEASED = Path(ministack.__file__).parent
NO_RETRIES = Config(retries={"total_max_attempts": 1}, inject_host_prefix=False)
REGION = "eu-west-1"
pytestmark = [pytest.mark.aws, pytest.mark.newest]


def serving(package: Path, scratch: Path) -> Iterator[Client]:
    """A ministack of its own; yields what makes clients of it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ, "PYTHONPATH": str(package.parent), "GATEWAY_PORT": str(port), "AUTH": "true",
        "MINISTACK_HOST": "127.0.0.1", "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "WARNING",
        "STATE_DIR": str(scratch), "S3_DATA_DIR": str(scratch), "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": f"unix://{scratch}/no-docker",
    }  # fmt: skip
    command = [sys.executable, "-m", "ministack"]
    with subprocess.Popen(
        command, cwd=scratch, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port)

            def client(service: str, region: str = REGION, **keys: str) -> Any:
                access = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "local", **keys}
                url = f"http://127.0.0.1:{port}"
                return boto3.client(
                    service, endpoint_url=url, region_name=region, config=NO_RETRIES, **access
                )

            yield client
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert time.monotonic() < ends, "ministack does not start"
            time.sleep(0.1)


@pytest.fixture(scope="module", name="released")
def fixture_released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    yield from serving(RELEASED, tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="module", name="patched")
def fixture_patched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    place = tmp_path_factory.mktemp("patched")
    shutil.copytree(RELEASED, place / "ministack", ignore=shutil.ignore_patterns("__pycache__"))
    patch = ["git", "apply", "--whitespace=error", str(HERE / "mistakes.patch")]
    subprocess.run(patch, cwd=place, check=True, env={**os.environ, "GIT_CEILING_DIRECTORIES": str(place)})
    yield from serving(place / "ministack", place)


TO_QUEUE = {
    "Arn": f"arn:aws:sqs:{REGION}:123456789012:q", "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
}  # fmt: skip
SCHEDULE = {
    "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": TO_QUEUE,
}  # fmt: skip


def allowing(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trusting(service: str) -> str:
    principal = {"Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **principal}]})


def succeeds(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError:
        return False
    return True


def waiting_machine(client: Client) -> str:
    """A state machine whose executions go on for an hour."""
    name = f"waiting-{time.monotonic_ns()}"
    role = client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=trusting("states.amazonaws.com")
    )["Role"]  # fmt: skip
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    made = client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(wait), roleArn=role["Arn"]
    )
    return str(made["stateMachineArn"])


def deploy(client: Client, stack: str, resource: dict[str, Any], region: str = REGION) -> None:
    cloudformation = client("cloudformation", region)
    template = json.dumps({"Resources": {"Only": resource}})
    cloudformation.create_stack(StackName=stack, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


def lists_schedules_in_pages(client: Client) -> bool:
    scheduler = client("scheduler")
    for name in ("a", "b", "c"):
        scheduler.create_schedule(Name=name, **SCHEDULE)
    pages = scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": 2})
    return [each["Name"] for page in pages for each in page["Schedules"]] == ["a", "b", "c"]


def allows_schedules_by_their_group(client: Client) -> bool:
    scheduler, iam = client("scheduler"), client("iam")
    scheduler.create_schedule_group(Name="nightly")
    scheduler.create_schedule(Name="grouped", GroupName="nightly", **SCHEDULE)
    iam.create_user(UserName="reader")
    of_the_group = f"arn:aws:scheduler:{REGION}:123456789012:schedule/nightly/*"
    iam.put_user_policy(
        UserName="reader", PolicyName="own", PolicyDocument=allowing("scheduler:GetSchedule", of_the_group)
    )
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    reading = client("scheduler", **keys)
    return succeeds(lambda: reading.get_schedule(Name="grouped", GroupName="nightly"))


def keeps_metrics_for_fifteen_months(client: Client) -> bool:
    cloudwatch, now = client("cloudwatch"), datetime.now(UTC)
    point = {"MetricName": "M", "Value": 1.0, "Timestamp": now - timedelta(days=30)}
    cloudwatch.put_metric_data(Namespace="N", MetricData=[point])
    cloudwatch.put_metric_data(Namespace="N", MetricData=[{"MetricName": "Other", "Value": 1.0}])
    found = cloudwatch.get_metric_statistics(
        Namespace="N", MetricName="M", StartTime=now - timedelta(days=40), EndTime=now, Period=3600,
        Statistics=["Sum"],
    )  # fmt: skip
    return len(found["Datapoints"]) == 1


def retains_what_is_put_in_parts(client: Client) -> bool:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="locked", ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )  # fmt: skip
    default = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}
    s3.put_object_lock_configuration(
        Bucket="locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": default}
    )
    what = {"Bucket": "locked", "Key": "k"}
    upload = s3.create_multipart_upload(**what)["UploadId"]
    part = s3.upload_part(**what, UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**what, UploadId=upload, MultipartUpload=parts)
    return succeeds(lambda: s3.get_object_retention(**what))


def starts_an_execution_once(client: Client) -> bool:
    steps, machine = client("stepfunctions"), waiting_machine(client)
    asked = {"stateMachineArn": machine, "name": "once", "input": "{}"}
    steps.start_execution(**asked)
    return succeeds(lambda: steps.start_execution(**asked))


def lists_a_hundred_executions(client: Client) -> bool:
    steps, machine = client("stepfunctions"), waiting_machine(client)
    for number in range(101):
        steps.start_execution(stateMachineArn=machine, name=f"n{number}")
    return len(steps.list_executions(stateMachineArn=machine)["executions"]) == 100


def encrypts_topics_of_templates(client: Client) -> bool:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", "KmsMasterKeyId": "alias/aws/sns"}}
    deploy(client, "topics", topic)
    arn = f"arn:aws:sns:{REGION}:123456789012:t"
    return "KmsMasterKeyId" in client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def names_resources_by_region(client: Client) -> bool:
    document = json.loads(trusting("ec2.amazonaws.com"))
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    for region in (REGION, "eu-central-1"):
        deploy(client, "roles", role, region)
    return len([each for each in client("iam").list_roles()["Roles"] if "roles-" in each["RoleName"]]) == 2


MISTAKES = (
    lists_schedules_in_pages,
    allows_schedules_by_their_group,
    keeps_metrics_for_fifteen_months,
    retains_what_is_put_in_parts,
    starts_an_execution_once,
    lists_a_hundred_executions,
    encrypts_topics_of_templates,
    names_resources_by_region,
)


@pytest.mark.parametrize("right", MISTAKES, ids=lambda right: right.__name__)
def test_the_patch_corrects_a_mistake_of_the_release(right: Any, released: Client, patched: Client) -> None:
    assert right(patched)
    assert not right(released), "It is mended there: take it out of the patch, and our work-around too."
