# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sides that AWS Glue compares: the same differences as on one machine finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import item_compare_info
from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.spark_jobs import deploy, tell_of_spark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


@pytest.fixture(name="made")
def fixture_made(local_aws: LocalAws, account: Account) -> Iterator[BackedUp]:
    """A table of which items were ruined since it was backed up."""
    tell_of_spark(local_aws)
    account.aws.control("POST", "exports", real_seconds=0.2)
    now = int(account.aws.now().timestamp())
    items = tuple({"id": f"s-{number}", "until": now - 60 + 3_600 * number} for number in range(30))
    yield restorable.backed_up(account, samples.Sample("sessions", {"id": "S"}, items, ttl="until"))
    account.aws.control("POST", "exports", real_seconds=1.5)


def told(path: Path) -> list[dict[str, Any]]:
    """All that differs, in the order of keys; only one machine tells the lines of the backup."""
    _head, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    for each in lines:
        each.pop("file", None), each.pop("line", None)
    return sorted(lines, key=lambda each: str(each["key"]))


def test_the_same_differs_as_on_one_machine(
    account: Account, play: Play, made: BackedUp, tmp_path: Path
) -> None:
    client = account.client("dynamodb")
    for number in (0, 5):  # the first had expired
        client.delete_item(TableName="sessions", Key={"id": {"S": f"s-{number}"}})
    client.put_item(TableName="sessions", Item={"id": {"S": "s-1"}, "until": {"N": "7"}})
    client.put_item(TableName="sessions", Item={"id": {"S": "new"}, "held": {"M": {"b": {"B": b"\0\1"}}}})
    options = {"table": "sessions", "bucket": made.bucket, "live_by": "export", "wait_sleep": 0.1}
    here = play(item_compare_info, engine="local", file=str(tmp_path / "here"), **options)
    assert "stack" not in here

    options |= {"engine": "glue", "file": str(tmp_path / "there")}
    account.forget_calls()
    needed = play(item_compare_info, **options)
    assert "Nothing was compared: the job" in needed["msg"]
    # What is paid for is not done before the job is there.
    assert "ExportTableToPointInTime" not in {each["operation"] for each in account.calls()}
    deploy(account.client("cloudformation"), needed["stack"])
    there = play(item_compare_info, **options)
    assert not there.get("failed"), there["msg"]
    assert there["stack"]["name"] == needed["stack"]["name"]
    counts = {name: value for name, value in there["compared"].items() if name != "samples"}
    assert counts == {name: here["compared"][name] for name in counts}
    assert (counts["same"], counts["changed"], counts["missing"], counts["expired"]) == (27, 1, 1, 1)
    assert told(tmp_path / "there") == told(tmp_path / "here")
    assert [each["text"] for each in there["compared"]["samples"]] == [
        each["text"] for each in here["compared"]["samples"]
    ]


def test_a_table_that_is_scanned_is_compared_here(play: Play, made: BackedUp) -> None:
    options = {"table": "sessions", "bucket": made.bucket}
    assert (
        "have the table exported with live_by=export"
        in play(item_compare_info, engine="glue", **options)["msg"]
    )
    answer = play(item_compare_info, **options)
    assert (answer["equal"], "stack" in answer) == (True, False)
