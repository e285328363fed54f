# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/iam/undo_glue.json is enough to make the job of an undo, to run it and to remove it, and no more."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.naming import undo_job
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import apply_deployed, apply_run
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import Code
from tests.integration.rights import actions, policy, used
from tests.unit.modules.point_info.test_rights import become
from tests.unit.support.incident import TABLE, images, request
from tests.unit.support.spark_jobs import deploy

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

pytestmark = pytest.mark.newest


def test_enough_and_no_more(local_aws: LocalAws, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    local_aws.control("POST", "glue", python=sys.executable)
    bucket = f"tablekeeper-{account.id}"
    account.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    arn = become(account, monkeypatch, policy("undo_glue"))
    own = boto3.Session(region_name=account.region)
    aws = Aws(lambda service, **more: own.client(service, endpoint_url=account.aws.url, **more))
    script = Code(b"import time\ntime.sleep(60)\n", b"PK\x05\x06" + bytes(18))
    job = apply_deployed.Job(undo_job("tablekeeper", TABLE), TABLE, bucket, "", 2)
    with pytest.raises(apply_deployed.JobNeededError) as needed:
        apply_deployed.require(aws, job, script)
    cloudformation = aws("cloudformation")
    deploy(cloudformation, needed.value.stack)
    cloudformation.describe_stack_events(StackName=job.name)
    found = apply_deployed.require(aws, job, script)

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    follow = apply_run.Follow(lambda _progress: None, lambda *_told: None, 0.1, interrupt)
    asked = request("plan", bucket, account.region, images())
    with pytest.raises(KeyboardInterrupt):
        apply_run.run(aws, found.name, asked, follow)
    local_aws.control("POST", "glue", python="")
    more = {**needed.value.stack["parameters"], "Workers": "3"}
    cloudformation.update_stack(
        StackName=job.name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in more.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=job.name)
    cloudformation.delete_stack(StackName=job.name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=job.name)
    asked_for = {
        action
        for via in ("", "cloudformation")
        for user, action, _resource in used(account, via=via)
        if user == arn
    }
    # Without the first, S3 says of what is not there that it may not be read; amazon.aws asks for the other.
    also = {"s3:ListBucket", "cloudformation:ListStackResources"}
    assert asked_for - {"sts:GetCallerIdentity"} == actions(policy("undo_glue")) - also
