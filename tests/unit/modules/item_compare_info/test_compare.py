# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table against its points, as users call the module."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_compare_info, restore
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

OLDER, NEWER = "20261123T140003Z-1a2b3c4d", "20261124T140003Z-1a2b3c4d"
KINDS = ("same", "changed", "missing", "unexpected", "expired", "meantime")


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    return restorable.backed_up(account, samples.simple("orders", 30), OLDER)


def spoil(account: Account, table: str = "orders") -> None:
    """Two are changed, one is missing, one is new."""
    client = account.client("dynamodb")
    for number in (1, 2):
        item = {"id": {"S": f"orders-{number}"}, "number": {"N": f"{number}"}, "by": {"S": "a script"}}
        client.put_item(TableName=table, Item=item)
    client.delete_item(TableName=table, Key={"id": {"S": "orders-3"}})
    client.put_item(TableName=table, Item={"id": {"S": "new"}})


def compared(play: Play, **options: Any) -> dict[str, Any]:
    answer = play(item_compare_info, **{"table": "orders", **options})
    assert not answer.get("failed"), answer["msg"]
    assert answer["changed"] is False
    return answer


def counts(answer: dict[str, Any]) -> dict[str, int]:
    return {kind: answer["compared"][kind] for kind in KINDS if answer["compared"][kind]}


def refused(play: Play, **options: Any) -> str:
    answer = play(item_compare_info, **{"table": "orders", **options})
    assert answer["failed"], answer
    return str(answer["msg"])


def test_the_table_as_it_is_now(account: Account, play: Play, made: BackedUp, tmp_path: Path) -> None:
    assert counts(compared(play, bucket=made.bucket)) == {"same": 30}
    spoil(account)
    account.forget_calls()
    answer = compared(play, bucket=made.bucket, file=str(tmp_path / "all.jsonl"))
    assert mutations(account) == []
    assert counts(answer) == {"same": 27, "changed": 2, "missing": 1, "unexpected": 1}
    assert (answer["equal"], answer["compared"]["expected"], answer["compared"]["found"]) == (False, 30, 30)
    assert [
        (each["kind"], each["text"], each.get("attributes")) for each in answer["compared"]["samples"]
    ] == [
        ("changed", "id=orders-1", ["by"]),
        ("changed", "id=orders-2", ["by"]),
        ("missing", "id=orders-3", None),
        ("unexpected", "id=new", None),
    ]
    assert "a script" not in str(answer)
    assert answer["expected"]["id"] == OLDER
    assert answer["found"]["table"] == "orders"
    assert answer["msg"].startswith(
        f"The table orders as it is now against the point {OLDER} of orders, taken "
    )
    assert "2 changed, 1 missing, 1 unexpected; 27 of 30 items are the same." in answer["msg"]

    head, *rows = map(json.loads, (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines())
    assert head["compared"]["changed"] == 2
    assert head["expected"]["id"] == OLDER
    by_key = {row["key"]["id"]["S"]: row for row in rows}
    assert sorted(by_key) == ["new", "orders-1", "orders-2", "orders-3"]
    assert by_key["orders-1"] == {
        "kind": "changed",
        "key": {"id": {"S": "orders-1"}},
        "attributes": ["by"],
        "expected": {"id": {"S": "orders-1"}, "number": {"N": "1"}},
        "found": {"id": {"S": "orders-1"}, "number": {"N": "1"}, "by": {"S": "a script"}},
        "file": by_key["orders-1"]["file"],
        "line": by_key["orders-1"]["line"],
    }
    assert by_key["orders-3"]["expected"]["number"] == {"N": "3"}
    assert "found" not in by_key["orders-3"]
    assert by_key["new"] == {"kind": "unexpected", "key": {"id": {"S": "new"}}, "found": {"id": {"S": "new"}}}
    assert stat.S_IMODE((tmp_path / "all.jsonl").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["all.jsonl"]


def test_two_points(account: Account, play: Play, made: BackedUp) -> None:
    """Also when the table is gone: then the settings beside the point tell its key."""
    spoil(account)
    restorable.point(account, "orders", NEWER)
    made.delete_table()
    answer = compared(play, bucket=made.bucket, point=OLDER, with_point="latest", samples=1)
    assert counts(answer) == {"same": 27, "changed": 2, "missing": 1, "unexpected": 1}
    assert len(answer["compared"]["samples"]) == 3
    assert (answer["expected"]["id"], answer["found"]["id"]) == (OLDER, NEWER)
    assert "Scan" not in {each["operation"] for each in account.calls()}
    other_way = compared(play, bucket=made.bucket, point=NEWER, with_point=OLDER)
    assert counts(other_way) == {"same": 27, "changed": 2, "missing": 1, "unexpected": 1}
    assert [each["text"] for each in other_way["compared"]["samples"] if each["kind"] == "missing"] == [
        "id=new"
    ]


def test_a_restored_table_against_the_point_it_was_made_of(
    account: Account, play: Play, made: BackedUp
) -> None:
    """Which is not the newest any more."""
    options = {"bucket": made.bucket, "way": "load", "wait_sleep": 0.05}
    done = play(restore, table="orders", to="orders-restored-x", **options)
    assert done["succeeded"], done["msg"]
    spoil(account)
    restorable.point(account, "orders", NEWER)
    answer = compared(play, bucket=made.bucket, with_table="orders-restored-x")
    assert (answer["equal"], answer["expected"]["id"], counts(answer)) == (True, OLDER, {"same": 30})
    assert not compared(play, bucket=made.bucket, with_table="orders-restored-x", point="latest")["equal"]
    two = compared(play, point="live", with_table="orders-restored-x")
    assert counts(two) == {"same": 27, "changed": 2, "missing": 1, "unexpected": 1}
    assert two["expected"]["table"] == "orders"
    assert two["msg"].startswith(
        "The table orders-restored-x as it is now against the table orders as it is now:"
    )


def test_what_has_expired_is_no_difference(account: Account, play: Play) -> None:
    """By the time to live of the table; what had not expired when it went is missing."""
    now = int(account.aws.now().timestamp())
    items = tuple({"id": f"s-{number}", "until": now - 60 + 3_600 * number} for number in range(3))
    made = restorable.backed_up(account, samples.Sample("sessions", {"id": "S"}, items, ttl="until"))
    client = account.client("dynamodb")
    for number in (0, 1):
        client.delete_item(TableName="sessions", Key={"id": {"S": f"s-{number}"}})
    options = {"table": "sessions", "bucket": made.bucket}
    answer = compared(play, **options)
    assert (answer["ttl_attribute"], answer["equal"]) == ("until", False)
    assert counts(answer) == {"same": 1, "missing": 1, "expired": 1}
    assert [(each["kind"], each["text"]) for each in answer["compared"]["samples"]] == [
        ("missing", "id=s-1"),
        ("expired", "id=s-0"),
    ]
    client.put_item(TableName="sessions", Item={"id": {"S": "s-1"}, "until": {"N": str(items[1]["until"])}})
    answer = compared(play, **options)
    assert (answer["equal"], counts(answer)) == (True, {"same": 2, "expired": 1})
    assert "1 of the missing had expired, which is no damage." in answer["msg"]
    assert counts(compared(play, ttl_attribute="another", **options)) == {"same": 2, "missing": 1}


def test_check_mode_tells_calls_and_dollars(account: Account, play: Play, made: BackedUp) -> None:
    account.forget_calls()
    answer = play(item_compare_info, check=True, table="orders", bucket=made.bucket)
    assert {"Scan", "BatchGetItem"} & {each["operation"] for each in account.calls()} == set()
    assert mutations(account) == []
    plan = answer["plan"]
    assert plan["calls"]["Scan"] == 1
    assert plan["dollars"] >= 0
    assert plan["price"] in answer["msg"]
    assert plan["time"] in answer["msg"]
    assert answer["msg"].startswith(f"Would compare the point {OLDER} of orders, taken ")
    assert {"dynamodb:Scan", "dynamodb:BatchGetItem", "s3:GetObject"} <= set(plan["rights"])
    assert (answer["equal"], answer["compared"]) == (None, {})


class TestRefused:
    """With a sentence that leads on."""

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"table": "no"}, "table is 'no'"),
            ({"with_table": "a b"}, "with_table is 'a b'"),
            ({"with_point": OLDER, "with_table": "other"}, "with_point and with_table exclude each other"),
            ({"with_point": "live"}, "with_point: leave it out"),
            ({"point": "live"}, "name another one with with_table"),
            ({"point": "live", "with_table": "orders"}, "name another one with with_table"),
            ({"live_by": "export", "with_point": OLDER}, "live_by is export"),
            ({"samples": -1}, "samples is -1"),
            ({"max_read_units_per_second": -1}, "max_read_units_per_second is -1"),
            ({"wait_sleep": -1}, "wait_sleep is -1"),
            ({"keys": {"id": "X"}}, "keys: name the partition key"),
            ({"file": "/nowhere/at/all.jsonl"}, "there is no folder /nowhere/at"),
            ({"file": "/tmp"}, "which is a folder"),
        ],
    )
    def test_before_aws_is_asked(
        self, account: Account, play: Play, options: dict[str, Any], told: str
    ) -> None:
        account.forget_calls()
        message = refused(play, **options)
        assert told in message
        assert message.startswith("Nothing was compared: ")
        assert account.calls() == []

    def test_names_of_variables(self, play: Play) -> None:
        told = refused(play, samples=-1, option_prefix="compare_")
        assert "compare_samples is -1" in told
        assert "compare_file gets them all" in told

    def test_what_there_is_not(self, account: Account, play: Play, made: BackedUp) -> None:
        options = {"bucket": made.bucket}
        assert "no stack tablekeeper-store" in refused(play)
        assert "Nothing is kept of ordres in" in refused(
            play, **{**options, "table": "ordres", "with_point": OLDER}
        )
        assert "There is no table nobodys here" in refused(play, with_table="nobodys", **options)
        assert "are both" in refused(play, with_point=OLDER, **options)
        assert "restore it beside the table" in refused(play, point="pitr", **options)
        account.client("s3").delete_object(Bucket=made.bucket, Key=f"{made.prefix}/settings.json")
        restorable.point(account, "orders", NEWER)
        account.client("s3").delete_object(Bucket=made.bucket, Key=f"retain-35d/orders/{NEWER}/settings.json")
        made.delete_table()
        assert "compare two points with with_point" in refused(play, **options)
        two = {**options, "point": OLDER, "with_point": NEWER}
        assert "Name them with keys" in refused(play, **two)
        assert compared(play, keys={"id": "S"}, **two)["equal"]

    def test_a_table_with_another_key(self, account: Account, play: Play, made: BackedUp) -> None:
        samples.create(account.client("dynamodb"), (samples.Sample("others", {"pk": "S"}, ()),))
        told = refused(play, with_table="others", point=OLDER, bucket=made.bucket)
        assert "The key of the table others is pk (S), and that of the point is id (S)" in told
        told = refused(play, with_table="others", point="live")
        assert "The key of the table others is pk (S), and that of orders is id (S)" in told

    def test_a_damaged_point(self, account: Account, play: Play, made: BackedUp) -> None:
        """It is named, and so are the others, and one of those can be compared."""
        restorable.point(account, "orders", NEWER)
        s3 = account.client("s3")
        listed = s3.list_objects_v2(Bucket=made.bucket, Prefix=f"retain-35d/orders/{NEWER}/")["Contents"]
        for each in listed:
            if "/data/" in each["Key"]:
                s3.put_object(Bucket=made.bucket, Key=each["Key"], Body=b"x" * each["Size"])
        told = refused(play, bucket=made.bucket)
        assert f"That is of the point {NEWER}" in told
        assert f"There are {OLDER}" in told
        assert compared(play, bucket=made.bucket, point=OLDER)["equal"]

    def test_rights(self, play: Play, made: BackedUp, allow: Callable[..., None]) -> None:
        allow("s3:*", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive")
        told = refused(play, bucket=made.bucket)
        assert "compare orders with the backup" in told
        assert "dynamodb:Scan" in told
