# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs playbooks as AWX runs a job: by ansible-runner, on a private data directory of AWX's making.

Answers of surveys are written as AWX writes them, `!unsafe`, which makes Ansible resolve them anew.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ansible_runner
import yaml

from tests.forking import program

from .playbooks import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.client.fixtures import Account

ROOT = Path(__file__).resolve().parents[2]
CANCELED_OR_TIMED_OUT = 254
SECRET = "an-access-key-nobody-may-see"  # of the embedded AWS, which checks none
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
# Where everything is quick, as tests want it.
QUICK = {"tablekeeper_alarm_poll_seconds": 0.5, "run_poll_seconds": 0.5}


class Answer(str):
    """What somebody typed into a survey."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes answers as AWX does."""


Dumper.add_representer(Answer, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def answered(value: object) -> object:
    """Text becomes an answer, also in a list."""
    if isinstance(value, list):
        return [answered(each) for each in value]
    return Answer(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Job:
    """How a job ended, and what AWX keeps of it."""

    rc: int
    status: str
    events: list[dict[str, Any]]
    text: str

    @property
    def artifacts(self) -> dict[str, Any]:
        """What the playbook published, as AWX stores it with the job."""
        stats = [each for each in self.events if each["event"] == "playbook_on_stats"]
        return dict(stats[-1]["event_data"].get("artifact_data", {})) if stats else {}

    def told(self, playbook: str, target: str = "ireland") -> dict[str, Any]:
        """What a playbook published of a target."""
        published = self.artifacts[f"tablekeeper_{playbook}"]
        assert published["version"] == 1
        mine: dict[str, Any] = published["targets"][target]
        return mine

    @property
    def changed(self) -> list[str]:
        """The tasks that changed something."""
        done = [each["event_data"] for each in self.events if each["event"] == "runner_on_ok"]
        return [each["task"] for each in done if each["res"].get("changed")]

    @property
    def failure(self) -> str:
        """The message of the last task that failed."""
        failed = [each["event_data"]["res"] for each in self.events if each["event"] == "runner_on_failed"]
        return str(failed[-1]["msg"])


def end_all_of(folder: Path) -> None:
    """In AWX a job has a container, whose end takes along what a killed controller has left running."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if f"{folder}/".encode() in path.read_bytes():
                os.kill(int(path.parent.name), signal.SIGKILL)


@dataclass
class Awx:
    """An organization of AWX: its credential, its inventory, and a count of its jobs."""

    folder: Path
    account: Account
    hosts: Mapping[str, Mapping[str, Any]]
    secrets: tuple[str, ...] = ()
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(42))

    def launch(
        self,
        playbook: str,
        *,
        limit: str | None = None,
        check: bool = False,
        timeout: int = 0,
        verbosity: int = 0,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        cancel_at: Callable[[dict[str, Any]], bool] | None = None,
        **survey: object,
    ) -> Job:
        """Launch a job with the answers to its survey; it may be canceled when an event is seen."""
        number = next(self.numbers)
        folder = self.folder / f"job-{number}"
        # What is killed must be what AWX kills, and all that belongs to it.
        ansible = sys.executable if cancel_at or timeout else program("ansible-playbook")
        self._write(folder, number, self.hosts if hosts is None else hosts, survey, timeout, ansible)
        seen: list[bool] = []

        def watch(event: dict[str, Any]) -> bool:
            if cancel_at and cancel_at(event):
                seen.append(True)
            return True

        run = ansible_runner.run(
            private_data_dir=str(folder),
            playbook=f"tablekeeper.dynamodb.{playbook}",
            ident=str(number),
            limit=limit,
            verbosity=verbosity or None,
            cmdline="--check" if check else None,
            event_handler=watch,
            cancel_callback=lambda: bool(seen),
        )
        end_all_of(folder)
        kept = sorted((folder / "artifacts" / str(number) / "job_events").glob("*.json"))
        texts = [path.read_text(encoding="utf-8") for path in kept]
        events = sorted((json.loads(text) for text in texts), key=lambda event: int(event["counter"]))
        output = (folder / "artifacts" / str(number) / "stdout").read_text(encoding="utf-8")
        job = Job(run.rc, run.status, events, "\n".join([*texts, output]))
        assert not [secret for secret in (SECRET, *self.secrets) if secret in job.text]
        return job

    def _write(
        self,
        folder: Path,
        number: int,
        hosts: Mapping[str, Mapping[str, Any]],
        survey: Mapping[str, object],
        timeout: int,
        ansible: str,
    ) -> None:
        credential = {name: value for name, value in self.account.env().items() if name not in REGIONS}
        facts = {
            "job_id": number,
            "job_launch_type": "scheduled",
            "schedule_name": Answer("nightly"),
            "inventory_name": Answer("shop"),
        }
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        written: dict[str, Any] = {
            "inventory/hosts.yml": {"all": {"hosts": dict(hosts), "vars": local}},
            "env/extravars": {
                **QUICK,
                **{f"awx_{name}": value for name, value in facts.items()},
                **{f"tower_{name}": value for name, value in facts.items()},
                **{name: answered(value) for name, value in survey.items()},
            },
            "env/envvars": {
                **credential,
                "AWS_SECRET_ACCESS_KEY": SECRET,
                # What AWX sets for a credential with an STS token.
                "AWS_SECURITY_TOKEN": SECRET,
                "AWS_SESSION_TOKEN": SECRET,
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
                "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
                "ANSIBLE_INJECT_INVOCATION": "1",  # what ansible-core 2.19 does by itself
                "ANSIBLE_PIPELINING": "1",
                "JOB_ID": str(number),
                "PATH": os.pathsep.join([str(Path(ansible).parent), os.environ["PATH"]]),
            },
            "env/settings": {
                "job_timeout": timeout or None,
                "suppress_ansible_output": True,
                "pexpect_timeout": 1,
            },
        }
        (folder / "project").mkdir(parents=True)
        (folder / "project" / SETTINGS.name).symlink_to(SETTINGS)
        for name, content in written.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(yaml.dump(content, Dumper=Dumper), encoding="utf-8")
