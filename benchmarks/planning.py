# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of an undo on one machine and by the job of AWS Glue, each in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from benchmarks import alone
from benchmarks.target import ROOT, BenchmarkError

ITEMS = 1_000_000


def measure(items: int) -> dict[str, alone.Took]:
    """Each way, once, with the collection where Python finds it."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.planned_beside", folder, str(items)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / '.collections'}"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BenchmarkError(f"Planning ended with exit code {done.returncode}:\n{done.stderr[-4000:]}")
    return {way: alone.Took(**took) for way, took in json.loads(done.stdout).items()}
