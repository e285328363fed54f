# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backups that others made become tables, whose settings are found wherever any are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import gather_settings
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import write
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.support import foreign, loading, restorable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
PLACE = "dumps/orders"
ITEMS: list[dict[str, Any]] = [{"id": {"S": f"{number}"}, **loading.EVERY_TYPE} for number in range(30)]
FORMS: dict[str, Mapping[str, bytes]] = {
    "dynamodump": foreign.dump(ITEMS, size=10),
    "dynamodump archive": {"dump.tar.bz2": foreign.tarred(foreign.dump(ITEMS, folder="orders/"))},
    "EMR 5": {"part-0.gz": foreign.COMPRESS[".gz"](foreign.emr_lines(ITEMS))},
    "EMR 4": {"part-0": foreign.emr_lines(ITEMS, generation=4), "manifest": foreign.emr_manifest(["part-0"])},
    "scan": {"scan.json": foreign.page(ITEMS)},
    "lines": {"a.json": foreign.export_lines(ITEMS)},
    "spaced": {"a.json": b"".join(json.dumps({"Item": item}).encode() + b" \n" for item in ITEMS)},
    "bz2": {"a.json.bz2": foreign.COMPRESS[".bz2"](foreign.export_lines(ITEMS))},
    "export": foreign.export({"a.json.gz": (30, foreign.COMPRESS[".gz"](foreign.export_lines(ITEMS)))}),
    "Ion": foreign.export({"a.ion.gz": (30, foreign.COMPRESS[".gz"](foreign.ion_lines(ITEMS)))}, form="ION"),
    "Hive": {"000000_0.deflate": foreign.COMPRESS[".deflate"](foreign.hive_lines(ITEMS))},
    "zip": {"dump.zip": foreign.zipped(foreign.dump(ITEMS, folder="dump/orders/"))},
}

pytestmark = pytest.mark.newest


def put(account: Account, files: Mapping[str, bytes]) -> str:
    bucket = restorable.bucket(account)
    for name, body in files.items():
        account.client("s3").put_object(Bucket=bucket, Key=f"{PLACE}/{name}", Body=body)
    return bucket


def again(play: Play, bucket: str, **options: Any) -> dict[str, Any]:
    place = {"bucket": bucket, "prefix": PLACE}
    answer = play(
        restore, **{"table": "orders", "bucket": bucket, "wait_sleep": 0.05, "from": place, **options}
    )
    assert answer.get("succeeded"), answer["msg"]
    return answer


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", ["load", "convert"])
def test_each_format_by_each_way(account: Account, play: Play, form: str, way: str) -> None:
    bucket = put(account, FORMS[form])
    answer = again(play, bucket, to=NAME, way=way, keys={"id": "S"})
    assert (answer["compared"]["same"], answer["compared"]["found"]) == (30, 30)
    assert loading.content(account.client("dynamodb"), NAME) == loading.spelled(ITEMS)


def test_what_can_be_imported_as_it_lies_there(account: Account, play: Play) -> None:
    bucket = put(account, FORMS["lines"])
    answer = again(play, bucket, load_up_to_mb=0, keys={"id": "S"})
    assert (answer["way"], answer["target_table"]) == ("import", "orders-restored")


class TestSettings:
    def test_that_dynamodump_wrote(self, account: Account, play: Play) -> None:
        client = account.client("dynamodb")
        samples.create(client, (samples.simple("orders", 0),))
        schema = client.describe_table(TableName="orders")
        client.delete_table(TableName="orders")
        body = json.dumps({"Table": schema["Table"]}, default=str).encode()
        bucket = put(account, {**FORMS["dynamodump"], "schema.json": body})
        answer = again(play, bucket)
        assert answer["compared"]["same"] == 30

    def test_of_the_table_as_it_is(self, account: Account, play: Play) -> None:
        client = account.client("dynamodb")
        samples.create(client, (samples.simple("orders", 0),))
        client.tag_resource(
            ResourceArn=client.describe_table(TableName="orders")["Table"]["TableArn"],
            Tags=[{"Key": "team", "Value": "shop"}],
        )
        answer = again(play, put(account, FORMS["EMR 5"]))
        tags = client.list_tags_of_resource(ResourceArn=answer["target_arn"])["Tags"]
        assert {"Key": "team", "Value": "shop"} in tags

    def test_that_were_saved_beside_a_point(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 1))
        made.delete_table()
        answer = again(play, put(account, FORMS["EMR 5"]))
        backups = account.client("dynamodb").describe_continuous_backups(TableName=answer["target_table"])
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"

    def test_of_a_table_with_other_keys_are_not_taken(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, next(s for s in samples.samples() if s.name == "ledger"))
        made.delete_table()
        answer = again(play, put(account, FORMS["EMR 5"]), table="ledger", keys={"id": "S"})
        (key,) = account.client("dynamodb").describe_table(TableName=answer["target_table"])["Table"][
            "KeySchema"
        ]
        assert key["AttributeName"] == "id"


def test_the_rows_of_others_are_told_to_be_unproven(account: Account, play: Play, tmp_path: Any) -> None:
    shown = tmp_path / "lines"
    again(play, put(account, FORMS["lines"]), keys={"id": "S"}, progress_file=str(shown))
    assert "There is no manifest: nothing proves that no file is missing or cut." in shown.read_text()


@pytest.mark.parametrize("way", ["load", "convert"])
def test_points_of_pipelines(account: Account, play: Play, way: str) -> None:
    """What our own engine leaves that has EMR dump tables, in the format of EMR's connector."""
    bucket, client = restorable.bucket(account), account.client("dynamodb")
    samples.create(client, (samples.simple("orders", 0),))
    settings = gather_settings.of_table(Aws(account.client), "orders")
    assert settings
    folder = "retain-35d/orders/20261123T140000Z-dp"
    entries = [{"url": f"s3://{bucket}/{folder}/data/part-0", "mandatory": True}]
    for name, body in {
        "settings.json": write.to_json(settings).encode(),
        "data/part-0": foreign.emr_lines(ITEMS, generation=4),
        "data/manifest": json.dumps({"name": "DynamoDB-export", "version": 3, "entries": entries}).encode(),
        "data/_SUCCESS": b"",
    }.items():
        account.client("s3").put_object(Bucket=bucket, Key=f"{folder}/{name}", Body=body)
    answer = play(restore, table="orders", to=NAME, bucket=bucket, way=way, wait_sleep=0.05)
    assert answer.get("succeeded"), answer["msg"]
    assert (answer["point"]["kind"], answer["compared"]["same"]) == ("data_pipeline", 30)
    assert answer["report"][1] == f"s3://{bucket}/{folder}/restores/{NAME}.json"
