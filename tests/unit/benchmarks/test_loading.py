# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The loads that are measured are loads of all items, which arrive as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import alone, loading, tables
from benchmarks.loading import BATCH_WRITER, DYNAMODUMP, OURS, Load
from benchmarks.target import BenchmarkError
from local_aws.server.environment import environment
from tests.unit.support import dynamodb_local
from tests.unit.support.loading import content, spelled

if TYPE_CHECKING:
    from pathlib import Path


ITEMS = 100


@pytest.mark.parametrize("way", loading.WAYS)
def test_each_way_in_dynamodb_local(tmp_path: Path, dynamodb_local_url: str, way: str) -> None:
    given = environment(dynamodb_local_url)
    local = dynamodb_local.DynamoDbLocal(dynamodb_local_url, given["AWS_ACCESS_KEY_ID"])
    client = local.client("dynamodb")
    client.create_table(
        TableName=loading.TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        place = loading.written(tmp_path, "nested", ITEMS, loading.KINDS["nested"], dump=way == DYNAMODUMP)
        loading.run(tmp_path, way, place, dynamodb_local_url)
        expected = spelled(loading.KINDS["nested"](number) for number in range(ITEMS))
        assert content(client, loading.TABLE) == expected
    finally:
        client.delete_table(TableName=loading.TABLE)


def test_fewer_items(tmp_path: Path) -> None:
    place = loading.written(tmp_path, "small", 30, loading.small)
    with pytest.raises(BenchmarkError, match="wrote 30 items of 31"):
        loading.loaded(tmp_path, OURS, place, 31)


def test_what_is_compared_is_in_neighbouring_rows() -> None:
    measured = [
        Load(kind, way, items, alone.Took(9.0, 0.4 + items * micros / 1e6, 51.4), 0.4)
        for kind in ("small", "nested")
        for way, micros, most in (
            (OURS, 20, 1_000_000),
            (DYNAMODUMP, 90, 100_000),
            (BATCH_WRITER, 110, 100_000),
        )
        for items in (10_000, most)
    ]
    rows = [line.split("|")[1:-1] for line in tables.loading_table(measured, markdown=True).splitlines()[2:]]
    found = [[cell.strip() for cell in row] for row in rows]
    assert [row[:3] for row in found[:6]] == [
        ["small", "10,000", OURS],
        ["small", "10,000", DYNAMODUMP],
        ["small", "10,000", BATCH_WRITER],
        ["small", "1,000,000", OURS],
        ["small", "100,000", DYNAMODUMP],
        ["small", "100,000", BATCH_WRITER],
    ]
    assert found[3][3:] == ["20.4", "20.0", "1.0", "51"]
    assert found[4][3:] == ["9.4", "90.0", "4.5", "51"]
