# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``make demo`` shows is what it says, and it leaves nothing running."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .playbooks import ROOT


@pytest.mark.slow
@pytest.mark.newest
def test_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo", "1"],  # week
        cwd=ROOT,
        env={**os.environ, "DEMO_OF_THE_TEST": (mark := uuid.uuid4().hex)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = done.stdout.split("== Now somebody switches point-in-time recovery off")
    second, third = second.split("== Then somebody deletes sessions")
    verdicts = re.findall(r"^ *\"(\w+) +(healthy|UNHEALTHY) ", first, re.MULTILINE)
    tables = ["catalog", "customers", "events", "ledger", "orders", "sessions"]
    assert verdicts == [(table, "healthy") for table in tables]
    assert re.findall(r"^ *\"(\w+) +UNHEALTHY ", second, re.MULTILINE) == ["sessions"]
    assert "Subject: Backup of sessions failed" in second
    assert "sessions: compare: Equal: all 30 items are the same, by key and content." in third
    assert re.search(r"^ *\"SETTING +EXPECTED +ACTUAL", third, re.MULTILINE)
    assert "== sessions has its 30 items again, each as it was before" in third
    third, undone = third.split("== A release ruins items of orders")
    undone, fourth = undone.split("== At last a rehearsal")
    assert re.search(r"^ *\"CONFLICT +customer=c-0 placed=\S+ +carrier, status", undone, re.MULTILINE)
    assert "All 60 items of orders are as they were, but the one that was rightly changed since" in undone
    assert re.search(r"^ *\"orders +passed ", fourth, re.MULTILINE)
    (page,) = re.findall(r"== Open the page in a browser: file://(\S+)", fourth)
    assert "1 of 6 tables is not healthy" in Path(page).read_text(encoding="utf-8")
    assert "The embedded AWS has ended." in fourth

    assert running(mark) == []
    (url,) = re.findall(r"The embedded AWS runs at (\S+)", first)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=10)


def running(mark: str) -> list[str]:
    """The command lines of the processes that have this in their environment, whoever their parents were."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text(encoding="utf-8"))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found
