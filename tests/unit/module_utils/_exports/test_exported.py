# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of a whole table or of some of its items: asked for, waited for, read, and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import (
    apply,
    filters,
    gather,
    rights,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.apply import NotExportedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import Request
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.windows import WindowError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from local_aws.client import users
from tests.unit.support import restorable

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.gather import Export
    from local_aws.client.fixtures import Account

    from .conftest import Shop

FORGED = "01700000000000-0badcafe"


def items(found: Export) -> list[dict[str, Any]]:
    assert found.reading
    return sorted((each.item for each in found.reading.entries()), key=str)


def stored(shop: Shop) -> list[dict[str, Any]]:
    return sorted(restorable.items(shop.account, "orders"), key=str)


def test_a_moment_of_the_past_and_now(shop: Shop) -> None:
    before, moment = stored(shop), shop.account.aws.now() - timedelta(minutes=20)
    for item in before[:5]:
        shop.client.delete_item(TableName="orders", Key={name: item[name] for name in ("customer", "placed")})
    past, now = shop.exported(Request(shop.table, moment=moment), Request(shop.table, seed="1"))
    assert (items(past), past.items) == (before, 60)
    assert (items(now), now.items) == (stored(shop), 55)
    assert past.moment == moment.replace(microsecond=0)
    assert now.moment
    assert now.moment > moment + timedelta(minutes=19)
    assert past.location.startswith(f"s3://{shop.place.bucket}/exports/orders/")


def test_some_items_by_their_key(shop: Shop) -> None:
    wanted = stored(shop)[7]
    key = {name: wanted[name] for name in ("customer", "placed")}
    one = filters.by_keys(list(key), [key])
    two = filters.by_keys(list(key), [key, {"customer": {"S": "nobody"}}], ["total"])
    found, projected = shop.exported(
        Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20), filter=one),
        Request(shop.table, seed="1", filter=two),
    )
    assert items(found) == [wanted]
    assert items(projected) == [{name: wanted[name] for name in ("customer", "placed", "total")}]


def test_who_was_killed_while_waiting_finds_the_same_export(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    shop.account.aws.control("POST", "exports", real_seconds=3)  # it has to be under way when asked for again
    with monkeypatch.context() as patch:
        patch.setattr(apply._Exporting, "end", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            shop.exported(asked)
    shop.said.clear()
    (found,) = shop.exported(asked)
    (only,) = shop.begun()
    assert (only["ExportArn"], len(items(found))) == (found.arn, 60)
    assert shop.said[0].startswith(f"export: goes on with the export {found.arn.rpartition('/')[2]}, which")


def test_who_was_killed_before_anything_was_written_has_the_token(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    (first,) = shop.exported(asked)
    monkeypatch.setattr(apply, "begun", lambda *_arguments: [])
    (again,) = shop.exported(asked)
    assert again.arn == first.arn
    assert len(shop.begun()) == 1


def test_an_export_outlives_its_token(shop: Shop) -> None:
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    (first,) = shop.exported(asked)
    shop.account.aws.advance(days=2, leap=True)
    (again,) = shop.exported(asked)
    assert (again.arn, len(items(again))) == (first.arn, 60)
    assert len(shop.begun()) == 1


def test_what_dynamodb_does_not_know_is_not_taken(shop: Shop) -> None:
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    (made,) = shop.exported(asked)
    other, name = replace(asked, seed="other"), made.arn.rpartition("/")[2]
    s3, bucket, folder = shop.account.client("s3"), shop.place.bucket, asked.folder(shop.place)
    for each in s3.list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]:
        if not each["Key"].endswith(".md5"):
            body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            key = (
                each["Key"].replace(folder, other.folder(shop.place)).replace(name, "01700000000000-0badcafe")
            )
            body = body.replace(name.encode(), b"01700000000000-0badcafe")
            s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert gather.opened(shop.aws, other, shop.place, made.arn.replace(name, FORGED)).items
    (found,) = shop.exported(other)
    assert len(shop.begun()) == 2
    assert found.arn in [each["ExportArn"] for each in shop.begun()]


def test_other_items_than_dynamodb_has_written_are_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = dynamodb.describe_export
    monkeypatch.setattr(dynamodb, "describe_export", lambda *asked: {**describe(*asked), "ItemCount": 61})
    with pytest.raises(UnreadableError, match="it has 60 items, and DynamoDB wrote 61"):
        shop.exported(Request(shop.table, seed="1"))


def test_what_was_deleted_is_exported_again(shop: Shop) -> None:
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    (first,) = shop.exported(asked)
    s3, folder = shop.account.client("s3"), asked.folder(shop.place)
    for each in s3.list_objects_v2(Bucket=shop.place.bucket, Prefix=folder)["Contents"]:
        if not each["Key"].endswith("_started"):
            s3.delete_object(Bucket=shop.place.bucket, Key=each["Key"])
    shop.said.clear()
    (again,) = shop.exported(asked)
    assert (again.arn == first.arn, len(items(again))) == (False, 60)
    assert "manifest-summary.json: it is not there" in shop.said[0]


def test_after_a_failure_another_is_begun(shop: Shop) -> None:
    asked, nowhere = Request(shop.table, seed="1"), replace(shop.place, bucket="nowhere")
    for _attempt in range(2):
        with pytest.raises(NotExportedError, match=r"S3NoSuchBucket.*There is no bucket nowhere"):
            shop.exported(asked, place=nowhere)
    assert len({each["ExportArn"] for each in shop.begun()}) == 2
    (found,) = shop.exported(asked)
    assert found.items == 60


def test_a_table_that_was_made_anew_is_another(shop: Shop) -> None:
    earlier = replace(shop.table, id="another")
    with pytest.raises(NotExportedError, match="The table orders is another one than it was a moment ago"):
        shop.exported(Request(earlier, seed="1"))


def test_recovery_that_is_off_or_does_not_reach_is_told(shop: Shop) -> None:
    reach = gather.reach(shop.aws, "orders")
    with pytest.raises(WindowError, match="goes back to"):
        shop.exported(Request(shop.table, moment=reach.earliest - timedelta(hours=1)))
    with pytest.raises(WindowError, match="is yet to come"):
        shop.exported(Request(shop.table, moment=reach.now + timedelta(hours=1)))
    shop.client.update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    with pytest.raises(WindowError, match="Point-in-time recovery of orders is off"):
        shop.exported(Request(shop.table, moment=reach.latest))
    with pytest.raises(NotExportedError, match="Point-in-time recovery of orders is off"):
        shop.exported(Request(shop.table, seed="1"))
    with pytest.raises(WindowError, match="There is no table nowhere"):
        gather.reach(shop.aws, "nowhere")
    assert shop.begun() == []


def test_what_was_a_moment_ago_is_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply.time, "sleep", lambda _seconds: shop.account.aws.advance(minutes=2))
    asked = Request(shop.table, moment=shop.account.aws.now())
    (found,) = shop.exported(asked)
    assert found.moment == asked.moment.replace(microsecond=0) if asked.moment else None
    assert "is needed: about 5 minutes more" in shop.said[0]


def test_what_the_bucket_encrypts_with_is_used(shop: Shop) -> None:
    kms, s3, bucket = shop.account.client("kms"), shop.account.client("s3"), shop.place.bucket
    key = kms.create_key()["KeyMetadata"]["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    place = gather.place(shop.aws, bucket)
    assert (place.encryption, place.kms_key_arn) == ("KMS", key)
    (found,) = shop.exported(Request(shop.table, seed="1"), place=place)
    assert len(items(found)) == 60
    (told,) = shop.begun()
    assert (told["S3SseAlgorithm"], told["S3SseKmsKeyId"]) == ("KMS", key)
    kms.disable_key(KeyId=key)
    with pytest.raises(NotExportedError, match=f"See that {key} is enabled, in the bucket's region"):
        shop.exported(Request(shop.table, seed="2"), place=place)


def test_a_bucket_of_another_account(shop: Shop, other_account: Account) -> None:
    other = other_account
    bucket = restorable.bucket(other)
    principal = {"AWS": f"arn:aws:iam::{shop.account.id}:root"}
    objects = {"Action": list(rights.OBJECTS), "Resource": f"arn:aws:s3:::{bucket}/exports/*"}
    listing = {"Action": list(rights.BUCKET), "Resource": f"arn:aws:s3:::{bucket}"}
    statements = [{"Effect": "Allow", "Principal": principal, **each} for each in (objects, listing)]
    other.client("s3").put_bucket_policy(Bucket=bucket, Policy=users.document(*statements))
    asked = Request(shop.table, moment=shop.account.aws.now() - timedelta(minutes=20))
    with pytest.raises(NotExportedError, match=r"S3AccessDenied.*that the bucket is one of this account"):
        shop.exported(asked, place=gather.place(shop.aws, bucket))
    (found,) = shop.exported(asked, place=gather.place(shop.aws, bucket, other.id))
    assert len(items(found)) == 60
    assert found.location.startswith(f"s3://{bucket}/exports/orders/")
