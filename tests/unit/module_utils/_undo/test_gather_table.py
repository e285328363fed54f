# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much a table, or the index that may take least, takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_table
from tests.unit.support.undoing import TABLE, make_table

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.aws


def provisioned(read: int, write: int) -> dict[str, Any]:
    return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}


def at_most(read: int, write: int) -> dict[str, Any]:
    return {"OnDemandThroughput": {"MaxReadRequestUnits": read, "MaxWriteRequestUnits": write}}


def index(**more: Any) -> dict[str, Any]:
    keys = [{"AttributeName": "sk", "KeyType": "HASH"}]
    projection = {"Projection": {"ProjectionType": "ALL"}}
    return {"GlobalSecondaryIndexes": [{"IndexName": "by-sk", "KeySchema": keys, **projection, **more}]}


@pytest.mark.parametrize(
    ("table", "write", "read"),
    [
        ({}, 0, 0),
        (at_most(300, 200), 200, 300),
        ({**at_most(300, 200), **index(**at_most(10, 20))}, 20, 300),
        ({"BillingMode": "PROVISIONED", **provisioned(300, 200)}, 200, 300),
        ({"BillingMode": "PROVISIONED", **provisioned(300, 200), **index(**provisioned(10, 20))}, 20, 300),
        ({"BillingMode": "PROVISIONED", **provisioned(300, 200), **index(**provisioned(10, 900))}, 200, 300),
    ],
)
def test_what_it_may_take(account: Account, table: dict[str, Any], write: int, read: int) -> None:
    make_table(account.client("dynamodb"), **table)
    found = gather_table.table(Aws(account.client), TABLE, "here")
    assert (found.table.write_units, found.read_units) == (write, read)
    assert found.indexes.on_all == len(table.get("GlobalSecondaryIndexes", ()))
