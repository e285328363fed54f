# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The DynamoDB connector's export and import in the embedded AWS."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import Binary, TypeSerializer

from local_aws.client.pipelines import EXPORT, IMPORT, Pipe, activity, bucket_of, cluster, default, keys, pipe
from local_aws.client.samples import create, simple
from local_aws.services.emr.tools import ToolError, read

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

EVERY_TYPE = {
    "id": 'every type \u00e9\u4e2d\U0001f600 "quoted"\nline\u2028',
    "number": Decimal(12345678901234567890123456789012345678),
    "small": Decimal("-1.2345678901234567890123456789012345678E-100"),
    "empty": "",
    "binary": Binary(bytes(range(256))),
    "nothing": Binary(b""),
    "yes": True,
    "null": None,
    "texts": {"a", "b"},
    "numbers": {Decimal(1), Decimal("2.5")},
    "binaries": {Binary(b"\x00"), Binary(b"\xff")},
    "list": ["a", Decimal(1), {"deep": [None, {"er": Binary(b"x")}]}, []],
    "map": {"": "no name", "sS": {"n": "not a number"}},
}  # fmt: skip


def _run(home: Account, name: str, step: str) -> Pipe:
    made = pipe(home, name).define(default(home), cluster(), activity(home, "A", step=step)).activate()
    made.wait()
    return made


def _end(made: Pipe) -> dict[str, str]:
    return made.instances()["A"]


def _items(home: Account, table: str) -> list[Any]:
    items = home.client("dynamodb").scan(TableName=table)["Items"]
    return sorted((json.dumps(item, default=repr, sort_keys=True) for item in items), key=str)


@pytest.fixture
def table(home: Account) -> str:
    """A table with every type of attribute, and enough items for several files."""
    dynamodb = home.client("dynamodb")
    for name in ("tab", "copy"):
        dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )  # fmt: skip
    serialize = TypeSerializer().serialize
    items = [{"id": f"i{number}", "n": Decimal(number)} for number in range(60)]
    for item in (EVERY_TYPE, *items):
        dynamodb.put_item(TableName="tab", Item={key: serialize(value) for key, value in item.items()})
    return "tab"


def test_an_export_can_be_imported_again(home: Account, table: str) -> None:
    place = f"s3://{bucket_of(home)}/out/data"
    exported = _run(home, "export", f"{EXPORT},{place},{table},0.25")
    assert _end(exported)["@status"] == "FINISHED", _end(exported)
    names = {key.removeprefix("out/data/") for key in keys(home, "out/data/")}
    assert {"manifest", "_SUCCESS"} < names
    s3 = home.client("s3")
    text = s3.get_object(Bucket=bucket_of(home), Key="out/data/manifest")["Body"].read().decode()
    manifest = json.loads(text)
    assert (manifest["name"], manifest["version"]) == ("DynamoDB-export", 3)
    assert {one["url"] for one in manifest["entries"]} == {
        f"{place}/{name}" for name in names - {"manifest", "_SUCCESS"}
    }
    assert all(one["mandatory"] for one in manifest["entries"])
    assert len(manifest["entries"]) > 1
    lines = b"".join(
        s3.get_object(Bucket=bucket_of(home), Key=one["url"].split("/", 3)[3])["Body"].read()
        for one in manifest["entries"]
    ).decode().split("\n")  # fmt: skip
    assert lines.pop() == ""
    found = {item["id"]["s"]: item for item in map(json.loads, lines)}
    assert len(found) == 61
    assert found["i7"] == {"id": {"s": "i7"}, "n": {"n": "7"}}
    every = found[str(EVERY_TYPE["id"])]
    assert every["number"] == {"n": "12345678901234567890123456789012345678"}
    assert every["null"] == {"nULL": True}
    assert every["yes"] == {"bOOL": True}
    assert set(every["texts"]["sS"]) == {"a", "b"}
    assert set(every["binaries"]["bS"]) == {"AA==", "/w=="}
    assert every["list"]["l"][2] == {"m": {"deep": {"l": [{"nULL": True}, {"m": {"er": {"b": "eA=="}}}]}}}
    home.client("dynamodb").put_item(TableName="copy", Item={"id": {"S": "i7"}, "old": {"S": "x"}})
    imported = _run(home, "import", f"{IMPORT},{place},copy,0.5")
    assert _end(imported)["@status"] == "FINISHED", _end(imported)
    assert _items(home, "copy") == _items(home, table)


def test_without_a_manifest_every_file_is_read(home: Account, table: str) -> None:
    s3 = home.client("s3")
    for name, body in (("a", '{"id":{"s":"1"}}\n{"id":{"s":"2"}}'), ("_hidden", "x"), (".crc", "x")):
        s3.put_object(Bucket=bucket_of(home), Key=f"in/{name}", Body=body.encode())
    made = _run(home, "p", f"{IMPORT},s3://{bucket_of(home)}/in,{table}")
    assert _end(made)["@status"] == "FINISHED", _end(made)
    assert len(_items(home, table)) == 63


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "No such file or directory"),
        ({"manifest": '{"version":2,"entries":[]}'}, "Unknown version of manifest: 2"),
        ({"manifest": '{"version":3,"entries":[{"url":"s3://BUCKET/in/none"}]}'}, "NoSuchKey"),
        ({"a": '{"id":{"S":"1"}}'}, "Unknown attribute type S"),
        ({"a": "id,1"}, "JsonSyntaxException"),
        ({"a": '{"other":{"s":"1"}}'}, "ValidationException"),
    ],
)
def test_an_import_that_cannot_work_fails(home: Account, files: dict[str, str], told: str) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    for name, body in files.items():
        text = body.replace("BUCKET", bucket_of(home)).encode()
        home.client("s3").put_object(Bucket=bucket_of(home), Key=f"in/{name}", Body=text)
    made = _run(home, "p", f"{IMPORT},s3://{bucket_of(home)}/in,tab")
    assert told in _end(made)["errorMessage"]


def test_an_empty_table_has_a_manifest_without_entries(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab", 0),))
    made = _run(home, "p", f"{EXPORT},s3://{bucket_of(home)}/out,tab")
    assert _end(made)["@status"] == "FINISHED", _end(made)
    assert keys(home, "out/") == ["out/_SUCCESS", "out/manifest"]
    text = home.client("s3").get_object(Bucket=bucket_of(home), Key="out/manifest")["Body"].read()
    assert json.loads(text)["entries"] == []


@pytest.mark.parametrize(("capacity", "target"), [(None, "10000"), (20, "5")])
def test_the_log_tells_how_much_is_read(home: Account, capacity: int | None, target: str) -> None:
    throughput = {"BillingMode": "PAY_PER_REQUEST"} if capacity is None else {
        "ProvisionedThroughput": {"ReadCapacityUnits": capacity, "WriteCapacityUnits": 1}
    }  # fmt: skip
    home.client("dynamodb").create_table(
        TableName="tab", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], **throughput,
    )  # fmt: skip
    made = _run(home, "p", f"{EXPORT},s3://{bucket_of(home)}/out,tab,0.25")
    bucket, _slash, prefix = _end(made)["emrStepLog"].removeprefix("s3://").partition("/")
    log = home.client("s3").get_object(Bucket=bucket, Key=f"{prefix}syslog.gz")["Body"].read()
    assert f"Target read throughput: {target}\n" in gzip.decompress(log).decode()


def test_unknown_types_are_refused() -> None:
    with pytest.raises(ToolError, match="Unknown attribute type x"):
        read({"x": 1})
