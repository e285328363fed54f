# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs the load and unload playbooks against the stand-in."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.forking import program

from .stand_in.server import TOKEN

if TYPE_CHECKING:
    from .stand_in.api import Api

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = ROOT / "examples/automation_repo"
COLLECTIONS = ROOT / ".collections"
SETTINGS = ROOT / "tests" / "integration" / "ansible.cfg"
RECAP = re.compile(r"^localhost\s+: ok=\d+\s+changed=(\d+)", re.MULTILINE)


@dataclass
class Loaded:
    """How it ended."""

    rc: int
    said: str

    @property
    def changed(self) -> int:
        (found,) = RECAP.findall(self.said)
        return int(found)

    @property
    def text(self) -> str:
        """What was said, whichever way its lines were broken."""
        return " ".join(self.said.split())


@dataclass
class Awx:
    """The stand-in, and where it listens."""

    api: Api
    url: str
    token: str = TOKEN
    # Where the collection is installed.
    collections: Path = COLLECTIONS

    def play(
        self, name: str, *arguments: str, settings: str = "shop", fails: bool = False, **extra: Any
    ) -> Loaded:
        """Run a playbook with the settings of an account; its exit code must be as `fails` says."""
        if not (COLLECTIONS / "ansible_collections/awx").exists():
            raise FileNotFoundError(f"There is no awx.awx in {COLLECTIONS}: run `make setup-oldest` first.")
        done = subprocess.run(
            [
                program("ansible-playbook"),
                f"tablekeeper.dynamodb.{name}",
                "-e",
                f"@{REPOSITORY}/awx/{settings}.yml",
                "-e",
                json.dumps(extra),
                *arguments,
            ],
            env=environment(self.url, self.token, self.collections),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, said
        return Loaded(done.returncode, said)


def environment(url: str, token: str = TOKEN, collections: Path = COLLECTIONS) -> dict[str, str]:
    """What AWX's modules read, and none of the caller's own."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "AWX_", "CONTROLLER_", "TOWER_"))
    }
    return {
        **ours,
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(SETTINGS),
        "TABLEKEEPER_TESTS_UNCHANGED": str(collections),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "CONTROLLER_HOST": url,
        "CONTROLLER_OAUTH_TOKEN": token,
        # Modules would read all authorities for each request, although the stand-in has no certificate.
        "SSL_CERT_DIR": os.devnull,
        "SSL_CERT_FILE": os.devnull,
    }
