# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A restore whose process is killed, again and again: the same call makes the table whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.conftest import ROOT
from tests.unit.support import restorable

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

NAME = "orders-again"
ITEMS = 120
SECONDS = 120


@dataclass(frozen=True)
class Restoring:
    """The module in a process of its own."""

    made: BackedUp
    lines: Path
    options: dict[str, Any]

    def begun(self) -> subprocess.Popen[str]:
        """The same call each time."""
        self.lines.write_text("", encoding="utf-8")
        given = {"table": self.made.table, "to": NAME, "bucket": self.made.bucket, "wait_sleep": 0.1}
        given |= {"progress_file": str(self.lines), **self.options}
        path = os.pathsep.join([str(ROOT), str(ROOT / ".collections"), os.environ.get("PYTHONPATH", "")])
        return subprocess.Popen(
            [sys.executable, "-m", "tests.unit.support.module_process", "restore", json.dumps(given)],
            env={**os.environ, **self.made.account.env(), "PYTHONPATH": path},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self) -> list[str]:
        """What this call has said so far."""
        return self.lines.read_text(encoding="utf-8").splitlines()

    def killed(self, kinds: set[str]) -> str:
        """The kind of the line by which it was killed, one of these; empty if it came to its end."""
        process = self.begun()
        end = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < end:
            if said := kinds & {line.split()[1] for line in self.said()}:
                process.kill()
                process.communicate()
                return said.pop()
            time.sleep(0.002)
        told, _nothing = process.communicate(timeout=SECONDS)
        answer = json.loads(told)
        assert answer.get("succeeded"), answer["msg"]
        return ""


@pytest.mark.newest
@pytest.mark.parametrize(
    ("way", "kinds"),
    [("load", {"begun;", "make:", "load:", "compare:"}), ("import", {"make:", "wait:", "compare:"})],
)
def test_killed_by_the_system(account: Account, tmp_path: Path, way: str, kinds: set[str]) -> None:
    """As soon as it says what it does, once for each thing that it does."""
    made = restorable.backed_up(account, samples.simple("orders", ITEMS))
    before = restorable.items(account, "orders")
    made.delete_table()
    restoring, left = Restoring(made, tmp_path / "lines", {"way": way}), set(kinds)
    while kind := restoring.killed(left):
        left.remove(kind)
    assert left == set()
    assert restorable.items(account, NAME) == before
