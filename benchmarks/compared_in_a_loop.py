# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table compared with an export as one would write it with boto3: ``now FOLDER ITEMS URL``.

The backup is kept in memory, as Python's values, and each item of the table is looked up in it.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import Binary, TypeDeserializer

from local_aws.server.environment import environment

ONE_OF = 100  # of those that differ
VALUES = TypeDeserializer()


def value(typed: Any) -> Any:
    """As the table's items have it: what is binary is base64 in an export, and bytes in boto3."""
    ((kind, held),) = typed.items()
    return Binary(base64.b64decode(held)) if kind == "B" else VALUES.deserialize(typed)


def main() -> None:
    _way, place, items, url = sys.argv[1:]
    os.environ.update(environment(url))
    expected: dict[Any, Any] = {}
    for path in sorted(Path(place).glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                item = {name: value(typed) for name, typed in json.loads(line)["Item"].items()}
                expected[item["pk"], item["sk"]] = item
    table, same, changed = boto3.resource("dynamodb").Table("bench"), 0, 0
    more: dict[str, Any] = {}
    while True:
        page = table.scan(**more)
        for item in page["Items"]:
            if expected.pop((item["pk"], item["sk"]), None) == item:
                same += 1
            else:
                changed += 1
        if "LastEvaluatedKey" not in page:
            break
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    differing = -(-int(items) // ONE_OF)
    if (changed, same, len(expected)) != (differing, int(items) - differing, 0):
        sys.exit(f"{changed} changed, {same} the same, {len(expected)} missing")


if __name__ == "__main__":
    main()
