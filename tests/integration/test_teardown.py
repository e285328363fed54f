# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Leaving: the machinery goes, every backup stays, and a later install finds it again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from . import points, state
from .playbooks import host
from .rights import Person
from .standing import first_backup, run

if TYPE_CHECKING:
    from pathlib import Path

    from .playbooks import Played, Target

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


def confirmed(target: Target) -> dict[str, str]:
    """What somebody types who means it."""
    return {"teardown_confirm": f"tablekeeper@{target.account.id}"}


def refused(target: Target, sentence: str, **extra: object) -> None:
    """Nothing is touched, and the sentence says what to type, once."""
    before = state.snapshot(target.account)
    target.account.forget_calls()
    played = target.play("teardown", INVENTORY, fails=True, **extra)
    assert sentence in played.failures["target"]
    assert played.stdout.count("fatal: [target]") == 1
    assert state.mutations(target.account) == []
    assert state.snapshot(target.account) == before


def only_looked(target: Target, **extra: object) -> tuple[dict[str, Any], str]:
    """Check mode touches nothing; what it published of what would go, and what it said."""
    before = state.snapshot(target.account)
    target.account.forget_calls()
    played = target.play("teardown", INVENTORY, check=True, **extra)
    assert state.mutations(target.account) == []
    assert state.snapshot(target.account) == before
    return played.stats["tablekeeper_teardown"]["targets"]["target"], played.said


def changes(played: Played, task: str) -> bool:
    """Whether a task changed something, or would."""
    shown = [part for part in played.stdout.split("\nTASK [") if task in part.split("\n")[0]]
    assert shown
    return any("\nchanged: [target]" in part for part in shown)


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


def rules(target: Target) -> dict[str, str]:
    """Whether each of the bucket's lifecycle rules is on, by its id."""
    account = target.account
    client = account.client("s3")
    listed = client.get_bucket_lifecycle_configuration(Bucket=points.bucket_of(account))["Rules"]
    return {rule["ID"]: rule["Status"] for rule in listed}


def preview(target: Target) -> None:
    """It says in words what goes, what stays until when, and what to type."""
    account = target.account
    told, said = only_looked(target)
    assert told["stacks"] == {"tablekeeper-export-1": "would-remove"}
    assert (told["account_id"], told["region"], told["tables"]) == (account.id, account.region, 2)
    today = account.aws.now().date()
    ends = {"orders": today + timedelta(days=36), "archive": today + timedelta(days=91)}
    assert told["deleted_on"] == {name: str(end) for name, end in ends.items()}
    gone = ends["orders"] + timedelta(days=14)
    for line in (
        f"This would remove from account {account.id} in {account.region}:",
        "tablekeeper-export-1: schedules, alarms and runs of archive, orders",
        f"tablekeeper-store stays, with its backups in {points.bucket_of(account)}.",
        f"The last backup is deleted on {ends['orders']}, and gone for good on {gone}: orders",
        "To keep every backup: -e teardown_keep_backups=true",
        f"To remove it: -e teardown_confirm=tablekeeper@{account.id}",
    ):
        assert line in said


def outlived(target: Target) -> None:
    """A backup of a table that was kept for longer than its retention."""
    begun = target.account.aws.now() - timedelta(days=40)
    key = f"retain-35d/catalog/{begun:%Y%m%dT%H%M%SZ}-1a2b3c4d/AWSDynamoDB/01-a/manifest-summary.json"
    target.account.client("s3").put_object(Bucket=points.bucket_of(target.account), Key=key, Body=b"{}")


def expire_old_backups(target: Target) -> dict[str, bool]:
    """What has to be said before rules that are off delete what is too old; nothing is changed before."""
    before = state.snapshot(target.account)
    told = target.play("backup", INVENTORY, check=True, fails=True).failures["target"]
    assert "the bucket's rules that delete old backups are off (retain-35d, retain-90d)" in told
    begun = target.account.aws.now() - timedelta(days=40)
    assert f"catalog: the only backup kept 35 days, of {begun:%Y-%m-%d}." in told
    assert "-e tablekeeper_expire_old_backups=true" in told
    assert state.snapshot(target.account) == before
    return {"tablekeeper_expire_old_backups": True}


def deleted_by_hand(target: Target) -> None:
    """A state machine that somebody deleted, and a stack that may not be removed."""
    machine = state.outputs(target.account, "tablekeeper-export-1")["StateMachineArn"]
    target.account.client("stepfunctions").delete_state_machine(stateMachineArn=machine)
    target.account.client("cloudformation").update_termination_protection(
        StackName="tablekeeper-export-1", EnableTerminationProtection=True
    )


@pytest.mark.slow
@pytest.mark.newest
def test_teardown_keeps_every_backup_and_a_new_backup_adopts_them(target: Target, tmp_path: Path) -> None:
    account = target.account
    state.tables(account, "orders", "archive")
    first_backup(account, INVENTORY)
    run(account, "orders", "archive")
    kept = Kept(target)
    yes = confirmed(target)

    # The prefix is the same in every account: it is not enough.
    refused(target, f"-e teardown_confirm=tablekeeper@{account.id} ", teardown_confirm="tablekeeper")
    preview(target)

    # Under another prefix all would be made once more; the advice is followed below.
    moved = {**INVENTORY, "tablekeeper_prefix": "moved"}
    account.forget_calls()
    told = target.play("backup", moved, fails=True).failures["target"]
    former = {"tablekeeper_prefix": "tablekeeper"}
    for name, value in {**former, **yes, "tablekeeper_beside": "tablekeeper"}.items():
        assert f"-e {name}={value}" in told
    assert state.mutations(account) == []
    target.play("backup", moved, check=True, tablekeeper_beside="tablekeeper")

    # The machinery goes, and the store stays. The rules are switched off, and on again by the next
    # deployment.
    store = state.stacks(account)["tablekeeper-store"]
    deleted_by_hand(target)
    gone = target.play("teardown", moved, **former, **yes, teardown_keep_backups=True)
    assert f"tablekeeper-store stays, with every backup in {points.bucket_of(account)}." in gone.said
    assert f"Removed tablekeeper-export-1 from account {account.id} in {account.region}." in gone.said
    assert gone.stats["tablekeeper_teardown"]["targets"]["target"]["deleted_on"] == {
        "archive": "",
        "orders": "",
    }
    assert rules(target) == {
        "leftovers": "Enabled", "retain-35d": "Disabled", "retain-90d": "Disabled", "restores": "Enabled",
        "drills": "Enabled", "exports": "Enabled", "undo": "Enabled", "templates": "Enabled",
        "status": "Enabled",
    }  # fmt: skip
    assert state.stacks(account) == {"tablekeeper-store": store}
    assert (state.schedules(account), state.alarms(account), state.machines(account)) == ({}, {}, {})
    assert list(state.topics(account)) == ["tablekeeper-alerts"]
    assert state.executions_left(account) == []
    kept.assert_all_there()
    target.play("backup", moved, check=True)
    again = target.play("teardown", INVENTORY, **yes)
    assert again.changed == 0
    assert "Nothing is left to remove from" in again.said

    # A new install uses the store as it is, and switches the rules on again, but not before somebody has said
    # that what is too old by now may go.
    outlived(target)
    again = target.play("backup", INVENTORY, **expire_old_backups(target))
    assert (
        "rules that delete old backups are switched on again (retain-35d, retain-90d): S3 deletes"
        in again.said
    )
    assert state.stacks(account)["tablekeeper-store"]["Template"] == store["Template"]
    assert set(rules(target).values()) == {"Enabled"}
    kept.assert_all_there()

    # The store's stack goes too, and its data does not.
    assert only_looked(target, **STORE_TOO)[0]["stacks"] == {
        "tablekeeper-export-1": "would-remove", "tablekeeper-store": "would-remove",
    }  # fmt: skip
    bucket = points.bucket_of(account)
    gone = target.play("teardown", INVENTORY, **yes, **STORE_TOO)
    assert f"The bucket {bucket} stays, with its backups; `backup` adopts it again." in gone.said
    assert state.stacks(account) == {}
    assert state.topics(account) == {}
    kept.assert_all_there()
    missing = target.play("teardown", INVENTORY, **yes, fails=True)
    assert "has no stack tablekeeper-store and no machinery in eu-west-1" in missing.failures["target"]

    # A new install adopts bucket and log group, in a stack that holds them again, and says so before. Its
    # inventory has no class of 90 days, and what is kept for so long goes on being expired.
    fewer = host("orders", {"name": "archive", "every": "1 week"})
    before = state.snapshot(account)
    assert changes(target.play("backup", fewer, check=True), "clear what blocks it")
    assert state.snapshot(account) == before
    # It goes on as well where it ended between the adoption and the deployment.
    person = Person(tmp_path, account, "backup", "cloudformation", without="cloudformation:UpdateStack")
    assert changes(person.play("backup", fewer, fails=True), "clear what blocks it")
    assert state.status(account, "tablekeeper-store") == "IMPORT_COMPLETE"
    target.play("backup", fewer)
    assert (rules(target)["retain-35d"], rules(target)["retain-90d"]) == ("Enabled", "Enabled")
    assert imported(target) == {"Bucket", "LogGroup"}
    adopted = state.resources(account, "tablekeeper-store")
    assert adopted["Bucket"]["PhysicalResourceId"] == points.bucket_of(account)
    assert adopted["LogGroup"]["PhysicalResourceId"] == "/aws/vendedlogs/states/tablekeeper"
    kept.assert_all_there()
    again = target.play("backup", fewer)
    assert again.changed == 0
    run(account, "orders")
    points.check(account, "orders")
    assert len(points.runs(account, "orders")) == 2
    kept.assert_all_there()
