# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held in memory does not grow with the number of items, neither looked at nor found and written."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# All of them are found: as objects of Python they would have more than 100 MiB.
ITEMS = 100_000
MOST_MIB = 100
SCRIPT = textwrap.dedent(
    """
    import sys
    from datetime import datetime, timezone
    from pathlib import Path
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find import asked, gather, options
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.gather_states import State
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import folder, read
    place, file, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    line = b'{"Item":{"pk":{"S":"A#%d"},"v":{"N":"%d"},"text":{"S":"' + b"x" * 600 + b'"}}}\\n'
    with (place / "items.json").open("wb") as written:
        for number in range(count):
            written.write(line % (number, number))
    given = {name: each.get("default") for name, each in options.FIND.items()}
    given |= {"table": "orders", "where": "v >= `0`", "file": file}
    reading = read.open_backup(folder.folder_source(place))
    state = State("A", "export", datetime.now(timezone.utc), "here", reading, {"pk": "S"})
    lines = Lines("orders", lambda text: None, lambda: 0.0)
    found = gather.look(asked.read(given), [state], lines, write=True)
    assert (found["found"], len(found["samples"])) == (count, 20), found
    status = Path("/proc/self/status").read_text()  # getrusage would tell of the parent, if it had more
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
    """
)


@pytest.mark.newest
@pytest.mark.slow
def test_it_is_bounded(tmp_path: Path) -> None:
    place, found = tmp_path / "point", tmp_path / "found.csv"
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(place), str(found), str(ITEMS)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    assert int(done.stdout) < MOST_MIB
    with found.open("rb") as file:
        assert sum(1 for _line in file) == ITEMS + 1
