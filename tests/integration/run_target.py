# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the run playbook as a user does, on an inventory written from Python data."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.forking import program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.client.fixtures import Account

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 240


@dataclass(frozen=True)
class Played:
    """What a playbook said."""

    stdout: str
    stderr: str = ""

    @property
    def said(self) -> str:
        """Everything, as one line, since callbacks wrap where they like."""
        return " ".join((self.stdout + self.stderr).split())

    @property
    def stats(self) -> dict[str, Any]:
        """What the play published with set_stats."""
        (text,) = re.findall(r"^\s*RUN: (\{.*\})$", self.stdout, re.MULTILINE)
        published: dict[str, Any] = json.loads(text)
        return published


def host(region: str = "eu-west-1") -> dict[str, Any]:
    """The variables of a target."""
    return {
        "tablekeeper_region": region,
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }


def environment(account: Account | None) -> dict[str, str]:
    """The variables that lead to the account, and none of the caller's own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    return {
        **ours,
        **(account.env() if account else {}),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_CONFIG": str(ROOT / "tests" / "integration" / "ansible.cfg"),
        "ANSIBLE_SHOW_CUSTOM_STATS": "1",
        "ANSIBLE_NOCOLOR": "1",
    }


@dataclass(frozen=True)
class Target:
    """An account, and a folder for the inventory."""

    folder: Path
    account: Account

    def play(self, *arguments: str, fails: bool = False, **extra: object) -> Played:
        """Run the playbook on one host; the exit code must be as `fails` says."""
        return self.play_hosts({"target": host()}, *arguments, fails=fails, **extra)

    def play_hosts(
        self, hosts: Mapping[str, Mapping[str, Any]], *arguments: str, fails: bool = False, **extra: object
    ) -> Played:
        """Run the playbook on several hosts."""
        done = subprocess.run(
            self.command(hosts, *arguments, **extra),
            env=environment(self.account),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Played(done.stdout, done.stderr)

    def command(
        self,
        hosts: Mapping[str, Mapping[str, Any]],
        *arguments: str,
        playbook: str = "tablekeeper.dynamodb.run",
        **extra: object,
    ) -> list[str]:
        """The command line; writes the inventory it names."""
        inventory = self.folder / "inventory.json"
        inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        variables = json.dumps({"run_poll_seconds": 0.5, **extra})
        return [program("ansible-playbook"), playbook, "-i", str(inventory), "-e", variables, *arguments]


def executions(account: Account, number: int = 1) -> list[dict[str, Any]]:
    """The executions of a stand-in, as AWS describes them."""
    client = account.client("stepfunctions")
    arn = f"arn:aws:states:{account.region}:{account.id}:stateMachine:tablekeeper-export-{number}"
    listed = client.list_executions(stateMachineArn=arn)["executions"]
    return [client.describe_execution(executionArn=each["executionArn"]) for each in listed]
