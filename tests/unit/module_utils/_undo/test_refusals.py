# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import plan_document as doc
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import Asked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.refusals import (
    ANEW,
    Found,
    refusals,
    to_acknowledge,
)
from tests.unit.support.undo_plans import ID, plan, planned

PLAN = plan([planned("put")])
ACCOUNT = PLAN.table.account
NOW = datetime(2026, 11, 29, 15, 0, 3, tzinfo=UTC)
FOUND = Found(NOW, PLAN.table, "ACTIVE", PLAN.effects, "ENABLED", None)
ASKED = Asked("orders", "", plan=ID, confirm=f"orders@{ACCOUNT}")
STREAM = doc.Effect(doc.STREAM, doc.FOUND, ("a stream with new and old images",))
TRIGGERS = doc.Effect(doc.TRIGGERS, doc.UNKNOWN, ("lambda:ListEventSourceMappings was denied",))


def told(
    found: dict[str, Any] | None = None,
    asked: dict[str, Any] | None = None,
    account: str = ACCOUNT,
    *,
    begun: bool = False,
) -> list[str]:
    return refusals(
        PLAN, replace(FOUND, **(found or {})), replace(ASKED, **(asked or {})), account, begun=begun
    )


def test_nothing_is_against_it():
    assert told() == []


@pytest.mark.parametrize("given", ["", "orders", f"Orders@{ACCOUNT}", "orders@999999999999"])
def test_it_must_be_confirmed(given: str):
    assert told(asked={"confirm": given}) == [
        f"O(confirm) is {given!r}: to write this plan it must be orders@{ACCOUNT}"
    ]


def test_the_plan_of_another_account():
    assert told(account="999999999999") == [
        f"the plan is of a table of the account {ACCOUNT}, and this is 999999999999"
    ]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"table": None}, "there is no table orders here any more"),
        (
            {"table": replace(PLAN.table, id="other", created="2026-11-29T14:30:00+00:00")},
            (
                "orders is another table than the one that was planned for: it was made 2026-11-29T14:30:00. "
                f"If it is the right one, {ANEW}"
            ),
        ),
        (
            {"table": replace(PLAN.table, keys=(doc.Key("id", "N"),))},
            "the keys of orders are others than when it was planned: have a plan made anew, without O(plan)",
        ),
        ({"status": "ARCHIVED"}, "orders is ARCHIVED: it is written only while it is ACTIVE"),
    ],
)
def test_the_table_is_no_longer_what_it_was(found: dict[str, Any], why: str):
    assert told(found) == [why]


def test_while_it_is_updated_it_takes_writes():
    assert told({"status": "UPDATING"}) == []


def test_an_old_plan_is_not_begun():
    made = datetime.fromisoformat(PLAN.made)
    assert told({"at": made + timedelta(hours=24)}) == []
    late = {"at": made + timedelta(hours=25)}
    assert told(late) == [
        f"the plan {ID} is 25 hours old, and may be 24: have a plan made anew, without O(plan)"
    ]
    assert told(late, begun=True) == []


def test_without_a_way_back_nothing_is_written():
    off = "point-in-time recovery of orders is off"
    advice = (
        "switch it on (aws dynamodb update-continuous-backups --region eu-west-1 --table-name orders "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true), or, if its engine does "
        "without, have the table backed up now. The plan stays as it is"
    )
    assert told({"recovery": "DISABLED"}) == [f"{off}, and there is no point of it: {advice}"]
    old = {"recovery": "DISABLED", "newest_point": NOW - timedelta(minutes=61)}
    assert told(old) == [
        f"{off}, and its newest point is of 2026-11-29T13:59:03Z, older than O(point_max_age): {advice}"
    ]
    assert told(old, {"point_max_age": timedelta(hours=2)}) == []
    assert told({"recovery": "DISABLED", "newest_point": NOW - timedelta(minutes=60)}) == []
    denied = {"recovery": "dynamodb:DescribeContinuousBackups was denied"}
    assert told(denied) == [
        (
            "point-in-time recovery of orders is not known (dynamodb:DescribeContinuousBackups was denied), "
            "and there is no point of it: allow dynamodb:DescribeContinuousBackups, or, if its engine does "
            "without, have the table backed up now. The plan stays as it is"
        )
    ]


def test_effects_must_be_acknowledged_also_those_that_nobody_knows():
    effects = {"effects": (STREAM, TRIGGERS, *PLAN.effects[2:])}
    agree = "if that may be, name it in O(acknowledge)"
    assert told(effects) == [
        f"stream hears of each write (a stream with new and old images): {agree}",
        f"triggers is not known (lambda:ListEventSourceMappings was denied): {agree}",
    ]
    assert len(told(effects, {"acknowledge": ("triggers",)})) == 1
    wanted = to_acknowledge(effects["effects"])
    assert wanted == ["stream", "triggers"]
    assert told(effects, {"acknowledge": tuple(wanted)}) == []


def test_all_that_is_against_it_is_told_at_once():
    found = {"table": None, "recovery": "DISABLED", "effects": (STREAM,), "at": NOW + timedelta(days=3)}
    assert len(told(found, {"confirm": ""})) == 5
