# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a command in a process of its own and tells its seconds, its processor time and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.target import ROOT, BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Took:
    """What a command took; its processes together, except for the memory, which is that of the largest."""

    seconds: float
    cpu: float  # seconds of the processor
    memory: float  # MiB


def run(folder: Path, *command: str, path: str = "") -> Took:
    """The command's output is shown only if it fails; Python finds its modules in this path too."""
    result = folder / "took.json"
    launcher = [sys.executable, "-S", "-m", "benchmarks.launcher", str(result), *command]
    paths = [str(ROOT), str(ROOT / ".collections"), path, os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        launcher,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(
            f"{' '.join(command)} ended with exit code {done.returncode}:\n{done.stderr[-4000:]}"
        )
    return Took(**json.loads(result.read_text(encoding="utf-8")))


@contextmanager
def serving(module: str, *arguments: str) -> Iterator[str]:
    """The URL of a server of benchmarks/ that tells it in its first line."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
