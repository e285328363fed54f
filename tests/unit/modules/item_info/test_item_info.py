# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module item_info, whole, on points that the embedded AWS exported."""

from __future__ import annotations

import csv
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_info
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import foreign, restorable
from tests.unit.support.kept import Kept, at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

OLDER, NEWER = "20261123T140003Z-1a2b3c4d", "20261124T140003Z-1a2b3c4d"


@pytest.fixture(name="bucket")
def fixture_bucket(account: Account) -> str:
    """Two points of a table: between them item 0 changes, item 1 is deleted, and item 9 is new."""
    restorable.backed_up(account, samples.simple("orders", 5), OLDER)
    client = account.client("dynamodb")
    changed = {"id": {"S": "orders-0"}, "status": {"S": "open"}, "number": {"N": "9.50"}}
    client.put_item(TableName="orders", Item=changed)
    client.delete_item(TableName="orders", Key={"id": {"S": "orders-1"}})
    client.put_item(TableName="orders", Item={"id": {"S": "orders-9"}, "number": {"N": "9"}})
    return restorable.point(account, "orders", NEWER).bucket


@pytest.fixture(name="ask")
def fixture_ask(play: Ask, bucket: str) -> Ask:
    return partial(play, item_info, bucket=bucket, table="orders")


def found(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    assert "failed" not in answer, answer["msg"]
    samples = answer["samples"]
    return [(each["point"], each["key"]["id"]["S"], each["change"], *each["attributes"]) for each in samples]


def test_the_history_of_items(account: Account, ask: Ask) -> None:
    account.forget_calls()
    answer = ask(keys=[{"id": "orders-0"}, {"id": {"S": "orders-1"}}, {"id": "nobody"}], points=[2])
    assert found(answer) == [
        (NEWER, "orders-0", "changed", "number", "status"),
        (OLDER, "orders-0", ""),
        (NEWER, "orders-1", "gone"),
        (OLDER, "orders-1", ""),
        (NEWER, "nobody", "not there"),
        (OLDER, "nobody", "not there"),
    ]
    first = answer["samples"][0]["item"]
    assert first == {"id": {"S": "orders-0"}, "status": {"S": "open"}, "number": {"N": "9.5"}}
    assert answer["samples"][2]["item"] is None
    assert answer["missing"] == [{"id": {"S": "nobody"}}]
    newer, older = answer["points"]
    assert (newer["id"], newer["items"], newer["read"], newer["found"], newer["missing"]) == (
        NEWER,
        5,
        5,
        1,
        2,
    )
    assert (older["id"], older["found"], older["missing"]) == (OLDER, 2, 1)
    assert (answer["found"], answer["table_keys"], answer["nothing"]) == (3, {"id": "S"}, "")
    assert answer["place"] == {"account": account.id, "region": account.region, "prefix": "tablekeeper"}
    assert mutations(account) == []


def test_by_a_condition_into_a_file(ask: Ask, tmp_path: Path) -> None:
    answer = ask(where="number > `2`", samples=1, file=str(tmp_path / "found.csv"))
    assert (answer["found"], len(answer["samples"]), answer["not_shown"]) == (4, 1, 3)
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted((each["id"], each["number"], each["status"]) for each in csv.DictReader(file))
    assert rows == [
        ("orders-0", "9.5", "open"), ("orders-3", "3", ""), ("orders-4", "4", ""), ("orders-9", "9", ""),
    ]  # fmt: skip
    file = tmp_path / "found.jsonl"
    answer = ask(where="status == 'open'", file=str(file), points=[OLDER, "latest"], samples=0)
    assert (answer["found"], answer["samples"], answer["file"]) == (1, [], str(file))
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["Point"] == NEWER
    answer = ask(check=True, where="number > `2`", file=str(tmp_path / "other.csv"))
    assert (answer["found"], answer["file"], answer["notes"]) == (
        4,
        "",
        ["In check mode file is not written."],
    )
    assert sorted(each.name for each in tmp_path.iterdir()) == ["found.csv", "found.jsonl"]


def test_nothing_is_found(ask: Ask) -> None:
    answer = ask(
        where="staus == 'open'",
        points=[
            "2",
        ],
        option_prefix="find_",
    )
    assert "failed" not in answer
    assert (answer["found"], answer["samples"]) == (0, [])
    assert answer["nothing"].startswith(
        "Nothing was found in orders: of 10 items in 20261124T140003Z-1a2b3c4d ("
    )
    assert answer["nothing"].endswith(
        "none meets the condition. No item has the attribute staus: is status meant?"
    )
    answer = ask(keys=[{"id": "nobody"}], option_prefix="find_")
    assert answer["nothing"].endswith("Correct find_keys, or look in other points with find_points.")


def test_what_lies_in_another_format_of_a_table_that_is_gone(account: Account, play: Ask) -> None:
    """A point of Data Pipeline's, without settings beside it: nobody knows the keys."""
    kept = Kept(account)
    kept.emr("orders", at(5))
    folder = kept.folder("orders", at(5), "-dp")
    kept.s3.delete_object(Bucket=kept.bucket, Key=f"{folder}settings.json")
    for number in range(2):
        lines = foreign.emr_lines([{"id": {"S": f"{number}"}}, {"id": {"S": "x"}, "note": {"NULL": True}}])
        kept.put(f"{folder}data/{number:08}", lines)
    ask = partial(play, item_info, bucket=kept.bucket, table="orders")
    told = ask(keys=[{"id": "0"}])["msg"]
    assert told.startswith(
        "Nobody knows the keys of the table at 20261105T020000Z-dp: no settings lie beside"
    )
    answer = ask(keys=[{"id": {"S": "0"}}, {"id": {"S": "no"}}, {"id": {"S": "x"}}])
    assert [each["item"] for each in answer["samples"]] == [
        {"id": {"S": "0"}},
        {"id": {"S": "x"}, "note": {"NULL": True}},
        {"id": {"S": "x"}, "note": {"NULL": True}},
    ]
    assert (answer["found"], answer["missing"], answer["table_keys"]) == (3, [{"id": {"S": "no"}}], {})
    assert ask(where="note == `null` && id == 'x'")["found"] == 2


def test_points_that_cannot_be_read(account: Account, ask: Ask, bucket: str) -> None:
    assert ask(keys=[{"id": "a"}], points=["20200101T000000Z-00000000"])["msg"].startswith(
        "There is no point 2020"
    )
    assert "restore it beside the table" in ask(keys=[{"id": "a"}], points=["pitr"])["msg"]
    notes = ask(keys=[{"id": "orders-0"}], points=[9])["notes"]
    assert notes == ["There are no 9 points that can be read, but 2 points."]
    notes = ask(keys=[{"id": "orders-0"}], points=["latest", NEWER])["notes"]
    assert notes == [f"{NEWER} is the point {NEWER}, as another one that was asked for."]
    s3 = account.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    data = next(each for each in keys if NEWER in each and "/data/" in each)
    s3.put_object(Bucket=bucket, Key=data, Body=b"cut")
    told = ask(where="id == 'orders-0'", points=[2], option_prefix="find_")["msg"]
    assert f"That is of the point {NEWER}, s3://{bucket}/" in told
    assert told.endswith("Name one with find_points.")
    assert ask(keys=[{"id": "orders-0"}], points=[OLDER])["found"] == 1


def test_what_cannot_be_meant_fails_before_aws_is_asked(account: Account, ask: Ask) -> None:
    account.forget_calls()
    assert ask(option_prefix="find_")["msg"].startswith("Say which items, by find_keys, such as")
    assert "find_where is " in ask(where="a = 1", option_prefix="find_")["msg"]
    assert ask(keys=[{"id": "a"}], file="/tmp/x.txt")["msg"].startswith(
        "file is /tmp/x.txt: let it end in .csv"
    )
    assert account.calls() == []
    assert "id is the number 17, and that key of the table is text" in ask(keys=[{"id": 17}])["msg"]
    assert "number is no key of the table, which has id, text (S)." in ask(keys=[{"number": 1}])["msg"]
    assert "111122223333" in ask(keys=[{"id": "a"}], account_id="111122223333")["msg"]


def test_the_store_is_asked_for_its_bucket(account: Account, play: Ask) -> None:
    machinery = Machinery(account)
    told = play(item_info, table="orders", keys=[{"id": "a"}])["msg"]
    assert told.startswith("there is no stack tablekeeper-store here")
    machinery.deploy_store()
    assert "Nothing is kept of orders" in play(item_info, table="orders", keys=[{"id": "a"}])["msg"]
    machinery.export("orders")
    answer = play(item_info, table="orders", where="id != `null`")
    assert answer["found"] == answer["points"][0]["items"] > 0
    assert answer["bucket"] == machinery.bucket
