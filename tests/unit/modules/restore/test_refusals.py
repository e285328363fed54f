# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a restore refuses, before it writes anything, with a sentence that says what to do."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
FILES = "dumps/orders"


def refused(account: Account, play: Play, **options: Any) -> str:
    """The message of a restore that changes nothing."""
    account.forget_calls()
    answer = play(restore, **{"table": "orders", "wait_sleep": 0.05, **options})
    assert answer["failed"]
    assert mutations(account) == []
    assert (answer["resume"], answer["remove"]) == ("", [])
    return str(answer["msg"])


def put(account: Account, name: str, body: bytes, folder: str = FILES) -> str:
    bucket = restorable.bucket(account)
    account.client("s3").put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=body)
    return bucket


def lines(*items: Any) -> bytes:
    return b"".join(json.dumps({"Item": each}).encode() + b"\n" for each in items)


def test_a_table_of_which_nothing_is_kept(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders"))
    told = refused(account, play, bucket=made.bucket, table="ordres")
    assert "Nothing is kept of ordres" in told
    assert "Is orders meant? The bucket has folders of orders." in told
    empty = f"empty-{account.id}"
    account.client("s3").create_bucket(
        Bucket=empty, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    assert "no points of any table" in refused(account, play, bucket=empty, table="ordres")


class TestATableThatIsThere:
    def test_that_nobody_restored(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders"))
        told = refused(account, play, bucket=made.bucket, to="orders")
        assert "the table orders exists in eu-west-1, and a restore never touches a table" in told
        assert "choose another name" in told

    def test_of_another_restore(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders"))
        assert play(restore, table="orders", to=NAME, bucket=made.bucket, wait_sleep=0.05)["succeeded"]
        told = refused(account, play, bucket=made.bucket, to=NAME, skip=["tags"])
        assert 'skip was [] and is ["tags"]' in told
        told = refused(account, play, bucket=made.bucket, to=NAME, way="import")
        assert "way was load and is import" in told

    def test_that_somebody_made_in_its_place(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders"))
        assert play(restore, table="orders", to=NAME, bucket=made.bucket, wait_sleep=0.05)["succeeded"]
        account.client("dynamodb").delete_table(TableName=NAME)
        samples.create(account.client("dynamodb"), (samples.simple(NAME),))
        assert "that it has not made itself" in refused(account, play, bucket=made.bucket, to=NAME)


class TestWays:
    @pytest.mark.parametrize(
        ("way", "why"),
        [
            ("import", "secondary indexes (by-total)"),
            ("convert", "to do without; it can be restored by load"),
            ("pitr", "the table no longer exists"),
            ("backup", "no backup of DynamoDB's own"),
            ("bulk", "is not verified"),
        ],
    )
    def test_that_cannot_be(self, account: Account, play: Play, way: str, why: str) -> None:
        made = restorable.backed_up(account, next(s for s in samples.samples() if s.name == "orders"))
        made.delete_table()
        assert why in refused(account, play, bucket=made.bucket, way=way)


class TestNobodyKnows:
    def test_the_bucket(self, account: Account, play: Play) -> None:
        assert "no stack tablekeeper-store here" in refused(account, play)

    def test_the_point(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders"))
        told = refused(account, play, bucket=made.bucket, point="20200101T000000Z-00000000")
        assert f"There are {made.run}" in told

    def test_the_keys(self, account: Account, play: Play) -> None:
        bucket = put(account, "a.json", lines({"id": {"S": "1"}}))
        told = refused(account, play, bucket=bucket, **{"from": {"bucket": bucket, "prefix": FILES}})
        assert "Nobody knows the keys of orders" in told
        assert "keys, such as {id: S, at: N}" in told


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "body", "why"),
        [
            (
                "a.json",
                lines({"id": {"S": "1"}}, {"id": {"S": "1"}}),
                "a.json, line 2: its key is there twice",
            ),
            ("a.json", lines({"id": {"S": "1"}}, {"id": {"Z": "1"}}), "a.json, line 2"),
            ("a.json", lines({"id": {"N": "1"}}), "a.json, line 1: it has no attribute 'id' of the type S"),
            ("a.json.gz", gzip.compress(lines(*[{"id": {"S": f"{n}"}} for n in range(999)]))[:-60], "cut"),
            ("a.json.gz", gzip.compress(lines({"id": {"S": "1"}}))[:-8] + bytes(8), "data is damaged"),
            ("x.json", b'{"users": [{"name": "somebody"}]}', "x.json, line 1: it has no known format"),
            ("x.csv", b"id,name\n1,somebody\n", "x.csv, line 1: it is no item in a known format"),
        ],
        ids=["key twice", "unknown type", "key of another type", "cut", "damaged", "foreign JSON", "CSV"],
    )
    def test_that_are_damaged(self, account: Account, play: Play, name: str, body: bytes, why: str) -> None:
        bucket = put(account, name, body)
        told = refused(
            account, play, bucket=bucket, keys={"id": "S"}, **{"from": {"bucket": bucket, "prefix": FILES}}
        )
        assert told.startswith("Nothing was made: ")
        assert why in told

    def test_of_an_export_of_which_one_is_gone(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 60))
        made.delete_table()
        s3 = account.client("s3")
        listed = s3.list_objects_v2(Bucket=made.bucket, Prefix=f"{made.folder}/data/")["Contents"]
        s3.delete_object(Bucket=made.bucket, Key=listed[0]["Key"])
        assert "it names a file that is not there" in refused(account, play, bucket=made.bucket)

    def test_another_point_is_named_and_can_be_restored(self, account: Account, play: Play) -> None:
        samples.create(account.client("dynamodb"), (samples.simple("orders", 60),))
        older = restorable.point(account, "orders", "20261122T140003Z-1a2b3c4d")
        account.aws.advance(minutes=5)
        newer = restorable.point(account, "orders", "20261123T140003Z-1a2b3c4d")
        newer.delete_table()
        s3 = account.client("s3")
        for each in s3.list_objects_v2(Bucket=newer.bucket, Prefix=f"{newer.folder}/data/")["Contents"]:
            s3.put_object(Bucket=newer.bucket, Key=each["Key"], Body=gzip.compress(b"{}"))
        told = refused(account, play, bucket=newer.bucket)
        assert f"That is of the point {newer.run}, s3://{newer.bucket}/{newer.prefix}/." in told
        assert f"There are {older.run} (" in told
        assert told.endswith("Name one with point.")
        answer = play(restore, table="orders", bucket=older.bucket, point=older.run, wait_sleep=0.05)
        assert answer["succeeded"], answer["msg"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"to": "a"}, "to is 'a': the name of a table has 3 to 255"),
        ({"keys": {"id": "X"}}, "each with its type S, N or B"),
        ({"overrides": {"read_capacity": 5}}, "give both, read_capacity and write_capacity"),
        ({"point": "x", "from": {"bucket": "b"}}, "point and from exclude each other"),
        ({"skip": ["items"]}, "items cannot be skipped"),
        (
            {"overrides": {"kms_key": "arn:aws:kms:us-east-1:1:key/a"}},
            "name one there with overrides.kms_key",
        ),
        ({"overrides": {"read_capacity": 5, "write_capacity": 5}}, "a table on demand has none"),
    ],
)
def test_what_cannot_be_meant(account: Account, play: Play, options: dict[str, Any], why: str) -> None:
    made = restorable.backed_up(account, samples.simple("orders"))
    assert why in refused(account, play, bucket=made.bucket, **options)


def test_settings_that_are_damaged(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders", 3))
    made.delete_table()
    key = f"{made.prefix}/settings.json"
    account.client("s3").put_object(Bucket=made.bucket, Key=key, Body=b'{"Version": 2}')
    told = refused(account, play, bucket=made.bucket)
    assert f"{key}: the settings do not describe a table. Name the keys of the table with keys" in told
    answer = play(restore, table="orders", bucket=made.bucket, keys={"id": "S"}, wait_sleep=0.05)
    assert answer["succeeded"], answer["msg"]
