# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stacks that an earlier commit deployed are read, left alone, updated and torn down by this one."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.fixtures import Account
from tests.recorded import stacks as recorded

from . import changes, state
from .playbooks import Target

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.process import LocalAws

INLINE_BYTES = 51_200
FILE = "{{ inventory_hostname }}.json"


def create(account: Account, stack: dict[str, Any]) -> None:
    """Deploy a recorded stack as it was deployed: from its template, with its parameters and tags."""
    client, body = account.client("cloudformation"), json.dumps(stack["Template"])
    assert len(body) <= INLINE_BYTES
    client.create_stack(
        StackName=stack["StackName"],
        TemplateBody=body,
        Parameters=stack.get("Parameters", []),
        Tags=stack["Tags"],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        EnableTerminationProtection=stack["EnableTerminationProtection"],
    )
    client.get_waiter("stack_create_complete").wait(
        StackName=stack["StackName"], WaiterConfig={"Delay": 0.2, "MaxAttempts": 600}
    )


@pytest.fixture
def target(local_aws: LocalAws, tmp_path: Path) -> Target:
    """The account in which the stacks were deployed, with all that stood there."""
    account = Account(local_aws, recorded.ACCOUNT, recorded.REGION)
    exported = set(recorded.TABLES) - set(recorded.PIPED)
    state.tables(account, *exported, "added")
    state.tables(account, *recorded.PIPED, pitr=False)
    for stack in recorded.stacks().values():
        create(account, stack)
    return Target(tmp_path, account)


def changed() -> dict[str, dict[str, Any]]:
    """The same targets, of which somebody has changed the inventory."""
    hosts = copy.deepcopy(recorded.HOSTS)
    shop, bank = hosts["shop"], hosts["bank"]
    own = {
        "orders": {"name": "orders", "every": "12 hours", "timezone": "UTC"},
        "weekly": {"name": "weekly", "every": "1 week", "retention_days": 120, "max_age": "9 days"},
        "gone-quiet": {"name": "gone-quiet"},
        "ledger": {"name": "ledger", "engine": "data_pipeline", "timezone": "UTC", "read_ratio": 0.75},
    }
    names = [each if isinstance(each, str) else each["name"] for each in shop["tablekeeper_tables"]]
    entries = zip(names, shop["tablekeeper_tables"], strict=True)
    shop["tablekeeper_tables"] = [
        "added", *(own.get(name, each) for name, each in entries if name != "archive"),
    ]  # fmt: skip
    shop["tablekeeper_stop_backups_of"] = ["archive"]
    del bank["tablekeeper_expire_backups"]
    return hosts


# By the stack, what saves the settings of tables, what that may read, what keeps heartbeats alive, and what
# holds the stack's digest.
EXPORTS = {"DeadLetterAlarm", "HeartbeatMachine", "Machine", "MachineRole", "TablesPolicy0"}
PIPELINES = {"P168h04157e5f76", "P24h02007e5f76"}
SAVING = {
    "tablekeeper-export-1": EXPORTS,
    "b-2-export-1": EXPORTS,
    "tablekeeper-data-pipeline-1": {
        "ClusterProfile",
        "ClusterRole",
        "HeartbeatMachine",
        "TablesPolicy0",
        *PIPELINES,
    },
}
TOLD = (
    "added: new, every day at 02:00 Europe/Dublin, kept 90 days",
    "gone-quiet: started again, every day at 02:00 Europe/Dublin, kept 90 days, alarm after 30 hours",
    "ledger: read_ratio 0.5 becomes 0.75",
    "orders: every day at 02:00 Europe/Dublin becomes every day at 02:00 and 14:00 UTC, alarm after 15 hours",
    "weekly: new backups are kept 120 days instead of 90 days, alarm after 9 days instead of 8 days",
    "archive: no longer backed up; what backups it has are deleted 90 days after they were made",
    "3 tables unchanged",
)


@pytest.mark.newest
@pytest.mark.slow
def test_stacks_deployed_before_are_read_left_alone_updated_and_torn_down(target: Target) -> None:
    account = target.account

    # They are read: as they were deployed, so they stand. Only backups are none since they were made anew.
    played = target.play_hosts("status", recorded.HOSTS, fails=True, status_json_file=FILE)
    new = {"alarm_firing", "no_confirmed_subscriber", "waiting_for_first_run", "disabled"}
    for told in played.stats["tablekeeper_status"]["targets"].values():
        assert told["codes"].keys() <= new
    assert read(target, "shop") == {
        "archive": ("export", True, 30),
        "events": ("data_pipeline", True, 8 * 24),
        "gone-quiet": ("export", False, 30),
        "ledger": ("data_pipeline", True, 30),
        "old-pipeline": ("data_pipeline", False, 30),
        "orders": ("export", True, 30),
        "sessions": ("export", True, 9),
        "weekly": ("export", True, 8 * 24),
    }
    assert read(target, "bank") == {"orders": ("export", True, 30), "sessions": ("export", True, 3)}

    # Each store gets the rules that delete what restores and drills keep, what saves settings comes to save
    # more of them, and what keeps heartbeats alive can do so for more than a year. All else is left alone,
    # and then all of it.
    watch = changes.Watch(account)
    target.play_hosts("backup", recorded.HOSTS)
    done = watch.done()
    assert done.keys() == {"tablekeeper-store", "b-2-store"} | SAVING.keys()
    for name in ("tablekeeper-store", "b-2-store"):
        assert done[name] in ({"Bucket": "Modify"}, {"Bucket": "Modify", "AlertsTopicPolicy": "Modify"})
    for name, resources in SAVING.items():
        assert done[name] == dict.fromkeys(resources, "Modify"), name  # in place
    account.forget_calls()
    again = target.play_hosts("backup", recorded.HOSTS)
    assert (again.changed, state.mutations(account)) == (0, [])

    # They are updated, and what changes for each table is told in words.
    pipelines, watch = state.definitions(account), changes.Watch(account)
    said = target.play_hosts("backup", changed()).said
    assert [line for line in TOLD if line not in said] == []
    done = watch.done()
    replaced = {name for name, verb in done["tablekeeper-export-1"].items() if verb == "Remove"}
    assert {name[:8] for name in replaced} == {"Tarchive", "S24h2330"}
    assert set(done["tablekeeper-data-pipeline-1"].values()) == {"Modify"}
    assert state.definitions(account).keys() == pipelines.keys()
    again = target.play_hosts("backup", changed())
    assert again.changed == 0

    # They are torn down.
    yes = ",".join(f"{prefix}@{account.id}" for prefix in ("tablekeeper", "b-2"))
    target.play_hosts("teardown", changed(), teardown_confirm=yes)
    assert set(state.stacks(account)) == {"tablekeeper-store", "b-2-store"}
    assert (state.alarms(account), state.schedules(account), state.definitions(account)) == ({}, {}, {})


def read(target: Target, host: str) -> dict[str, tuple[str, bool, int]]:
    """What `status` told of each table: its engine, whether it is enabled, and its max_age in hours."""
    told = json.loads((target.folder / f"{host}.json").read_text(encoding="utf-8"))
    return {
        each["table"]: (each["engine"], each["enabled"], each["last_success"]["max_age_hours"])
        for each in told["tables"]
    }
