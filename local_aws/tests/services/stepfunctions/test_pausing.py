# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Time does not go on while work is handed from one thread to others, however late these begin."""

from __future__ import annotations

import threading
import time
from concurrent.futures import wait
from typing import TYPE_CHECKING, Any

from local_aws.server.clock import Clock
from local_aws.services.stepfunctions import engine
from local_aws.services.stepfunctions.run import Run, workers

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

LATE = 0.05


def test_pieces_of_work_that_begin_late_and_are_noticed_late(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = []

    def background(work: Callable[..., None], *arguments: Any) -> None:
        threading.Timer(LATE, work, arguments).start()

    def wait_for(futures: Any, **how: Any) -> None:
        busy.append(workers.busy())
        wait(futures, **how)
        time.sleep(LATE)
        busy.append(workers.busy())

    monkeypatch.setattr(engine, "background", background)
    monkeypatch.setattr(engine, "wait_for", wait_for)
    with workers.counted(1):
        run = Run({"status": "RUNNING"}, "role")
        assert engine.together(run, [lambda _run: 1, lambda _run: 2], limit=2) == [1, 2]
    assert busy == [True, True]
    ends = time.monotonic() + 10
    while workers.busy() and time.monotonic() < ends:
        time.sleep(LATE)
    assert not workers.busy()


def test_whoever_pauses_waits_for_the_clock_before_and_after() -> None:
    clock, waiting = Clock(), []

    class Pausing:
        def __enter__(self) -> None:
            waiting.append(clock.waiting())

        def __exit__(self, *_ended: object) -> None:
            waiting.append(clock.waiting())

    clock.wait(0.01, pausing=Pausing())
    assert waiting == [1, 1]
    assert clock.waiting() == 0
