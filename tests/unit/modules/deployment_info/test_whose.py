# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stacks belong to a target: all of ours, whatever somebody removed, and nobody else's."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather
from ansible_collections.tablekeeper.dynamodb.plugins.modules import deployment_info
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, deployment_info)


def test_where_no_store_tells_how_many_there_are_three_numbers_without_a_stack_are_the_end(
    account: Account, ask: Ask
) -> None:
    ask()
    assert Counter(call["operation"] for call in account.calls())["DescribeStacks"] == 1 + 3 + 3


@pytest.mark.parametrize("last", ["tablekeeper-export-5", None])
def test_stacks_behind_one_that_somebody_removed_are_found(
    account: Account, ask: Ask, last: str | None
) -> None:
    target = Machinery(account, last=last)
    target.deploy_store(subscribed=False)
    target.deploy(record("orders"), number=2)
    target.deploy(record("users"), number=5)
    answer = ask()
    assert [stack["name"] for stack in answer["machinery"]] == [
        "tablekeeper-export-2",
        "tablekeeper-export-5",
    ]
    assert missing(account) == tuple(f"tablekeeper-export-{number}" for number in (1, 3, 4))
    assert list(answer["existing"]["stacks"]) == ["tablekeeper-export-2", "tablekeeper-export-5"]


def missing(account: Account, prefix: str = "tablekeeper") -> tuple[str, ...]:
    return gather.read_deployment(account.client("cloudformation"), prefix).missing


def test_the_store_knows_of_a_last_stack_that_is_gone(account: Account) -> None:
    target = Machinery(account, last="tablekeeper-export-2")
    target.deploy_store(subscribed=False)
    assert missing(account) == ()  # nothing is deployed any more
    target.deploy(record("orders"), number=1)
    assert missing(account) == ("tablekeeper-export-2",)


@pytest.mark.parametrize("name", ["shop-store", "shop-export-1", "shop-export-2"])
@pytest.mark.parametrize("broken", [False, True])
def test_a_stack_that_somebody_else_made_is_not_taken_for_ours(
    account: Account, ask: Ask, name: str, broken: bool
) -> None:
    client = account.client("cloudformation")
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 99_999 if broken else 1}}
    outputs = {"Tables0": {"Value": "no JSON"}}
    client.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Queue": queue}, "Outputs": outputs}),
        Tags=[{"Key": "tablekeeper-prefix", "Value": "other"}],
    )  # fmt: skip
    status = "ROLLBACK_COMPLETE" if broken else "CREATE_COMPLETE"
    Machinery.wait_for(lambda: client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == status)
    answer = ask(prefix="shop")
    assert answer["foreign"] == {name: status}
    assert (answer["store"], answer["machinery"], answer["stacks"]) == ({}, [], [])
    assert missing(account, "shop") == ()


def test_a_shell_of_ours_is_known_by_its_tag(account: Account, ask: Ask) -> None:
    account.client("cloudformation").create_change_set(
        StackName="shop-store", ChangeSetName="abandoned", ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}),
        Tags=[{"Key": "tablekeeper-prefix", "Value": "shop"}],
    )  # fmt: skip
    answer = ask(prefix="shop")
    assert (answer["store"]["status"], answer["foreign"]) == ("REVIEW_IN_PROGRESS", {})
