# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes items as other tools do. Lines that real tools wrote are in the samples of test_samples.py."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import check, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    Object,
    Source,
    UnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.unit.support.items import Item

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".deflate": zlib.compress,
}
Files = dict[str, bytes]


def source(files: Mapping[str, bytes]) -> Source:
    """Files in memory as a source."""
    objects = tuple(Object(name, len(content)) for name, content in files.items())
    return Source("s3://bucket/place", objects, lambda name: io.BytesIO(files[name]))


def compact(value: object) -> str:
    """JSON as Gson and DynamoDB write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _emr(value: Any, null: str) -> Any:
    ((kind, held),) = value.items()
    if kind == "M":
        held = {name: _emr(each, null) for name, each in held.items()}
    elif kind == "L":
        held = [_emr(each, null) for each in held]
    return {null if kind == "NULL" else kind[0].lower() + kind[1:]: held}


def emr_lines(items: Iterable[Item], *, generation: int = 5) -> bytes:
    """Lines of EMR's connector."""
    null = "nULLValue" if generation == 4 else "nULL"
    lines = (compact({name: _emr(value, null) for name, value in item.items()}) for item in items)
    return (
        "".join(f"{line}\n" for line in lines)
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
        .encode()
    )


def emr_manifest(names: Iterable[str]) -> bytes:
    """The manifest that names files where they were once."""
    entries = [{"url": f"s3://old-bucket/a/b/{quote(name, safe='+&é')}", "mandatory": True} for name in names]
    text = ",\n".join(compact(entry) for entry in entries)
    return f'{{"name":"DynamoDB-export","version":3,\n"entries": [\n{text}\n]}}'.encode()


def hive_lines(items: Iterable[Item]) -> bytes:
    """Rows of a map<string,string>."""
    rows = (
        "\x02".join(f"{name}\x03{compact(_emr(value, 'nULLValue'))}" for name, value in item.items())
        for item in items
    )
    return "".join(f"{row}\n" for row in rows).encode()


def export_lines(items: Iterable[Item]) -> bytes:
    """Lines of DynamoDB's own export."""
    return "".join(f"{compact({'Item': item})}\n" for item in items).encode()


def ion_lines(items: Iterable[Item]) -> bytes:
    """Lines of an export in Ion."""
    return "".join(f"$ion_1_0 {{Item:{_ion_struct(item)}}}\n" for item in items).encode()


def _ion_struct(members: Mapping[str, Any]) -> str:
    return "{" + ",".join(f"{_ion_text(name)}:{_ion(value)}" for name, value in members.items()) + "}"


def _ion_text(text: str) -> str:
    return (
        '"' + "".join(f"\\x{ord(each):02x}" if each in '"\\' or each < " " else each for each in text) + '"'
    )


def _ion_number(text: str) -> str:
    sign, digits, power = Decimal(text).as_tuple()
    return f"{'-' if sign else ''}{''.join(map(str, digits))}d{power}"


def _ion(value: Mapping[str, Any]) -> str:
    ((kind, held),) = value.items()
    one: dict[str, Callable[[Any], str]] = {
        "S": _ion_text,
        "N": _ion_number,
        "B": lambda text: f"{{{{{text}}}}}",
        "BOOL": lambda held: str(held).lower(),
        "NULL": lambda _held: "null",
        "M": _ion_struct,
        "L": lambda held: f"[{','.join(map(_ion, held))}]",
    }
    if kind in one:
        return one[kind](held)
    return f"$dynamodb_{kind}::[{','.join(map(one[kind[0]], held))}]"


def md5(content: bytes) -> str:
    """As S3 writes it."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def export(parts: Mapping[str, tuple[int, bytes]], *, form: str = "DYNAMODB_JSON", **more: object) -> Files:
    """A whole export: its files by name, each with its count and its bytes, and the manifests."""
    folder = "AWSDynamoDB/01645072900758-ee1232a3"
    lines = [
        compact({"itemCount": count, "md5Checksum": md5(content), "etag": f"{'0' * 32}-1",
                 "dataFileS3Key": f"old/prefix/{folder}/data/{name}"})
        for name, (count, content) in parts.items()
    ]  # fmt: skip
    summary = {"version": "2020-06-30", "itemCount": sum(count for count, _content in parts.values()),
               "outputFormat": form, **more}  # fmt: skip
    texts = {
        "manifest-files": "".join(f"{line}\n" for line in lines).encode(),
        "manifest-summary": compact(summary).encode(),
    }
    return {
        f"{folder}/_started": b"",
        **{f"{folder}/data/{name}": content for name, (_count, content) in parts.items()},
        **{f"{folder}/{name}.json": text for name, text in texts.items()},
        **{f"{folder}/{name}.md5": md5(text).encode() for name, text in texts.items()},
    }


def change_lines(changes: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines of an incremental export, of changes by the names of its members; keys are those of an image."""
    lines = (
        {
            "Metadata": {"WriteTimestampMicros": {"N": str(each.get("micros", 1_700_000_000_000_000))}},
            "Keys": each["keys"],
            **{name: each[name] for name in ("OldImage", "NewImage") if name in each},
        }
        for each in changes
    )
    return "".join(f"{compact(line)}\n" for line in lines).encode()


def incremental(
    parts: Mapping[str, tuple[int, bytes]], *, export: str = "01700001000000-0badcafe", **more: object
) -> Files:
    """A whole incremental export: manifests in its folder, and its data in the one that exports share."""
    folder = f"AWSDynamoDB/{export}"
    lines = [
        compact({"itemCount": count, "md5Checksum": md5(content), "etag": f"{'0' * 32}-1",
                 "dataFileS3Key": f"old/prefix/AWSDynamoDB/data/{name}"})
        for name, (count, content) in parts.items()
    ]  # fmt: skip
    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    summary = {
        "version": "2023-08-01",
        "exportArn": f"{table}/export/{export}",
        "startTime": "2023-11-14T22:30:00.000Z",
        "endTime": "2023-11-14T22:34:00.000Z",
        "tableArn": table,
        "tableId": "12345678-1234-1234-1234-123456789012",
        "exportFromTime": "2023-11-14T22:00:00Z",
        "exportToTime": "2023-11-14T22:20:00Z",
        "manifestFilesS3Key": f"old/prefix/{folder}/manifest-files.json",
        "billedSizeBytes": 10_000_000,
        "itemCount": sum(count for count, _content in parts.values()),
        "outputFormat": "DYNAMODB_JSON",
        "outputView": "NEW_AND_OLD_IMAGES",
        "exportType": "INCREMENTAL_EXPORT",
        **more,
    }
    texts = {
        "manifest-files": "".join(f"{line}\n" for line in lines).encode(),
        "manifest-summary": compact(summary).encode(),
    }
    return {
        f"{folder}/_started": b"",
        **{f"AWSDynamoDB/data/{name}": content for name, (_count, content) in parts.items()},
        **{f"{folder}/{name}.json": text for name, text in texts.items()},
        **{f"{folder}/{name}.md5": md5(text).encode() for name, text in texts.items()},
    }


def page(items: list[Item], *, key: Item | None = None, indent: int | None = 4, **more: object) -> bytes:
    """A page as the command line prints it, and dynamodump."""
    answer: dict[str, object] = {"Items": items, "Count": len(items), "ScannedCount": len(items), **more}
    return json.dumps(answer | ({"LastEvaluatedKey": key} if key else {}), indent=indent).encode()


def dump(items: list[Item], *, size: int = 2, folder: str = "") -> Files:
    """A folder of dynamodump, with pages of a few items."""
    pages = [items[start : start + size] for start in range(0, len(items), size)] or [[]]
    return {f"{folder}schema.json": b'{"Table": {}}'} | {
        f"{folder}data/{number:04}.json": page(each, key=each[-1] if number < len(pages) else None, indent=2)
        for number, each in enumerate(pages, 1)
    }


def tarred(files: Mapping[str, bytes], mode: str = "w:bz2") -> bytes:
    """A tar archive."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive, not compressed, as dynamodump writes it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def refusal(files: Files, **options: str) -> str:
    """Why a backup is refused, at the latest when it is checked as a whole."""
    with pytest.raises(UnreadableError) as refused:
        check.checked(read.open_backup(source(files), **options))
    return str(refused.value)
