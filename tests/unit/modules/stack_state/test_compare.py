# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module says of a stack, and what it shows of the difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws._retry import retrying
from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_state

if TYPE_CHECKING:
    from tests.local_aws.fixtures import Account

QUEUE: dict[str, Any] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}
TEMPLATE = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {"Queue": QUEUE},
    "Outputs": {"Url": {"Value": {"Ref": "Queue"}}},
}


def compare(account: Account, template: dict[str, Any], **more: Any) -> dict[str, Any]:
    params = {
        "name": "s", "template": json.dumps(template), "parameters": {"Name": "q"}, "tags": {"team": "shop"},
        "wait_timeout": 1, **more,
    }  # fmt: skip
    return stack_state.compare(retrying(account.client("cloudformation")), params)


@pytest.fixture(name="deployed")
def fixture_deployed(account: Account) -> Account:
    client = account.client("cloudformation")
    client.create_stack(
        StackName="s", TemplateBody=json.dumps(TEMPLATE), Tags=[{"Key": "team", "Value": "shop"}],
        Parameters=[{"ParameterKey": "Name", "ParameterValue": "q"}],
    )  # fmt: skip
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    return account


def test_a_new_stack(account: Account) -> None:
    found = compare(account, TEMPLATE)
    assert (found["action"], found["changed"], found["status"]) == ("create", True, "")
    assert found["outputs"] == {"Url": "known after the deployment"}
    assert found["diff"][2] == {"prepared": "Add Queue (AWS::SQS::Queue)\n"}


def test_an_equal_stack(deployed: Account) -> None:
    found = compare(deployed, TEMPLATE)
    assert (found["action"], found["changed"], found["changes"]) == ("none", False, [])
    assert found["outputs"]["Url"].endswith("/q")
    assert [each.get("before") == each.get("after") for each in found["diff"]] == [True, True, True]


def test_a_changed_resource(deployed: Account) -> None:
    slow = {**QUEUE, "Properties": {**QUEUE["Properties"], "DelaySeconds": 5}}
    found = compare(deployed, {**TEMPLATE, "Resources": {"Queue": slow}})
    assert found["action"] == "update"
    template, _settings, changes = found["diff"]
    assert "DelaySeconds: 5" in template["after"]
    assert "DelaySeconds" not in template["before"]
    assert changes == {"prepared": "Modify Queue (AWS::SQS::Queue)\n"}


@pytest.mark.parametrize("more", [{"parameters": {"Name": "r"}}, {"tags": {"team": "crm"}}])
def test_changed_parameters_and_tags_are_shown(deployed: Account, more: dict[str, dict[str, str]]) -> None:
    found = compare(deployed, TEMPLATE, **more)
    assert (found["action"], found["changed"]) == ("update", True)
    template, settings, _changes = found["diff"]
    assert template["before"] == template["after"]
    assert settings["before"] != settings["after"]
    ((changed,),) = (words.values() for words in more.values())
    assert f": {changed}\n" in settings["after"]
