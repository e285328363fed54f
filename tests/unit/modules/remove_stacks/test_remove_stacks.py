# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import remove_stacks
from local_aws.server.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NAMES = ["tk-export-2", "tk-export-1"]
TAGS = [{"Key": "tablekeeper-prefix", "Value": "tk"}]
RIGHTS = ("cloudformation:DeleteStack", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents",
          "cloudformation:UpdateTerminationProtection")  # fmt: skip


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, remove_stacks, stack_names=NAMES)


@pytest.fixture(name="stacks", autouse=True)
def fixture_stacks(account: Account) -> Any:
    """Two stacks with a topic each, the first of which is protected."""
    client = account.client("cloudformation")
    for name in sorted(NAMES):
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        client.create_stack(
            StackName=name,
            TemplateBody=json.dumps({"Resources": {"Topic": topic}}),
            EnableTerminationProtection=name == NAMES[0],
            Tags=TAGS,
        )
        client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    account.forget_calls()
    return client


def there(account: Account) -> list[str]:
    stacks = account.client("cloudformation").describe_stacks()["Stacks"]
    return sorted(stack["StackName"] for stack in stacks)


def test_stacks_go_one_after_another_also_protected_ones(account: Account, ask: Ask) -> None:
    foreseen = ask(check=True)
    assert there(account) == sorted(NAMES)
    answer = ask()
    assert (
        (answer["changed"], answer["removed"]) == (foreseen["changed"], foreseen["removed"]) == (True, NAMES)
    )
    assert there(account) == []
    assert account.client("sns").list_topics().get("Topics", []) == []
    deleted = [
        call["operation"] for call in account.calls() if not call["operation"].startswith(("Desc", "List"))
    ]
    assert deleted == ["UpdateTerminationProtection", "DeleteStack", "DeleteStack"]
    again = ask()
    assert (again["changed"], again["removed"]) == (False, [])


def test_it_ends_at_the_first_that_stays_and_says_why(
    account: Account, ask: Ask, allow: Callable[..., None]
) -> None:
    allow(*RIGHTS)
    answer = ask()
    assert (answer["failed"], answer["changed"], answer["removed"]) == (True, False, [])
    assert answer["msg"].startswith("The stack tk-export-2 is DELETE_FAILED. Topic (AWS::SNS::Topic): ")
    assert "sns:DeleteTopic" in answer["msg"]
    assert there(account) == sorted(NAMES)


def test_a_look_that_fails_is_no_sign_that_a_stack_is_gone(
    account: Account, ask: Ask, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session expires while CloudFormation is at work, for a moment or for good."""
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    expired = {"code": "ExpiredToken", "status": 403}
    while_it_works = "starts_with(StackName, 'arn:')"
    rule = {
        "service": "cloudformation",
        "operation": "DescribeStacks",
        "body": while_it_works,
        "error": expired,
    }
    try:
        faults.set({**rule, "times": 2})
        assert ask(stack_names=NAMES[:1])["removed"] == NAMES[:1]
        assert len(faults.fired()) == 2
        faults.set(rule)
        answer = ask(stack_names=NAMES[1:])
    finally:
        faults.set()
    assert (answer["failed"], answer["removed"]) == (True, [])
    assert "tk-export-1" in answer["msg"]
    assert "ExpiredToken" in answer["msg"]


def test_by_half_a_name_nothing_is_removed(account: Account, ask: Ask) -> None:
    answer = ask(stack_names=[NAMES[0], "tk-e********port-1"])
    assert answer["failed"] is True
    assert "Ansible has hidden a part of tk-e********port-1" in answer["msg"]
    assert there(account) == sorted(NAMES)


@pytest.mark.parametrize("check", [True, False])
def test_what_somebody_else_made_is_left_alone_and_protected(account: Account, ask: Ask, check: bool) -> None:
    queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    client = account.client("cloudformation")
    client.create_stack(
        StackName="w-export-1", TemplateBody=json.dumps(queue), EnableTerminationProtection=True,
        Tags=TAGS,  # of another prefix
    )  # fmt: skip
    answer = ask(stack_names=["w-export-1", *NAMES], check=check)
    assert (answer["failed"], answer["changed"], answer["removed"]) == (True, False, [])
    assert answer["msg"].startswith("The stack w-export-1 was left as it is, since somebody else made it")
    assert there(account) == sorted([*NAMES, "w-export-1"])
    (stack,) = client.describe_stacks(StackName="w-export-1")["Stacks"]
    assert stack["EnableTerminationProtection"] is True


def test_a_store_stays_while_machinery_stands(account: Account, ask: Ask) -> None:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    account.client("cloudformation").create_stack(
        StackName="tk-store", TemplateBody=json.dumps(topic), Tags=TAGS
    )
    for check in (True, False):
        answer = ask(stack_names=["tk-export-1", "tk-store"], check=check)
        assert (answer["failed"], answer["removed"]) == (True, ["tk-export-1"])
        told = "The stack tk-store was left as it is, since tk-export-2 cannot do without it"
        assert answer["msg"].startswith(told)
    assert there(account) == ["tk-export-2", "tk-store"]
    assert ask(stack_names=["tk-export-2", "tk-store"], check=True)["removed"] == ["tk-export-2", "tk-store"]
    assert ask(stack_names=["tk-export-2", "tk-store"])["removed"] == ["tk-export-2", "tk-store"]
    assert there(account) == []
