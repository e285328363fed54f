# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long the work of pipelines takes, and who is at it.

A cluster takes minutes to start and steps take minutes, in virtual time; here both are over after
``real_seconds`` of real time. What is told to be slow (``slow``, in virtual seconds) for more than a quarter
of an hour is over when the clock has been moved past it, and so are long delays between retries.
"""

from __future__ import annotations

import contextvars
import threading
import time
from typing import TYPE_CHECKING

from local_aws.server.clock import LONGEST_SHORTENED_WAIT

if TYPE_CHECKING:
    from collections.abc import Callable

START_SECONDS = 5 * 60
STEP_SECONDS = 60
_LOOK_SECONDS = 0.01

real_seconds = 0.02
slow: dict[str, dict[str, float]] = {}
_lock = threading.Lock()
_workers: dict[int, float] = {}  # by worker: until when it waits for the clock; 0 while it works
_names = iter(range(2**62))
_me = contextvars.ContextVar("local_aws_pipeline_worker", default=-1)


def spawn(work: Callable[[], None]) -> None:
    """Work in a thread of its own, in the caller's account and region."""
    context = contextvars.copy_context()
    with _lock:
        me = next(_names)
        _workers[me] = 0

    def run() -> None:
        _me.set(me)
        try:
            work()
        finally:
            with _lock:
                del _workers[me]

    threading.Thread(target=context.run, args=(run,), name="local-aws-pipeline", daemon=True).start()


def busy() -> bool:
    """Whether somebody works, or has waited long enough."""
    with _lock:
        return any(until <= time.time() for until in _workers.values())


def wait(stop: threading.Event, seconds: float) -> None:
    """Return when virtual time has passed, or when told to stop."""
    wait_until(stop, time.time() + seconds)


def wait_until(stop: threading.Event, until: float) -> None:
    """Return when a moment has come, or when told to stop."""
    short = until - time.time() <= LONGEST_SHORTENED_WAIT
    patience = time.monotonic() + (real_seconds if short else float("inf"))
    _workers[_me.get()] = 0 if short else until
    try:
        while time.time() < until and time.monotonic() < patience and not stop.wait(_LOOK_SECONDS):
            pass
    finally:
        _workers[_me.get()] = 0
