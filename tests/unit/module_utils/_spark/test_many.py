# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An undo whose work AWS Glue does: the same plan as on one machine, the same writes, the same log."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_deployed import JobNeededError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_many import Many
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import (
    apply,
    apply_plan,
    gather_planned,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import planned_line
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import EFFECTS
from tests.integration.rights import roles, used
from tests.unit.support.incidents import TABLE, Scene
from tests.unit.support.spark_jobs import deploy, tell_of_spark
from tests.unit.support.undoing import content, digests, item

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Plan
    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

pytestmark = pytest.mark.newest


@pytest.fixture
def scene(local_aws: LocalAws, account: Account) -> Scene:
    tell_of_spark(local_aws)
    return Scene(account, [item(number) for number in range(60)])


def planned(scene: Scene, many: Many, **options: Any) -> Plan:
    asked = scene.asked(**options)
    lines = Lines(TABLE, scene.said.append, time.monotonic)
    return apply_plan.planned(scene.aws, scene.place(asked), asked, lines, many.make)


def lines(scene: Scene, plan: Plan) -> Counter[bytes]:
    return Counter(map(planned_line, gather_planned.changes(scene.aws, scene.bucket, plan)))


def test_a_plan_is_made_and_executed_as_on_one_machine(scene: Scene) -> None:
    before = content(scene.client)
    begin = scene.moment()
    scene.put([item(number, status={"S": "ruined"}) for number in range(20)])
    scene.delete([item(number) for number in range(20, 25)])
    scene.put([item(number) for number in range(100, 105)])
    end = scene.moment()
    later = [item(0, status={"S": "good since"}), item(200)]
    scene.put(later)
    scene.reached()
    when = {"from": begin.isoformat(), "until": (end + timedelta(seconds=1)).isoformat()}
    here = scene.plan(**when)

    many = Many("tablekeeper", "glue", 0.2)
    with pytest.raises(JobNeededError) as needed:
        planned(scene, many, **when)
    deploy(scene.account.client("cloudformation"), needed.value.stack)
    there = planned(scene, many, **when)
    assert lines(scene, there) == lines(scene, here)
    assert (there.counts, there.work, there.notes) == (here.counts, here.work, here.notes)
    assert there.counts["put"] == 24
    assert any("of AWS Glue about" in line and "on this machine about" in line for line in scene.said)

    confirmed = {"plan": there.id, "confirm": f"{TABLE}@{scene.account.id}", "acknowledge": list(EFFECTS)}
    asked = scene.asked(**confirmed)
    told = Lines(TABLE, scene.said.append, time.monotonic)
    scene.account.forget_calls()
    done = apply.execute(scene.aws, scene.place(asked), there, asked, told, check=False, running=many.running)
    assert (done["done"]["put"], done["done"]["delete"], done["succeeded"]) == (24, 5, True)
    assert not {"PutItem", "DeleteItem"} & {each["operation"] for each in scene.account.calls()}
    assert content(scene.client) == before | digests(later)
    # What the role of the job may do is what it has needed.
    (role,) = (arn for arn in roles(scene.account) if "-undo-" in arn)
    asked_for = {action for principal, action, _resource in used(scene.account) if principal == role}
    assert asked_for == roles(scene.account)[role]
    # The log is one of an undo as any other: an undo of it is planned, here, from what was written there.
    again = scene.plan(of=there.id)
    assert again.counts["put"] + again.counts["delete"] == 29
