# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held in memory does not grow with the number of changes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

# Both are beyond what SQLite, told to take little, holds in memory before it writes to the disk. Of the
# difference, the images alone have 20 MB, and more as objects of Python.
SIZES = (10_000, 40_000)
MOST_MORE_MIB = 8
MOST_MIB = 80
SCRIPT = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.deciding import Taking, decided
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import merged as merged_there
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import PLAN, Parts
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.told import WINDOW
    merged_there._PREPARE = merged_there._PREPARE.replace("-32768", "-2048")
    count, files = int(sys.argv[1]), []
    parts = Parts("undo/orders/x/", PLAN, lambda file, content: files.append(file))
    with merged_there.merging(("pk", "sk")) as merged:
        for number in range(count):
            key = {"pk": {"S": f"customer#{number % 1000}"}, "sk": {"N": str(number)}}
            images = ({**key, "v": {"S": letter * 300}} for letter in "ab")
            merged.add(WINDOW, key, *images)
        for change in merged.changes():
            parts.add(decided(change, change.incident, Taking(("pk", "sk"), 0)))
    parts.end()
    assert sum(each.items for each in files) == count, files
    status = Path('/proc/self/status').read_text()  # getrusage would tell of the parent, if it had more
    print(int(status.split('VmHWM:')[1].split()[0]) // 1024)
    """
)


def _peak(count: int) -> int:
    """MiB that a process of its own takes at most."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(count)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return int(done.stdout)


@pytest.mark.newest
@pytest.mark.slow
def test_it_is_bounded() -> None:
    small, large = (_peak(size) for size in SIZES)
    assert large - small < MOST_MORE_MIB
    assert large < MOST_MIB
