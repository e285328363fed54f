# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A load that is killed at any moment and called again until it is done: nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from local_aws.server.environment import environment
from tests.conftest import ROOT
from tests.unit.support.loading import EVERY_TYPE, export_files, numbered, spelled
from tests.unit.support.table_stub import TableStub, now_and_then, table_stub

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 5
ITEMS = numbered(4_000, **EVERY_TYPE)
SECONDS = 120


def begun(stub: TableStub, place: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / ".collections"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.support.load_process", str(place)],
        env={**os.environ, **environment(stub.url), "PYTHONPATH": path},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.newest
@pytest.mark.slow
def test_killed_again_and_again(tmp_path: Path) -> None:
    """After so many more items, by SIGKILL, while the table is busy."""
    for name, content in export_files(ITEMS, 8).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    chance = random.Random(8)
    repeated = 0
    with table_stub(delay=0.01, leaves=now_and_then(0.2)) as stub:
        for _kill in range(KILLS):
            wanted = sum(stub.puts.values()) + chance.randrange(len(ITEMS) // KILLS)
            loading = begun(stub, tmp_path)
            end = time.monotonic() + SECONDS
            while sum(stub.puts.copy().values()) <= wanted and time.monotonic() < end:
                time.sleep(0.001)
            assert loading.poll() is None, "it was done before it was killed"
            loading.kill()
            loading.communicate()
            repeated += stub.since_journal
        loading = begun(stub, tmp_path)
        told, _nothing = loading.communicate(timeout=SECONDS)
        assert (loading.returncode, told) == (0, str(len(ITEMS)))
        assert spelled(stub.items.values()) == spelled(ITEMS)
        # What was written after the last journal, and what was under way when that was written: 16 calls, and
        # as many batches of which something was left.
        assert len(ITEMS) <= sum(stub.puts.values()) <= len(ITEMS) + repeated + KILLS * 32 * 25
        assert stub.journals > KILLS
