# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held in memory does not grow with the number of items."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Both are beyond what drawers hold before they write to the disk.
SIZES = (50_000, 250_000)
# Python keeps some of what it has freed. The records alone of 200,000 items on two sides have 16 MB, three
# times as much as objects of Python.
MOST_MORE_MIB = 10
SCRIPT = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import comparison, gather
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import folder, read
    place, count = Path(sys.argv[1]), int(sys.argv[2])
    comparison.MOST_IN_MEMORY = 2_000
    with (place / "items.json").open("wb") as file:
        for number in range(count):
            file.write(b'{"Item":{"pk":{"S":"A#%d"},"v":{"N":"%d"}}}\\n' % (number, number))
    both = [read.open_backup(folder.folder_source(place)) for _side in range(2)]
    found = gather.compare_readings(*both, {"pk": "S"}, lambda progress: None)
    assert found.equal and found.same == count, found
    status = Path('/proc/self/status').read_text()  # getrusage would tell of the parent, if it had more
    print(int(status.split('VmHWM:')[1].split()[0]) // 1024)
    """
)


def _peak(folder: Path, count: int) -> int:
    """MiB that a process of its own takes at most."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(count)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return int(done.stdout)


def test_it_is_bounded(tmp_path: Path) -> None:
    small, large = (_peak(tmp_path / str(size), size) for size in SIZES)
    assert large - small < MOST_MORE_MIB
    assert large < 150
