# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of a part of a table: FilterSpecification.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_FilterSpecification.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Filtered.html: a key condition
lessens what is read, a filter only what is written of it.

How a filtered export is billed is not documented; here it is billed for what it reads. Nor is it known
whether its manifest tells of the filter; here it does not, and DescribeExport does.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError

Json = dict[str, Any]
Item = dict[str, Any]
EXPRESSIONS = ("KeyConditionExpression", "FilterExpression", "ProjectionExpression")
MAX_BYTES = 4096
NOT_OF_KEYS = {"OR": "OR", "NOT": "NOT", "IN": "IN", "<>": "<>", "CONTAINS": "contains", "SIZE": "size"}


def check(specification: Json, table: Json) -> None:
    """Refuse what DynamoDB refuses at once, whatever there is to be read."""
    for name in EXPRESSIONS:
        expression = specification.get(name)
        if expression is not None and not 1 <= len(expression.encode()) <= MAX_BYTES:
            raise _invalid(f"{name} must have between 1 and {MAX_BYTES} bytes")
    refused = dynamodb._validate_expression_attrs(specification, EXPRESSIONS)
    if refused:
        raise _invalid(json.loads(refused[2])["message"])
    if "KeyConditionExpression" in specification:
        _check_key(specification, table)
    keeps(specification, {})
    projected(specification, {})


def _check_key(specification: Json, table: Json) -> None:
    """The syntax is that of Query, which is asked."""
    keys = {each["AttributeName"] for each in table["KeySchema"]}
    if named := sorted(keys & _attributes(specification, "FilterExpression")):
        raise _invalid(f"Filter Expression can only contain non-primary key attributes: {named[0]}")
    condition, values, names = _parts(specification, "KeyConditionExpression")
    tokens = dynamodb._tokenize(condition)
    for kind, text in tokens:
        if text.upper() in NOT_OF_KEYS and kind in {"IDENT", "NE"}:
            raise _invalid(f"Invalid operator used in KeyConditionExpression: {NOT_OF_KEYS[text.upper()]}")
    used = {text for _kind, text in tokens}
    asked: Json = {"TableName": table["TableName"], "KeyConditionExpression": condition, "Limit": 1}
    for member, given in (("ExpressionAttributeValues", values), ("ExpressionAttributeNames", names)):
        if mine := {name: value for name, value in given.items() if name in used}:
            asked[member] = mine
    status, _headers, body = dynamodb._query(asked)
    if status != 200:
        raise _invalid(json.loads(body)["message"])


def reads(specification: Json, item: Item) -> bool:
    """Does an export read the item?"""
    return _matches(specification, "KeyConditionExpression", item)


def keeps(specification: Json, item: Item) -> bool:
    """Does it write an item that it has read?"""
    return _matches(specification, "FilterExpression", item)


def projected(specification: Json, item: Item) -> Item:
    """What it writes of an item."""
    projection, _values, names = _parts(specification, "ProjectionExpression")
    try:
        shown: Item = dynamodb._project_item(item, projection, names)
    except ValueError as fault:
        raise _invalid(str(fault)) from fault
    return shown


def _matches(specification: Json, name: str, item: Item) -> bool:
    expression, values, names = _parts(specification, name)
    try:
        return bool(dynamodb._evaluate_condition(expression, item, values, names, slot=name))
    except ValueError as fault:
        raise _invalid(str(fault)) from fault


def _parts(specification: Json, name: str) -> tuple[str, Json, Json]:
    return (
        specification.get(name) or "",
        specification.get("ExpressionAttributeValues") or {},
        specification.get("ExpressionAttributeNames") or {},
    )


def _attributes(specification: Json, name: str) -> set[str]:
    expression, _values, names = _parts(specification, name)
    return {names.get(word, word) for word in re.findall(r"(?<![:\w])#?\w+", expression)}


def _invalid(problem: str) -> RefusedError:
    return RefusedError("ValidationException", problem)
