# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan that undoes an undo is made from that undo's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.state import FINISHED
from tests.unit.support import undo_runs
from tests.unit.support.incidents import TABLE, Scene, numbers
from tests.unit.support.undoing import content, item

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Plan
    from local_aws.client.fixtures import Account


@pytest.fixture
def scene(account: Account) -> Scene:
    return Scene(account, [item(number, v={"N": "1"}) for number in range(12)])


def ruined_and_planned(scene: Scene) -> Plan:
    """0 to 5 are changed, 6 and 7 deleted, 50 and 51 inserted."""
    begin = scene.moment()
    scene.put(item(number, v={"N": "2"}) for number in (0, 1, 2, 3, 4, 5, 50, 51))
    scene.delete(item(number) for number in (6, 7))
    until = scene.moment()
    scene.reached()
    return scene.plan(**{"from": begin.isoformat(), "until": until.isoformat()})


def executed(scene: Scene, plan: Plan) -> None:
    run = undo_runs.running(scene.aws, scene.bucket, plan)
    run.run()
    run.state.phase = FINISHED
    run.save()


def test_it_gives_the_ruined_table_back(scene: Scene) -> None:
    before = content(scene.client)
    first = ruined_and_planned(scene)
    ruined = content(scene.client)
    executed(scene, first)
    assert content(scene.client) == before
    second = scene.plan(of=first.id)
    assert (second.images.kind, second.images.undo) == ("undo", first.id)
    assert (second.counts["put"], second.counts["delete"], second.counts["conflict"]) == (8, 2, 0)
    executed(scene, second)
    assert content(scene.client) == ruined


def test_what_others_changed_since_the_undo_is_a_conflict(scene: Scene) -> None:
    first = ruined_and_planned(scene)
    executed(scene, first)
    scene.put([item(3, v={"N": "7"}), item(50, v={"N": "7"})])
    second = scene.plan(of=first.id, keys=[{"pk": "p3"}, {"pk": "p1", "sk": 50}, {"pk": "p0", "sk": 0}])
    assert sorted(numbers(scene.changes(second, "conflicts"))) == [3, 50]
    assert numbers(scene.changes(second, "plan")) == [0]


def test_only_an_undo_that_is_finished_is_undone(scene: Scene) -> None:
    with pytest.raises(NotUndoableError, match="There is no plan 20261129T140003Z-1a2b of the table orders"):
        scene.plan(of="20261129T140003Z-1a2b")
    first = ruined_and_planned(scene)
    with pytest.raises(NotUndoableError, match=f"The plan {first.id} was never executed"):
        scene.plan(of=first.id)
    undo_runs.running(scene.aws, scene.bucket, first).save()
    with pytest.raises(NotUndoableError, match="go on with it first") as error:
        scene.plan(of=first.id)
    told = scene.asked(of=first.id, option_prefix="undo_").named(str(error.value))
    assert f"by undo_plan={first.id} and undo_confirm={TABLE}@{scene.account.id}, and undo" in told
    executed(scene, first)
    assert scene.plan(of=first.id).work.items == 10


def test_an_undo_of_an_earlier_table_says_nothing_of_this_one(scene: Scene) -> None:
    first = ruined_and_planned(scene)
    executed(scene, first)
    scene.client.delete_table(TableName=TABLE)
    again = Scene(scene.account, [])
    with pytest.raises(NotUndoableError, match="was of another table of this name"):
        again.plan(of=first.id)


def test_a_log_that_is_gone_is_told(scene: Scene) -> None:
    first = ruined_and_planned(scene)
    executed(scene, first)
    s3 = scene.account.client("s3")
    for each in s3.list_objects_v2(Bucket=scene.bucket, Prefix=f"{first.folder}log/")["Contents"]:
        s3.delete_object(Bucket=scene.bucket, Key=each["Key"])
    with pytest.raises(NotUndoableError, match=f"The undo {first.id} wrote nothing, or its log is gone"):
        scene.plan(of=first.id)
