# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What past days were for each table, and how few questions that takes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import daily
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import drill
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def next_day(target: Machinery) -> None:
    """The noon of the next day."""
    now = target.account.aws.now()
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    target.account.aws.advance(leap=True, seconds=(noon - now).total_seconds())


def told(answer: dict[str, Any], table: str = "orders") -> list[tuple[list[str], int | None]]:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    return [(each["states"], each["bytes"]) for each in found["days"]]


def drilled(target: Machinery, *why: str, location: str = "") -> None:
    """The record of a drill of today."""
    when = target.account.aws.now()
    key = drill.key("orders", when, drill.FAILED if why else drill.PASSED)
    body = {"why": list(why), "point": {"location": location}}
    target.client("s3").put_object(Bucket=target.bucket, Key=key, Body=json.dumps(body))


def test_each_day_of_a_week(target: Machinery, ask: Ask) -> None:
    next_day(target)
    target.deploy(record("orders"), record("sessions"))
    next_day(target)
    first = target.entry("orders", bytes=100)
    target.run(first, target.entry("sessions"))
    next_day(target)
    target.run(target.failure("orders"), target.entry("sessions"))
    next_day(target)
    drilled(target, location=f"s3://{target.bucket}/{first['prefix']}/")
    target.run(target.entry("sessions"))
    next_day(target)
    target.run(target.failure("orders"), target.entry("sessions"))
    target.run(target.entry("orders", bytes=300))
    drilled(target, "It differed.")
    next_day(target)
    target.run(target.entry("sessions"))
    answer = ask(days=7)
    assert told(answer) == [
        ([], None),
        ([], None),  # it was deployed at noon, and is due at night
        (["backed_up", "verified"], 100),
        (["failed"], None),
        (["drilled", "missed"], None),
        (["backed_up", "drill_failed", "failed"], 300),
        ([], None),  # the day is not over
    ]
    assert [states for states, _bytes in told(answer, "sessions")][2:] == [["backed_up"]] * 5
    (orders,) = [each for each in answer["tables"] if each["table"] == "orders"]
    today = target.account.aws.now().date()
    assert [each["day"] for each in orders["days"]] == [f"{today - timedelta(days=6 - n)}" for n in range(7)]
    assert orders["oldest_point"] == first["started"][:19] + "Z"
    assert orders["recovery_window"]["earliest"] < orders["recovery_window"]["latest"] <= answer["now"]


def test_nothing_of_days_unless_they_are_asked_for(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    (orders,) = ask()["tables"]
    assert (orders["days"], orders["oldest_point"]) == (None, None)


def test_a_table_that_no_stack_knows_has_none(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    answer = ask(days=3, expected=["orders", "carts"])
    (carts,) = [each for each in answer["tables"] if each["table"] == "carts"]
    assert (carts["days"], carts["recovery_window"]) == (None, None)
    assert told(answer) == [([], None)] * 3


def test_a_closer_look_verifies_the_day_of_the_newest_point(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.export("orders"))
    ((states, size),) = told(ask(days=1, verify="manifest"))
    assert states == ["backed_up", "verified"]
    assert size == 1234
    client = target.client("s3")
    for each in client.list_objects_v2(Bucket=target.bucket, Prefix="retain-35d/orders/")["Contents"]:
        if "/data/" in each["Key"]:
            client.delete_object(Bucket=target.bucket, Key=each["Key"])
    assert told(ask(days=1, verify="manifest")) == [(["backed_up"], 1234)]


def test_a_point_that_is_gone_is_not_the_oldest(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))  # nothing lies there
    kept = target.export("orders")
    target.run(kept)
    (orders,) = ask(days=1, verify="manifest")["tables"]
    assert orders["oldest_point"] == kept["started"][:19] + "Z"


def test_35_days_of_many_tables_take_a_call_for_each_day(target: Machinery, ask: Ask) -> None:
    names = [f"table-{number:03}" for number in range(50)]
    target.deploy(*[record(name) for name in names])
    for _day in range(3):
        target.run(*[target.entry(name) for name in names])
        next_day(target)
    without = operations(target, ask)
    asked = operations(target, ask, days=35)
    assert asked - without == {"GetExecutionHistory": 3, "ListExecutions": 1}


def test_of_many_runs_of_a_day_those_are_read_that_tell_something(target: Machinery, ask: Ask) -> None:
    next_day(target)
    target.deploy(record("orders", every=1, schedule="1h-0000-abcdef"))
    target.run(target.failure("orders"))
    for _hour in range(5):
        target.run(target.entry("orders"))
    asked, without = operations(target, ask, days=2), operations(target, ask)
    assert asked - without == {"GetExecutionHistory": 2, "ListExecutions": 1}
    assert told(ask(days=1)) == [(["backed_up", "failed"], 1234)]


def test_of_a_day_with_too_many_runs_nothing_is_said_to_be_missed(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.deploy(record("orders"), record("sessions"))
    next_day(target)
    for _run in range(3):
        target.run(target.failure("sessions"))
    next_day(target)
    assert told(ask(days=2)) == [(["missed"], None), ([], None)]
    monkeypatch.setattr(daily, "MOST_A_DAY", 2)
    assert told(ask(days=2)) == [([], None), ([], None)]


def test_of_a_machine_that_is_gone_no_day_is_told(target: Machinery, ask: Ask) -> None:
    next_day(target)
    target.deploy(record("orders"))
    next_day(target)
    next_day(target)
    assert told(ask(days=3)) == [([], None), (["missed"], None), ([], None)]
    machine = target.outputs["export-1"]["StateMachineArn"]
    target.client("stepfunctions").delete_state_machine(stateMachineArn=machine)
    answer = ask(days=3)
    assert told(answer) == [([], None)] * 3
    assert "not_permitted" not in [each["code"] for each in answer["tables"][0]["reasons"]]


def operations(target: Machinery, ask: Ask, **options: Any) -> Counter[str]:
    target.account.forget_calls()
    ask(**options)
    return Counter(call["operation"] for call in target.account.calls())


@pytest.mark.parametrize("days", [-1, 91])
def test_how_many_days_are_too_many(target: Machinery, ask: Ask, days: int) -> None:
    target.deploy()
    assert f"days is {days}: write how many days are to be told, up to 90" in ask(days=days)["msg"]
