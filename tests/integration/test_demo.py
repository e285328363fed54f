# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``make demo`` shows is what it says, and it leaves nothing running."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from .playbooks import ROOT


@pytest.mark.slow
@pytest.mark.newest
def test_demo() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = done.stdout.split("== Now somebody switches point-in-time recovery off")
    verdicts = re.findall(r"^ *\"(\w+) +(healthy|UNHEALTHY) ", first, re.MULTILINE)
    tables = ["catalog", "customers", "events", "ledger", "orders", "sessions"]
    assert verdicts == [(table, "healthy") for table in tables]
    assert re.findall(r"^ *\"(\w+) +UNHEALTHY ", second, re.MULTILINE) == ["sessions"]
    assert "Subject: Backup of sessions failed" in second
    assert "The embedded AWS has ended." in second
