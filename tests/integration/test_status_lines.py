# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status playbook shows of several targets, line by line, as a terminal has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.playbooks import host
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.integration.playbooks import Played, Target

LONG = ("a_table_with_a_name-" * 13)[:255]


@pytest.fixture(name="hosts")
def fixture_hosts(account: Account) -> dict[str, dict[str, object]]:
    """The first has two tables, of which one failed; nothing is deployed in the second; the third is well."""
    sick, well = Machinery(account), Machinery(account, prefix="well")
    for machinery in (sick, well):
        machinery.deploy_store()
    sick.deploy(record("orders"), record(LONG))
    sick.run(sick.failure(LONG), sick.entry("orders"))
    well.deploy(record("users"))
    well.run(well.entry("users"))
    return {
        "ireland": host(),
        "oregon": {**host(), "tablekeeper_region": "us-west-2"},
        "zurich": {**host(), "tablekeeper_prefix": "well"},
    }


def shown(played: Played) -> list[str]:
    """The lines of the task that says what was found, without Ansible's own."""
    said = played.stdout.split("Say what was done, or found")[1].split("TASK")[0].splitlines()[1:]
    return [line for line in said if not line.startswith("skipping: [")]


def test_what_is_wrong_with_several_targets_comes_last_with_the_worst_on_top(
    target: Target, hosts: dict[str, dict[str, object]]
) -> None:
    played = target.play_hosts("status", hosts, status_verify="none", fails=True)
    lines = shown(played)
    assert max(map(len, lines)) <= 100
    assert sum(line.startswith("ok: [") for line in lines) == 1  # one target tells of all
    told = [line.strip().strip('",') for line in lines]
    heads = [line.partition(":")[0] for line in told if line.partition(":")[0] in hosts]
    # That nothing is deployed is worse than a run that failed.
    assert heads == ["zurich", "oregon", "ireland"]
    (begin,) = (number for number, line in enumerate(told) if line.startswith("ireland: "))
    rows = [line.split()[:2] for line in told[begin:] if line.split()[1:2] in (["healthy"], ["UNHEALTHY"])]
    assert rows == [["orders", "healthy"], ["a_table_with_..._table_with_a_", "UNHEALTHY"]]
    assert sorted(played.failures) == ["ireland", "oregon"]

    # Everything, however long it is: each line of the table stays one.
    wide = target.play_hosts("status", hosts, status_verify="none", status_format="wide", fails=True)
    (row,) = (line for line in shown(wide) if LONG in line and "UNHEALTHY" in line)
    assert "last_run_failed" in row
