# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a restore does where others are at work: on the same table, in another region, or by hand."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import at_work
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply, state
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
ITEMS = 20
pytestmark = pytest.mark.newest


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    made = restorable.backed_up(account, samples.simple("orders", ITEMS))
    made.delete_table()
    return made


def again(play: Play, made: BackedUp, **options: Any) -> dict[str, Any]:
    return play(
        restore, **{"table": "orders", "to": NAME, "bucket": made.bucket, "wait_sleep": 0.05, **options}
    )


def change_state(account: Account, made: BackedUp, **changes: Any) -> None:
    s3, key = account.client("s3"), f"restores/{NAME}/state.json"
    told = json.loads(s3.get_object(Bucket=made.bucket, Key=key)["Body"].read())
    s3.put_object(Bucket=made.bucket, Key=key, Body=json.dumps({**told, **changes}).encode())


def put(account: Account, name: str = NAME, identity: str = "theirs") -> None:
    account.client("dynamodb").put_item(TableName=name, Item={"id": {"S": identity}})


class TestAnotherCall:
    def test_that_lives_is_not_disturbed(self, account: Account, play: Play, made: BackedUp) -> None:
        with killed_in(state.FILL):
            again(play, made)
        with subprocess.Popen(["sleep", "60"]) as other:
            change_state(account, made, at_work={**at_work.mark(account.aws.now()), "pid": other.pid})
            told = again(play, made)["msg"]
            assert f"another call is at work on {NAME} (process {other.pid} on " in told
            other.kill()
        assert again(play, made)["succeeded"]

    def test_on_another_machine_counts_as_killed_when_it_is_quiet(
        self, account: Account, play: Play, made: BackedUp
    ) -> None:
        with killed_in(state.FILL):
            again(play, made)
        change_state(account, made, at_work={**at_work.mark(account.aws.now()), "host": "elsewhere"})
        assert "for three minutes after it was seen last" in again(play, made)["msg"]
        account.aws.advance(minutes=4)
        assert again(play, made)["succeeded"]

    def test_in_another_region_has_a_state_of_its_own(self, play: Play, made: BackedUp) -> None:
        with killed_in(state.FILL):
            again(play, made)
        told = again(play, made, region="eu-central-1")["msg"]
        assert (
            f"is the state of a restore as arn:aws:dynamodb:eu-west-1:{made.account.id}:table/{NAME}" in told
        )
        assert again(play, made)["succeeded"]


class TestTablesOfOthers:
    def test_made_in_the_moment_before_is_left_alone(
        self, account: Account, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make = apply.make

        def too_late(*arguments: Any) -> Any:
            samples.create(account.client("dynamodb"), (samples.simple(NAME, 1),))
            return make(*arguments)

        monkeypatch.setattr(apply, "make", too_late)
        answer = again(play, made)
        assert "is none that this restore has made: it is left alone. Choose another name" in answer["msg"]
        assert (answer["resume"], answer["remove"]) == ("", [])
        assert len(restorable.items(account, NAME)) == 1

    @pytest.mark.parametrize("phase", [state.FILL, state.COMPARE, state.SETTINGS])
    def test_made_in_its_place_meanwhile(
        self, account: Account, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch, phase: str
    ) -> None:
        save = apply._Restoring.save

        def replaced(self: Any) -> None:
            save(self)
            if self.state.phase == phase and self.state.table_id:
                monkeypatch.setattr(apply._Restoring, "save", save)
                client = account.client("dynamodb")
                client.delete_table(TableName=NAME)
                client.get_waiter("table_not_exists").wait(TableName=NAME, WaiterConfig={"Delay": 0.2})
                samples.create(client, (samples.simple(NAME, 1),), pitr=False)

        monkeypatch.setattr(apply._Restoring, "save", replaced)
        answer = again(play, made)
        assert "is another one: somebody has removed the one" in answer["msg"]
        assert answer["remove"] == []
        assert len(restorable.items(account, NAME)) == 1
        backups = account.client("dynamodb").describe_continuous_backups(TableName=NAME)
        status = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert status["PointInTimeRecoveryStatus"] == "DISABLED"


class TestFinished:
    def test_says_when_that_was_found(self, account: Account, play: Play, made: BackedUp) -> None:
        first = again(play, made)
        put(account)
        second = again(play, made)
        assert not second["changed"]
        assert second["msg"] == f"{first['msg']} So it was found at {first['ended'][:19]}."

    def test_compares_if_it_has_only_counted(self, account: Account, play: Play, made: BackedUp) -> None:
        assert again(play, made, verify="count")["succeeded"]
        put(account)
        assert "1 unexpected" in again(play, made)["msg"]

    def test_writes_a_parameter_that_is_asked_for_later(
        self, account: Account, play: Play, made: BackedUp
    ) -> None:
        assert again(play, made)["succeeded"]
        assert again(play, made, parameter="/shop/orders")["succeeded"]
        assert account.client("ssm").get_parameter(Name="/shop/orders")["Parameter"]["Value"] == NAME

    def test_of_a_table_that_is_being_removed(
        self, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert again(play, made)["succeeded"]
        describe = apply.gather_beginning.dynamodb.describe_table

        def deleting(*arguments: Any) -> Any:
            return {**describe(*arguments), "TableStatus": "DELETING"}

        monkeypatch.setattr(apply.gather_beginning.dynamodb, "describe_table", deleting)
        assert f"the table {NAME} is being deleted" in again(play, made)["msg"]


def test_nothing_is_brought_back_to_a_table_whose_items_differ(
    account: Account, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = apply.comparing.compare

    def meddled(*arguments: Any) -> Any:
        put(account)
        return compare(*arguments)

    monkeypatch.setattr(apply.comparing, "compare", meddled)
    answer = again(play, made)
    assert "1 unexpected" in answer["msg"]
    whys = {each["path"]: each["why"] for each in answer["settings"]}
    assert whys["point_in_time_recovery"] == "settings are not brought back to a table whose items differ"
    monkeypatch.setattr(apply.comparing, "compare", compare)
    account.client("dynamodb").delete_item(TableName=NAME, Key={"id": {"S": "theirs"}})
    assert again(play, made)["succeeded"]


def test_the_point_is_gone_before_it_is_whole(account: Account, play: Play, made: BackedUp) -> None:
    with killed_in(state.FILL):
        again(play, made)
    s3 = account.client("s3")
    for each in s3.list_objects_v2(Bucket=made.bucket, Prefix=made.prefix)["Contents"]:
        s3.delete_object(Bucket=made.bucket, Key=each["Key"])
    told = again(play, made)["msg"]
    assert f"There is now the table {NAME} in eu-west-1, which is not finished: do not use it." in told
    assert f"delete-table --region eu-west-1 --table-name {NAME}" in told


@pytest.mark.parametrize(
    "changes", [{"point": {}}, {"settings": {}}, {"same": None}, {"way": "magic"}, {"begun": "then"}]
)
def test_a_state_that_somebody_has_changed(
    account: Account, play: Play, made: BackedUp, changes: dict[str, Any]
) -> None:
    with killed_in(state.FILL):
        again(play, made)
    change_state(account, made, **changes)
    told = again(play, made)["msg"]
    assert told.startswith(f"Nothing was made: s3://{made.bucket}/restores/{NAME}/state.json: it is no state")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            {"overrides": {"kms_key": "alias/mine"}},
            "overrides.kms_key is 'alias/mine': give the ARN of a key",
        ),
        ({"point": "2099-01-01T00:00:00Z"}, "point is 2099-01-01T00:00:00Z, which is yet to come"),
        ({"bucket": "no-such-bucket-anywhere"}, "bucket: there is no bucket no-such-bucket-anywhere"),
    ],
)
def test_what_cannot_be(play: Play, made: BackedUp, options: dict[str, Any], why: str) -> None:
    assert why in again(play, made, **options)["msg"]
