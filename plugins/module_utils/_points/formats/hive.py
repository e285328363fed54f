# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows of a Hive table with one column of type map<string,string>, by which older pipelines exported tables.

name 0x03 value 0x02 name 0x03 value ..., where a value is as in dumps of EMR's connector.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EMRforDynamoDB.CopyingData.S3.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._items import strict_json
from ..._items.size import BadItemError
from .emr import upper

if TYPE_CHECKING:
    from ..._items.size import Item

FORMAT = "hive"
BETWEEN_ATTRIBUTES, AFTER_NAME = b"\x02", b"\x03"


def read_line(line: bytes) -> Item:
    """A line as DynamoDB JSON."""
    item: dict[str, Any] = {}
    for attribute in line.split(BETWEEN_ATTRIBUTES):
        raw, mark, value = attribute.partition(AFTER_NAME)
        if not mark:
            raise BadItemError("it is not a row of a map: a name without a value")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            raise BadItemError("a name is not UTF-8") from None
        if name in item:
            raise BadItemError(f"the attribute {name!r} is there twice")
        item[name] = strict_json.loads(value)
    return upper(item)
