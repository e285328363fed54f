# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the collection's playbooks as a user does, on an inventory written from Python data."""

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
# The embedded CloudWatch sees a heartbeat at its next tick, where AWS takes minutes.
QUICK = {"tablekeeper_alarm_poll_seconds": 0.5, "run_poll_seconds": 0.5}
SETTINGS = ROOT / "tests" / "integration" / "ansible.cfg"
SECONDS = 240
COLUMNS = 100
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)

# Lines of Ansible's own, and what has to be copied whole: commands, options of one, paths.
OF_ANSIBLE = re.compile(r"(TASK|PLAY|included:|ok:|changed:|skipping:|\[[A-Z]+\]|\tRUN:|\S+ +: ok=)")
TO_COPY = re.compile(r'\s*"?\s*(ansible-playbook |aws |\w+_table=|([A-Za-z ]+(  |: ))?\S+/\S+$)')
FATAL = re.compile(r"^fatal: \[(\S+)\]: FAILED! => (\{.*\})$", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """How a playbook ended."""

    rc: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """Everything it said, as one line, since terminals and callbacks wrap where they like."""
        return " ".join((self.stdout + self.stderr).split())

    @property
    def too_wide(self) -> list[str]:
        """The lines of a play that went well for which a terminal of 100 columns has no room."""
        long = [line for line in self.stdout.splitlines() if len(line) > COLUMNS]
        return [line for line in long if not OF_ANSIBLE.match(line) and not TO_COPY.match(line)]

    @property
    def changed(self) -> int:
        """How many tasks changed something, on all hosts together."""
        return sum(int(found[3]) for found in RECAP.finditer(self.stdout))

    @property
    def failures(self) -> dict[str, str]:
        """The last message of a task that failed, by host; a task under no_log tells none."""
        results = ((found[1], json.loads(found[2])) for found in FATAL.finditer(self.stdout))
        told = {name: result["msg"] for name, result in results if "censored" not in result}
        return {name: msg if isinstance(msg, str) else "\n".join(msg) for name, msg in told.items()}

    @property
    def stats(self) -> dict[str, Any]:
        """What the play published with set_stats."""
        (text,) = re.findall(r"^\s*RUN: (\{.*\})$", self.stdout, re.MULTILINE)
        published: dict[str, Any] = json.loads(text)
        return published


def host(*tables: object, **settings: object) -> dict[str, Any]:
    """The variables of a target: table entries, and settings without their `tablekeeper_`."""
    return {
        "tablekeeper_region": "eu-west-1",
        "tablekeeper_tables": list(tables),
        **{f"tablekeeper_{name}": value for name, value in settings.items()},
    }


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The given variables of AWS, and none of the caller's own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    return {
        **ours,
        **given,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_SHOW_CUSTOM_STATS": "1",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_INVENTORY_ENABLED": "ansible.builtin.yaml",  # the only one that is asked for here
    }


@dataclass
class Controller:
    """Where playbooks are run: a folder for the inventory, and the variables that lead to AWS."""

    folder: Path
    env: Mapping[str, str]

    def play(self, playbook: str, inventory: Mapping[str, Any], *arguments: str, **options: Any) -> Played:
        """Run a playbook on one target, of which `inventory` has the variables."""
        return self.play_hosts(playbook, {"target": inventory}, *arguments, **options)

    def play_hosts(
        self,
        playbook: str,
        hosts: Mapping[str, Mapping[str, Any]],
        *arguments: str,
        check: bool = False,
        fails: bool = False,
        **extra: object,
    ) -> Played:
        """Run a playbook, with `extra` variables; whether its exit code is 0 must be as `fails` says."""
        command = self.command(playbook, hosts, *arguments, *(["--check"] if check else []), **extra)
        return self.run(command, fails=fails)

    def run(self, command: list[str], *, fails: bool = False) -> Played:
        """Run a command line of Ansible's, with the settings of the folder if it has some."""
        settings = {} if (self.folder / "ansible.cfg").exists() else {"ANSIBLE_CONFIG": str(SETTINGS)}
        done = subprocess.run(
            command,
            env={**environment(self.env), **settings},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Played(done.returncode, done.stdout, done.stderr)

    def command(
        self, playbook: str, hosts: Mapping[str, Mapping[str, Any]], *arguments: str, **extra: object
    ) -> list[str]:
        """The command line; writes the inventory it names."""
        inventory = self.folder / "inventory.json"
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": local}}), encoding="utf-8")
        variables = json.dumps({**QUICK, **extra})
        name = f"tablekeeper.dynamodb.{playbook}"
        return [program("ansible-playbook"), name, "-i", str(inventory), "-e", variables, *arguments]


class Target(Controller):
    """Playbooks for one account."""

    def __init__(self, folder: Path, account: Account) -> None:
        super().__init__(folder, account.env())
        self.account = account
