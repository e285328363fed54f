# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the states of stacks mean, and a key that is none of theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.backed import codes, message
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

# A state machine without states, so that a stack fails.
REFUSED = {
    "Type": "AWS::StepFunctions::StateMachine",
    "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/nobody", "DefinitionString": "{}"},
}

pytestmark = pytest.mark.newest


@pytest.mark.parametrize("name", ["tablekeeper-store", "tablekeeper-export-1"])
def test_a_stack_that_failed_when_it_was_made_is_told(account: Account, ask: Ask, name: str) -> None:
    if name != "tablekeeper-store":
        Machinery(account).deploy_store()
    client = account.client("cloudformation")
    client.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": {"Refused": REFUSED}}),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "tablekeeper-prefix", "Value": "tablekeeper"}],
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


def retain_nothing(body: dict[str, Any]) -> None:
    for rule in body["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]:
        if rule["Id"].startswith("retain-"):
            rule["ExpirationInDays"] = 1


def stop_schedules(body: dict[str, Any]) -> None:
    for each in body["Resources"].values():
        if each["Type"] == "AWS::Scheduler::Schedule":
            each["Properties"]["State"] = "DISABLED"


def tell_of_no_run(body: dict[str, Any]) -> None:
    for name in ("RunFailedAlarm", "RunTimedOutAlarm", "RunAbortedAlarm"):
        body["Resources"].pop(name, None)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tablekeeper-store", retain_nothing),
        ("tablekeeper-export-1", stop_schedules),
        ("tablekeeper-export-1", tell_of_no_run),
        ("tablekeeper-export-1", None),
    ],
)
def test_a_stack_that_somebody_updated_is_no_measure_of_what_should_stand(
    account: Account, ask: Ask, name: str, change: Callable[[dict[str, Any]], None] | None
) -> None:
    """With another template, or with another value of a parameter."""
    Machinery.table(account.client("dynamodb"), "orders")
    deployed(account, {"tablekeeper_tables": ["orders"], "tablekeeper_tags": {"owner": "Jörg"}})
    assert "stack_changed_by_hand" not in codes(ask())
    client = account.client("cloudformation")
    body = json.loads(json.dumps(client.get_template(StackName=name)["TemplateBody"]))
    before = json.dumps(body)
    given: list[dict[str, Any]] = [
        {"ParameterKey": key, "UsePreviousValue": True} for key in body.get("Parameters", ())
    ]
    if change:
        change(body)
        assert json.dumps(body) != before
    else:
        given = [each for each in given if each["ParameterKey"] != "KmsKeyArn"]
        given.append({"ParameterKey": "KmsKeyArn", "ParameterValue": "arn:aws:kms:eu-west-1:1:key/other"})
    client.update_stack(
        StackName=name, TemplateBody=json.dumps(body), Parameters=given, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    Machinery.wait_for(
        lambda: client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"
    )
    told = message(ask(), "stack_changed_by_hand")
    assert told.startswith(f"The stack {name}, on which the backups of orders depend, is not as the backup")
    assert "run the backup playbook" in told


def test_a_stack_that_somebody_removed_is_told(account: Account, ask: Ask) -> None:
    target = Machinery(account, last="tablekeeper-export-2")
    target.deploy_store()
    target.deploy(record("users"), number=2)
    target.run(target.entry("users"), number=2)
    target.table(target.client("dynamodb"), "orders")
    answer = ask(expected=["orders", "users"])
    (reason,) = answer["reasons"]
    assert reason["code"] == "stack_missing"
    assert "The stack tablekeeper-export-1 is gone" in reason["message"]
    assert (codes(answer), codes(answer, "users")) == (["not_listed"], [])
    assert ask()["healthy"] is False


def test_a_stack_of_somebody_else_is_told_and_not_judged(account: Account, ask: Ask) -> None:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    account.client("cloudformation").create_stack(
        StackName="tablekeeper-store", TemplateBody=json.dumps(topic)
    )
    answer = ask(expected=["orders"])
    assert codes(answer) == ["not_deployed"]
    (reason,) = answer["reasons"]
    assert reason["code"] == "stack_foreign"
    assert "The stack tablekeeper-store (CREATE_COMPLETE)" in reason["message"]
    assert answer["stacks"] == []
