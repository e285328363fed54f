# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a table could be brought back, if its undo was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_found, refusals
from local_aws.client import users
from tests.unit.support import restorable, undo_plans
from tests.unit.support.incidents import TABLE, Scene
from tests.unit.support.undoing import item

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

OPTIONS = {"plan": undo_plans.ID, "acknowledge": ["triggers", "pipes", "kinesis", "insights"]}


def asked_of(scene: Scene, aws: Aws | None = None, **options: Any) -> tuple[str, list[str]]:
    """What protects the table, and what speaks against writing a plan of it."""
    asked = scene.asked(**OPTIONS, **options, confirm=f"{TABLE}@{scene.account.id}")
    place = scene.place(asked)
    found = gather_found.found(aws or scene.aws, place)
    plan = undo_plans.plan(table=place.live.table, made=found.at.isoformat())
    reasons = refusals.refusals(plan, found, asked, scene.account.id, begun=False)
    return gather_found.protection(found, asked), reasons


@pytest.fixture
def unprotected(account: Account) -> Scene:
    """A table without point-in-time recovery."""
    scene = Scene(account, [item(1)])
    restorable.point(account, TABLE, "20261123T140003Z-1a2b3c4d")
    scene.client.update_continuous_backups(
        TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    return scene


def test_with_point_in_time_recovery_it_is_protected(account: Account) -> None:
    told, reasons = asked_of(Scene(account, [item(1)]))
    assert told.startswith(f"Point-in-time recovery of {TABLE} is on: the playbook restore")
    assert reasons == []


def test_with_a_fresh_point_it_is_protected(unprotected: Scene) -> None:
    told, reasons = asked_of(unprotected)
    assert told.startswith(f"Point-in-time recovery of {TABLE} is off. The playbook restore brings back the")
    assert reasons == []


def test_with_an_old_point_it_is_not(unprotected: Scene) -> None:
    unprotected.account.aws.advance(minutes=90)
    told, (reason,) = asked_of(unprotected)
    assert told == ""
    assert "is off, and its newest point is of" in reason
    assert asked_of(unprotected, point_max_age="2 hours")[1] == []


def test_without_any_point_it_is_not(unprotected: Scene) -> None:
    s3 = unprotected.account.client("s3")
    for each in s3.list_objects_v2(Bucket=unprotected.bucket)["Contents"]:
        s3.delete_object(Bucket=unprotected.bucket, Key=each["Key"])
    told, (reason,) = asked_of(unprotected)
    assert told == ""
    assert (
        "is off, and there is no point of it: switch it on (aws dynamodb update-continuous-backups" in reason
    )


def test_what_may_not_be_looked_up_protects_nobody(account: Account) -> None:
    scene = Scene(account, [item(1)])
    key = users.access_key(account, users.allow("dynamodb:DescribeTable", "s3:*"))
    aws = Aws(
        lambda service, **options: boto3.client(
            service, endpoint_url=account.aws.url, region_name=account.region, **key, **options
        )
    )
    told, (reason,) = asked_of(scene, aws)
    assert told == ""
    assert "is not known (dynamodb:DescribeContinuousBackups: " in reason
