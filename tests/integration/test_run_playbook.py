# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The run playbook against the embedded AWS, on a stand-in for the export machine."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from .run_stand_in import deploy, table
from .run_target import Played, Target, environment, executions, host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_aws.client.fixtures import Account

# Only a test that moves the clock of the embedded AWS sees the end of this.
ENDLESS = 3600


@contextmanager
def playing(target: Target, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The playbook while it runs, with lines that come at once."""
    with subprocess.Popen(
        target.command({"target": host()}),
        env={**environment(target.account), **options.pop("env", {"PYTHONUNBUFFERED": "1"})},
        cwd=target.folder,
        text=True,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def published(played: Played) -> dict[str, Any]:
    """What the play published of its only target."""
    stats = played.stats["tablekeeper_run"]
    assert stats["version"] == 1
    assert list(stats["targets"]) == ["target"]
    mine: dict[str, Any] = stats["targets"]["target"]
    return mine


def received(descriptor: int) -> bytes:
    """What came next, nothing at the end, which a terminal tells by an error."""
    try:
        return os.read(descriptor, 4096)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""


@pytest.fixture(name="target")
def fixture_target(account: Account, tmp_path: Path) -> Target:
    return Target(tmp_path, account)


def test_one_table_fails_alone_and_the_play_fails_with_its_cause(target: Target, account: Account) -> None:
    deploy(
        account,
        table("orders", seconds=50),
        table("sessions", fails="recovery is off"),
        table("archive", enabled=False),
    )
    played = target.play(fails=True, run_started_by="the-test")

    (execution,) = executions(account)
    assert execution["status"] == "FAILED"
    assert json.loads(execution["input"]) == {"started_by": "the-test", "tables": ["orders", "sessions"]}
    assert re.fullmatch(r"by-hand-\d{8}T\d{6}Z-[0-9a-f]{8}", execution["name"])

    lines = played.stdout.splitlines()
    assert "orders, sessions: started" in lines
    assert "orders: backed up, 0 min, 1,234 items, 5.3 MiB" in lines
    assert "sessions: FAILED after 0 min: recovery is off" in lines
    failed = "1 of 2 tables failed. sessions: recovery is off."
    assert failed in played.said
    stats = published(played)
    assert (stats["succeeded"], stats["failed_tables"]) == (False, ["sessions"])
    assert stats["msg"].startswith(failed)


# A pipe gets its lines at once only from an unbuffered Python; a terminal, such as AWX provides, always does.
@pytest.mark.parametrize("where", ["pipe", "terminal"])
def test_lines_appear_while_it_runs(target: Target, account: Account, where: str) -> None:
    deploy(account, table("orders"), table("slow", seconds=ENDLESS))
    reading, writing = os.pipe() if where == "pipe" else pty.openpty()
    env = {"PYTHONUNBUFFERED": "1"} if where == "pipe" else {}
    with playing(target, env=env, stdout=writing, stderr=writing) as process:
        os.close(writing)
        output = b""
        while b"orders: backed up" not in output:
            output += received(reading)
        assert executions(account)[0]["status"] == "RUNNING"
        account.aws.advance(seconds=ENDLESS)
        while more := received(reading):
            output += more
        assert process.wait(60) == 0
    os.close(reading)
    assert b"slow: backed up" in output
    assert executions(account)[0]["status"] == "SUCCEEDED"


@pytest.mark.newest
def test_check_mode_tells_the_tables_and_starts_none(target: Target, account: Account) -> None:
    deploy(account, table("orders"), table("sessions"), table("archive", enabled=False))
    played = target.play("--check")
    assert "Would back up orders, sessions." in played.stdout.splitlines()
    assert executions(account) == []


@pytest.mark.parametrize(
    ("extra", "sentences"),
    [
        pytest.param(
            {"tables": "orders,sesions"},
            ["sesions: there is no such table backed up under the prefix"],
            marks=pytest.mark.newest,
        ),
        pytest.param(
            {"run_prefix": "other"}, ["No table is backed up under the prefix"], marks=pytest.mark.newest
        ),
        ({"tables": "0755x, 493"}, ["493: there is no such table"]),
        (
            {"run_region": "", "tables": True, "run_timeout": "soon"},
            [
                "tablekeeper_region is not set, but it must be an AWS region",
                "tables is true, but it must be the names of tables",
                'run_timeout is "soon", but it must be a number above 0',
            ],
        ),
        ({"tablekeeper_account_id": "999999999999"}, ["target is in account 999999999999"]),
    ],
)
def test_what_cannot_be_run_starts_nothing(
    target: Target, account: Account, extra: dict[str, Any], sentences: list[str]
) -> None:
    deploy(account, table("orders"), table("sessions"))
    played = target.play(fails=True, **extra)
    for sentence in sentences:
        assert sentence.replace('"', '\\"') in played.said
    assert played.stdout.count("fatal: [target]") == 1
    assert published(played)["succeeded"] is False
    assert executions(account) == []


def test_survey_answers_are_understood(target: Target, account: Account) -> None:
    deploy(account, table("orders", seconds=ENDLESS), table("123", seconds=ENDLESS), table("other"))
    answers = target.folder / "answers.yml"
    answers.write_text(
        "tables: !unsafe \"123,\\norders\\n\"\nrun_wait: !unsafe 'false'\nrun_timeout: !unsafe ''\n",
        encoding="utf-8",
    )
    played = target.play("-e", f"@{answers}")
    (execution,) = executions(account)
    assert execution["status"] == "RUNNING"
    assert json.loads(execution["input"])["tables"] == ["123", "orders"]
    assert published(played)["unfinished_tables"] == ["123", "orders"]


def test_a_table_whose_name_is_a_number_can_be_named(target: Target, account: Account) -> None:
    deploy(account, table("123"), table("orders"))
    target.play(tables=[123])
    assert json.loads(executions(account)[0]["input"])["tables"] == ["123"]


@pytest.mark.newest
def test_when_the_wait_is_over_the_play_fails_and_the_backup_goes_on(
    target: Target, account: Account
) -> None:
    deploy(account, table("endless", seconds=ENDLESS))
    played = target.play(fails=True, run_timeout=1)
    assert "Still running after 0 min: endless." in played.said
    assert executions(account)[0]["status"] == "RUNNING"
    assert published(played)["unfinished_tables"] == ["endless"]


def test_a_play_that_is_killed_leaves_the_backup_running(target: Target, account: Account) -> None:
    deploy(account, table("endless", seconds=ENDLESS))
    with playing(target, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        assert "endless: started\n" in process.stdout
        process.terminate()
        assert process.wait(30) != 0
    assert executions(account)[0]["status"] == "RUNNING"


@pytest.mark.newest
def test_a_stopped_run_counts_what_had_ended_and_fails_the_rest(target: Target, account: Account) -> None:
    deploy(account, table("orders"), table("dead", dies=True), table("endless", seconds=ENDLESS))
    output, ended = "", 0
    with playing(target, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        for line in process.stdout:
            output += line
            ended += line.startswith(("orders: backed up", "dead: FAILED"))
            if ended == 2:
                ended = 0
                arn = executions(account)[0]["executionArn"]
                client = account.client("stepfunctions")
                client.stop_execution(executionArn=arn, error="Stopped", cause="by the test")
        assert process.wait(60) != 0
    played = Played(output)
    cause = "The run ended ABORTED without a result for this table: Stopped: by the test"
    assert f"2 of 3 tables failed. dead: it was told to die; endless: {cause}" in played.said
    assert published(played)["failed_tables"] == ["dead", "endless"]


def test_every_target_and_every_stack_reports_its_own(target: Target, account: Account) -> None:
    elsewhere = replace(account, region="us-east-1")
    deploy(account, table("orders"))
    deploy(account, table("sessions"), number=2)
    deploy(elsewhere, table("orders", fails="recovery is off"))
    hosts = {"ireland": host(), "virginia": host("us-east-1")}
    played = target.play_hosts(hosts, fails=True)
    assert [len(executions(account, number)) for number in (1, 2)] == [1, 1]
    assert executions(elsewhere)[0]["status"] == "FAILED"
    lines = played.stdout.splitlines()
    assert "[ireland] orders, sessions: started" in lines
    assert "[virginia] orders: FAILED after 0 min: recovery is off" in lines
    targets = played.stats["tablekeeper_run"]["targets"]
    assert {name: each["failed_tables"] for name, each in targets.items()} == {
        "ireland": [],
        "virginia": ["orders"],
    }


def test_a_named_table_is_backed_up_where_it_is_and_lines_keep_out_of_json(
    target: Target, account: Account
) -> None:
    elsewhere = replace(account, region="us-east-1")
    deploy(account, table("orders"))
    deploy(elsewhere, table("customers"))
    hosts = {
        "ireland": {**host(), "tablekeeper_tables": ["orders"]},
        "virginia": {**host("us-east-1"), "tablekeeper_tables": ["customers", "users"]},
    }
    env = {**environment(account), "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"}
    command = target.command(hosts, tables="customers")
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)["global_custom_stats"]["tablekeeper_run"]["targets"]
    assert {name: (each["succeeded"], each["tables"]) for name, each in told.items()} == {
        "ireland": (True, 0),
        "virginia": (True, 1),
    }
    lines = done.stderr.splitlines()
    assert "[ireland] customers: left to another target" in lines
    assert "[virginia] customers: backed up, 0 min, 1,234 items, 5.3 MiB" in lines
    assert executions(account) == []

    # All that is listed is asked for: what no stack has fails the play when the rest is done.
    played = target.play_hosts({"virginia": hosts["virginia"]}, fails=True)
    lacks = "Listed in tablekeeper_tables and not deployed: users; run the backup playbook, which says why"
    assert f"1 table backed up. {lacks}" in played.said
    assert len(executions(elsewhere)) == 2


def test_module_defaults_of_the_group_reach_every_call(target: Target, account: Account) -> None:
    deploy(account, table("orders", seconds=50))
    env = account.env()
    defaults = {
        "region": account.region,
        "endpoint_url": env["AWS_URL"],
        "access_key": env["AWS_ACCESS_KEY_ID"],
        "secret_key": "not-for-any-log",
    }
    play = {
        "name": "Run",
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/tablekeeper.dynamodb.aws": defaults},
        "tasks": [{"name": "Run", "tablekeeper.dynamodb.run": {"wait_sleep": 0.5}}],
    }
    playbook = target.folder / "play.json"
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    command = target.command({"target": host()}, "-vvv", playbook=str(playbook))
    done = subprocess.run(
        command, env=environment(None), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "orders: backed up, 0 min, 1,234 items, 5.3 MiB" in done.stdout.splitlines()
    assert "not-for-any-log" not in done.stdout + done.stderr
    assert executions(account)[0]["status"] == "SUCCEEDED"
