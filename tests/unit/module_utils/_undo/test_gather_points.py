# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans of undos from two points, or from one and the table as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import CONFLICTS, PLAN
from tests.unit.support import restorable
from tests.unit.support.incidents import TABLE, Scene, numbers
from tests.unit.support.undoing import item

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

BEFORE, AFTER = "20261123T140003Z-1a2b3c4d", "20261123T150003Z-1a2b3c4d"


def good(number: int) -> Item:
    return item(number, v={"N": f"{number}.5"}, tags={"SS": ["b", "a"]})


def ruined(number: int) -> Item:
    return item(number, v={"N": "0"}, status={"S": "BAD"})


@pytest.fixture
def scene(account: Account) -> Scene:
    """A point; then 0 to 4 are ruined, 5 and 6 deleted, 100 and 101 inserted."""
    made = Scene(account, [good(number) for number in range(30)])
    restorable.point(account, TABLE, BEFORE)
    account.aws.advance(minutes=10)
    made.put(ruined(number) for number in (0, 1, 2, 3, 4, 100, 101))
    made.delete([good(5), good(6)])
    return made


def scans(scene: Scene) -> int:
    return sum(each["operation"] == "Scan" for each in scene.account.calls())


def test_two_points_tell_what_was_between_them(scene: Scene) -> None:
    restorable.point(scene.account, TABLE, AFTER)
    scene.put([ruined(1) | {"status": {"S": "mended"}}, good(20) | {"n": {"N": "1"}}, good(2)])
    made = scene.plan(before=BEFORE, after=AFTER)
    assert made.counts == {
        "put": 5, "delete": 2, "conflict": 1, "expired": 0, "same": 1, "left_out": 0,
    }  # fmt: skip
    assert sorted(numbers(scene.changes(made, PLAN))) == [0, 3, 4, 5, 6, 100, 101]
    assert numbers(scene.changes(made, CONFLICTS)) == [1]
    assert (made.images.kind, [each.id for each in made.images.origins]) == ("points", [BEFORE, AFTER])
    some = scene.plan(before=BEFORE, after=AFTER, keys=[{"pk": "p3"}, {"pk": "p5", "sk": 5}])
    assert sorted(numbers(scene.changes(some))) == [3, 5, 101]
    assert not scans(scene)


def test_of_a_point_alone_what_is_missing_is_put_back(scene: Scene) -> None:
    made = scene.plan(before="latest")
    assert (made.counts["put"], made.counts["delete"], made.counts["left_out"]) == (2, 0, 7)
    assert sorted(numbers(scene.changes(made))) == [5, 6]
    assert (made.images.kind, made.filter.choose) == ("point", ("missing",))
    assert scans(scene)


def test_of_a_point_alone_others_are_chosen_with_a_filter(scene: Scene) -> None:
    where = "now.status == 'BAD'"
    changed = scene.plan(before=BEFORE, choose=["changed"], where=where)
    assert sorted(numbers(scene.changes(changed))) == [0, 1, 2, 3, 4]
    unexpected = scene.plan(before=BEFORE, choose=["unexpected", "changed"], where=f"{where} && !before")
    assert [(each.action, each.change.before) for each in scene.changes(unexpected)] == [("delete", None)] * 2
    partition = scene.plan(before=BEFORE, choose=["changed", "missing"], keys=[{"pk": "p1"}, {"pk": "p6"}])
    assert sorted(numbers(scene.changes(partition))) == [1, 6]


def test_items_that_are_named_are_read_alone(scene: Scene) -> None:
    keys = [{"pk": f"p{number % 7}", "sk": number} for number in (1, 5, 9, 100, 777)]
    made = scene.plan(before=BEFORE, choose=["missing", "changed", "unexpected"], keys=keys)
    assert {int(each.change.key["sk"]["N"]): each.action for each in scene.changes(made)} == {
        1: "put", 5: "put", 100: "delete",
    }  # fmt: skip
    assert made.counts["same"] == 2
    assert not scans(scene)
    missing = scene.plan(before=BEFORE, keys=keys)
    assert (numbers(scene.changes(missing)), missing.counts["left_out"]) == ([5], 2)


def test_points_in_the_wrong_order_and_unknown_ones_are_refused(scene: Scene) -> None:
    restorable.point(scene.account, TABLE, AFTER)
    with pytest.raises(NotUndoableError, match=r"O\(after\) is .*not later than O\(before\)"):
        scene.plan(before=AFTER, after=BEFORE)
    with pytest.raises(NotUndoableError, match=rf"There is no point nothing.*{BEFORE}"):
        scene.plan(before="nothing")


def test_a_point_of_an_earlier_table_of_the_name_is_refused(scene: Scene) -> None:
    scene.client.delete_table(TableName=TABLE)
    scene.account.aws.advance(hours=1)
    again = Scene(scene.account, [good(1)])
    with pytest.raises(NotUndoableError, match=rf"O\(before\), {BEFORE}, is .*the table {TABLE} was made at"):
        again.plan(before=BEFORE)


def test_without_any_point_it_is_said(account: Account) -> None:
    with pytest.raises(NotUndoableError, match=f"Nothing is kept of {TABLE} in"):
        Scene(account, [good(1)]).plan(before="latest")


def test_a_damaged_point_is_told_with_the_others(scene: Scene) -> None:
    restorable.point(scene.account, TABLE, AFTER)
    s3 = scene.account.client("s3")
    listed = s3.list_objects_v2(Bucket=scene.bucket, Prefix=f"retain-35d/{TABLE}/{BEFORE}/")["Contents"]
    data = [each["Key"] for each in listed if each["Key"].endswith(".json.gz") and each["Size"] > 100]
    s3.put_object(Bucket=scene.bucket, Key=data[0], Body=b"damaged")
    with pytest.raises(NotUndoableError, match=r"\.json\.gz: .*gzip"):
        scene.plan(before=BEFORE)
    s3.delete_object(Bucket=scene.bucket, Key=data[0])
    with pytest.raises(NotUndoableError, match=rf"a file that is not there.*There are {AFTER}.*O\(before\)"):
        scene.plan(before=BEFORE)
