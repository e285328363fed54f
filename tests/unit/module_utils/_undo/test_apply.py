# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Undos from the incident on: planned from what DynamoDB recorded, executed, and undone themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import apply, apply_run, state
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_writes import (
    NotWrittenError,
    Writing,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.ending import UndoError
from tests.unit.support.incidents import TABLE, WRITES, Scene
from tests.unit.support.undoing import content, digests, item

if TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Plan
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.aws

GOOD = [item(number, v={"N": f"{number}.50"}, s={"SS": ["b", "a"]}) for number in range(40)]
RUINED = [item(number, v={"N": "0"}) for number in range(20)]
INSERTED = [item(number, v={"N": "0"}) for number in range(100, 105)]
SINCE = [item(number, v={"N": "0"}, paid={"BOOL": True}) for number in range(3)]


def ruined(account: Account, **more: Any) -> tuple[Scene, Plan]:
    """Items 0 to 19 are ruined, 20 to 24 deleted, five inserted; three of them are rightly changed since."""
    scene = Scene(account, GOOD, more)
    begin = scene.moment()
    scene.put([*RUINED, *INSERTED])
    scene.delete(GOOD[20:25])
    end = scene.moment()
    scene.put(SINCE)
    scene.reached()
    return scene, scene.plan(**{"from": begin.isoformat(), "until": end.isoformat()})


def execute(scene: Scene, plan: Plan, *, check: bool = False, **options: Any) -> dict[str, Any]:
    confirm = f"{TABLE}@{scene.account.id}"
    asked = scene.asked(**{"plan": plan.id, "confirm": confirm, **options})
    scene.said.clear()
    lines = Lines(TABLE, scene.said.append, lambda: 0.0)
    return apply.execute(scene.aws, scene.place(asked), plan, asked, lines, check=check)


def stored(scene: Scene, plan: Plan, name: str) -> Any:
    body = scene.account.client("s3").get_object(Bucket=scene.bucket, Key=plan.folder + name)["Body"]
    return json.loads(body.read())


def writes(account: Account) -> int:
    return sum(each["operation"] in WRITES for each in account.calls())


BEFORE = digests([*SINCE, *GOOD[3:]])


def test_the_right_items_are_as_before_and_all_of_it_is_told(account: Account, tmp_path: Path) -> None:
    scene, plan = ruined(account)
    listed = tmp_path / "conflicts.jsonl"
    scene.put([item(7, v={"N": "9"})])
    done = execute(scene, plan, conflicts_file=str(listed), started_by="ops")
    assert content(scene.client) == BEFORE | digests([item(7, v={"N": "9"})])
    counts = {"put": 21, "delete": 5, "conflict": 4, "expired": 0, "same": 0, "left_out": 0}
    assert done["done"] == counts
    assert (done["changed"], done["succeeded"], done["phase"]) == (True, True, "finished")
    assert done["msg"] == (
        "21 items of orders put back as before, and 5 items deleted. 4 items left alone: somebody else has "
        "changed them since."
    )
    assert done["notes"] == ["1 item became a conflict since the plan was made."]
    assert done["verified"] == {"as_before": 26, "changed_since": 0, "samples": []}
    first, *others = [each["key"]["sk"] for each in done["samples"]]
    assert (first, {*others}) == ("7", {"0", "1", "2"})
    conflicts = [json.loads(line) for line in listed.read_bytes().splitlines()]
    assert sorted(int(each["Keys"]["sk"]["N"]) for each in conflicts) == [0, 1, 2, 7]
    assert all(each["OldImage"] and each["NewImage"] and each["Now"] for each in conflicts)
    report = stored(scene, plan, "report.json")
    assert (report["started_by"], report["done"], report["table"]) == ("ops", counts, TABLE)
    assert done["report"] == f"s3://{scene.bucket}/{plan.folder}report.json"
    assert scene.said[0].startswith(f"orders: executing the plan {plan.id}; its log is s3://{scene.bucket}/")


@pytest.mark.newest
def test_executed_again_it_says_what_was_and_writes_nothing(account: Account, tmp_path: Path) -> None:
    scene, plan = ruined(account)
    first = execute(scene, plan)
    account.forget_calls()
    again = execute(scene, plan, conflicts_file=str(tmp_path / "conflicts.jsonl"))
    assert writes(account) == 0
    assert len((tmp_path / "conflicts.jsonl").read_bytes().splitlines()) == first["done"]["conflict"]
    assert again["msg"].startswith(first["msg"])
    assert again["msg"].endswith("the plan was executed, and nothing is written again.")
    assert {**again, "msg": "", "changed": True} == {**first, "msg": ""}


@pytest.mark.newest
def test_the_undo_of_the_undo_gives_the_ruined_table_back(account: Account) -> None:
    scene, plan = ruined(account)
    before = content(scene.client)
    execute(scene, plan)
    assert content(scene.client) == BEFORE
    undo = scene.plan(of=plan.id)
    assert undo.counts["put"] + undo.counts["delete"] == 27
    execute(scene, undo)
    assert content(scene.client) == before
    execute(scene, scene.plan(of=undo.id))
    assert content(scene.client) == BEFORE


@pytest.mark.newest
def test_the_settings_of_the_table_are_untouched(account: Account) -> None:
    scene, plan = ruined(account, Tags=[{"Key": "team", "Value": "shop"}])
    arn = plan.table.arn

    def settings() -> dict[str, Any]:
        table = scene.client.describe_table(TableName=TABLE)["Table"]
        counted = ("ItemCount", "TableSizeBytes")
        return {
            "table": {name: value for name, value in table.items() if name not in counted},
            "ttl": scene.client.describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"],
            "tags": scene.client.list_tags_of_resource(ResourceArn=arn)["Tags"],
            "recovery": scene.client.describe_continuous_backups(TableName=TABLE)[
                "ContinuousBackupsDescription"
            ]["ContinuousBackupsStatus"],
        }

    before = settings()
    execute(scene, plan)
    assert settings() == before


@pytest.mark.newest
def test_check_mode_says_what_would_be_written(account: Account) -> None:
    scene, plan = ruined(account)
    account.forget_calls()
    told = execute(scene, plan, check=True)
    assert not {each["operation"] for each in account.calls()} & (WRITES | {"PutObject"})
    assert (told["changed"], told["phase"]) == (True, "planned")
    assert told["msg"] == (
        f"The plan {plan.id} would be executed: 22 items of orders would be put back and 5 items deleted, as "
        "far as each still is what it was then; 3 items would be left alone."
    )


@pytest.mark.newest
class TestRefused:
    """Nothing is written, and the advice that is given is enough."""

    @pytest.fixture(name="scene")
    def fixture_scene(self, account: Account) -> tuple[Scene, Plan]:
        return ruined(account, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})

    def refused(self, scene: Scene, plan: Plan, **options: Any) -> str:
        scene.account.forget_calls()
        with pytest.raises(NotUndoableError) as told:
            execute(scene, plan, **options)
        assert writes(scene.account) == 0
        return str(told.value)

    def test_what_nobody_confirmed_or_acknowledged(self, scene: tuple[Scene, Plan]) -> None:
        told = self.refused(*scene, confirm="orders@1")
        assert f"O(confirm) is 'orders@1': to write this plan it must be orders@{scene[0].account.id}" in told
        told = self.refused(*scene)
        assert told.startswith("Stream hears of each write (")
        assert told.endswith("if that may be, name it in O(acknowledge)")
        assert execute(*scene, acknowledge=["stream"])["succeeded"]
        assert stored(*scene, "report.json")["acknowledged"] == ["stream"]

    def test_without_recovery(self, scene: tuple[Scene, Plan]) -> None:
        client = scene[0].client
        recovery = {"PointInTimeRecoveryEnabled": False}
        client.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=recovery)
        told = self.refused(*scene, acknowledge=["stream"])
        assert "Point-in-time recovery of orders is off, and there is no point of it: switch it on" in told
        recovery = {"PointInTimeRecoveryEnabled": True}
        client.update_continuous_backups(TableName=TABLE, PointInTimeRecoverySpecification=recovery)
        assert execute(*scene, acknowledge=["stream"])["succeeded"]

    def test_of_another_table(self, scene: tuple[Scene, Plan]) -> None:
        client = scene[0].client
        client.delete_table(TableName=TABLE)
        client.get_waiter("table_not_exists").wait(TableName=TABLE)
        Scene(scene[0].account)
        assert "Orders is another table than the one that was planned for" in self.refused(*scene)

    def test_a_day_later(self, scene: tuple[Scene, Plan]) -> None:
        scene[0].account.aws.advance(hours=25)
        assert f"The plan {scene[1].id} is 25 hours old" in self.refused(*scene, acknowledge=["stream"])

    def test_a_file_of_the_plan_that_was_changed(self, scene: tuple[Scene, Plan]) -> None:
        """Before the first write of that file; what was begun is told."""
        (file,) = scene[1].files_of("plan")
        scene[0].account.client("s3").put_object(Bucket=scene[0].bucket, Key=file.key, Body=b"other")
        scene[0].account.forget_calls()
        with pytest.raises(UndoError, match="is not the file that the plan names: its SHA-256 is another"):
            execute(*scene, acknowledge=["stream"])
        assert writes(scene[0].account) == 0


def interrupt(monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int) -> None:
    """An error in the writing, after so many items."""
    write = Writing._write
    left = iter(range(after))

    def writing(writer: Writing, step: Any) -> Any:
        if next(left, None) is None:
            raise error
        return write(writer, step)

    monkeypatch.setattr(Writing, "_write", writing)


@pytest.mark.newest
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (NotWrittenError("The credentials are no longer good."), "The credentials are no longer good."),
        (KeyboardInterrupt(), "It was ended from outside."),
        (RuntimeError("odd"), "An error that was not expected, RuntimeError('odd')."),
    ],
)
def test_what_ends_it_tells_how_to_go_on(
    account: Account, monkeypatch: pytest.MonkeyPatch, error: BaseException, why: str
) -> None:
    scene, plan = ruined(account)
    with monkeypatch.context() as patch:
        interrupt(patch, error, 10)
        with pytest.raises(UndoError) as told:
            execute(scene, plan)
    assert str(told.value).startswith(
        f"{why} Of 27 items that plan {plan.id} writes, 0 are known to be written"
    )
    assert told.value.told["changed"]
    resume = f"call it again with table=orders plan={plan.id} confirm=orders@{account.id} and"
    assert resume in told.value.told["resume"]
    account.aws.advance(hours=25)  # what was begun may go on
    assert execute(scene, plan)["done"]["put"] == 22
    assert scene.said[0].startswith(f"orders: going on with the plan {plan.id}")
    assert content(scene.client) == BEFORE


@pytest.mark.newest
def test_an_unfinished_undo_is_not_undone(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, plan = ruined(account)
    with monkeypatch.context() as patch:
        interrupt(patch, NotWrittenError("no"), 10)
        with pytest.raises(UndoError):
            execute(scene, plan)
    with pytest.raises(NotUndoableError):
        scene.plan(of=plan.id)
    execute(scene, plan)
    assert scene.plan(of=plan.id).counts["put"]


def begun_by(scene: Scene, plan: Plan, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """It was begun, and its state says that a process is at work."""
    with monkeypatch.context() as patch:
        patch.setattr(apply_run.Running, "run", lambda running: running.save() or 1 / 0)
        with pytest.raises(UndoError):
            execute(scene, plan)
    told = {**stored(scene, plan, "state.json"), **changes}
    body = json.dumps(told).encode()
    scene.account.client("s3").put_object(Bucket=scene.bucket, Key=f"{plan.folder}state.json", Body=body)


@pytest.mark.newest
@pytest.mark.parametrize(
    ("changes", "why"),
    [({"plan_sha256": "other"}, "is not the plan that was begun"), ({"version": 9}, "it is of version 9")],
)
def test_a_state_of_something_else(
    account: Account, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], why: str
) -> None:
    scene, plan = ruined(account)
    begun_by(scene, plan, monkeypatch, **changes)
    with pytest.raises(NotUndoableError, match=why):
        execute(scene, plan)
    assert state.PHASES[-1] == "finished"
