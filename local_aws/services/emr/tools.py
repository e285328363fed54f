# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the DynamoDB connector's two programs share: arguments, tables, places in S3, the form of items.

https://github.com/awslabs/emr-dynamodb-connector (DynamoDBConstants, AttributeValueSerializer,
AttributeValueDeserializer)

Lines are made of the fields of Java's AttributeValue, other ones in each generation: up to version 4 that
of the first SDK, whose null is nULLValue and whose names are taken as they are; from version 5 that of the
second, whose null is nULL, whose names may be upper case, and where an empty list or map is read as no value.
Neither generation reads the other's lines whole, and version 5 not even its own.

The connector takes any ratio above 0; AWS documents 0.1 to 1.5, and no other is taken here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

ON_DEMAND_CAPACITY = 40_000
DEFAULT_RATIO = 0.5
RATIOS = (0.1, 1.5)
OLD, NEW = 4, 5  # generations of lines
NULLS = {OLD: "nULLValue", NEW: "nULL"}
KINDS = ("s", "n", "b", "sS", "nS", "bS", "m", "l", "bOOL")
PLAIN = "_-!.~'()*:@&=+$,;/"
Json = Any


class ToolError(Exception):
    """How a program ended, as Java tells it."""


@dataclass(frozen=True)
class Work:
    """A program being run."""

    tool: str
    arguments: list[str]
    client: Callable[[str], Any]
    lines: list[str]
    pause: Callable[[str], None]  # while the work on a table takes its time
    generation: int  # of the lines that it writes and reads

    def log(self, text: str) -> None:
        self.lines.append(f"INFO {self.tool}: {text}")


@dataclass(frozen=True)
class Place:
    """A directory in S3."""

    bucket: str
    path: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.path}"

    @property
    def url(self) -> str:
        """As Java's URI writes it: é, + and & stay, a space does not."""
        quoted = (
            each if each.isalnum() or each in PLAIN or not each.isascii() else f"%{ord(each):02X}"
            for each in self.path
        )
        return f"s3://{self.bucket}/{''.join(quoted)}"


@dataclass(frozen=True)
class Order:
    """What a program was asked to do."""

    place: Place
    table: str
    ratio: float | None
    segments: int | None


def order(work: Work) -> Order:
    """The arguments, after generic -D options."""
    given = list(work.arguments)
    while given and given[0].startswith("-D"):
        del given[: 2 if given[0] == "-D" else 1]
    if len(given) < 2:
        raise ToolError("Error: Not enough parameters")
    url, table, *rest = given
    bucket, _slash, path = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket or not path.strip("/"):
        raise ToolError(f"java.lang.IllegalArgumentException: Wrong path: {url}")
    place = Place(bucket, path.strip("/"))
    return Order(place, table, _ratio(rest[0]) if rest else None, _segments(rest[1]) if rest[1:] else None)


def _ratio(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ToolError(f"Error: Could not parse read ratio (value: {text})") from None
    if not RATIOS[0] <= value <= RATIOS[1]:
        raise ToolError(f"java.lang.RuntimeException: Invalid read percentage: {value}")
    return value


def _segments(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise ToolError(f"Error: Could not parse segment count (value: {text})")
    return int(text)


def table_of(work: Work, wanted: Order, capacity: str) -> Json:
    """The table's description; what may be used of its capacity is told in the log."""
    try:
        table = work.client("dynamodb").describe_table(TableName=wanted.table)["Table"]
    except ClientError as error:
        raise ToolError(
            f'Exception in thread "main" java.lang.RuntimeException: Could not lookup table {wanted.table} '
            f"in DynamoDB. Caused by: {told(error)}"
        ) from error
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    units = ON_DEMAND_CAPACITY if on_demand else table["ProvisionedThroughput"][f"{capacity}CapacityUnits"]
    ratio = DEFAULT_RATIO if wanted.ratio is None else wanted.ratio
    work.log(f"{capacity} throughput: {units}")
    work.log(f"Throughput {capacity.lower()} ratio: {ratio}")
    work.log(f"Target {capacity.lower()} throughput: {int(units * ratio)}")
    return table


def told(error: ClientError) -> str:
    """An AWS error as the SDK for Java tells it."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return f"{code}: {message} (Operation: {error.operation_name}; Status Code: {status})"


def written(value: Json, generation: int) -> Json:
    """An attribute's value as the connector writes it: {"s": "x"}, {"sS": [...]}, {"bOOL": true}."""
    ((kind, held),) = value.items()
    key = NULLS[generation] if kind == "NULL" else kind[0].lower() + kind[1:]
    if kind == "B":
        return {key: _base64(held)}
    if kind == "BS":
        return {key: [_base64(one) for one in held]}
    if kind == "L":
        return {key: [written(one, generation) for one in held]}
    if kind == "M":
        return {key: {name: written(one, generation) for name, one in held.items()}}
    return {key: held}


def read(value: Json, generation: int) -> Json:
    """The other way, for boto3, and as forgiving: what is not understood becomes a value of no type.

    DynamoDB refuses such a value, and the whole batch with it.
    """
    if generation == NEW:
        known = {key.upper(): key for key in (*KINDS, NULLS[NEW])}
        told = [(known.get(key.upper(), ""), held) for key, held in value.items()]
        told = [(key, held) for key, held in told if key and held not in ([], {})][:1]
    else:
        told = [(key, held) for key, held in value.items() if key in (*KINDS, NULLS[OLD])]
    return {_kind(key): _held(key, held, generation) for key, held in told}


def _kind(key: str) -> str:
    return "NULL" if key in NULLS.values() else key[0].upper() + key[1:]


def _held(key: str, held: Json, generation: int) -> Json:
    if key == "b":
        return base64.b64decode(held, validate=True)
    if key == "bS":
        return [base64.b64decode(one, validate=True) for one in held]
    if key == "l":
        return [read(one, generation) for one in held]
    if key == "m":
        return {name: read(one, generation) for name, one in held.items()}
    return held


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()
