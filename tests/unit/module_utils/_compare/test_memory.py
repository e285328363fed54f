# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held in memory does not grow with the number of items."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.newest, pytest.mark.slow]

# The larger is beyond what drawers hold before they write to the disk.
SIZES = (50_000, 200_000)
# Python keeps some of what it has freed. The records alone of 150,000 items on two sides have 12 MB, three
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
# Everything differs, and goes into a file: both images of each lie on the disk in between.
DIFFERING = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import (
        comparison, gather_differences, gather_sides, lines,
    )
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import folder, read
    place, count = Path(sys.argv[1]), int(sys.argv[2])
    comparison.MOST_IN_MEMORY = 2_000
    sides = []
    for name, value in (("one", "as it was"), ("other", "ruined")):
        (place / name).mkdir()
        with (place / name / "items.json").open("w") as file:
            for number in range(count):
                file.write('{"Item":{"pk":{"S":"A#%d"},"v":{"S":"%s"}}}\\n' % (number, value * 10))
        reading = read.open_backup(folder.folder_source(place / name))
        sides.append(gather_sides.Files(reading, {"pk": "S"}))
    wanted = gather_differences.Wanted(all=True)
    with gather_differences.compared(*sides, wanted, lambda progress: None) as outcome:
        assert outcome.tally.changed == count, outcome.tally
        written = sum(1 for _each in lines.write(str(place / "all.jsonl"), {}, outcome.differing()))
        assert written == count, written
    status = Path('/proc/self/status').read_text()
    print(int(status.split('VmHWM:')[1].split()[0]) // 1024)
    """
)
# Whatever is compared.
MOST_MIB = 300


def _peak(folder: Path, count: int, script: str = SCRIPT) -> int:
    """MiB that a process of its own takes at most."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(count)],
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


def test_it_is_bounded_where_everything_differs(tmp_path: Path) -> None:
    """SQLite keeps 32 MiB of what it has written: from then on nothing grows."""
    small, large = (_peak(tmp_path / str(size), size, DIFFERING) for size in SIZES)
    assert large < MOST_MIB
    assert large - small < 40 + MOST_MORE_MIB
