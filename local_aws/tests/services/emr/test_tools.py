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
from local_aws.services.emr.tools import NEW, OLD, read, written

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
    assert every["null"] == {"nULLValue": True}
    assert every["yes"] == {"bOOL": True}
    assert set(every["texts"]["sS"]) == {"a", "b"}
    assert set(every["binaries"]["bS"]) == {"AA==", "/w=="}
    assert every["list"]["l"][2] == {
        "m": {"deep": {"l": [{"nULLValue": True}, {"m": {"er": {"b": "eA=="}}}]}}
    }
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
        ({"a": '{"id":{"S":"1"}}'}, "ValidationException"),  # of upper case it reads nothing
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


LINES = [
    ({"S": ""}, '{"s":""}', '{"s":""}'),
    ({"NULL": True}, '{"nULLValue":true}', '{"nULL":true}'),
    ({"L": [{"NULL": True}]}, '{"l":[{"nULLValue":true}]}', '{"l":[{"nULL":true}]}'),
    ({"M": {"": {"BOOL": False}}}, '{"m":{"":{"bOOL":false}}}', '{"m":{"":{"bOOL":false}}}'),
    ({"BS": [b"x"]}, '{"bS":["eA=="]}', '{"bS":["eA=="]}'),
]


@pytest.mark.parametrize(("value", "old", "new"), LINES)
def test_each_generation_reads_its_own_lines(value: dict[str, Any], old: str, new: str) -> None:
    for generation, line in ((OLD, old), (NEW, new)):
        assert json.loads(line) == written(value, generation)
        assert read(json.loads(line), generation) == value


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        ({"nULLValue": True}, {"NULL": True}, {}),
        ({"nULL": True}, {}, {"NULL": True}),
        ({"l": []}, {"L": []}, {}),
        ({"m": {}}, {"M": {}}, {}),
        ({"m": {"a": {"l": []}}}, {"M": {"a": {"L": []}}}, {"M": {"a": {}}}),
        ({"l": [{"nULLValue": True}]}, {"L": [{"NULL": True}]}, {"L": [{}]}),
        ({"S": "x"}, {}, {"S": "x"}),
        ({"NULL": True}, {}, {"NULL": True}),
        ({"m": {"a": {"N": "1"}}}, {"M": {"a": {}}}, {"M": {"a": {"N": "1"}}}),
        ({"x": 1}, {}, {}),
    ],
)
def test_what_a_generation_does_not_understand_has_no_type(line: Any, old: Any, new: Any) -> None:
    """AttributeValue of the first SDK by Gson, and AttributeValueDeserializer of version 5."""
    assert read(line, OLD) == old
    assert read(line, NEW) == new


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), (NEW, OLD), (NEW, NEW)])
def test_an_import_across_generations_fails_at_the_first_such_value(
    home: Account, table: str, first: int, second: int
) -> None:
    """DynamoDB refuses values of no type. Version 5 does not even read its own empty lists."""
    place = f"s3://{bucket_of(home)}/out"
    exported = _run(home, "export", _of(first, f"{EXPORT},{place},{table}"))
    assert _end(exported)["@status"] == "FINISHED", _end(exported)
    imported = _run(home, "import", _of(second, f"{IMPORT},{place},copy"))
    assert _end(imported)["@status"] == "FAILED"
    assert "ValidationException" in _end(imported)["errorMessage"]
    assert "must contain exactly one of the supported datatypes" in _end(imported)["errorMessage"]


def test_the_new_generation_writes_its_own_null(home: Account, table: str) -> None:
    exported = _run(home, "export", _of(NEW, f"{EXPORT},s3://{bucket_of(home)}/out,{table}"))
    assert _end(exported)["@status"] == "FINISHED", _end(exported)
    s3 = home.client("s3")
    bodies = [s3.get_object(Bucket=bucket_of(home), Key=key)["Body"].read() for key in keys(home, "out/")]
    assert b'"null":{"nULL":true}' in b"".join(bodies)
    assert b"nULLValue" not in b"".join(bodies)


def test_a_place_with_a_blank_is_quoted_and_not_found_again(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    place = f"s3://{bucket_of(home)}/a b+\u00e9&c#d"
    assert _end(_run(home, "export", f"{EXPORT},{place},tab"))["@status"] == "FINISHED"
    text = home.client("s3").get_object(Bucket=bucket_of(home), Key="a b+\u00e9&c#d/manifest")["Body"].read()
    urls = [one["url"] for one in json.loads(text)["entries"]]
    assert urls
    assert all(url.startswith(f"s3://{bucket_of(home)}/a%20b+\u00e9&c%23d/") for url in urls)
    assert "NoSuchKey" in _end(_run(home, "import", f"{IMPORT},{place},tab"))["errorMessage"]


def _of(generation: int, step: str) -> str:
    return step.replace("4.11.0", "5.6.0" if generation == NEW else "4.11.0")
