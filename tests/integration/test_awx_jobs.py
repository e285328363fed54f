# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks as jobs of AWX, on a target that is deployed once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import junitparser
import pytest
from prometheus_client.parser import text_string_to_metric_families

from local_aws.client.fixtures import Account, new_account

from . import state
from .awx import CANCELED_OR_TIMED_OUT, Awx
from .playbooks import host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_aws.client.process import LocalAws

    from .awx import Job

WEBHOOK = "https://hooks.example.com/services/T0/key-that-nobody-may-see"
JOB = {"launch_type": "scheduled", "schedule": "nightly"}
OREGON = {"oregon": {**host("orders"), "tablekeeper_region": "us-west-2"}}


@pytest.fixture(name="account", scope="module")
def fixture_account(local_aws: LocalAws) -> Iterator[Account]:
    with new_account(local_aws) as made:
        yield made


@pytest.fixture(name="awx", scope="module")
def fixture_awx(account: Account, tmp_path_factory: pytest.TempPathFactory) -> Awx:
    """Two tables, one of them with a name that YAML takes for a number, deployed by a job."""
    state.tables(account, "orders", "123")
    inventory = host("orders", {"name": "123"}, alerts=[{"protocol": "https", "endpoint": WEBHOOK}])
    awx = Awx(tmp_path_factory.mktemp("awx"), account, {"ireland": inventory}, (WEBHOOK, "key-that"))
    # What modules were given is told at this verbosity, which whoever launches a job may choose.
    deployed = awx.launch("backup", verbosity=3)
    assert (deployed.rc, deployed.status) == (0, "successful"), deployed.text
    told = deployed.told("backup")
    assert "tablekeeper-store was created in account" in told.pop("msg")
    assert told == {
        "succeeded": True,
        "check_mode": False,
        "job": {**JOB, "id": "42"},
        "account_id": account.id,
        "region": account.region,
        "stacks": {"tablekeeper-store": "create", "tablekeeper-export-1": "create"},
        "repaired": [],
        "tables": 2,
    }
    account.aws.control("POST", "confirm", account=account.id, endpoint=WEBHOOK)
    return awx


def started(account: Account) -> list[dict[str, Any]]:
    """What the executions that were started by hand were given, the newest first."""
    named = [each for each in state.executions(account) if each["name"].startswith("by-hand")]
    return [json.loads(each["input"]) for each in named]


def ended(job: Job, rc: int, status: str) -> None:
    assert (job.rc, job.status) == (rc, status), job.text


def test_another_job_changes_nothing(awx: Awx) -> None:
    """No stamp of a job is in a stack, or each job would update them all."""
    job = awx.launch("backup")
    ended(job, 0, "successful")
    assert job.changed == []
    assert job.told("backup")["stacks"] == {}


def test_answers_of_a_survey_are_understood(awx: Awx, account: Account) -> None:
    job = awx.launch(
        "run", tables="123,\norders\n", run_wait="false", run_timeout="1_000", run_poll_seconds=""
    )
    ended(job, 0, "successful")
    told = job.told("run")
    assert (told["succeeded"], told["tables"], told["unfinished_tables"]) == (True, 2, ["123", "orders"])
    newest = started(account)[0]
    assert newest == {
        "tables": ["123", "orders"],
        "started_by": f"AWX job {told['job']['id']} (schedule nightly)",
    }


def test_a_number_is_the_name_of_a_table_and_check_is_a_job_type(awx: Awx, account: Account) -> None:
    before = started(account)
    job = awx.launch("run", check=True, tables=["123"], run_wait="true", run_timeout="")
    ended(job, 0, "successful")
    told = job.told("run")
    assert (told["check_mode"], told["msg"]) == (True, "Would back up 123.")
    assert started(account) == before


def test_what_cannot_be_made_out_is_refused_with_its_variable_and_value(awx: Awx, account: Account) -> None:
    before = started(account)
    job = awx.launch(
        "run", tables="yes", run_wait="12:30", run_timeout="2026-01-02T03:04:05Z", run_poll_seconds="1e3"
    )
    ended(job, 2, "failed")
    for sentence in (
        "tables is true, but it must be the names of tables",
        "run_wait is 750, but it must be true or false",
        'run_timeout is "2026-01-02T03:04:05+00:00", but it must be a number',
        'run_poll_seconds is "1e3", but it must be a number',
    ):
        assert sentence in job.failure
    assert job.told("run")["succeeded"] is False
    assert started(account) == before


def test_what_yaml_made_of_names_is_never_all_tables(awx: Awx, account: Account) -> None:
    """The rest of the matrix: whatever an answer became, it selects no table that was not meant."""
    before = started(account)
    job = awx.launch("run", tables="no")
    ended(job, 2, "failed")
    assert "tables is false, but it must be the names of tables" in job.failure
    job = awx.launch("run", tables=["012345670123", "2026-01-02", "0755", "0x1F", "{{ 1+1 }}", "orders"])
    ended(job, 2, "failed")
    assert job.told("run")["succeeded"] is False
    for name in ("2026-01-02", "493", "31", "1+1"):
        assert f"{name}: there is no such table" in job.failure
    assert started(account) == before


@pytest.mark.newest
def test_a_table_that_is_not_there_fails_the_job(awx: Awx) -> None:
    job = awx.launch("status", tables="nosuch")
    ended(job, 2, "failed")
    assert "nosuch" in job.failure
    assert job.told("status")["unhealthy"] == ["nosuch"]


def test_limits_and_inventories_that_match_nothing_fail(awx: Awx) -> None:
    ended(awx.launch("run", limit="nowhere"), 1, "failed")
    half = awx.launch("run", limit="ireland,nowhere", check=True)
    ended(half, 2, "failed")
    assert "names what is no host and no group of the inventory: nowhere" in half.failure
    empty = awx.launch("backup", hosts={})
    ended(empty, 2, "failed")
    assert "the inventory has no host" in empty.failure
    limited = awx.launch("run", hosts={}, limit="ireland")
    assert (limited.rc, limited.status) == (4, "failed"), limited.text
    assert "The inventory has no host." in limited.text


@pytest.mark.newest
def test_status_leaves_files_for_machines(awx: Awx, tmp_path: Path) -> None:
    ended(awx.launch("run", tables="", run_wait="true"), 0, "successful")
    files = {kind: str(tmp_path / f"{{{{ inventory_hostname }}}}.{kind}") for kind in ("json", "xml", "prom")}
    inventory = {
        **awx.hosts["ireland"],
        "status_json_file": files["json"],
        "status_junit_file": files["xml"],
        "status_prometheus_file": files["prom"],
    }
    hosts = {"ireland": inventory, "oregon": {**inventory, "tablekeeper_region": "us-west-2"}}
    foreseen = awx.launch("status", hosts=hosts, check=True, limit="ireland")
    ended(foreseen, 0, "successful")
    assert list(tmp_path.iterdir()) == []

    survey: dict[str, Any] = {
        "status_verify": "content",
        "status_max_age": "2 days",
        "status_fail": "true",
        "tables": "",
    }
    job = awx.launch("status", hosts=hosts, **survey)
    ended(job, 2, "failed")
    assert (job.told("status")["healthy"], job.told("status")["unhealthy"]) == (True, [])
    assert job.told("status", "oregon")["codes"] == {"not_deployed": 2}

    answer = json.loads((tmp_path / "ireland.json").read_text(encoding="utf-8"))
    assert (answer["healthy"], answer["job"]["schedule"]) == (True, "nightly")
    suite = next(iter(junitparser.JUnitXml.fromfile(str(tmp_path / "ireland.xml"))))
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("ireland", 3, 0, 0)
    lost = next(iter(junitparser.JUnitXml.fromfile(str(tmp_path / "oregon.xml"))))
    assert (lost.tests, lost.failures, lost.errors) == (3, 2, 0)
    metrics = samples(tmp_path / "ireland.prom")
    assert metrics["tablekeeper_table_healthy", "orders"] == 1
    assert metrics["tablekeeper_table_max_age_seconds", "123"] == 2 * 86400
    assert metrics["tablekeeper_table_items", "orders"] == answer["tables"][0]["point"]["items"] > 0
    assert samples(tmp_path / "oregon.prom")["tablekeeper_target_healthy", ""] == 0


def samples(path: Path) -> dict[tuple[str, str], float]:
    """The values in a file of metrics, by name and table."""
    families = text_string_to_metric_families(path.read_text(encoding="utf-8"))
    found = [sample for family in families for sample in family.samples]
    return {(each.name, each.labels.get("table", "")): each.value for each in found}


@pytest.mark.newest
def test_one_file_for_two_targets_is_refused(awx: Awx, tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    job = awx.launch("status", hosts={**awx.hosts, **OREGON}, status_json_file=str(file))
    ended(job, 2, "failed")
    assert f"several reports would be written to {file}. Name the target" in job.failure
    assert "as {{ inventory_hostname }}, and give" in job.failure
    assert not file.exists()


def test_a_canceled_run_goes_on_in_aws(awx: Awx, account: Account) -> None:
    before = len(started(account))
    job = awx.launch("run", cancel_at=lambda event: "orders: started" in event["stdout"])
    ended(job, CANCELED_OR_TIMED_OUT, "canceled")
    assert len(started(account)) == before + 1
    state.until(lambda: state.executions(account)[0]["status"] == "SUCCEEDED", "The end of the backup")


@pytest.mark.newest
def test_a_deployment_that_was_killed_is_finished_by_the_next_job(awx: Awx, account: Account) -> None:
    elsewhere = Account(account.aws, account.id, "us-west-2")
    state.tables(elsewhere, "orders")
    late = awx.launch("backup", hosts=OREGON, timeout=2)
    ended(late, CANCELED_OR_TIMED_OUT, "timeout")
    killed = awx.launch("backup", hosts=OREGON, cancel_at=begins("Deploy tablekeeper-export-1"))
    ended(killed, CANCELED_OR_TIMED_OUT, "canceled")
    assert "tablekeeper-store" in state.stacks(elsewhere)
    finished = awx.launch("backup", hosts=OREGON)
    ended(finished, 0, "successful")
    assert finished.told("backup", "oregon")["tables"] == 1
    assert {state.status(elsewhere, name) for name in state.stacks(elsewhere)} <= {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
    }
    remove(awx, elsewhere)


def begins(task: str) -> Any:
    """Whether an event is the begin of a task."""
    return lambda event: event["event"] == "playbook_on_task_start" and task in event["event_data"]["task"]


def remove(awx: Awx, elsewhere: Account) -> None:
    """Check tells, and a kill leaves what the next job removes."""
    foreseen = awx.launch("teardown", hosts=OREGON, check=True, teardown_confirm="", teardown_store="false")
    ended(foreseen, 0, "successful")
    told = foreseen.told("teardown", "oregon")
    place = f"account {elsewhere.id} in {elsewhere.region}"
    assert (told["msg"], told["tables"]) == (f"Would remove tablekeeper-export-1 from {place}.", 1)
    assert "tablekeeper-export-1" in state.stacks(elsewhere)

    confirmation = f"tablekeeper@{elsewhere.id}"
    survey: dict[str, Any] = {"teardown_confirm": confirmation, "teardown_store": "false"}
    killed = awx.launch("teardown", hosts=OREGON, cancel_at=begins("Stop what runs in the stacks"), **survey)
    ended(killed, CANCELED_OR_TIMED_OUT, "canceled")
    job = awx.launch("teardown", hosts=OREGON, **survey)
    ended(job, 0, "successful")
    assert job.told("teardown", "oregon")["succeeded"] is True
    assert list(state.stacks(elsewhere)) == ["tablekeeper-store"]
