# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sample tables with items of every DynamoDB type, made through the public API of whichever AWS answers.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeSerializer

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = dict[str, Any]
LARGEST = Decimal("9.9999999999999999999999999999999999999E+125")
LONGEST = Decimal(12345678901234567890123456789012345678)
FINEST = Decimal("-1.2345678901234567890123456789012345678")


@dataclass(frozen=True)
class Sample:
    """A table as CreateTable wants it, its other settings, and its items."""

    name: str
    keys: dict[str, str]  # key attribute -> type, hash key first
    items: tuple[Item, ...]
    indexes: dict[str, Any] = field(default_factory=dict)
    index_keys: dict[str, str] = field(default_factory=dict)
    stream: bool = False
    ttl: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    provisioned: bool = False


def samples() -> tuple[Sample, ...]:
    """The tables of the demo."""
    return (_orders(), _sessions(), _customers(), _ledger(), _catalog(), _events())


def create(
    dynamodb: Any, tables: tuple[Sample, ...] | None = None, *, pitr: bool = True
) -> tuple[Sample, ...]:
    """Create the tables with their settings and items; point-in-time recovery on unless told otherwise."""
    made = samples() if tables is None else tables
    for sample in made:
        dynamodb.create_table(**_create_request(sample))
    for sample in made:
        dynamodb.get_waiter("table_exists").wait(TableName=sample.name)
        _set_up(dynamodb, sample, pitr=pitr)
        for batch in _batches(sample):
            dynamodb.batch_write_item(RequestItems={sample.name: batch})
    return made


def simple(name: str, count: int = 3) -> Sample:
    """A small table, for tests that need many or only any."""
    return Sample(
        name, {"id": "S"}, tuple({"id": f"{name}-{number}", "number": number} for number in range(count))
    )


def _create_request(sample: Sample) -> dict[str, Any]:
    attributes = sample.keys | sample.index_keys
    request: dict[str, Any] = {
        "TableName": sample.name,
        "KeySchema": _schema(*sample.keys),
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in attributes.items()],
        "BillingMode": "PROVISIONED" if sample.provisioned else "PAY_PER_REQUEST",
        **sample.indexes,
    }
    if sample.provisioned:
        request["ProvisionedThroughput"] = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    if sample.stream:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    if sample.tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in sample.tags.items()]
    return request


def _set_up(dynamodb: Any, sample: Sample, *, pitr: bool) -> None:
    if sample.ttl:
        specification = {"Enabled": True, "AttributeName": sample.ttl}
        dynamodb.update_time_to_live(TableName=sample.name, TimeToLiveSpecification=specification)
    if pitr:
        dynamodb.update_continuous_backups(
            TableName=sample.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


def _batches(sample: Sample) -> Iterator[list[dict[str, Any]]]:
    """The items as BatchWriteItem takes them, 25 at a time."""
    serialize = TypeSerializer().serialize
    wanted = ({"PutRequest": {"Item": {k: serialize(v) for k, v in item.items()}}} for item in sample.items)
    while batch := list(itertools.islice(wanted, 25)):
        yield batch


def _index(name: str, *keys: str) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": _schema(*keys), "Projection": {"ProjectionType": "ALL"}}


def _schema(*keys: str) -> list[dict[str, str]]:
    return [{"AttributeName": n, "KeyType": r} for n, r in zip(keys, ("HASH", "RANGE"), strict=False)]


def _orders() -> Sample:
    items = tuple(
        {
            "customer": f"c-{number % 7}",
            "placed": f"2026-11-{1 + number % 20:02}T10:{number:02}:00Z",
            "status": ("open", "paid", "sent")[number % 3],
            "total": Decimal(number * 1999) / 100,
            "expires": 1_800_000_000 + number,
            "lines": [
                {"sku": f"sku-{line}", "count": line + 1, "gift": line == 0} for line in range(number % 4)
            ],
            "address": {
                "street": "Große Straße 1",
                "city": "東京",
                "geo": {"lat": FINEST, "lon": Decimal(0)},
            },
        }
        for number in range(60)
    )
    return Sample(
        "orders",
        {"customer": "S", "placed": "S"},
        items,
        indexes={
            "GlobalSecondaryIndexes": [_index("by-status", "status", "placed")],
            "LocalSecondaryIndexes": [_index("by-total", "customer", "total")],
        },
        index_keys={"status": "S", "total": "N"},
        stream=True,
        ttl="expires",
        tags={"team": "shop", "cost-centre": "4711"},
    )


def _sessions() -> Sample:
    items = tuple(
        {"id": bytes([number]) * 16, "user": f"u-{number}", "until": 1_800_000_000 + number, "agent": None}
        for number in range(30)
    )
    return Sample("sessions", {"id": "B"}, items, ttl="until", tags={"team": "web"})


def _customers() -> Sample:
    items = tuple(
        {
            "number": number,
            "name": f"Customer {number}",
            "nickname": "",
            "labels": {"new", f"label {number}"},
            "scores": {Decimal(number), LONGEST},
            "prints": {b"\x00\xff", bytes([number])},
            "photo": bytes(range(256)),
            "signature": b"",
            "verified": number % 2 == 0,
            "referrer": None,
            "history": [[], {}, [1, ["deep", {"er": b"\x01"}]]],
        }
        for number in range(40)
    )
    return Sample("customers", {"number": "N"}, items, tags={"team": "crm"})


def _ledger() -> Sample:
    amounts = (LONGEST, -LONGEST, LARGEST, FINEST, Decimal("1E-130"), Decimal(0))
    items = tuple(
        {
            "account": f"a-{number % 5}",
            "entry": number,
            "amount": amounts[number % len(amounts)],
            "note": 'é\u0000\n"',
        }
        for number in range(50)
    )
    return Sample("ledger", {"account": "S", "entry": "N"}, items, tags={"team": "finance"}, provisioned=True)


def _catalog() -> Sample:
    items = tuple(
        {
            "sku": f"sku-{number}",
            "title": f"Thing {number}",
            "price": Decimal(number) + Decimal("0.99"),
            "in_stock": True,
        }
        for number in range(20)
    )
    return Sample(
        "catalog",
        {"sku": "S"},
        items,
        indexes={"GlobalSecondaryIndexes": [_index("by-title", "title")]},
        index_keys={"title": "S"},
    )


def _events() -> Sample:
    items = tuple(
        {
            "device": f"d-{number % 3}",
            "at": 1_790_000_000 + 60 * number,
            "reading": FINEST * number,
            "flags": {"low", "dry"} if number % 2 else {"ok"},
            "raw": bytes(range(number)),
        }
        for number in range(25)
    )
    return Sample("events", {"device": "S", "at": "N"}, items, tags={"team": "field"})
