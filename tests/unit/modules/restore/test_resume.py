# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A restore that is killed goes on where it was, as often as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply, state
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from local_aws.client.waiting import until
from local_aws.server.environment import environment
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in, killed_when_made

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
pytestmark = pytest.mark.newest


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    made = restorable.backed_up(account, samples.simple("orders", 60))
    made.delete_table()
    return made


def again(play: Play, made: BackedUp, **options: Any) -> dict[str, Any]:
    return play(restore, table="orders", to=NAME, bucket=made.bucket, wait_sleep=0.05, **options)


@pytest.mark.parametrize("way", ["load", "import", "convert"])
@pytest.mark.parametrize("phase", [each for each in state.PHASES if each != state.CHECK])
def test_killed_in_each_phase(account: Account, play: Play, made: BackedUp, way: str, phase: str) -> None:
    if phase == state.CONVERT and way != "convert":
        pytest.skip("this way converts nothing")
    with killed_in(phase):
        again(play, made, way=way)
    answer = again(play, made)
    assert answer.get("succeeded"), answer["msg"]
    assert answer["way"] == way
    assert len(restorable.items(account, NAME)) == 60
    assert len(account.client("dynamodb").list_imports().get("ImportSummaryList", [])) == (way != "load")


@pytest.mark.newest
@pytest.mark.parametrize("held", [b"{", b"[]", b"\xff"])
def test_a_journal_that_is_damaged(account: Account, play: Play, made: BackedUp, held: bytes) -> None:
    """What is told to be done about it is enough."""
    with killed_in(state.FILL):
        again(play, made, way="load")
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=made.bucket)["Contents"]
    (begun,) = [each["Key"] for each in listed if each["Key"].endswith(f"/{NAME}/state.json")]
    journal = begun.replace("state.json", "journal.json")
    s3.put_object(Bucket=made.bucket, Key=journal, Body=held)
    answer = again(play, made)
    assert answer["failed"]
    assert "Delete the table and the journal, and restore it again." in answer["msg"]
    assert f"The journal is s3://{made.bucket}/{journal}." in answer["msg"]
    assert (answer["resume"], answer["remove"][-1].split()[-1]) == ("", NAME)
    account.client("dynamodb").delete_table(TableName=NAME)
    s3.delete_object(Bucket=made.bucket, Key=journal)
    assert again(play, made)["succeeded"]
    assert len(restorable.items(account, NAME)) == 60


@pytest.mark.parametrize("way", ["load", "import"])
def test_killed_before_the_answer_was_noted(account: Account, play: Play, made: BackedUp, way: str) -> None:
    with killed_when_made():
        again(play, made, way=way)
    assert again(play, made)["succeeded"]
    assert len(restorable.items(account, NAME)) == 60


def test_killed_before_the_answer_was_noted_and_it_ended_since(
    account: Account, play: Play, made: BackedUp, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DescribeTable does not show the table yet, and AWS refuses the same token again: there is a table."""
    with killed_when_made():
        again(play, made, way="import")
    listed = account.client("dynamodb").list_imports
    until(lambda: listed()["ImportSummaryList"][0]["ImportStatus"] == "COMPLETED", "the import")
    faults.set({
        "service": "dynamodb",
        "operation": "DescribeTable",
        "times": 1,
        "error": {"code": "ResourceNotFoundException", "status": 400},
    })  # fmt: skip
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    account.forget_calls()
    answer = again(play, made)
    faults.set()
    assert answer["succeeded"], answer["msg"]
    tried = [call["status"] for call in account.calls() if call["operation"] == "ImportTable"]
    assert tried == [400]
    assert len(account.client("dynamodb").list_imports()["ImportSummaryList"]) == 1


def test_a_table_that_somebody_made_meanwhile_is_not_taken_over(
    account: Account, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = apply.make

    def late(*arguments: Any) -> Any:
        samples.create(account.client("dynamodb"), (samples.simple(NAME, 1),))
        return make(*arguments)

    monkeypatch.setattr(apply, "make", late)
    answer = again(play, made, way="import")
    assert answer["failed"]
    assert "AWS refused to make orders-again (ImportTable: ResourceInUseException" in answer["msg"]
    assert len(restorable.items(account, NAME)) == 1


def test_a_finished_one_is_not_done_again(account: Account, play: Play, made: BackedUp) -> None:
    first = again(play, made)
    account.forget_calls()
    second = again(play, made)
    assert (first["changed"], second["changed"]) == (True, False)
    assert second["msg"].startswith(first["msg"])
    assert not [call for call in account.calls() if call["operation"].startswith(("Put", "Update", "Create"))]


def test_a_table_that_was_removed_is_made_anew(account: Account, play: Play, made: BackedUp) -> None:
    again(play, made)
    account.client("dynamodb").delete_table(TableName=NAME)
    answer = again(play, made)
    assert answer["changed"]
    assert answer["succeeded"]
    assert len(restorable.items(account, NAME)) == 60


def test_a_newer_point_does_not_change_what_was_begun(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders", 60))
    with killed_in(state.FILL):
        again(play, made, way="load")
    account.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "new"}})
    restorable.point(account, "orders", "20261124T140003Z-1a2b3c4d")
    answer = again(play, made)
    assert answer["point"]["id"] == made.run
    assert answer["compared"]["found"] == 60
