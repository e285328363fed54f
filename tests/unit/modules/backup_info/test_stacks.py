# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the states of stacks mean, and a key that is none of theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.deployed import deployed
from tests.unit.modules.backup_info.backed import codes, message
from tests.unit.modules.backup_info.machinery import Machinery, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

# A state machine without states, so that a stack fails.
REFUSED = {
    "Type": "AWS::StepFunctions::StateMachine",
    "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/nobody", "DefinitionString": "{}"},
}


@pytest.mark.parametrize("name", ["tablekeeper-store", "tablekeeper-export-1"])
def test_a_stack_that_failed_when_it_was_made_is_told(account: Account, ask: Ask, name: str) -> None:
    if name != "tablekeeper-store":
        Machinery(account).deploy_store()
    client = account.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": {"Refused": REFUSED}}),
        Capabilities=["CAPABILITY_IAM"],
    )
    Machinery.wait_for(
        lambda: client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    )
    answer = ask()
    told = {reason["code"]: reason["message"] for reason in answer["reasons"]}
    assert answer["healthy"] is False
    assert f"The stack {name}, on which" in told["stack_empty"]
    assert {"name": name, "status": "ROLLBACK_COMPLETE"} in answer["stacks"]


def test_a_deployment_that_was_rolled_back_is_a_note(account: Account, target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    client, name = account.client("cloudformation"), "tablekeeper-export-1"
    body = json.loads(json.dumps(client.get_template(StackName=name)["TemplateBody"]))
    body["Resources"]["Refused"] = REFUSED
    client.update_stack(StackName=name, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
    Machinery.wait_for(
        lambda: (
            client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
        )
    )
    answer = ask()
    assert (answer["healthy"], codes(answer)) == (True, ["deployment_rolled_back"])
    assert "says so until a change of the stack succeeds" in message(answer, "deployment_rolled_back")
    body["Resources"]["Refused"] = {"Type": "AWS::SNS::Topic"}
    client.update_stack(StackName=name, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
    client.get_waiter("stack_update_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )
    assert codes(ask()) == []


def test_a_key_that_the_store_was_given_is_looked_at(account: Account, ask: Ask) -> None:
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    Machinery.table(account.client("dynamodb"), "orders")
    deployed(
        account,
        {
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_kms_key_arn": key,
            "tablekeeper_tables": ["orders"],
        },
    )
    assert not [code for code in codes(ask()) if code.startswith("key_")]
    kms.disable_key(KeyId=key)
    told = message(ask(), "key_unusable")
    assert f"The key {key}" in told
    assert "aws kms enable-key" in told


def test_backups_made_with_a_key_that_is_gone_are_lost(account: Account, ask: Ask) -> None:
    Machinery.table(account.client("dynamodb"), "orders")
    gone = f"arn:aws:kms:{account.region}:{account.id}:key/gone"
    settings = {"tablekeeper_encryption": "aws:kms", "tablekeeper_kms_key_arn": gone}
    deployed(account, {**settings, "tablekeeper_tables": ["orders"]})
    told = message(ask(), "key_missing")
    assert f"The key {gone}, which encrypts the backups of orders, is gone" in told
    assert "every backup that was made with it is lost" in told
    assert "with another in tablekeeper_kms_key_arn" in told
