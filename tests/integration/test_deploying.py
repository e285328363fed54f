# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A new target: what stops a deployment, what it leaves, and what a second one does.

The target asks for everything at once: a customer's key, object lock, and recovery to be switched on.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from . import changes, listeners, points, state
from .playbooks import host
from .standing import assert_same, first_backup, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = pytest.mark.newest

STORE, STACK = "tablekeeper-store", "tablekeeper-export-1"


def customer_key(account: Account) -> str:
    """A key of the customer's own, which lets CloudWatch publish to what is encrypted with it."""
    statements = [
        {"Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}, "Action": "kms:*"},
        {
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        },
    ]
    statement = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    arn: str = account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return arn


def everything(account: Account) -> dict[str, Any]:
    """All that a target can ask for at once, but the recovery of its tables."""
    return {
        "encryption": "aws:kms",
        "kms_key_arn": customer_key(account),
        "object_lock": {"mode": "GOVERNANCE", "days": 2},
        "alerts": [listeners.Subscriber(account).alert],
    }


def refused(target: Target, inventory: dict[str, Any], *sentences: str) -> None:
    """The play fails before anything is deployed or switched on, and says why."""
    target.account.forget_calls()
    played = target.play("backup", inventory, fails=True)
    told = played.failures["target"]
    assert played.stdout.count("fatal: [target]") == 1
    assert [sentence for sentence in sentences if sentence not in " ".join(told.split())] == []
    assert state.mutations(target.account) == []


def leave_shells(account: Account) -> None:
    """A first change set of the store was never executed, and the machinery could not be made."""
    client = account.client("cloudformation")
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 99999}}
    body = json.dumps({"Resources": {"Queue": queue}})
    tags = [{"Key": "tablekeeper-prefix", "Value": "tablekeeper"}]
    client.create_change_set(
        StackName=STORE, ChangeSetName="abandoned", ChangeSetType="CREATE", TemplateBody=body, Tags=tags
    )
    client.create_stack(StackName=STACK, TemplateBody=body, Tags=tags)
    state.until(lambda: state.status(account, STACK) == "ROLLBACK_COMPLETE", "The end of the creation")
    assert state.status(account, STORE) == "REVIEW_IN_PROGRESS"


def assert_locked_and_encrypted(account: Account, prefix: str, key: str) -> None:
    """Every object of a point is encrypted with the key, and nobody can delete it."""
    s3, bucket = account.client("s3"), points.bucket_of(account)
    for name in points.keys(account, prefix):
        head = s3.head_object(Bucket=bucket, Key=name)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key), name
        assert head["ObjectLockMode"] == "GOVERNANCE", name
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket=bucket, Key=name, VersionId=head["VersionId"])


@contextmanager
def update_by_hand(account: Account) -> Iterator[None]:
    """Somebody else's update, which gives the schedule another role, and then waits."""
    _begin(account)
    try:
        yield
    finally:
        if state.status(account, STACK) == "UPDATE_IN_PROGRESS":
            fail_update(account)


def _begin(account: Account) -> None:
    iam, client = account.client("iam"), account.client("cloudformation")
    trust = iam.get_role(RoleName=scheduler_role(account))["Role"]["AssumeRolePolicyDocument"]
    other = iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    body = state.template(account, STACK)
    (schedule,) = [name for name in body["Resources"] if name.startswith("S24h")]
    body["Resources"][schedule]["Properties"]["Target"]["RoleArn"] = other
    body["Resources"]["Handle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    body["Resources"]["Hold"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": schedule,
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": 600},
    }
    parameters = [{"ParameterKey": key, "UsePreviousValue": True} for key in body["Parameters"]]
    client.update_stack(
        StackName=STACK, TemplateBody=json.dumps(body), Parameters=parameters,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )  # fmt: skip
    state.until(lambda: other in roles_of_schedules(account), "The update by hand")


def roles_of_schedules(account: Account) -> list[str]:
    return [each["Target"]["RoleArn"] for each in state.schedules(account).values()]


def scheduler_role(account: Account) -> str:
    return f"{STACK}-scheduler-{account.region}"


def fail_once_it_waits(account: Account) -> None:
    """Fail the update by hand as soon as the playbook has seen that it is under way."""

    def waits() -> bool:
        # Once for the store, once for the machinery, and again.
        return [call["operation"] for call in account.calls()].count("DescribeStacks") >= 3

    state.until(waits, "The playbook's look at the stack")
    fail_update(account)


def fail_update(account: Account) -> None:
    account.client("cloudformation").signal_resource(
        StackName=STACK, LogicalResourceId="Hold", UniqueId="1", Status="FAILURE"
    )


def remove_role(account: Account, name: str) -> dict[str, Any]:
    """Delete a role; returns what it was, its policies included."""
    iam = account.client("iam")
    role: dict[str, Any] = {**iam.get_role(RoleName=name)["Role"], "Policies": {}}
    for policy in state.pages(iam, "list_role_policies", "PolicyNames", RoleName=name):
        found = iam.get_role_policy(RoleName=name, PolicyName=policy)
        role["Policies"][policy] = json.dumps(found["PolicyDocument"])
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)
    return role


def put_back(account: Account, role: dict[str, Any]) -> None:
    iam = account.client("iam")
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    iam.create_role(
        RoleName=role["RoleName"], AssumeRolePolicyDocument=trust, Description=role["Description"]
    )
    for name, document in role["Policies"].items():
        iam.put_role_policy(RoleName=role["RoleName"], PolicyName=name, PolicyDocument=document)


@pytest.mark.slow
def test_a_new_target(target: Target, other_account: Account) -> None:
    account, other = target.account, other_account
    state.tables(account, "orders")
    state.tables(account, "sessions", pitr=False)
    settings = everything(account)
    inventory = host("orders", "sessions", **settings, enable_pitr=True)

    # Where nothing can be backed up, that is told before anything is done.
    off = "Point-in-time recovery is off for: sessions. Without it DynamoDB cannot export a table."
    missing = f"no table of account {account.id} in eu-west-1: ordres."
    setting = "set tablekeeper_enable_pitr: true and this playbook does"
    refused(target, host("sessions", "ordres", **settings), missing, off, setting)
    assert state.stacks(account) == {}
    assert state.recovery(account) == {"orders": "ENABLED", "sessions": "DISABLED"}

    # Check mode foretells what is then done, although shells of an earlier attempt are in the way meanwhile.
    looked = changes.check(target, inventory)
    assert "-sessions: DISABLED +sessions: ENABLED" in looked.said
    leave_shells(account)
    watch = changes.Watch(account)
    assert target.play("backup", inventory).changed > 0
    done = watch.done()
    assert done == changes.foretold(looked)
    assert {verb for each in done.values() for verb in each.values()} == {"Add"}
    assert state.recovery(account) == {"orders": "ENABLED", "sessions": "ENABLED"}

    # Other tests begin with what `first_backup` makes: that is no other than this.
    state.tables(other, "orders", "sessions")
    first_backup(other, host("orders", "sessions", **everything(other), enable_pitr=True))
    assert_same(account, other)

    run(account, "orders", "sessions")
    target.play("status", inventory, status_verify="content")
    for table in ("orders", "sessions"):
        assert_locked_and_encrypted(account, points.check(account, table), settings["kms_key_arn"])

    # A table that cannot be backed up keeps no other from it, and is told at the end.
    misspelt = host("orders", "sessions", "ordres", **settings, enable_pitr=True)
    refused(target, misspelt, missing)
    assert changes.said(target.play("backup", inventory))[0].startswith(
        "Nothing had to be changed in account"
    )

    # The bucket cannot be renamed, which would leave its backups behind.
    bucket = points.bucket_of(account)
    other = {**inventory, "tablekeeper_bucket_name": "another-bucket"}
    refused(
        target, other, f"{STORE} has the buckets {bucket}, the inventory", "A bucket cannot be renamed. Put"
    )

    # Somebody else's update is waited for, for so long; what it leaves is told.
    with update_by_hand(account):
        refused(
            target, {**inventory, "tablekeeper_stack_timeout": 1},
            f"The stack {STACK} cannot be deployed to: it is still UPDATE_IN_PROGRESS after 1 seconds",
            "so somebody else is deploying it or removing it. Wait for that to end",
        )  # fmt: skip
        role = remove_role(account, scheduler_role(account))
        account.forget_calls()
        with ThreadPoolExecutor() as beside:
            ending = beside.submit(fail_once_it_waits, account)
            told = target.play("backup", inventory, fails=True).failures["target"]
            ending.result()
    assert state.mutations(account) == ["cloudformation:SignalResource"]
    assert f"The stack {STACK} cannot be deployed to: it is in the state UPDATE_ROLLBACK_FAILED: cont" in told
    assert "aws cloudformation continue-update-rollback" in told

    # Once that is done, a second backup finds nothing to do.
    put_back(account, role)
    account.client("cloudformation").continue_update_rollback(StackName=STACK)
    state.until(lambda: state.status(account, STACK) == "UPDATE_ROLLBACK_COMPLETE", "The end of the rollback")
    changes.nothing_left(target, inventory)
