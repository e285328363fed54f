# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a command and writes how it went to a file: ``python -S -m benchmarks.launcher FILE COMMAND...``.

A process of its own, and a small one: what Linux tells of a child's memory includes the memory of the process
that started it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

# ru_maxrss is in bytes on macOS and in KiB elsewhere.
PER_MIB = 1024 * 1024 if sys.platform == "darwin" else 1024


def main() -> int:
    result, command = Path(sys.argv[1]), sys.argv[2:]
    start = time.monotonic()
    done = subprocess.run(command, check=False)
    seconds = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / PER_MIB}
    result.write_text(json.dumps(took), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
