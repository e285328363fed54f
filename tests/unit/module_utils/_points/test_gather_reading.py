# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Points of a table, found in a bucket and opened to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import gather_reading
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.choose_point import PointError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_store import (
    NoStoreError,
    Store,
    store,
)
from local_aws.client import samples
from local_aws.client.fixtures import account, local_aws
from tests.unit.support import restorable

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

OLDER, NEWER = "20261123T140003Z-1a2b3c4d", "20261124T140003Z-1a2b3c4d"


def opened(account: Account, asked: str = "latest") -> gather_reading.Opened:
    aws = Aws(account.client)
    kept = gather_reading.points(aws, Store(restorable.bucket(account), ()), "orders")
    return gather_reading.opened(aws, kept, asked)


def test_one_of_two(account: Account) -> None:
    restorable.backed_up(account, samples.simple("orders", 3), OLDER)
    account.client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "new"}})
    made = restorable.point(account, "orders", NEWER)
    found = opened(account)
    assert (found.point.id, found.reading.items) == (NEWER, 4)
    assert sum(1 for _entry in found.reading.entries()) == 4
    older = opened(account, OLDER)
    assert (older.point.id, older.reading.items) == (OLDER, 3)
    settings = gather_reading.settings_beside(Aws(account.client), older.point)
    assert settings
    assert [each.name for each in settings.keys] == ["id"]

    for asked, told in (
        ("20201123T140003Z-00000000", "There is no point 20201123T140003Z-00000000. There are "),
        ("2099-01-01T00:00:00Z", "is yet to come"),
        ("pitr", "restore it beside the table"),
        ("2020-01-01T00:00:00Z", "there is none at 2020-01-01 00:00:00 UTC or before"),
    ):
        with pytest.raises(PointError, match=told):
            opened(account, asked)
    s3 = account.client("s3")
    s3.delete_object(Bucket=made.bucket, Key=f"{made.folder}/manifest-files.json")
    with pytest.raises((PointError, UnreadableError), match=OLDER):
        opened(account, NEWER)


def test_none(account: Account) -> None:
    restorable.bucket(account)
    with pytest.raises(PointError, match=r"Nothing is kept of orders in backups-.* not asked"):
        opened(account)


def test_where_points_lie(account: Account) -> None:
    aws, place = Aws(account.client), (account.id, account.region)
    name = restorable.bucket(account)
    assert store(aws, name, "tablekeeper", *place) == Store(name, ())
    with pytest.raises(NoStoreError, match=r"O\(bucket\): there is no bucket nobodys"):
        store(aws, "nobodys", "tablekeeper", *place)
    with pytest.raises(NoStoreError, match="no stack tablekeeper-store here"):
        store(aws, "", "tablekeeper", *place)
