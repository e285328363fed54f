# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills of the points that AWS Data Pipeline leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import gather_settings
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import write
from tests.unit.modules.drill.drilling import RUN, drilled
from tests.unit.support import foreign

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.modules.status_info.machinery import Machinery

    Play = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def test_points_of_pipelines_are_drilled_as_well(account: Account, target: Machinery, play: Play) -> None:
    settings = gather_settings.of_table(Aws(account.client), "orders")
    assert settings
    s3 = account.client("s3")
    for each in s3.list_objects_v2(Bucket=target.bucket, Prefix=f"retain-35d/orders/{RUN}/")["Contents"]:
        s3.delete_object(Bucket=target.bucket, Key=each["Key"])
    folder = "retain-35d/orders/20261123T140000Z-dp"
    entries = [{"url": f"s3://{target.bucket}/{folder}/data/part-0", "mandatory": True}]
    items = [{"id": {"S": f"{number}"}, "n": {"N": f"{number}"}} for number in range(30)]
    for name, body in {
        "settings.json": write.to_json(settings).encode(),
        "data/part-0": foreign.emr_lines(items, generation=4),
        "data/manifest": json.dumps({"name": "DynamoDB-export", "version": 3, "entries": entries}).encode(),
        "data/_SUCCESS": b"",
    }.items():
        s3.put_object(Bucket=target.bucket, Key=f"{folder}/{name}", Body=body)
    (one,) = drilled(play, tables=["orders"])["drills"]
    assert (one["point"]["kind"], one["items"]) == ("data_pipeline", {"expected": 30, "found": 30})
    assert [why for why in one["why"] if "max_age" not in why] == []
