# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans of undos, from what DynamoDB recorded of an incident."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_planned, plan_document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import (
    CONFLICTS,
    PLAN,
    SKIPPED,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import DELETE, PUT
from tests.unit.support import undo_plans
from tests.unit.support.incidents import TABLE, Scene, numbers
from tests.unit.support.undoing import content, item

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item


def good(number: int) -> Item:
    return item(number, v={"N": f"{number}.5"}, held={"M": {"b": {"B": "AAE="}, "s": {"SS": ["b", "a"]}}})


def ruined(number: int) -> Item:
    return item(number, v={"N": "0"}, status={"S": "BAD"})


def iso(moment: datetime) -> str:
    return moment.isoformat()


@pytest.fixture
def scene(account: Account) -> Scene:
    return Scene(account, [good(number) for number in range(40)])


def incident(scene: Scene) -> dict[str, str]:
    """0 to 9 are ruined, 10 to 12 deleted, 100 to 103 inserted; returned is when it was."""
    begin = scene.moment()
    scene.put(ruined(number) for number in (*range(10), *range(100, 104)))
    scene.delete(good(number) for number in range(10, 13))
    return {"from": iso(begin), "until": iso(scene.moment())}


def test_a_plan_has_what_the_incident_did_and_nobody_has_changed_since(scene: Scene, tmp_path: Path) -> None:
    """Before it and after it others write, in the same quarter of an hour."""
    scene.put([good(20) | {"n": {"N": "1"}}, good(0) | {"n": {"N": "1"}}])
    when = incident(scene)
    scene.put([ruined(1) | {"status": {"S": "mended"}}, good(10) | {"n": {"N": "2"}}, good(2)])
    scene.put([good(30) | {"n": {"N": "1"}}])
    scene.delete([ruined(100)])
    scene.reached()
    before = content(scene.client)
    files = {f"{name}_file": str(tmp_path / name) for name in ("plan", "conflicts")}
    made = scene.plan(**when, **files)
    assert content(scene.client) == before
    assert made.counts == {
        "put": 10, "delete": 3, "conflict": 2, "expired": 0, "same": 2, "left_out": 0,
    }  # fmt: skip
    written = scene.changes(made, PLAN)
    assert sorted(numbers(each for each in written if each.action == PUT)) == [0, 3, 4, 5, 6, 7, 8, 9, 11, 12]
    assert sorted(numbers(each for each in written if each.action == DELETE)) == [101, 102, 103]
    images = {int(each.change.key["sk"]["N"]): each for each in written}
    assert images[0].change.before == good(0) | {"n": {"N": "1"}}
    assert images[0].now == ruined(0)
    assert images[11].now is None
    assert sorted(numbers(scene.changes(made, CONFLICTS))) == [1, 10]
    lines = [json.loads(line) for line in (tmp_path / "plan").read_text("utf-8").splitlines()]
    assert lines[0]["Plan"] == plan_document.document(made)
    assert len(lines) == 1 + 10 + 3 + 2
    conflicts = [json.loads(line)["Now"] for line in (tmp_path / "conflicts").read_text("utf-8").splitlines()]
    assert {each["sk"]["N"]: each.get("status") for each in conflicts} == {"1": {"S": "mended"}, "10": None}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conflicts", "plan"]


def test_items_of_a_partition_key_follow_one_another_in_its_order(scene: Scene) -> None:
    when = incident(scene)
    scene.reached()
    written = scene.changes(scene.plan(**when), PLAN)
    partitions = [
        (key, numbers(each)) for key, each in groupby(written, lambda each: each.change.key["pk"]["S"])
    ]
    assert len(partitions) == len({key for key, _numbers in partitions}) == 7
    assert all(each == sorted(each) for _key, each in partitions)
    assert sum(len(each) for _key, each in partitions) == 17


def test_a_plan_says_where_it_is_from_and_what_it_takes(scene: Scene) -> None:
    when = incident(scene)
    scene.reached()
    made = scene.plan(**when, started_by="night shift", version_attribute="v")
    assert gather_planned.read_plan(scene.aws, scene.bucket, TABLE, made.id) == made
    assert undo_plans.invalid(plan_document.document(made)) == []
    described = scene.client.describe_table(TableName=TABLE)["Table"]
    assert (made.table.arn, made.table.id) == (described["TableArn"], described["TableId"])
    assert [(each.name, each.type) for each in made.table.keys] == [("pk", "S"), ("sk", "N")]
    assert (made.made_by, made.version_attribute, made.table.on_demand) == ("night shift", "v", True)
    assert made.images.kind == "windows"
    assert len(made.images.origins) == 2  # an incident shorter than 15 minutes is a part of its window
    assert all(each.id.startswith(f"{made.table.arn}/export/") for each in made.images.origins)
    assert (made.work.items, made.work.write_units) == (17, 17)
    assert made.work.seconds == pytest.approx(17 / 500)
    assert {each.state for each in made.effects if each.name in {"stream", "kinesis", "replicas"}} == {"none"}
    assert made.protection.startswith(f"Point-in-time recovery of {TABLE} is on")


def test_of_an_incident_of_days_the_first_and_the_last_images_count(scene: Scene) -> None:
    begin = scene.moment()
    scene.put([ruined(1), ruined(2)])
    scene.account.aws.advance(hours=30)
    scene.put([ruined(1) | {"v": {"N": "7"}}, good(2), ruined(3)])
    until = scene.moment()
    scene.reached()
    made = scene.plan(**{"from": iso(begin), "until": iso(until)})
    assert len(made.images.origins) == 2
    assert {
        int(each.change.key["sk"]["N"]): (each.change.before, each.now) for each in scene.changes(made)
    } == {
        1: (good(1), ruined(1) | {"v": {"N": "7"}}),
        3: (good(3), ruined(3)),
    }


def test_expired_items_are_skipped_and_what_cannot_be_guarded_is_a_conflict(account: Account) -> None:
    past = {"N": str(int(account.aws.now().timestamp()) - 60)}
    many = {f"a{number}": {"S": ""} for number in range(151)}
    scene = Scene(account, [good(0) | {"ttl": past}, good(1), good(2)])
    begin = scene.moment()
    scene.put([item(0), item(1, **many), item(2, **dict(list(many.items())[:150]))])
    when = {"from": iso(begin), "until": iso(scene.moment())}
    scene.reached()
    made = scene.plan(**when, ttl_attribute="ttl")
    assert numbers(scene.changes(made, PLAN)) == [2]
    assert numbers(scene.changes(made, SKIPPED)) == [0]
    (conflict,) = scene.changes(made, CONFLICTS)
    assert "151 attributes beside its key" in conflict.why
    assert any(each.startswith("1 item of the conflicts: it has 151 attributes") for each in made.notes)
    assert made.table.time_to_live == "ttl"
    assert scene.plan(**when, version_attribute="a7").counts["put"] == 3


def test_the_table_tells_by_what_its_items_expire(account: Account) -> None:
    past = {"N": str(int(account.aws.now().timestamp()) - 60)}
    scene = Scene(account, [good(0) | {"expires": past}])
    scene.client.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    begin = scene.moment()
    scene.delete([good(0)])
    when = {"from": iso(begin), "until": iso(scene.moment())}
    scene.reached()
    assert scene.plan(**when).counts["expired"] == 1


def test_keys_and_conditions_choose(scene: Scene) -> None:
    when = incident(scene)
    scene.reached()
    one = scene.plan(**when, keys=[{"pk": "p1", "sk": 1}, {"pk": "p2"}, {"pk": "p3", "sk": 33}])
    assert sorted(numbers(scene.changes(one))) == [1, 2, 9, 100]
    assert one.filter.keys == 3
    assert one.notes[-1] == "Of the items that keys names, these were not changed: pk=p3, sk=33."
    two = scene.plan(**when, where="incident.status == 'BAD' && before.v > `5`")
    assert sorted(numbers(scene.changes(two))) == [5, 6, 7, 8, 9]
    assert two.counts["left_out"] == 12
    assert scene.plan(**when, where="now.status == 'BAD' && before.v > `5`").counts == two.counts
    none = scene.plan(**when, where="before.v == `77`", option_prefix="undo_")
    assert none.notes[-1] == "None of 17 items that differ is taken: correct undo_where if some are meant."
    # What a condition leaves out is not read, if it does not ask for what is there now.
    assert "BatchGetItem" not in {each["operation"] for each in scene.account.calls()}
    unclear = scene.plan(**when, where="starts_with(before.status, 'x')")
    assert unclear.notes[-1].startswith("where could not be asked of 17 items, which are left out: ")


def test_where_nothing_was_changed_it_is_said(scene: Scene) -> None:
    begin = scene.moment()
    scene.put([ruined(1)])
    scene.put([good(1)])
    when = {"from": iso(begin), "until": iso(scene.moment())}
    scene.reached()
    made = scene.plan(**when)
    assert (sum(made.counts.values()), made.files) == (0, ())
    assert made.notes[-1].startswith("There is nothing that was otherwise at ")
    assert "correct from and until" in made.notes[-1]
    of_keys = scene.plan(**when, keys=[{"pk": "p1"}])
    assert "nothing of the items that keys names" in of_keys.notes[-1]


def test_a_second_plan_takes_the_same_exports(scene: Scene) -> None:
    when = incident(scene)
    scene.reached()
    first, second = scene.plan(**when), scene.plan(**when)
    assert first.images.origins == second.images.origins
    assert first.id != second.id
    assert first.counts == second.counts
    assert [each.sha256 for each in first.files] == [each.sha256 for each in second.files]


def test_what_was_before_the_table_was_made_is_refused(scene: Scene) -> None:
    made = scene.client.describe_table(TableName=TABLE)["Table"]["CreationDateTime"]
    early = made.replace(microsecond=0, hour=0)
    with pytest.raises(NotUndoableError, match=r"O\(from\) is .* was made at .*Give a later time, or bring"):
        scene.plan(**{"from": iso(early), "until": iso(scene.moment())})


def test_without_point_in_time_recovery_there_is_no_record(scene: Scene) -> None:
    when = incident(scene)
    scene.client.update_continuous_backups(
        TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    scene.account.aws.advance(seconds=30)
    told = rf"Point-in-time recovery of {TABLE} is off.*Give a backup of before the incident, O\(before\)"
    with pytest.raises(NotUndoableError, match=told):
        scene.plan(**when)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"keys": [{"pk": "a", "nk": 1}]}, r"O\(keys\), number 1: nk is no key of the table"),
        (
            {"version_attribute": "sk"},
            r"O\(version_attribute\) is sk, which is a key of orders",
        ),
        ({"ttl_attribute": "pk"}, r"O\(ttl_attribute\) is pk, which is a key of orders: name another"),
        ({"table": "others"}, "There is no table others in account .*, eu-west-1.*correct the name"),
        ({"bucket": "nobody-s"}, r"O\(bucket\): there is no bucket nobody-s"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_exported(
    scene: Scene, options: dict[str, object], told: str
) -> None:
    when = {"from": "2026-11-29T13:00:00Z", "until": "2026-11-29T13:20:00Z"}
    with pytest.raises(NotUndoableError, match=told):
        scene.plan(**when, **options)
    assert "ExportTableToPointInTime" not in {each["operation"] for each in scene.account.calls()}
