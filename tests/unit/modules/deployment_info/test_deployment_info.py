# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import fingerprints
from ansible_collections.tablekeeper.dynamodb.plugins.modules import deployment_info
from local_aws.client import samples
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, deployment_info)


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """A store, and three tables in two stacks."""
    target = Machinery(account, last="tablekeeper-export-2")
    target.deploy_store(subscribed=False)
    target.deploy(record("orders"), record("sessions", enabled=False), number=1)
    target.deploy(record("users"), number=2)
    account.forget_calls()
    return target


def test_where_nothing_is_deployed_nothing_is_told(account: Account, ask: Ask) -> None:
    answer = ask()
    assert not answer.get("changed")
    assert (answer["account_id"], answer["partition"]) == (account.id, "aws")
    assert (answer["store"], answer["machinery"]) == ({}, [])
    assert answer["existing"] == {
        "retention_days": [],
        "log_bucket": False,
        "object_lock": "",
        "stacks": {},
    }


def test_it_tells_of_every_stack(target: Machinery, ask: Ask) -> None:
    answer = ask()
    assert answer["store"] == {
        "name": "tablekeeper-store",
        "status": "CREATE_COMPLETE",
        "outputs": target.outputs["store"],
    }
    assert [(stack["name"], stack["status"]) for stack in answer["machinery"]] == [
        ("tablekeeper-export-1", "CREATE_COMPLETE"),
        ("tablekeeper-export-2", "CREATE_COMPLETE"),
    ]
    assert [stack["outputs"] for stack in answer["machinery"]] == [
        target.outputs["export-1"],
        target.outputs["export-2"],
    ]
    assert answer["existing"]["retention_days"] == [7, 35]
    stacks = answer["existing"]["stacks"]
    assert {name: [table["name"] for table in stack["tables"]] for name, stack in stacks.items()} == {
        "tablekeeper-export-1": ["orders", "sessions"],
        "tablekeeper-export-2": ["users"],
    }


@pytest.mark.usefixtures("target")
def test_the_plan_leaves_tables_in_the_stacks_that_it_tells_of(ask: Ask) -> None:
    settings = {"region": "eu-west-1"}
    plan = make_plan(["users", "orders"], settings=settings, existing=ask()["existing"])
    placed = {stack.name: [table.name for table in stack.tables] for stack in plan.stacks}
    assert placed == {"tablekeeper-export-1": ["orders"], "tablekeeper-export-2": ["users"]}


def test_it_asks_twice_for_each_stack_and_once_more(target: Machinery, ask: Ask) -> None:
    ask()
    operations = Counter(call["operation"] for call in target.account.calls())
    assert operations == {"GetCallerIdentity": 1, "DescribeStacks": 4, "GetTemplate": 3}


def test_the_template_is_told_in_diff_mode_only(target: Machinery, ask: Ask) -> None:
    whole = {stack["name"]: stack for stack in ask(diff=True)["stacks"]}
    assert list(whole) == ["tablekeeper-store", "tablekeeper-export-1", "tablekeeper-export-2"]
    store = whole["tablekeeper-store"]
    assert store["fingerprints"] == fingerprints(store["template"])
    assert store["engine"] == ""
    assert whole["tablekeeper-export-1"]["engine"] == "export"
    assert store["outputs"] == target.outputs["store"]
    assert "template" not in ask()["stacks"][0]


@pytest.mark.usefixtures("target")
def test_what_is_backed_up_and_not_listed_is_told(account: Account, ask: Ask) -> None:
    account.client("dynamodb").delete_table(TableName="users")
    assert ask(listed=["sessions"])["unlisted"] == {"orders": True, "users": False}
    assert ask()["unlisted"] == {}


def stand(account: Account, name: str, prefix: str = "", outputs: dict[str, str] | None = None) -> None:
    """A stack with the tag of a prefix and some outputs."""
    listed = {key: {"Value": value} for key, value in (outputs or {}).items()}
    body = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": listed}
    client = account.client("cloudformation")
    tags = [{"Key": "tablekeeper-prefix", "Value": prefix}] if prefix else []
    client.create_stack(StackName=name, TemplateBody=json.dumps(body), Tags=tags)
    client.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )


def test_machinery_under_other_prefixes_is_told_where_none_stands(account: Account, ask: Ask) -> None:
    for name in ("old", "app"):
        stand(
            account, f"{name}-store", prefix=name if name == "old" else "", outputs={"InventoryHost": "shop"}
        )
        stand(account, f"{name}-export-1", prefix=name)
    stand(account, "tablekeeper-store", "tablekeeper", {"InventoryHost": "shop"})
    stand(account, "kept-store", "kept", {"InventoryHost": "shop"})  # by a teardown
    client = account.client("cloudformation")
    client.delete_stack(StackName="app-export-1")
    stand(account, "app-export-1", prefix="app")  # one of its name was deleted
    account.forget_calls()
    assert ask(beside=True)["beside"] == [{"prefix": "old", "host": "shop", "stacks": ["old-export-1"]}]
    assert Counter(call["operation"] for call in account.calls())["ListStacks"] == 1
    client.delete_stack(StackName="old-export-1")
    client.get_waiter("stack_delete_complete").wait(
        StackName="old-export-1", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )
    assert ask(beside=True)["beside"] == []
    assert ask()["beside"] == []


def test_where_machinery_stands_no_other_is_looked_for(target: Machinery, ask: Ask) -> None:
    stand(target.account, "old-store", "old")
    stand(target.account, "old-export-1", "old")
    target.account.forget_calls()
    assert ask(beside=True)["beside"] == []
    assert "ListStacks" not in {call["operation"] for call in target.account.calls()}


@pytest.mark.usefixtures("target")
def test_check_mode_tells_the_same(ask: Ask) -> None:
    checked, asked = ask(check=True), ask()
    assert checked.pop("now") <= asked.pop("now")
    assert checked == asked


def test_it_tells_the_time_of_aws(account: Account, ask: Ask) -> None:
    account.aws.advance(days=3)
    told = datetime.fromisoformat(ask()["now"])
    assert timedelta() <= account.aws.now() - told < timedelta(seconds=60)
    assert told.tzinfo is not None


@pytest.mark.usefixtures("target")
def test_another_prefix_is_another_deployment(ask: Ask) -> None:
    answer = ask(prefix="other")
    assert (answer["store"], answer["machinery"]) == ({}, [])


@pytest.mark.usefixtures("target")
def test_what_may_not_be_seen_is_not_absent(ask: Ask, allow: Callable[..., None]) -> None:
    allow("states:ListExecutions")
    answer = ask()
    assert answer["failed"] is True
    assert answer["msg"].startswith("What is deployed cannot be read: ")
    assert "AccessDenied" in answer["msg"]
    assert "DescribeStacks" in answer["msg"]
    assert "store" not in answer


def test_tables_that_cannot_be_exported_are_told(account: Account, ask: Ask) -> None:
    samples.create(account.client("dynamodb"), (samples.simple("orders"),))
    samples.create(account.client("dynamodb"), (samples.simple("sessions"),), pitr=False)
    account.forget_calls()
    answer = ask(tables={"export": ["orders", "sessions", "gone"]})
    assert (answer["missing"], answer["disabled"]) == (["gone"], ["sessions"])
    assert Counter(call["operation"] for call in account.calls())["DescribeContinuousBackups"] == 3


def test_a_table_that_may_not_be_seen_is_not_missing(
    account: Account, ask: Ask, allow: Callable[..., None]
) -> None:
    samples.create(account.client("dynamodb"), (samples.simple("orders"),))
    allow("sts:GetCallerIdentity", "cloudformation:DescribeStacks")
    answer = ask(tables={"export": ["orders"]})
    assert answer["failed"] is True
    assert answer["msg"].startswith("What is deployed cannot be read: ")
    assert "AccessDeniedException" in answer["msg"]
    assert "DescribeContinuousBackups" in answer["msg"]


def test_who_is_unknown_to_aws_is_told_so(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    answer = ask()
    assert answer["failed"] is True
    assert "(InvalidClientTokenId) when calling the GetCallerIdentity operation" in answer["msg"]


@pytest.mark.usefixtures("target")
@pytest.mark.parametrize(
    ("service", "operation"), [("sts", "GetCallerIdentity"), ("cloudformation", "DescribeStacks")]
)
def test_a_throttled_call_is_repeated(
    ask: Ask, throttle: Callable[..., None], service: str, operation: str
) -> None:
    throttle(service, operation, times=3)
    assert len(ask()["machinery"]) == 2


def test_a_call_that_stays_throttled_is_named(ask: Ask, throttle: Callable[..., None]) -> None:
    throttle("cloudformation", "DescribeStacks")
    answer = ask()
    assert answer["failed"] is True
    assert "(Throttling) when calling the DescribeStacks operation" in answer["msg"]


def test_pipelines_are_looked_for_where_the_store_has_a_log_bucket(target: Machinery, ask: Ask) -> None:
    pipeline = {"id": "df-1", "name": "nightly", "start": "2026-11-25T02:00:00"}
    values = {"Version": "1", "Tables0": json.dumps([record("ledger")]), "Pipelines0": json.dumps([pipeline])}
    _make(target.account, "tablekeeper-data-pipeline-1", values)
    assert "tablekeeper-data-pipeline-1" not in ask()["existing"]["stacks"]
    store = {**target.outputs["store"], "LogBucketName": "logs"}
    _make(target.account, "other-store", {**store})
    _make(target.account, "other-data-pipeline-1", values)
    found = ask(prefix="other")["existing"]
    assert found["log_bucket"] is True
    assert found["stacks"]["other-data-pipeline-1"]["own"] == {"Pipelines": [pipeline]}


def _make(account: Account, name: str, outputs: dict[str, str]) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    account.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def test_in_the_wrong_account_nothing_is_asked(account: Account, ask: Ask) -> None:
    account.forget_calls()
    answer = ask(account_id="999999999999", target="shop-eu", tables={"export": ["orders"]})
    assert answer["failed"] is True
    assert "shop-eu is in account 999999999999" in answer["msg"]
    assert f"those of account {account.id}" in answer["msg"]
    assert [call["operation"] for call in account.calls()] == ["GetCallerIdentity"]
    assert ask(account_id=account.id)["account_id"] == account.id


def test_it_tells_in_what_state_keys_are(account: Account, ask: Ask, allow: Callable[..., None]) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    account.client("kms").disable_key(KeyId=key)
    gone = f"{key.rsplit('/', 1)[0]}/00000000-0000-0000-0000-000000000000"
    assert ask(keys=[key, gone])["key_states"] == {key: "Disabled", gone: ""}
    allow("sts:GetCallerIdentity", "cloudformation:DescribeStacks")
    assert ask(keys=[key])["key_states"] == {key: "unknown"}
