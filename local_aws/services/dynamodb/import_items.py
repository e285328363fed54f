# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The items in the objects of an import: DynamoDB JSON, Amazon Ion and CSV, packed with gzip or not.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html: "newlines are used
as item delimiters"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html: "If the Amazon
S3 object itself is malformed or if its contents cannot form a DynamoDB item, then we may skip processing the
remaining portion of the object."

AWS skips it, and counts one error (test/alternator/test_import.py of scylladb/scylladb#31619, which is run
against AWS), and so lines of nothing but blanks are passed over there. Several items on a line are taken
(tests/test_dynamodb/test_dynamodb_import_table.py of getmoto/moto, verified against AWS). Other ends of lines
than the line feed are none. The texts of the errors are ours; AWS's are not known.
"""

from __future__ import annotations

import base64
import gzip
import importlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ministack.services import dynamodb

Json = dict[str, Any]
PART = 1 << 16
# Its reader in C otherwise refuses texts of more than 4,096 bytes.
LONGEST = 1 << 20
SETS = {"$dynamodb_SS": "SS", "$dynamodb_NS": "NS", "$dynamodb_BS": "BS"}
_DECODER = json.JSONDecoder(parse_constant=lambda name: _no_item(f"{name} is not JSON"))


class Read(NamedTuple):
    """What was read at a place of an object: an item, or why it is none, which is the last of an object."""

    place: int
    item: Json | None
    error: str = ""


class NoItemError(Exception):
    """Why there is no item."""


def _no_item(why: str) -> Any:
    raise NoItemError(why)


def unpacked(stored: bytes, compression: str) -> tuple[bytes, str]:
    """The content of an object as far as it can be unpacked, and why no further."""
    if compression == "NONE":
        return stored, ""
    content = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(stored)) as packed:
            while part := packed.read1(PART):
                content += part
    except (OSError, EOFError, zlib.error) as error:
        # What stands after the last whole line is no line.
        return bytes(content[: content.rfind(b"\n") + 1]), f"The object is not valid GZIP: {error}"
    return bytes(content), ""


def read(content: bytes, description: Json) -> Iterator[Read]:
    """The items of an object, and after them why its rest was not read."""
    if description["InputFormat"] == "CSV":
        yield from _csv(content, description)
        return
    values = _ion if description["InputFormat"] == "ION" else _json
    index = 0
    try:
        for line in content.split(b"\n"):
            for value in values(line) if line.strip() else ():
                yield Read(index, _item(value))
                index += 1
    except NoItemError as error:
        yield Read(index, None, str(error))


def _item(value: Any) -> Json:
    if not isinstance(value, dict) or list(value) != ["Item"] or not isinstance(value["Item"], dict):
        raise NoItemError('The line is not in the form of an item: {"Item": {...}}')
    return value["Item"]


def _json(line: bytes) -> Iterator[Any]:
    try:
        text = line.decode().strip(" \t\r")
        while text:
            value, end = _DECODER.raw_decode(text)
            yield value
            text = text[end:].lstrip(" \t\r")
    except (ValueError, RecursionError) as error:
        raise NoItemError(f"The line is not JSON: {error}") from None


def _ion(line: bytes) -> Iterator[Any]:
    """The line in the form of DynamoDB JSON, by the table of types on the page."""
    ion = importlib.import_module("amazon.ion.simpleion")
    broken = importlib.import_module("amazon.ion.exceptions").IonException
    bare = ion.IonPyValueModel.MAY_BE_BARE
    try:
        found = ion.loads(line, single_value=False, value_model=bare, text_buffer_size_limit=LONGEST)
    except (broken, ValueError, TypeError, OverflowError) as error:
        raise NoItemError(f"The line is not Ion: {error}") from None
    for value in found:
        items = _members(value) if isinstance(value, Mapping) else {}
        yield {name: each.get("M") for name, each in items.items()}


def _members(struct: Mapping[str, Any]) -> Json:
    pairs = [(str(name), _value(each)) for name, each in struct.items()]
    if len(dict(pairs)) < len(pairs):
        raise NoItemError("A name stands twice in a struct")
    return dict(pairs)


def _value(value: Any) -> Json:
    if isinstance(value, Mapping):
        return {"M": _members(value)}
    if isinstance(value, list):
        return _list(value)
    if value is None:
        return {"NULL": True}
    # Of Ion's own types a bool is a whole number, as in Python.
    if isinstance(value, bool) or type(value).__name__ == "IonPyBool":
        return {"BOOL": bool(value)}
    if isinstance(value, bytes):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, Decimal):
        return {"N": str(Decimal(value))}
    if isinstance(value, str):
        return {"S": str(value)}
    raise NoItemError(f"A value has a type that DynamoDB does not have: {type(value).__name__}")


def _list(value: list[Any]) -> Json:
    marks = [mark.text for mark in getattr(value, "ion_annotations", ())]
    if not marks:
        return {"L": [_value(each) for each in value]}
    kind = SETS.get(marks[0]) if len(marks) == 1 else None
    members = [_value(each) for each in value]
    if kind is None or any(kind[0] not in member for member in members):
        raise NoItemError(f"A list with the annotation {marks[0]} is no set of DynamoDB's")
    return {kind: [member[kind[0]] for member in members]}


def _csv(content: bytes, description: Json) -> Iterator[Read]:
    """ministack's own reader; a row of another length fails alone."""
    asked = description["TableCreationParameters"]["AttributeDefinitions"]
    types = {each["AttributeName"]: each["AttributeType"] for each in asked}
    options = (description.get("InputFormatOptions") or {}).get("Csv") or {}
    try:
        items, malformed = dynamodb._import_csv_items(content, options, types)
    except dynamodb._ImportFailed as error:
        yield Read(0, None, error.message)
        return
    yield from (Read(index, item) for index, item in items)
    yield from (Read(index, None, why) for index, why in malformed)
