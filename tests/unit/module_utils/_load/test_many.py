# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""100,000 items, each of which is there afterwards as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_convert import convert
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_objects import s3_source
from tests.unit.support import foreign, restorable
from tests.unit.support.loading import content, exported, load, make_table, spelled

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

pytestmark = [pytest.mark.newest, pytest.mark.slow]


@pytest.fixture(name="items", scope="module")
def fixture_items() -> list[Item]:
    return [
        {"pk": {"S": f"A#{number}"}, "n": {"N": f"{number}.5"}, "b": {"B": "AAH/"}}
        for number in range(100_000)
    ]


def test_loaded(account: Account, items: list[Item]) -> None:
    client = account.client("dynamodb")
    make_table(client)
    assert load(Aws(account.client), exported(items, files=40)).items == len(items)
    assert content(client) == spelled(items)


def test_converted(account: Account, items: list[Item]) -> None:
    """From a format that ImportTable does not read."""
    aws, bucket = Aws(account.client), restorable.bucket(account)
    size = len(items) // 4
    dumps = {
        f"part-{part}": foreign.emr_lines(items[part * size : (part + 1) * size], generation=4)
        for part in range(4)
    }
    reading = read.open_backup(foreign.source(dumps | {"manifest": foreign.emr_manifest(dumps)}))
    done = convert(aws, reading, bucket, "restores/converted", lambda _progress: None, file_bytes=2 << 20)
    assert done.items == len(items)
    assert done.files > 3
    again = read.open_backup(s3_source(aws, bucket, done.prefix.rstrip("/")))
    assert again.format == "dynamodb_json"
    assert spelled(entry.item for entry in again.entries()) == spelled(items)
