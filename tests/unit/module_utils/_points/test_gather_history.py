# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tables can be brought back to, as the bucket and AWS tell it, whether or not they still exist."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import history
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import kept
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.read import FORMATS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_history import (
    history as gather,
)
from local_aws.client.fixtures import account, local_aws
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support.kept import Kept, at

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.newest

__all__ = ["account", "local_aws"]

MANIFEST = "manifest"


@pytest.fixture(name="bucket")
def fixture_bucket(account: Account) -> Kept:
    return Kept(account)


def ids(points: list[history.RestorePoint]) -> list[str]:
    return [each.id for each in points]


def test_points_of_both_engines_newest_first_of_a_table_that_is_gone(bucket: Kept) -> None:
    bucket.emr("orders", at(3))
    bucket.export("orders", at(5), items=7)
    bucket.export("orders", at(4))
    bucket.export("others", at(6))
    new, _middle, old = bucket.points("orders")
    assert (new.id, new.kind, new.taken) == ("20261105T020000Z-1a2b3c4d", "export", at(5))
    assert (new.items, new.bytes, new.ways, new.why_not) == (7, 700, ("import", "load"), "")
    assert new.location == f"s3://{bucket.bucket}/retain-35d/orders/20261105T020000Z-1a2b3c4d/"
    assert new.format == "dynamodb_json"
    assert new.verified
    assert new.verified.how == MANIFEST
    assert (old.id, old.kind, old.taken) == ("20261103T020000Z-dp", "data_pipeline", at(3))
    assert (old.items, old.bytes, old.ways, old.format) == (None, 20, ("convert", "load"), "emr")


def test_without_names_it_is_all_that_have_points_in_any_class(bucket: Kept) -> None:
    bucket.export("orders", at(5))
    bucket.days = 400
    bucket.export("orders", at(4))
    bucket.emr("sessions", at(4))
    told = bucket.history(native=False)
    assert {table: len(each) for table, each in told.points.items()} == {"orders": 2, "sessions": 1}
    assert told.refusals == ()


def test_what_expires_is_told_by_the_rules_of_the_bucket(bucket: Kept) -> None:
    bucket.export("orders", at(5))
    (kept_for_ever,) = bucket.points("orders")
    assert kept_for_ever.expires is None
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": "retain-35d/"}, "Expiration": {"Days": 35}}
    bucket.s3.put_bucket_lifecycle_configuration(
        Bucket=bucket.bucket, LifecycleConfiguration={"Rules": [rule]}
    )
    (point,) = bucket.points("orders")
    assert point.expires
    assert point.expires.isoformat() == "2026-12-11T00:00:00+00:00"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"exportType": "INCREMENTAL_EXPORT"}, "it holds a part of the table only: it is of the type"),
        ({"filterSpecification": {"FilterExpression": "a = :a"}}, "it was exported with a filter"),
        ({"itemCount": "damaged", "endTime": "no time"}, "its manifest-summary.json cannot be read"),
    ],
)
def test_a_part_of_a_table_is_never_a_point(bucket: Kept, told: dict[str, Any], why: str) -> None:
    bucket.export("orders", at(5), **told)
    found = bucket.history("orders", native=False).tables["orders"]
    assert found.points == []
    (left_out,) = found.left_out
    assert why in left_out.why


def test_a_filtered_export_that_somebody_put_beside_is_found_by_asking_dynamodb(account: Account) -> None:
    machinery = Machinery(account)
    machinery.deploy_store()
    dynamodb = account.client("dynamodb")
    arn = machinery.table(dynamodb, "orders")
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
    part = {"FilterExpression": "id = :id", "ExpressionAttributeValues": {":id": {"S": "1"}}}
    for prefix, more in (("20261105T020000Z-aaaaaaaa", {}), ("20261106T020000Z-bbbbbbbb", part)):
        asked = {"FilterSpecification": more} if more else {}
        export = dynamodb.export_table_to_point_in_time(
            TableArn=arn, S3Bucket=machinery.bucket, S3Prefix=f"retain-35d/orders/{prefix}", **asked
        )["ExportDescription"]["ExportArn"]
        machinery.wait_for(
            lambda export=export: (
                dynamodb.describe_export(ExportArn=export)["ExportDescription"]["ExportStatus"] == "COMPLETED"
            )
        )
    found = gather(Aws(account.client), machinery.bucket, ["orders"], native=False).tables["orders"]
    assert ids(found.points) == ["20261105T020000Z-aaaaaaaa"]
    assert "filter" in found.left_out[0].why


def test_runs_that_left_nothing_are_told_and_are_no_points(bucket: Kept) -> None:
    bucket.put(bucket.folder("orders", at(5)) + "settings.json", {})
    bucket.put(bucket.folder("orders", at(6)) + "AWSDynamoDB/01-ab/data/x.gz", b"x")
    bucket.put(bucket.folder("orders", at(7), "-dp") + "data/0000", b"x")
    found = bucket.history("orders", native=False).tables["orders"]
    assert found.points == []
    assert [each.why for each in found.left_out] == [
        "its run failed, or has not come to its end",
        "its export failed, or has not come to its end",
        "its run failed before the export began",
    ]


def test_of_the_newest_only_are_the_manifests_read(bucket: Kept, account: Account) -> None:
    for day in range(1, 8):
        bucket.export("orders", at(day))
    account.forget_calls()
    found = bucket.history("orders", native=False, newest=2).tables["orders"]
    assert [each.taken for each in found.points] == [at(7), at(6)]
    assert found.unread == 5
    assert Counter(call["operation"] for call in account.calls())["GetObject"] == 2


def test_the_files_of_a_large_export_are_not_listed(bucket: Kept, account: Account) -> None:
    bucket.export("orders", at(5), files=2100)
    bucket.export("orders", at(6))
    account.forget_calls()
    assert len(bucket.points("orders", native=False)) == 2
    assert (
        Counter(call["operation"] for call in account.calls())["ListObjectsV2"] == 3
    )  # classes, and two pages


def test_damage_is_told_and_the_point_is_not_restorable(bucket: Kept) -> None:
    folder = bucket.emr("orders", at(5))
    bucket.s3.delete_object(Bucket=bucket.bucket, Key=f"{folder}data/00000001")
    (point,) = bucket.points("orders", native=False)
    assert point.ways == ()
    assert point.why_not == f"The data file {folder}data/00000001 is gone."
    assert point.verified is None


def test_what_is_archived_must_be_brought_back_first(bucket: Kept) -> None:
    folder = bucket.export("orders", at(5))
    bucket.put(f"{folder}AWSDynamoDB/01-ab/data/0.json.gz", b"x", StorageClass="DEEP_ARCHIVE")
    (point,) = bucket.points("orders", native=False)
    assert (point.ways, point.taken) == ((), at(5))
    assert "storage class DEEP_ARCHIVE: bring them back first" in point.why_not


def test_a_restore_that_compared_the_point_has_verified_it(bucket: Kept) -> None:
    folder = bucket.export("orders", at(5))
    told = {"succeeded": True, "finished": at(9).isoformat(), "verify": "content"}
    key = bucket.put(f"{folder}restores/orders-restored.json", told)
    (point,) = bucket.points("orders", native=False)
    assert point.verified == history.Verified(at(9), "content", key)
    bucket.put(f"{folder}restores/zzz.json", {**told, "succeeded": False})
    (point,) = bucket.points("orders", native=False)
    assert point.verified
    assert point.verified.how == MANIFEST


def test_dynamodbs_own_backups_and_window(bucket: Kept, account: Account) -> None:
    dynamodb = account.client("dynamodb")
    Machinery.table(dynamodb, "orders")
    backup = dynamodb.create_backup(TableName="orders", BackupName="before")["BackupDetails"]
    points = {each.kind: each for each in bucket.points("orders")}
    assert points.keys() == {"pitr", "on_demand"}
    assert (points["pitr"].id, points["pitr"].ways) == ("pitr", ("pitr",))
    assert points["pitr"].until
    assert points["pitr"].until >= points["pitr"].taken
    assert (points["on_demand"].id, points["on_demand"].ways) == (backup["BackupArn"], ("backup",))
    dynamodb.delete_table(TableName="orders")
    assert {each.kind for each in bucket.points("orders")} >= {"on_demand"}
    assert "pitr" not in {each.kind for each in bucket.points("orders")}


def test_a_bucket_that_nobody_has_has_no_points(bucket: Kept) -> None:
    bucket.bucket = "there-is-none-of-that-name"
    told = bucket.history("orders", native=False)
    assert told.points == {"orders": []}


def test_each_format_of_an_engine_can_be_read_here() -> None:
    assert set(kept.WAYS) <= set(FORMATS)
