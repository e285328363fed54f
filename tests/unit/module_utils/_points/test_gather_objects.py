# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backups in S3 and on a disk as sources."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_objects import s3_source
from local_aws.client.fixtures import account, local_aws
from tests.recorded.exports import bucket, make_bucket
from tests.unit.support import foreign

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

ITEMS: list[dict[str, Any]] = [{"pk": {"S": f"A#{number}"}} for number in range(200)]
FILES = foreign.export({"aa.json.gz": (200, gzip.compress(foreign.export_lines(ITEMS)))})
DATA = next(name for name in FILES if "/data/" in name)


class _Breaking:
    """A client whose connections break after some bytes."""

    def __init__(self, client: Any, after: int) -> None:
        self._client, self._after, self.ranges = client, after, []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **arguments: Any) -> Any:
        self.ranges.append(arguments.get("Range"))
        answer = self._client.get_object(**arguments)
        return {"Body": _BreakingBody(answer["Body"], self._after)}


class _BreakingBody:
    def __init__(self, body: Any, left: int) -> None:
        self._body, self._left = body, left

    def read(self, size: int) -> bytes:
        if not self._left:
            raise ReadTimeoutError(endpoint_url="https://s3")
        chunk: bytes = self._body.read(min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._body.close()


@pytest.fixture
def stored(account: Account) -> Account:
    make_bucket(account)
    for name, content in (FILES | {"x.json": foreign.page(ITEMS)}).items():
        for prefix in ("backups/orders/", "backups/orders-old/"):
            account.client("s3").put_object(Bucket=bucket(account), Key=prefix + name, Body=content)
    account.client("s3").put_object(Bucket=bucket(account), Key="backups/orders/", Body=b"")
    return account


@pytest.mark.parametrize("prefix", ["backups/orders", "backups/orders/", "/backups/orders/AWSDynamoDB"])
def test_a_prefix_is_a_folder(stored: Account, prefix: str) -> None:
    source = s3_source(Aws(stored.client), bucket(stored), prefix)
    assert [entry.item for entry in read.open_backup(source).entries()] == ITEMS


def test_one_object(stored: Account) -> None:
    source = s3_source(Aws(stored.client), bucket(stored), "backups/orders/x.json")
    assert [each.name for each in source.objects] == ["x.json"]
    assert [entry.item for entry in read.open_backup(source).entries()] == ITEMS


@pytest.mark.parametrize("prefix", ["backups/ord", "nothing"])
def test_nothing(stored: Account, prefix: str) -> None:
    with pytest.raises(read.UnreadableError, match="there is nothing to restore from"):
        read.open_backup(s3_source(Aws(stored.client), bucket(stored), prefix))


def test_a_broken_connection_is_taken_up_again(stored: Account) -> None:
    client = _Breaking(stored.client("s3"), 100)
    source = s3_source(Aws(lambda _service: client), bucket(stored), "backups/orders")
    assert [entry.item for entry in read.open_backup(source).entries()] == ITEMS
    assert {"bytes=100-", "bytes=200-"} <= set(client.ranges)


def test_an_object_that_was_replaced(stored: Account) -> None:
    source = s3_source(Aws(stored.client), bucket(stored), "backups/orders")
    reading = read.open_backup(source)
    stored.client("s3").put_object(Bucket=bucket(stored), Key=f"backups/orders/{DATA}", Body=b"other")
    with pytest.raises(read.UnreadableError, match="it was deleted or replaced"):
        list(reading.entries())


def test_a_folder_on_a_disk(tmp_path: Path) -> None:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert [entry.item for entry in read.open_backup(folder_source(tmp_path)).entries()] == ITEMS
    one = read.open_backup(folder_source(tmp_path / DATA))
    assert (one.format, [entry.item for entry in one.entries()]) == ("dynamodb_json", ITEMS)
