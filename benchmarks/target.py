# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Accounts of the embedded AWS with tables in them, and playbooks run against those."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import figures
from local_aws.client import samples

if TYPE_CHECKING:
    from local_aws.client.process import LocalAws

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PLAYBOOK = "ansible-playbook"
PREFIX = "tablekeeper"
SUBSCRIBER = "ops@example.com"
FIRST_ACCOUNT = 300000000000
RUN_SECONDS = 1800


class BenchmarkError(Exception):
    """A step did not do what is measured."""


@dataclass
class Target:
    """An account with its tables, and an inventory that lists them."""

    aws: LocalAws
    account: str
    tables: tuple[str, ...]
    folder: Path

    def client(self, service: str) -> Any:
        return self.aws.client(service, account=self.account)

    @property
    def bucket(self) -> str:
        """The bucket that a backup makes."""
        return f"{PREFIX}-{self.account}-{self.aws.region}"

    def play(self, playbook: str, **variables: Any) -> figures.Figures:
        """Run a playbook; one that begins with a slash is a file."""
        extra = ["-e", json.dumps({"tablekeeper_alarm_poll_seconds": 1, **variables})]
        given = {**self.environment(), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        return self._measure(given, PLAYBOOK, playbook, "-i", str(self._inventory()), *extra)

    def measure(self, *command: str) -> figures.Figures:
        """Run a command as this account, and say what it took."""
        return self._measure(self.environment(), *command)

    def _measure(self, environment: dict[str, str], *command: str) -> figures.Figures:
        self.aws.forget_calls(self.account)
        result, output = self.folder / "result.json", self.folder / "output.txt"
        launcher = [sys.executable, "-S", "-m", "benchmarks.launcher", str(result), *command]
        with output.open("w", encoding="utf-8") as file:
            done = subprocess.run(launcher, cwd=ROOT, env=environment, stdout=file, stderr=file, check=False)
        if done.returncode:
            tail = output.read_text(encoding="utf-8")[-4000:]
            raise BenchmarkError(f"{' '.join(command)} ended with exit code {done.returncode}:\n{tail}")
        took = json.loads(result.read_text(encoding="utf-8"))
        calls = figures.grouped(self.aws.calls(self.account))
        return figures.Figures(calls, took["seconds"], took["memory"], cpu=took["cpu"])

    def environment(self) -> dict[str, str]:
        """The variables that lead to this account, with the collection and its tools."""
        also = [path] if (path := os.environ.get("PYTHONPATH")) else []
        return {
            **os.environ,
            **self.aws.env(self.account),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / ".collections"), *also]),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
        }

    def _inventory(self) -> Path:
        path = self.folder / "inventory.json"
        host = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "tablekeeper_region": self.aws.region,
            "tablekeeper_alerts": [{"protocol": "email", "endpoint": SUBSCRIBER}],
            "tablekeeper_tables": list(self.tables),
        }
        path.write_text(json.dumps({"all": {"hosts": {"target": host}}}), encoding="utf-8")
        return path

    def back_up(self) -> float:
        """Confirm the subscription and back every table up once; returns the seconds that the runs took."""
        self.confirm()
        return self.run_all()

    def confirm(self) -> None:
        """Confirm the subscription."""
        self.aws.control("POST", "confirm", account=self.account, endpoint=SUBSCRIBER)

    def run_all(self) -> float:
        """Back every table up once; returns the seconds that the runs took."""
        client, start = self.client("stepfunctions"), time.monotonic()
        for machine in client.list_state_machines()["stateMachines"]:
            if not machine["name"].endswith("-heartbeat"):
                run(client, machine["stateMachineArn"], self.tables_of(machine["name"]))
        return time.monotonic() - start

    def tables_of(self, stack: str) -> list[str]:
        """The tables that a stack backs up."""
        (found,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        texts = [out["OutputValue"] for out in found["Outputs"] if out["OutputKey"].startswith("Tables")]
        return [table["name"] for text in texts for table in json.loads(text)]


def make_target(aws: LocalAws, folder: Path, number: int, tables: int) -> Target:
    """A new account with so many tables."""
    target = Target(
        aws, str(FIRST_ACCOUNT + number), tuple(f"table-{each:04}" for each in range(tables)), folder
    )
    target.folder.mkdir()
    samples.create(target.client("dynamodb"), tuple(samples.simple(name) for name in target.tables))
    return target


def run(client: Any, machine: str, tables: list[str], **more: Any) -> str:
    """Start a run of these tables and wait until it has succeeded."""
    asked = json.dumps({"tables": tables, **more})
    execution = str(client.start_execution(stateMachineArn=machine, input=asked)["executionArn"])
    end = time.monotonic() + RUN_SECONDS
    while (state := client.describe_execution(executionArn=execution)["status"]) == "RUNNING":
        if time.monotonic() > end:
            break
        time.sleep(0.5)
    if state != "SUCCEEDED":
        raise BenchmarkError(f"The run {execution} is {state}.")
    return execution
