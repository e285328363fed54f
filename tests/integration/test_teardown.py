# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Leaving: the machinery goes, every backup stays, and a later install finds it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from . import points, state
from .playbooks import host

if TYPE_CHECKING:
    from .playbooks import Played, Target

CONFIRMED = {"teardown_confirm": "tablekeeper"}
STORE_TOO = {"teardown_store": True, "teardown_store_confirm": "tablekeeper-store"}
INVENTORY = host("orders", {"name": "archive", "every": "1 week", "retention_days": 90})


class Kept:
    """What the bucket held, of which nothing may be missing or changed later."""

    def __init__(self, target: Target) -> None:
        self._account, self._bucket = target.account, points.bucket_of(target.account)
        self._objects = state.objects(self._account, self._bucket)
        assert self._objects

    def assert_all_there(self) -> None:
        now = state.objects(self._account, self._bucket)
        assert {key: now.get(key) for key in self._objects} == self._objects


def refused(target: Target, sentence: str, **extra: object) -> None:
    """Nothing is touched, and the sentence says what to type."""
    before = state.snapshot(target.account)
    target.account.forget_calls()
    played = target.play("teardown", INVENTORY, fails=True, **extra)
    assert sentence in played.failures["target"]
    assert target.account.calls() == []
    assert state.snapshot(target.account) == before


def only_looked(target: Target, **extra: object) -> set[str]:
    """Check mode touches nothing, and tells which stacks would go."""
    before = state.snapshot(target.account)
    target.account.forget_calls()
    played = target.play("teardown", INVENTORY, check=True, **extra)
    assert state.mutations(target.account) == []
    assert state.snapshot(target.account) == before
    told = set(re.findall(r"^changed: \[target\] => \(item=(\S+)\)$", played.stdout, re.MULTILINE))
    return told | ({"tablekeeper-store"} if changes(played, "Remove the store's stack") else set())


def changes(played: Played, task: str) -> bool:
    """Whether a task changed something, or would."""
    (shown,) = [part for part in played.stdout.split("\nTASK [") if task in part.split("\n")[0]]
    return "\nchanged: [target]" in shown


def imported(target: Target) -> set[str]:
    """What CloudFormation adopted into the store, by logical id."""
    events = state.pages(
        target.account.client("cloudformation"), "describe_stack_events", "StackEvents",
        StackName="tablekeeper-store",
    )  # fmt: skip
    return {
        event["LogicalResourceId"]
        for event in events
        if event["ResourceStatus"] == "IMPORT_COMPLETE" and event["PhysicalResourceId"] != event["StackId"]
    }


def expired(target: Target) -> set[str]:
    """The bucket's lifecycle rules, by id."""
    account = target.account
    rules = account.client("s3").get_bucket_lifecycle_configuration(Bucket=points.bucket_of(account))["Rules"]
    return {rule["ID"] for rule in rules}


@pytest.mark.slow
def test_teardown_keeps_every_backup_and_a_new_backup_adopts_them(target: Target) -> None:
    account = target.account
    state.tables(account, "orders", "archive")
    target.play("backup", INVENTORY)
    target.play("run", INVENTORY)
    kept = Kept(target)

    refused(target, "-e teardown_confirm=tablekeeper.")
    refused(target, "-e teardown_store_confirm=tablekeeper-store.", **CONFIRMED, teardown_store=True)
    # What an approved preview did not show is not removed: this is what a workflow of AWX hands on.
    shown = {"version": 1, "targets": {"another": {}}}
    refused(target, "the preview did not show target", **CONFIRMED, tablekeeper_teardown=shown)
    assert only_looked(target) == {"tablekeeper-export-1"}

    # The machinery goes, and the store stays.
    store = state.stacks(account)["tablekeeper-store"]
    stays = f"tablekeeper-store stays, with every backup in {points.bucket_of(account)}."
    assert f'"msg": "{stays}"' in target.play("teardown", INVENTORY, **CONFIRMED).said
    assert state.stacks(account) == {"tablekeeper-store": store}
    assert (state.schedules(account), state.alarms(account), state.machines(account)) == ({}, {}, {})
    assert list(state.topics(account)) == ["tablekeeper-alerts"]
    assert state.executions_left(account) == []
    kept.assert_all_there()
    again = target.play("teardown", INVENTORY, **CONFIRMED)
    assert again.changed == 0
    assert f"There was nothing left to remove. {stays}" in again.said

    # A new install uses the store as it is.
    target.play("backup", INVENTORY)
    assert state.stacks(account)["tablekeeper-store"] == store
    kept.assert_all_there()

    # The store's stack goes too, and its data does not.
    assert only_looked(target, **STORE_TOO) == {"tablekeeper-export-1", "tablekeeper-store"}
    bucket = points.bucket_of(account)
    gone = target.play("teardown", INVENTORY, **CONFIRMED, **STORE_TOO)
    assert f"Every backup stays in {bucket}; `backup` adopts it again." in gone.said
    assert state.stacks(account) == {}
    assert state.topics(account) == {}
    kept.assert_all_there()
    missing = target.play("teardown", INVENTORY, **CONFIRMED, fails=True)
    assert "has no stack tablekeeper-store and no machinery in eu-west-1" in missing.failures["target"]

    # A new install adopts bucket and log group, in a stack that holds them again, and says so before. Its
    # inventory has no class of 90 days, and what is kept for so long goes on being expired.
    fewer = host("orders", {"name": "archive", "every": "1 week"})
    before = state.snapshot(account)
    assert changes(target.play("backup", fewer, check=True), "Adopt the buckets and the log group")
    assert state.snapshot(account) == before
    assert changes(target.play("backup", fewer), "Adopt the buckets and the log group")
    assert {"retain-35d", "retain-90d"} <= expired(target)
    assert imported(target) == {"Bucket", "LogGroup"}
    adopted = state.resources(account, "tablekeeper-store")
    assert adopted["Bucket"]["PhysicalResourceId"] == points.bucket_of(account)
    assert adopted["LogGroup"]["PhysicalResourceId"] == "/aws/vendedlogs/states/tablekeeper"
    kept.assert_all_there()
    again = target.play("backup", fewer)
    assert again.changed == 0
    target.play("run", fewer, tables="orders")
    points.check(account, "orders")
    assert len(points.runs(account, "orders")) == 2
    kept.assert_all_there()
