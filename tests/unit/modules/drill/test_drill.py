# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills on the embedded AWS: what passes, what fails, what is removed, and what is told."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import (
    apply,
    state,
)
from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill
from tests.integration.state import mutations
from tests.unit.modules.drill.drilling import RUN, drilled, mail, tables
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in, killed_when_made, nothing_tidied_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.modules.status_info.machinery import Machinery

    Play = Callable[..., dict[str, Any]]

PHASES = (state.CHECK, state.MAKE, state.WAIT, state.FILL, state.COMPARE, state.DIFF)
ANOTHER = "it is not the file that was written: its MD5 is another"
FIRST = {"id": {"S": "orders-1"}}


pytestmark = [pytest.mark.usefixtures("target"), pytest.mark.newest]


def test_a_table_comes_back_and_goes_again(account: Account, target: Machinery, play: Play) -> None:
    before = tables(account)
    answer = drilled(play, tables=["orders"], started_by="the morning")
    assert answer["succeeded"], answer["msg"]
    (one,) = answer["drills"]
    assert tables(account) == before
    body = account.client("s3").get_object(Bucket=target.bucket, Key=one["record"].split("/", 3)[3])["Body"]
    kept = json.loads(body.read())
    assert kept["verdict"] == "passed"
    assert kept["started_by"] == "the morning"
    assert (kept["items"], kept["removed"]) == ({"expected": 5, "found": 5}, True)
    assert {"make", "compare", "remove"} <= {each["phase"] for each in kept["phases"]}
    assert kept["rpo"]["seconds"] >= 0
    assert kept["way"] == "load", "the backup is proven, not what DynamoDB has beside it"
    (seen,) = account.client("s3").list_objects_v2(Bucket=target.bucket, Prefix="drills/")["Contents"]
    assert seen["Key"].endswith("-passed.json")


class TestWhichTables:
    def test_those_that_were_not_drilled_for_longest(self, play: Play) -> None:
        first, second, third = (drilled(play)["drills"][0]["table"] for _again in range(3))
        assert (first, second, third) == ("carts", "orders", "carts")
        assert {each["table"] for each in drilled(play, count=5)["drills"]} == {"carts", "orders"}

    def test_one_that_is_not_backed_up_is_refused(self, play: Play) -> None:
        told = drilled(play, tables=["ordres"])["msg"]
        assert told.startswith("Nothing was drilled: No table ordres is backed up")
        assert "carts, orders" in told

    def test_one_without_a_backup_fails(self, account: Account, target: Machinery, play: Play) -> None:
        s3 = account.client("s3")
        for each in s3.list_objects_v2(Bucket=target.bucket, Prefix="retain-35d/orders/")["Contents"]:
            s3.delete_object(Bucket=target.bucket, Key=each["Key"])
        answer = drilled(play, tables=["orders"])
        assert answer["failed_tables"] == ["orders"]
        assert "There is no backup of orders that can be restored." in answer["msg"]

    def test_one_that_waits_for_its_first_backup_is_not_chosen(
        self, account: Account, target: Machinery, play: Play
    ) -> None:
        s3 = account.client("s3")
        for each in s3.list_objects_v2(Bucket=target.bucket, Prefix="retain-35d/carts/")["Contents"]:
            s3.delete_object(Bucket=target.bucket, Key=each["Key"])
        assert [each["table"] for each in drilled(play)["drills"]] == ["orders"]

    def test_any_of_the_points(self, account: Account, target: Machinery, play: Play) -> None:
        points, found = {RUN, "20261124T140003Z-1a2b3c4d"}, set()
        restorable.point(account, "orders", min(points - {RUN}), target.bucket)
        for _again in range(12):
            found.add(drilled(play, tables=["orders"], points="random")["drills"][0]["point"]["id"])
            if found == points:
                break
        assert found == points  # but once in 2,000 times

    def test_no_store(self, play: Play) -> None:
        assert "There is no stack mine-store in eu-west-1" in drilled(play, prefix="mine")["msg"]


def spoiled(account: Account, target: Machinery, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of a point's files, whose checksums and counts stay as they were."""
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=target.bucket, Prefix=f"retain-35d/orders/{RUN}/")["Contents"]
    for key in [each["Key"] for each in listed if "/data/" in each["Key"]]:
        body = gzip.decompress(s3.get_object(Bucket=target.bucket, Key=key)["Body"].read())
        if lines := body.splitlines(keepends=True):
            s3.put_object(Bucket=target.bucket, Key=key, Body=gzip.compress(b"".join(change(lines))))
            return


class TestWhatFails:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda lines: lines[1:], ANOTHER),
            (lambda lines: [*lines, lines[0].replace(b"orders-", b"another-")], ANOTHER),
            (lambda lines: [lines[0][:9] + b"\x00" + lines[0][10:], *lines[1:]], "line 1"),
            (lambda lines: [lines[0].replace(b'"N"', b'"X"'), *lines[1:]], "line 1"),
        ],
        ids=["an item is missing", "an item too many", "a flipped byte", "a damaged item"],
    )
    def test_a_point_that_is_not_whole(
        self, account: Account, target: Machinery, play: Play, change: Any, why: str
    ) -> None:
        spoiled(account, target, change)
        before = tables(account)
        answer = drilled(play, tables=["orders"])
        assert answer["failed"]
        assert why in answer["msg"], answer["msg"]
        assert answer["drills"][0]["verdict"] == "failed"
        assert tables(account) == before
        (told,) = [each for each in mail(account) if each["Subject"].startswith("Drill")]
        assert told["Subject"] == "Drill failed: orders in eu-west-1"
        assert answer["drills"][0]["record"] in told["Message"]

    @pytest.mark.parametrize(
        ("meddle", "why"),
        [
            (lambda client, name: client.put_item(TableName=name, Item={"id": {"S": "x"}}), "1 unexpected"),
            (
                lambda client, name: client.delete_item(TableName=name, Key={"id": {"S": "orders-1"}}),
                "1 missing",
            ),
            (
                lambda client, name: client.put_item(TableName=name, Item={**FIRST, "n": {"N": "7"}}),
                "1 changed",
            ),
        ],
        ids=["an item too many", "a missing item", "a changed item"],
    )
    def test_a_table_that_came_back_otherwise(
        self,
        account: Account,
        play: Play,
        monkeypatch: pytest.MonkeyPatch,
        meddle: Any,
        why: str,
    ) -> None:
        compare = apply.comparing.compare

        def meddled(aws: Any, name: str, *arguments: Any, **more: Any) -> Any:
            meddle(account.client("dynamodb"), name)
            return compare(aws, name, *arguments, **more)

        monkeypatch.setattr(apply.comparing, "compare", meddled)
        answer = drilled(play, tables=["orders"])
        assert why in answer["msg"], answer["msg"]
        assert "orders-1" in answer["msg"] or why == "1 unexpected"

    def test_an_index_that_is_another(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end = apply.end

        def meddled(aws: Any, beginning: Any, *arguments: Any) -> Any:
            client = account.client("dynamodb")
            client.update_table(
                TableName=beginning.target.name,
                AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
                GlobalSecondaryIndexUpdates=[
                    {
                        "Create": {
                            "IndexName": "by-n",
                            "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
                            "Projection": {"ProjectionType": "ALL"},
                        }
                    }
                ],
            )
            return end(aws, beginning, *arguments)

        monkeypatch.setattr(apply, "end", meddled)
        answer = drilled(play, tables=["orders"])
        assert "global_indexes" in answer["msg"], answer["msg"]

    def test_what_took_too_long_or_is_too_old(self, account: Account, play: Play) -> None:
        account.aws.advance(hours=40)
        answer = drilled(play, tables=["orders"])
        assert "hours old, and 30 hours are allowed (max_age)" in answer["msg"]
        assert tables(account) == ["carts", "orders"]


class TestSweep:
    @pytest.mark.parametrize("phase", PHASES)
    def test_what_a_killed_drill_has_left(self, account: Account, play: Play, phase: str) -> None:
        with killed_in(phase), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left = [each for each in tables(account) if each.startswith("tablekeeper-drill-")]
        assert bool(left) == (phase not in (state.CHECK, state.MAKE))
        answer = drilled(play, tables=["orders"])
        assert answer["succeeded"], answer["msg"]
        assert answer["swept"] == left
        assert tables(account) == ["carts", "orders"]

    def test_killed_before_aws_has_answered(self, account: Account, play: Play) -> None:
        with killed_when_made(), nothing_tidied_up():
            drilled(play, tables=["orders"])
        assert len(tables(account)) == 3
        assert drilled(play, tables=["orders"])["succeeded"]
        assert tables(account) == ["carts", "orders"]

    @pytest.mark.parametrize(
        ("name", "tags"),
        [
            ("tablekeeper-drill-orders-20261123T140003Z-12ab", {}),
            ("tablekeeper-drill-orders-20261123T140003Z-12ab", {"tablekeeper:drill": "another"}),
            ("tablekeeper-drill-orders-20261123T140003Z-12ab", {"tablekeeper:restore": "abc"}),
            ("tablekeeper-drills", {"tablekeeper:drill": "tablekeeper-drills"}),
            (
                "mine-drill-orders-20261123T140003Z-12ab",
                {"tablekeeper:drill": "mine/mine-drill-orders-20261123T140003Z-12ab"},
            ),
            (
                "tablekeeper-drill-x-drill-orders-20261123T140003Z-12ab",
                {
                    "tablekeeper:drill": "tablekeeper-drill-x/"
                    "tablekeeper-drill-x-drill-orders-20261123T140003Z-12ab"
                },
            ),
        ],
    )
    def test_what_is_but_like_one_stays(
        self, account: Account, play: Play, name: str, tags: dict[str, str]
    ) -> None:
        account.client("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        answer = drilled(play, tables=["orders"])
        assert answer["succeeded"], answer["msg"]
        assert answer["swept"] == []
        assert name in tables(account)
        assert answer["left_alone"] == ([name] if name.startswith("tablekeeper-drill-") else [])


class TestCheckMode:
    def test_it_tells_what_would_be_done_and_does_nothing(self, account: Account, play: Play) -> None:
        account.forget_calls()
        told = play(drill, check=True, count=2)
        assert mutations(account) == []
        assert [each["table"] for each in told["planned"]] == ["carts", "orders"]
        assert told["planned"][0]["target_table"].startswith("tablekeeper-drill-carts-")
        assert "dynamodb:DeleteTable" in told["rights"]
        assert told["msg"].startswith("Would drill carts, orders for about $0.00")


def test_the_budget_is_kept(play: Play) -> None:
    answer = drilled(play, count=2, budget_dollars=0.000001)
    assert not answer["succeeded"]
    assert [each["table"] for each in answer["not_drilled"]] == ["carts", "orders"]
    assert "are allowed for all drills" in answer["msg"]
    assert "Nothing was drilled." in answer["msg"]


def test_what_has_changed_since_is_no_failure(account: Account, play: Play) -> None:
    client = account.client("dynamodb")
    client.put_item(TableName="orders", Item={"id": {"S": "later"}})
    client.delete_item(TableName="orders", Key={"id": {"S": "orders-1"}})
    answer = drilled(play, tables=["orders"], compare_live=True)
    assert answer["succeeded"], answer["msg"]
    since = answer["drills"][0]["changed_since"]
    assert (since["missing"], since["unexpected"], since["same"]) == (1, 1, 4)
