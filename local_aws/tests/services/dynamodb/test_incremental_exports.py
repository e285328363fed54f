# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Incremental exports of the embedded DynamoDB: what a window changed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.samples import create, simple

from .exporting import arn, export, lines, objects, quick_bucket, refused, window

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["quick_bucket"]

Item = dict[str, Any]
MINUTE = timedelta(minutes=1)


def whole(account: Account) -> datetime:
    """The next whole second, when it is over: what is written from now on comes after it."""
    account.aws.advance(seconds=1)
    return account.aws.now().replace(microsecond=0)


def item(name: str, **more: Any) -> Item:
    return {"id": {"S": name}} | more


def put(account: Account, *items: Item) -> None:
    for each in items:
        account.client("dynamodb").put_item(TableName="tab", Item=each)


def by_key(records: list[Item]) -> dict[str, Item]:
    keyed = {record["Keys"]["id"]["S"]: record for record in records}
    assert len(keyed) == len(records)
    return keyed


ONE, TWO, THREE = {"v": {"N": "1"}}, {"v": {"N": "2"}}, {"v": {"N": "3"}}


@pytest.fixture
def period(account: Account) -> tuple[datetime, datetime]:
    """A window in which every path of writing wrote, with writes before and after it."""
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab", 0),))
    put(account, *(item(name, **ONE) for name in ("stays", "changes", "goes", "same", "back", "statement")))
    put(account, item("set", s={"SS": ["a", "b"]}), item("updated", **ONE), item("again", **ONE))
    begin = whole(account)
    put(account, item("changes", **TWO), item("same", **ONE), item("back", **TWO), item("back", **ONE))
    put(account, item("set", s={"SS": ["b", "a"]}), item("new", **ONE), item("fleeting", **ONE))
    dynamodb.delete_item(TableName="tab", Key=item("fleeting"))
    batch = [{"DeleteRequest": {"Key": item("goes")}}, {"PutRequest": {"Item": item("batch", **ONE)}}]
    dynamodb.batch_write_item(RequestItems={"tab": batch})
    dynamodb.update_item(
        TableName="tab",
        Key=item("updated"),
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"N": "2.0"}},
    )
    dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": "tab", "Item": item("transaction", **ONE)}}]
    )
    dynamodb.execute_statement(Statement="UPDATE \"tab\" SET v = 2 WHERE id = 'statement'")
    put(account, item("again", **TWO))
    account.aws.advance(minutes=16)
    end = whole(account)
    put(account, item("changes", **THREE), item("late", **ONE), item("again", **THREE))
    dynamodb.delete_item(TableName="tab", Key=item("new"))
    account.aws.advance(minutes=6)
    return begin, end


def test_a_window_has_one_record_for_each_item_that_it_changed(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    begin, end = period
    done = export(account, "tab", quick_bucket, **window(begin, end))
    found = by_key(lines(account, done))
    times = {name: record.pop("Metadata")["WriteTimestampMicros"] for name, record in found.items()}
    changed = {
        name: {"OldImage": item(name, **ONE), "NewImage": item(name, **TWO)}
        for name in ("changes", "updated", "statement", "again")
    }
    inserted = {name: {"NewImage": item(name, **ONE)} for name in ("new", "batch", "transaction")}
    gone = {"goes": {"OldImage": item("goes", **ONE)}}
    expected = changed | inserted | gone
    assert found == {name: {"Keys": item(name), **images} for name, images in expected.items()}
    for time in times.values():
        written = int(time["N"]) / 1_000_000
        assert begin.timestamp() <= written < end.timestamp()
    assert done["ItemCount"] == len(found)


def test_the_other_view_has_no_old_images(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    done = export(account, "tab", quick_bucket, **window(*period, ExportViewType="NEW_IMAGE"))
    found = by_key(lines(account, done))
    assert {name for name, record in found.items() if "NewImage" not in record} == {"goes"}
    assert not [record for record in found.values() if "OldImage" in record]
    assert found["changes"]["NewImage"] == item("changes", **TWO)


def test_windows_join_without_a_gap(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    begin, end = period
    account.aws.advance(minutes=15)
    last = end + 15 * MINUTE
    first, second = (
        export(account, "tab", quick_bucket, **window(*each)) for each in ((begin, end), (end, last))
    )
    later = by_key(lines(account, second))
    assert later["changes"]["OldImage"] == by_key(lines(account, first))["changes"]["NewImage"]
    assert later.keys() == {"changes", "late", "new", "again"}
    once = by_key(lines(account, export(account, "tab", quick_bucket, **window(begin, last))))
    assert (once["changes"]["OldImage"], once["changes"]["NewImage"]) == (
        item("changes", **ONE),
        item("changes", **THREE),
    )
    assert "new" not in once


def test_data_files_lie_in_a_folder_that_exports_share(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    first, second = (
        export(account, "tab", quick_bucket, S3Prefix="a/b", **window(*period)) for _ in range(2)
    )
    found = objects(account, quick_bucket)
    data = {key for key in found if key.startswith("a/b/AWSDynamoDB/data/")}
    assert len(data) == 8
    for done in (first, second):
        root = f"a/b/AWSDynamoDB/{done['ExportArn'].rsplit('/')[-1]}"
        assert done["ExportManifest"] == f"{root}/manifest-summary.json"
        names = {key.removeprefix(f"{root}/") for key in found if key.startswith(f"{root}/")}
        assert names == {
            "_started",
            *(f"manifest-{name}.{end}" for name in ("summary", "files") for end in ("json", "md5")),
        }
        entries = found[f"{root}/manifest-files.json"]["Body"].splitlines()
        named = {json.loads(entry)["dataFileS3Key"] for entry in entries}
        assert len(named) == 4
        data -= named
    assert not data


def test_what_is_told_of_an_incremental_export(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    begin, end = period
    done = export(account, "tab", quick_bucket, **window(begin, end))
    specification = {"ExportFromTime": begin, "ExportToTime": end, "ExportViewType": "NEW_AND_OLD_IMAGES"}
    assert done["IncrementalExportSpecification"] == specification
    assert done["ExportType"] == "INCREMENTAL_EXPORT"
    assert "ExportTime" not in done
    assert done["BilledSizeBytes"] >= 10_000_000
    (summary,) = account.client("dynamodb").list_exports(TableArn=arn(account, "tab"))["ExportSummaries"]
    assert summary["ExportType"] == "INCREMENTAL_EXPORT"
    manifest = json.loads(objects(account, quick_bucket)[done["ExportManifest"]]["Body"])
    told = {name: manifest[name] for name in ("version", "exportType", "outputView", "billedSizeBytes")}
    assert told == {
        "version": "2023-08-01",
        "exportType": "INCREMENTAL_EXPORT",
        "outputView": "NEW_AND_OLD_IMAGES",
        "billedSizeBytes": done["BilledSizeBytes"],
    }
    assert [manifest[name] for name in ("exportFromTime", "exportToTime")] == [
        f"{each:%Y-%m-%dT%H:%M:%S}.000Z" for each in period
    ]
    assert "exportTime" not in manifest


def test_a_window_without_an_end_goes_as_far_as_the_table_can_be_restored(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    done = export(account, "tab", quick_bucket, **window(period[0]))
    backups = account.client("dynamodb").describe_continuous_backups(TableName="tab")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    behind = recovery["LatestRestorableDateTime"] - done["IncrementalExportSpecification"]["ExportToTime"]
    assert timedelta(0) <= behind < MINUTE
    assert "late" in by_key(lines(account, done))


def test_the_same_token_with_another_window(
    account: Account, quick_bucket: str, period: tuple[datetime, datetime]
) -> None:
    dynamodb = account.client("dynamodb")
    asked = {"TableArn": arn(account, "tab"), "S3Bucket": quick_bucket, "ClientToken": "once"}
    first = dynamodb.export_table_to_point_in_time(**asked, **window(*period))["ExportDescription"]
    again = dynamodb.export_table_to_point_in_time(**asked, **window(*period))["ExportDescription"]
    assert first["ExportArn"] == again["ExportArn"]
    begin, end = period
    for other in (
        window(begin + timedelta(seconds=1), end),
        window(begin, end - timedelta(seconds=1)),
        window(begin, end, ExportViewType="NEW_IMAGE"),
    ):
        code, _text = refused(dynamodb.export_table_to_point_in_time, **asked, **other)
        assert code == "ExportConflictException"


def test_a_bucket_that_is_missing_shows_only_afterwards(account: Account, quick_bucket: str) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    account.aws.advance(minutes=30)
    begin = account.aws.now().replace(microsecond=0) - 25 * MINUTE
    missing = export(account, "tab", f"not-{quick_bucket}", **window(begin))
    assert (missing["ExportStatus"], missing["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
