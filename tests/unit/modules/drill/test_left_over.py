# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a drill removes, of its own and of earlier ones, and what it leaves alone."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import at_work
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import gather_proof, names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import options as drill_options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply, looks, state
from tests.unit.modules.drill.drilling import drilled, left_over, mail, tables
from tests.unit.support.killing import killed_in, killed_when_made, nothing_tidied_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.modules.status_info.machinery import Machinery

    Play = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.usefixtures("target"), pytest.mark.newest]


@pytest.fixture(name="by_import")
def fixture_by_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_options, "LOAD_UP_TO_MB", 0)


def untag(account: Account, name: str) -> None:
    client = account.client("dynamodb")
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    client.untag_resource(ResourceArn=arn, TagKeys=["tablekeeper:drill"])


class TestSweep:
    def test_the_table_of_a_drill_that_is_at_work_is_left_to_it(
        self, account: Account, play: Play, target: Machinery
    ) -> None:
        with killed_in(state.FILL), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left = left_over(account)
        s3, key = account.client("s3"), f"restores/{left}/state.json"
        told = json.loads(s3.get_object(Bucket=target.bucket, Key=key)["Body"].read())
        told["at_work"] = {**at_work.mark(account.aws.now()), "host": "elsewhere"}
        s3.put_object(Bucket=target.bucket, Key=key, Body=json.dumps(told).encode())
        answer = drilled(play, tables=["carts"])
        assert answer["succeeded"], answer["msg"]
        assert (answer["swept"], answer["left_alone"]) == ([], [])
        assert left in tables(account)
        account.aws.advance(minutes=4)
        assert drilled(play, tables=["carts"])["swept"] == [left]

    def test_a_table_whose_tag_somebody_has_removed_is_kept(self, account: Account, play: Play) -> None:
        with killed_in(state.COMPARE), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left = left_over(account)
        untag(account, left)
        answer = drilled(play, tables=["carts"])
        assert answer["succeeded"], answer["msg"]
        assert (answer["swept"], answer["left_alone"]) == ([], [left])
        assert left in tables(account)

    @pytest.mark.usefixtures("by_import")
    @pytest.mark.parametrize("kept", [False, True], ids=["not tagged yet", "its tag was removed"])
    def test_of_an_import(self, account: Account, play: Play, *, kept: bool) -> None:
        with killed_in(state.COMPARE) if kept else killed_when_made(), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left = left_over(account)
        if kept:
            untag(account, left)
        answer = drilled(play, tables=["carts"])
        assert answer["succeeded"], answer["msg"]
        assert len(answer["left_alone"]) == kept
        assert len(tables(account)) == 2 + kept

    @pytest.mark.usefixtures("by_import")
    def test_a_damaged_state_proves_nothing(self, account: Account, target: Machinery, play: Play) -> None:
        with killed_when_made(), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left = left_over(account)
        (folder,) = account.client("s3").list_objects_v2(Bucket=target.bucket, Prefix="restores/")["Contents"]
        body = account.client("s3").get_object(Bucket=target.bucket, Key=folder["Key"])["Body"].read()
        broken = json.dumps({**json.loads(body), "same": None}).encode()
        account.client("s3").put_object(Bucket=target.bucket, Key=folder["Key"], Body=broken)
        answer = drilled(play, tables=["carts"])
        assert answer["succeeded"], answer["msg"]
        assert answer["left_alone"] == [left]

    def test_one_that_vanishes_meanwhile(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with killed_in(state.COMPARE), nothing_tidied_up():
            drilled(play, tables=["orders"])
        left, is_tagged = left_over(account), gather_proof.is_tagged

        def vanishing(aws: Any, where: Any, name: str) -> bool:
            if name == left:
                account.client("dynamodb").delete_table(TableName=left)
                account.client("dynamodb").get_waiter("table_not_exists").wait(
                    TableName=left, WaiterConfig={"Delay": 0.2}
                )
            return is_tagged(aws, where, name)

        monkeypatch.setattr(gather_proof, "is_tagged", vanishing)
        answer = drilled(play, tables=["carts"])
        assert answer["succeeded"], answer["msg"]
        assert (answer["swept"], answer["left_alone"]) == ([], [])


class TestItsOwn:
    @pytest.mark.usefixtures("by_import")
    def test_of_an_import_that_failed(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look = looks.at_import

        def failing(told: Any) -> looks.Look:
            found = look(told)
            return looks.Look(False, "", failed="The import ended FAILED.") if found.ready else found

        monkeypatch.setattr(looks, "at_import", failing)
        answer = drilled(play, tables=["orders"])
        (one,) = answer["drills"]
        assert (one["why"], one["removed"]) == (["The import ended FAILED."], True)
        assert tables(account) == ["carts", "orders"]

    def test_one_that_shows_late(self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a call that may have been heard, a table that is not there yet is no proof."""
        account.aws.control("POST", "tables", account=account.id, create=1, appear=1.5)
        make = apply.make

        def unheard(*arguments: Any) -> None:
            make(*arguments)
            raise apply.NotMadeError("Connection was closed before we received a valid response")

        monkeypatch.setattr(apply, "make", unheard)
        (one,) = drilled(play, tables=["orders"], wait_sleep=0.5)["drills"]
        assert one["removed"]
        time.sleep(2)
        assert tables(account) == ["carts", "orders"]

    def test_one_that_somebody_has_protected(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end = apply.end

        def meddled(aws: Any, beginning: Any, *arguments: Any) -> Any:
            account.client("dynamodb").update_table(
                TableName=beginning.target.name, DeletionProtectionEnabled=True
            )
            return end(aws, beginning, *arguments)

        monkeypatch.setattr(apply, "end", meddled)
        (one,) = drilled(play, tables=["orders"])["drills"]
        assert not one["removed"]
        assert "is protected from being deleted" in one["msg"]
        assert "next drill" not in one["msg"]
        (told,) = mail(account)
        assert "is protected from being deleted" in told["Message"]
        # As it says: without the protection the next drill removes it.
        account.aws.advance(seconds=16)
        left = left_over(account)
        account.client("dynamodb").update_table(TableName=left, DeletionProtectionEnabled=False)
        monkeypatch.setattr(apply, "end", end)
        assert drilled(play, tables=["orders"])["swept"] == [left]


def test_every_tag_is_one_that_aws_takes(account: Account) -> None:
    for prefix in ("t", "tablekeeper", "t" * 60):
        name = names.table_name(prefix, "x" * 255, account.aws.now())
        assert names.is_of_a_drill(prefix, name, {names.TAG: names.tag_value(prefix, name)})
        assert len(name) <= names.LONGEST
        assert len(names.tag_value(prefix, name)) <= names.LONGEST_TAG
