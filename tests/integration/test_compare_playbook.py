# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The compare playbook on the embedded AWS: what differs, what it costs, and when it is asked wrongly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.spark_jobs import tell_of_spark

from . import state
from .playbooks import host

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    from .playbooks import Played, Target

ITEMS = 30


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    return restorable.backed_up(account, samples.simple("orders", ITEMS))


def published(played: Played, target: str = "target") -> dict[str, Any]:
    """What the play published of a target."""
    stats = played.stats["tablekeeper_compare"]
    assert stats["version"] == 1
    told: dict[str, Any] = stats["targets"][target]
    return told


def test_what_differs(account: Account, target: Target, made: BackedUp, tmp_path: Path) -> None:
    """What it would take, what differs, and a failure only if that is asked for."""
    client = account.client("dynamodb")
    client.put_item(TableName="orders", Item={"id": {"S": "orders-7"}, "number": {"N": "8"}})
    client.delete_item(TableName="orders", Key={"id": {"S": "orders-9"}})
    asked = {"compare_table": "orders", "compare_bucket": made.bucket}
    told = target.play("compare", host(), check=True, **asked)
    for part in ("CALLS", "1  Scan", "TIME", "PRICE", "RIGHTS", "dynamodb:BatchGetItem"):
        assert part in told.stdout
    assert (published(told)["equal"], published(told)["compared"]) == (None, {})

    file = tmp_path / "orders.jsonl"
    done = target.play("compare", host(), compare_file=str(file), **asked)
    assert done.changed == 0
    summary = published(done)
    assert (summary["succeeded"], summary["equal"]) == (True, False)
    counts = {name: number for name, number in summary["compared"].items() if number}
    assert counts == {"expected": 30, "found": 29, "same": 28, "changed": 1, "missing": 1}
    assert "; price: less than $0.01" in done.said
    for part in ("changed  id=orders-7  number", "missing  id=orders-9", str(file)):
        assert part in done.stdout, done.stdout
    assert done.too_wide == []
    assert "tablekeeper.dynamodb.undo -i INVENTORY -e undo_table=orders -e undo_before=" in done.stdout
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[0])["compared"]["changed"] == 1

    strict = target.play("compare", host(), fails=True, compare_fail_on_differences="true", **asked)
    assert "Not equal: 1 changed, 1 missing" in strict.failures["target"]
    assert published(strict)["compared"]["changed"] == 1


def test_it_is_for_the_target_that_lists_the_table(target: Target, made: BackedUp) -> None:
    asked = {"compare_table": "orders", "compare_bucket": made.bucket}
    eu, us = host("orders"), {**host("carts"), "tablekeeper_region": "us-east-1"}
    played = target.play_hosts("compare", {"eu": eu, "us": us}, **asked)
    assert published(played, "eu")["equal"]
    assert published(played, "us")["msg"] == "orders is listed by eu: it is compared there."
    nobody = target.play_hosts("compare", {"eu": host(), "us": us}, fails=True, **asked)
    assert "Nothing was compared: none of the 2 targets of this play lists orders" in nobody.failures["us"]


def test_mistakes_are_told_at_once_before_aws_is_asked(target: Target) -> None:
    wrong = {"compare_with_table": "no", "compare_live_by": "magic", "compare_samples": "many"}
    target.env = {**target.env, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_URL": "http://127.0.0.1:1"}
    told = target.play("compare", host(), fails=True, **wrong).failures["target"]
    for part in (
        "-e compare_table=orders",
        "compare_with_table is",
        "compare_live_by is",
        "compare_samples is",
    ):
        assert part in told, told
    two = {"compare_table": "orders", "compare_with_point": "latest", "compare_with_table": "carts"}
    told = target.play("compare", host(), fails=True, **two).failures["target"]
    assert "compare_with_point and compare_with_table exclude each other" in told


@pytest.mark.newest
def test_on_many_machines(account: Account, target: Target, made: BackedUp) -> None:
    """By a job that is there for no longer than it works."""
    tell_of_spark(account.aws)
    account.client("dynamodb").delete_item(TableName="orders", Key={"id": {"S": "orders-9"}})
    stacks = state.stacks(account)
    asked = {"compare_table": "orders", "compare_bucket": made.bucket, "compare_live_by": "export"}
    played = target.play("compare", host(), **asked, compare_engine="glue", compare_poll_seconds="0.2")
    counts = {name: number for name, number in published(played)["compared"].items() if number}
    assert counts == {"expected": 30, "found": 29, "same": 29, "missing": 1}
    assert "on 2 machines of AWS Glue about" in played.said
    assert "StartJobRun" in {each["operation"] for each in account.calls()}
    assert state.stacks(account) == stacks
    assert not account.client("glue").get_jobs()["Jobs"]
