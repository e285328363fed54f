# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the embedded DynamoDB reads in the objects of an import (S3DataImport.Format.html of AWS)."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import Binary

from local_aws.client.samples import create, samples

from .exporting import export, new_bucket, refusal
from .importing import asked, counts, errors, imported, lines, put
from .restoring import items

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ONE, TWO, THREE = ({"id": {"S": name}} for name in ("one", "two", "three"))


PACKED = gzip.compress(lines(ONE), mtime=0)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"\n  \n" + lines(ONE) + b"\t\r\n" + lines(TWO), 2),  # lines of nothing but blanks
        (lines(ONE).replace(b"\n", b"\r\n") + lines(TWO), 2),
        (lines(ONE) + lines(TWO).rstrip(), 2),  # no line feed at the end
        (lines(ONE).rstrip() + lines(TWO).rstrip() + lines(THREE), 3),  # several on a line
        (b"", 0),
    ],
)
def test_items_between_line_feeds(account: Account, content: bytes, read: int) -> None:
    told = imported(account, put(account, a=content))
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (read, read, 0))


def test_nothing_but_a_line_feed_ends_a_line(account: Account) -> None:
    """Of these some end lines for Python, and all are characters of a value."""
    text = "a\u2028b\u2029c\u0085d\u000be\u000cf\u001cg"
    kept = text.replace("\u000b", "").replace("\u000c", "").replace("\u001c", "")
    told = imported(account, put(account, a=lines({**ONE, "v": {"S": kept}}, TWO)))
    assert counts(told) == (2, 2, 0)
    assert items(account, "tab")[0]["v"] == kept


@pytest.mark.parametrize(
    "line",
    [
        b'{"NotAnItem": {"id": {"S": "x"}}}',
        b'{"id": {"S": "x"}}',
        b'{"Keys": {"id": {"S": "x"}}, "NewImage": {"id": {"S": "x"}}}',  # of an incremental export
        b'{"Item": ',
        b'{"Item": {"id": {"S": "x"}}} what follows',
        b'{"Item": {"id": {"S": NaN}}}',
        b"\xff\xfe",
    ],
)
def test_the_first_line_that_is_no_item_ends_its_object(account: Account, line: bytes) -> None:
    """All the rest counts as one error, good items among it."""
    source = put(account, a=lines(ONE) + line + b"\n" + lines(TWO) + line + b"\n", b=lines(THREE))
    told = imported(account, source)
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "ItemValidationError")
    processed, _good, wrong = counts(told)
    assert (processed, wrong) in {(3, 1), (4, 1)}  # of the line with more, the item before it is read
    names = {each["id"] for each in items(account, "tab")}
    assert names - {"x"} == {"one", "three"}
    (error,) = errors(account, told)
    assert error["itemS3Pointer"]["key"] == "in/a"


@pytest.mark.parametrize(
    "item",
    [
        {"other": {"S": "x"}},
        {"id": {"N": "1"}},
        {**ONE, "": {"S": "v"}},
        {**ONE, "n": {"N": "1" * 39}},
        {**ONE, "v": {"S": "x" * 410_000}},
        {**ONE, "v": {"WHAT": "x"}},
        {**ONE, "v": {"SS": []}},
    ],
)
def test_an_item_that_dynamodb_does_not_take_fails_alone(account: Account, item: dict[str, Any]) -> None:
    told = imported(account, put(account, a=lines(item, TWO)))
    assert counts(told) == (2, 1, 1)
    assert [each["id"] for each in items(account, "tab")] == ["two"]


def test_an_export_is_imported(account: Account) -> None:
    """AWS: "exports from point in time are supported as an import source by default"."""
    create(account.client("dynamodb"), tuple(each for each in samples() if each.name == "customers"))
    source = new_bucket(account)
    told = export(account, "customers", source)
    folder = told["ExportManifest"].rpartition("/")[0]
    table = account.client("dynamodb").describe_table(TableName="customers")["Table"]
    parameters = {"KeySchema": table["KeySchema"], "AttributeDefinitions": table["AttributeDefinitions"]}
    place = {"S3Bucket": source, "S3KeyPrefix": f"{folder}/data/"}
    kept = imported(account, source, S3BucketSource=place, InputCompressionType="GZIP", parameters=parameters)
    assert (kept["ImportStatus"], kept["ErrorCount"]) == ("COMPLETED", 0)
    assert kept["ImportedItemCount"] == told["ItemCount"]
    assert items(account, "tab") == items(account, "customers")
    # The folder above has the manifests, too.
    whole = {"S3Bucket": source, "S3KeyPrefix": folder}
    failed = imported(
        account, source, S3BucketSource=whole, InputCompressionType="GZIP",
        parameters={**parameters, "TableName": "whole"},
    )  # fmt: skip
    assert (failed["ImportStatus"], failed["FailureCode"]) == ("FAILED", "ItemValidationError")


def test_packed_with_gzip_its_size_is_that_of_what_is_in_it(account: Account) -> None:
    content = lines(ONE, TWO)
    told = imported(account, put(account, a=gzip.compress(content)), InputCompressionType="GZIP")
    assert counts(told) == (2, 2, 0)
    assert told["ProcessedSizeBytes"] == len(content)


@pytest.mark.parametrize(
    ("content", "compression"),
    [
        (lines(ONE), "GZIP"),
        (PACKED, "NONE"),
        (PACKED[:-12], "GZIP"),
        (PACKED + b"more", "GZIP"),
    ],
    ids=["plain", "packed", "cut", "longer"],
)
def test_what_is_not_packed_as_said_fails(account: Account, content: bytes, compression: str) -> None:
    """AWS: "may skip processing the remaining portion of the object"."""
    told = imported(account, put(account, a=content), InputCompressionType=compression)
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert told["ErrorCount"] == 1
    (error,) = errors(account, told)
    assert error["itemS3Pointer"]["key"] == "in/a"


def test_zstandard_is_not_imitated(account: Account) -> None:
    asking = asked("some-bucket", InputCompressionType="ZSTD")
    assert refusal(account.client("dynamodb").import_table, **asking) == "NotImitatedException"


ION = """\
$ion_1_0 {Item:{id:"one",n:103.,big:6d2,text:"a\u2028b",yes:true,raw:{{AAH/}},void:null,
""".replace("\n", "")
ION += """\
names:$dynamodb_SS::["a","b"],ns:$dynamodb_NS::[1.,25d-1],bs:$dynamodb_BS::[{{AAH/}}],list:["x",1.],map:{a:"b"}}}
"""


def test_amazon_ion(account: Account) -> None:
    told = imported(account, put(account, a=ION.encode()), InputFormat="ION")
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (1, 1, 0))
    (item,) = items(account, "tab")
    assert item == {
        "id": "one",
        "n": Decimal(103),
        "big": Decimal(600),
        "text": "a\u2028b",
        "yes": True,
        "raw": Binary(b"\x00\x01\xff"),
        "void": None,
        "names": {"a", "b"},
        "ns": {Decimal(1), Decimal("2.5")},
        "bs": {Binary(b"\x00\x01\xff")},
        "list": ["x", Decimal(1)],
        "map": {"a": "b"},
    }


@pytest.mark.parametrize("line", ['{"Item":', '$ion_1_0 {id:"x"}', "$ion_1_0 {Item:{id:2024-01-01}}"])
def test_ion_that_is_no_item_ends_its_object(account: Account, line: str) -> None:
    good = '$ion_1_0 {Item:{id:"one"}}'
    source = put(account, a=f"{good}\n{line}\n{good}\n".encode())
    told = imported(account, source, InputFormat="ION")
    assert (told["FailureCode"], counts(told)) == ("ItemValidationError", (2, 1, 1))


def test_csv(account: Account) -> None:
    """AWS: "all columns other than the hash range and keys ... are imported as DynamoDB strings"."""
    source = put(account, a=b"id,n\none,1\ntwo,2,3\n")
    told = imported(account, source, InputFormat="CSV", InputFormatOptions={"Csv": {"Delimiter": ","}})
    assert counts(told) == (2, 1, 1)
    assert items(account, "tab") == [{"id": "one", "n": "1"}]
