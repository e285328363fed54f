# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module item_info at a moment of point-in-time recovery, by exports of the embedded AWS."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb
from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_info
from local_aws.client import samples
from tests.integration.rights import actions, policy, used
from tests.integration.state import mutations
from tests.unit.modules.point_info.test_rights import become
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

KEY = {"customer": "c-3", "placed": "2026-11-04T10:03:00Z"}


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@pytest.fixture(name="moment")
def fixture_moment(account: Account) -> str:
    """A moment before all items of a customer were deleted, in the window of the table's recovery."""
    account.aws.control("POST", "exports", real_seconds=0.2)
    client = account.client("dynamodb")
    samples.create(client, tuple(each for each in samples.samples() if each.name == "orders"))
    account.aws.advance(hours=1)
    moment = account.aws.now() - timedelta(minutes=20)
    for item in restorable.items(account, "orders"):
        if item["customer"]["S"] == "c-3":
            key = {name: item[name] for name in KEY}
            client.delete_item(TableName="orders", Key=key)
    return text(moment)


@pytest.fixture(name="ask")
def fixture_ask(account: Account, play: Ask) -> Ask:
    bucket = restorable.bucket(account)
    return partial(play, item_info, bucket=bucket, table="orders", wait_sleep=0.05)


def filters(account: Account) -> list[dict[str, Any]]:
    """What the exports were asked to leave out, in the order of their beginning."""
    client = account.client("dynamodb")
    found = [
        client.describe_export(ExportArn=each["ExportArn"])["ExportDescription"]
        for each in client.list_exports()["ExportSummaries"]
    ]
    return [each.get("FilterSpecification", {}) for each in sorted(found, key=lambda each: each["StartTime"])]


def test_what_was_there_by_one_partition_key(account: Account, ask: Ask, moment: str) -> None:
    answer = ask(keys=[{"customer": "c-3"}], at=moment)
    assert "failed" not in answer, answer["msg"]
    assert {each["item"]["customer"]["S"] for each in answer["samples"]} == {"c-3"}
    (point,) = answer["points"]
    assert (point["kind"], point["taken"], point["found"], point["read"]) == ("pitr", moment, 9, 9)
    assert "/exports/orders/" in point["location"]
    assert answer["table_keys"] == {"customer": "S", "placed": "S"}
    # The same question again takes the same export, and the condition asks for the same key.
    again = ask(keys=[{"customer": "c-3"}], at=moment)
    assert again["points"] == answer["points"]
    where = ask(where="customer == 'c-3' && status == 'open'", at=moment)
    assert where["points"][0]["read"] == 9
    assert 0 < where["found"] < 9
    (asked,) = filters(account)
    assert asked["KeyConditionExpression"] == "#k0 = :k0v0"
    assert asked["ExpressionAttributeValues"] == {":k0v0": {"S": "c-3"}}


def test_several_keys_and_a_condition_without_one(account: Account, ask: Ask, moment: str) -> None:
    answer = ask(keys=[KEY, {"customer": "c-4"}, {"customer": "nobody"}], at=moment)
    assert answer["points"][0]["read"] == answer["found"] > 2
    assert answer["missing"] == [{"customer": {"S": "nobody"}}]
    answer = ask(where='contains(`["c-3", "c-4"]`, customer)', at=moment)
    assert (answer["points"][0]["read"], answer["found"] > 9) == (60, True)
    first, second = filters(account)
    assert first["FilterExpression"].count(" OR ") == 2
    assert "KeyConditionExpression" not in first
    assert second == {}


def test_nothing_was_there(ask: Ask, moment: str) -> None:
    answer = ask(keys=[{"customer": "nobody"}], at=moment, option_prefix="find_")
    nothing = f"Nothing was found in orders: it had no such item at {moment}."
    other = "Correct find_keys or find_where, or ask for another time with find_at."
    assert answer["nothing"] == f"{nothing} {other}"


def test_check_mode_tells_what_it_costs(account: Account, ask: Ask, moment: str) -> None:
    account.forget_calls()
    answer = ask(check=True, keys=[KEY], at=moment)
    assert "failed" not in answer, answer["msg"]
    would = f"Would export orders as it was at {moment} with a filter to backups-"
    assert answer["plan"]["text"].startswith(would)
    assert "per GB" in answer["plan"]["price"]
    assert "dynamodb:ExportTableToPointInTime" in answer["plan"]["rights"]
    assert (answer["found"], answer["points"], answer["nothing"]) == (0, [], "")
    assert mutations(account) == []


def test_a_moment_that_cannot_be_had(
    account: Account, ask: Ask, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = account.aws.now()
    keys = [KEY]
    account.forget_calls()
    assert "O(at)" not in ask(keys=keys, at="yesterday")["msg"]
    assert ask(keys=keys, at="yesterday")["msg"].startswith('at is "yesterday", but it must be a time with')
    assert "exclude each other" in ask(keys=keys, at=moment, points=[2])["msg"]
    assert account.calls() == []
    assert "is yet to come" in ask(keys=keys, at=text(now + timedelta(hours=1)))["msg"]
    assert "goes back to" in ask(keys=keys, at=text(now - timedelta(days=40)))["msg"]
    assert "placd is no key of the table" in ask(keys=[{"placd": "x"}], at=moment)["msg"]
    told = ask(keys=keys, at=moment, table="nobodys")["msg"]
    assert told.startswith("There is no table nobodys, and its point-in-time recovery is gone with it: look")
    monkeypatch.setattr(dynamodb, "exports_with_filters", lambda _client: False)
    assert "needs botocore 1.43.106 or newer, and this is" in ask(keys=keys, at=moment)["msg"]
    assert mutations(account) == []


def test_enough_rights_and_no_more(account: Account, play: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    machinery = Machinery(account)
    machinery.deploy_store(subscribed=False)
    Machinery.table(account.client("dynamodb"), "orders")
    account.aws.advance(hours=1)
    moment = text(account.aws.now() - timedelta(minutes=20))
    documents = policy("find"), policy("compare_export")
    finder = become(account, monkeypatch, *documents)
    answer = play(item_info, table="orders", keys=[{"id": "nobody"}], at=moment, wait_sleep=0.05)
    assert "failed" not in answer, answer["msg"]
    assert answer["nothing"]
    asked = {action for user, action, _resource in used(account) if user == finder}
    assert "dynamodb:ExportTableToPointInTime" in asked
    assert asked - {"sts:GetCallerIdentity"} <= actions(*documents)
