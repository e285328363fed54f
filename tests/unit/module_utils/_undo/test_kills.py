# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The execution of a plan that is killed at any moment, while others write, and called again and again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_log import Keeper
from tests.conftest import ROOT
from tests.unit.support.undo_runs import Incident
from tests.unit.support.undoing import digests, incident, item, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.client.fixtures import Account

KILLS = 4
BATCH = 40
CHANGES = incident(300, random.Random(5))
SECONDS = 120


def begun(ruined: Incident) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / ".collections"), os.environ.get("PYTHONPATH", "")])
    arguments = [ruined.bucket, ruined.made.table.name, ruined.made.id, str(BATCH)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.support.undo_process", *arguments],
        env={**os.environ, **ruined.account.env(), "PYTHONPATH": path},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def others_write(ruined: Incident) -> Iterator[list[int]]:
    """Items that the incident has not touched, over and over, until the end."""
    stop, written = threading.Event(), list[int]()

    def write() -> None:
        while not stop.is_set():
            number = 10_000 + len(written)
            put(ruined.client, [item(number, v={"N": "1"})])
            written.append(number)
            stop.wait(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield written
    finally:
        stop.set()
        writer.join()


@pytest.mark.newest
def test_killed_again_and_again(account: Account) -> None:
    """By SIGKILL, after so many more writes; nothing is written twice, and the log has all of it."""
    ruined = Incident(account, CHANGES)
    ours = digests(each.change.before or each.change.incident for each in CHANGES).keys()
    chance = random.Random(9)
    with others_write(ruined) as others:
        for _kill in range(KILLS):
            done = sum(key in ours for key in ruined.writes())
            wanted = done + chance.randrange(1, len(CHANGES) // KILLS // 2)
            running = begun(ruined)
            end = time.monotonic() + SECONDS
            while sum(key in ours for key in ruined.writes()) < wanted and time.monotonic() < end:
                assert running.poll() is None, "it was done before it was killed"
                time.sleep(0.05)
            running.kill()
            running.communicate()
        running = begun(ruined)
        _out, told = running.communicate(timeout=SECONDS)
        assert running.returncode == 0, told
    expected = [*(each.change.before for each in CHANGES), *(item(number, v={"N": "1"}) for number in others)]
    assert ruined.now() == digests(expected)
    writes = ruined.writes()
    assert {key: writes[key] for key in ours} == dict.fromkeys(ours, 1)
    assert len(writes) == len(ours) + len(others)
    keeper = Keeper(Aws(account.client), ruined.bucket, ruined.made.folder)
    logged = [
        written
        for batch in keeper.read_done()
        for file in batch.data
        for written in keeper.read_written(file)
    ]
    assert [key for key, _image in logged] == [each.change.key for each in CHANGES]
