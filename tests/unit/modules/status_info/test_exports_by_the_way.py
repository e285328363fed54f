# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is exported to find, compare or undo items is no backup, and no attempt at one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import filters
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.apply import (
    NotExportedError,
    exported,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.gather import place
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import (
    Place,
    Request,
    Table,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import FOLDER
from ansible_collections.tablekeeper.dynamodb.plugins.modules import point_info
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]


class Silent:
    """Shows nobody anything."""

    def say(self, text: str) -> None:
        assert text

    def at_work(self, phase: str, doing: str) -> None:
        assert phase
        assert doing


def export_by_the_way(target: Machinery, table: str) -> None:
    """The whole table, a part of it, one that fails; and what an undo leaves."""
    told = target.client("dynamodb").describe_table(TableName=table)["Table"]
    source, aws = Table(told["TableArn"], told["TableId"]), Aws(target.client)
    one = filters.by_keys(["id"], [{"id": {"S": "1"}}])
    asked = [Request(source, seed="1"), Request(source, seed="1", filter=one)]
    assert len(exported(aws, asked, place(aws, target.bucket), Silent(), seconds=0.1)) == 2
    with pytest.raises(NotExportedError, match="S3NoSuchBucket"):
        exported(aws, asked[:1], Place("nowhere"), Silent(), seconds=0.1)
    for name in ("plan.json", "log/AWSDynamoDB/01700001000000-0badcafe/manifest-summary.json"):
        target.client("s3").put_object(
            Bucket=target.bucket, Key=f"{FOLDER}{table}/20261129T140003Z-1a2b/{name}"
        )


def test_they_are_not_among_points_and_attempts(target: Machinery, ask: Ask, play: Any) -> None:
    target.deploy(record("orders"))
    target.run(target.export("orders"))
    target.table(target.client("dynamodb"), "sessions")  # which nobody backs up
    now = target.account.aws.now().isoformat()

    def told() -> tuple[Any, Any]:
        points = play(point_info, native=False)["tables"]
        for each in (point for table in points for point in table["points"]):
            del each["verified"]["when"]  # this moment
        return ask(now=now)["tables"], points

    before = told()
    assert [len(each["points"]) for each in before[1]] == [1]
    for table in ("orders", "sessions"):
        export_by_the_way(target, table)
    assert told() == before
