# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items of changes as they are now, in the order of the changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import content_digest
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.gather_live import with_now
from tests.unit.support.undoing import KEYS, TABLE, item, make_table, put

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.dynamodb_local import DynamoDbLocal

pytestmark = pytest.mark.aws


@pytest.mark.parametrize("place", ["account", pytest.param("dynamodb_local", marks=pytest.mark.newest)])
def test_each_change_comes_with_what_is_there(place: str, request: pytest.FixtureRequest) -> None:
    there: Account | DynamoDbLocal = request.getfixturevalue(place)
    client = there.client("dynamodb")
    make_table(client)
    items = [item(number, b={"B": "AAE="}, s={"SS": ["b", "a"]}) for number in range(60)]
    put(client, [each for number, each in enumerate(items) if number % 7])
    keys = [{name: each[name] for name in KEYS} for each in reversed(items)]
    reads = ItemReads(Aws(there.client)("dynamodb"))
    found = list(with_now(reads, TABLE, KEYS, iter([Change(key, None, None) for key in keys]), Rate(None)))
    assert [change.key for change, _now in found] == keys
    for (_change, now), expected in zip(found, reversed(items), strict=True):
        if int(expected["sk"]["N"]) % 7:
            assert now is not None
            assert content_digest(now) == content_digest(expected)
        else:
            assert now is None
