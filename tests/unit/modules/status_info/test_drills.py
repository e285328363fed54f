# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the records of drills tell of tables, and what is said where they tell nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import drill
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


@pytest.fixture(name="orders")
def fixture_orders(target: Machinery) -> Machinery:
    """A table that is well, and that is to be drilled every week."""
    target.deploy(record("orders", drill_every=168, drill_armed=True))
    target.run(target.entry("orders"))
    return target


def keep(target: Machinery, days_ago: float, *why: str, body: str | None = None) -> str:
    """The record of a drill; returns its address."""
    when = target.account.aws.now() - timedelta(days=days_ago)
    key = drill.key("orders", when, drill.FAILED if why else drill.PASSED)
    told = {
        "finished": (when + timedelta(minutes=5)).isoformat(),
        "why": list(why),
        "rto": {"seconds": 244.7, "allowed_seconds": None},
        "rpo": {"seconds": 3600, "allowed_seconds": 108000},
    }
    target.client("s3").put_object(
        Bucket=target.bucket, Key=key, Body=json.dumps(told) if body is None else body
    )
    return f"s3://{target.bucket}/{key}"


def asked(ask: Ask, **options: Any) -> tuple[list[str], dict[str, Any]]:
    (table,) = ask(**options)["tables"]
    return [each["code"] for each in table["reasons"]], table


def test_what_the_last_drill_has_measured(orders: Machinery, ask: Ask) -> None:
    keep(orders, 20, "It differed.")
    place = keep(orders, 2)
    codes, table = asked(ask)
    assert codes == []
    assert table["drill"].pop("last_passed").endswith("Z")
    assert table["drill"] == {
        "every_hours": 168,
        "allowed_hours": 210,
        "last_failed": None,
        "why": [],
        "record": place,
        "rto_seconds": 244.7,
        "rpo_seconds": 3600.0,
    }


def test_one_that_failed_is_told_with_what_differed_and_where_that_stands(
    orders: Machinery, ask: Ask
) -> None:
    keep(orders, 2)
    place = keep(orders, 1, "1 item is missing.", "The table x is not known to be gone.")
    codes, table = asked(ask)
    assert codes == ["drill_failed"]
    message = table["reasons"][0]["message"]
    assert "1 item is missing. The table x is not known to be gone. The record is " + place in message
    assert "run the drill playbook with -e tables=orders" in message
    assert (table["drill"]["rto_seconds"], table["drill"]["record"]) == (244.7, place)
    keep(orders, 0)
    assert asked(ask)[0] == []


def test_one_that_is_too_long_ago_and_none_at_all(orders: Machinery, ask: Ask) -> None:
    codes, table = asked(ask)
    assert codes == ["not_drilled"]
    assert table["reasons"][0]["message"].startswith("No drill of orders has passed ever, and one should")
    keep(orders, 9)
    codes, table = asked(ask)
    assert codes == ["not_drilled"]
    assert table["reasons"][0]["message"].startswith("No drill of orders has passed since 20")
    keep(orders, 8)
    assert asked(ask)[0] == []


def test_a_table_that_asks_for_none_is_well_without(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    codes, table = asked(ask)
    assert codes == []
    assert (table["drill"]["every_hours"], table["drill"]["last_passed"]) == (None, None)


@pytest.mark.parametrize("body", ["", "[]", '{"rto": 7}', '{"finished": "yesterday"}', "\xff"])
def test_a_record_that_cannot_be_read_tells_what_its_name_does(
    orders: Machinery, ask: Ask, body: str
) -> None:
    keep(orders, 1, body=body)
    codes, table = asked(ask)
    assert codes == []
    assert table["drill"]["last_passed"]
    assert table["drill"]["rto_seconds"] is None


def test_who_may_not_read_the_records_is_told_so(
    orders: Machinery, ask: Ask, allow: Callable[..., None]
) -> None:
    keep(orders, 1)
    everything_else = [f"{service}:*" for service in (
        "cloudformation", "cloudwatch", "dynamodb", "iam", "kms", "lambda", "logs", "scheduler", "sns", "sqs",
        "states", "sts",
    )]  # fmt: skip
    allow(*everything_else, "s3:List*", "s3:GetBucket*", "s3:GetLifecycle*", "s3:GetEncryption*")
    codes, table = asked(ask)
    assert codes == ["access_denied"]
    assert "s3:GetObject" in table["reasons"][0]["message"]
    assert table["drill"] is None
