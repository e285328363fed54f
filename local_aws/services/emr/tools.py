# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the DynamoDB connector's two programs share: arguments, tables, places in S3, the form of items.

https://github.com/awslabs/emr-dynamodb-connector (DynamoDBConstants, AttributeValueSerializer)

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

    def log(self, text: str) -> None:
        self.lines.append(f"INFO {self.tool}: {text}")


@dataclass(frozen=True)
class Place:
    """A directory in S3."""

    bucket: str
    path: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.path}"


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


def written(value: Json) -> Json:
    """An attribute's value as the connector writes it: {"s": "x"}, {"sS": [...]}, {"nULL": true}."""
    ((kind, held),) = value.items()
    key = kind[0].lower() + kind[1:]
    if kind == "B":
        return {key: _base64(held)}
    if kind == "BS":
        return {key: [_base64(one) for one in held]}
    if kind == "L":
        return {key: [written(one) for one in held]}
    if kind == "M":
        return {key: {name: written(one) for name, one in held.items()}}
    return {key: held}


def read(value: Json) -> Json:
    """The other way, for boto3."""
    ((key, held),) = value.items()
    kind = key[0].upper() + key[1:]
    if kind == "B":
        return {kind: base64.b64decode(held, validate=True)}
    if kind == "BS":
        return {kind: [base64.b64decode(one, validate=True) for one in held]}
    if kind == "L":
        return {kind: [read(one) for one in held]}
    if kind == "M":
        return {kind: {name: read(one) for name, one in held.items()}}
    if key not in {"s", "n", "sS", "nS", "bOOL", "nULL"}:
        raise ToolError(f"java.lang.RuntimeException: Unknown attribute type {key}")
    return {kind: held}


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()
