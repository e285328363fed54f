# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The clock of the embedded AWS, which can be moved forward.

Every ``time.time()`` and ``datetime.now()`` of the server process reads this clock. It ticks at the real
pace; ``advance`` moves it in steps and lets the services act after each (schedules fire, alarms are
evaluated), as they would have while that time passed. Waits inside services end when the virtual clock has
passed them, or, when they are short enough to be somebody's polling interval, after a small part of their
real length.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import time_machine
from ministack.core import sigv4

from . import control

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

STEP_SECONDS = 30 * 60
# Whoever waits is told when the clock is moved: a thousand that looked by themselves would do nothing else.
LONGEST_SLEEP = 60
TICK_SECONDS = 1.0
# Longer waits are somebody's schedule, not a polling interval: only the moved clock ends them.
LONGEST_SHORTENED_WAIT = 15 * 60
SHORTEST_WAIT = 0.05
SETTLE_SECONDS = 10.0

_log = logging.getLogger("local_aws.clock")


class Clock:
    def __init__(self) -> None:
        self.wait_scale = 0.02
        self._hooks: list[Callable[[], None]] = []
        self._busy: list[Callable[[], bool]] = []
        self._moved = threading.Condition()
        self._ticking = threading.RLock()
        self._wakes: dict[int, float] = {}
        self._time: Any = None

    def start(self) -> None:
        """Take over the process's time and start ticking."""
        self._time = time_machine.travel(time.time(), tick=True).start()
        threading.Thread(target=self._tick, name="local-aws-clock", daemon=True).start()

    def on_tick(self, callback: Callable[[], None]) -> None:
        """Call back about every real second and after each step of an advance, never twice at once."""
        self._hooks.append(callback)

    def on_settle(self, busy: Callable[[], bool]) -> None:
        """Between two steps an advance waits while this answers true, up to 10 real seconds."""
        self._busy.append(busy)

    def waiting(self) -> int:
        """How many threads are inside ``wait``: work that only time can move."""
        return len(self._wakes)

    def wait(
        self,
        seconds: float,
        *,
        real_seconds: float | None = None,
        over: Callable[[], bool] = lambda: False,
        pausing: AbstractContextManager[None] | None = None,
    ) -> None:
        """Return when the virtual clock has passed ``seconds``.

        A wait of up to 15 virtual minutes also ends after ``real_seconds``, by default its length times the
        wait scale. Where ``over`` answers true, nobody waits any more when the clock is moved next. Whoever
        is ``pausing`` meanwhile is known to the clock as waiting before and after, so never as neither.
        """
        if real_seconds is None:
            real_seconds = max(SHORTEST_WAIT, seconds * self.wait_scale)
        wakes_at = time.time() + seconds
        patience_ends = time.monotonic() + (
            real_seconds if seconds <= LONGEST_SHORTENED_WAIT else float("inf")
        )
        with self._moved:
            self._wakes[threading.get_ident()] = wakes_at
            try:
                with pausing or nullcontext():
                    while (
                        left := min(wakes_at - time.time(), patience_ends - time.monotonic())
                    ) > 0 and not over():
                        self._moved.wait(min(left, LONGEST_SLEEP))
            finally:
                del self._wakes[threading.get_ident()]

    def advance(self, seconds: float, longest_step: float = STEP_SECONDS) -> None:
        """Move forward in steps, of 30 virtual minutes unless told otherwise; the hooks run after each."""
        if seconds < 0:
            raise ValueError("The clock only moves forward: give advance_seconds of 0 or more.")
        if seconds:
            self._settle()  # what is at work now must not be surprised by the time it took
        while seconds > 0:
            step = min(seconds, longest_step)
            seconds -= step
            with self._ticking:
                with self._moved:
                    self._time.shift(step)
                    self._moved.notify_all()
                self._run_hooks()
            self._settle()

    def _settle(self) -> None:
        """Let those whose waits are over work before time goes on; two quiet looks in a row mean settled."""
        gives_up_at = time.monotonic() + SETTLE_SECONDS
        quiet = 0
        while quiet < 2 and time.monotonic() < gives_up_at:
            quiet = 0 if self._unsettled() else quiet + 1
            time.sleep(0.005)

    def _unsettled(self) -> bool:
        with self._moved:
            woken = any(wakes_at <= time.time() for wakes_at in self._wakes.values())
        return woken or any(busy() for busy in self._busy)

    def _tick(self) -> None:
        while True:
            time.sleep(TICK_SECONDS)
            with self._ticking:
                self._run_hooks()

    def _run_hooks(self) -> None:
        for hook in list(self._hooks):
            try:
                hook()
            except Exception:  # one service's bug must not stop the others' time; it is in the log
                _log.exception("A hook of the clock failed.")


_clock = Clock()
on_tick = _clock.on_tick
on_settle = _clock.on_settle
waiting = _clock.waiting
wait = _clock.wait
advance = _clock.advance


def install() -> None:
    _clock.start()
    # Clients sign with the real time, so that how far the two clocks are apart says nothing here.
    sigv4.request_time_failure = lambda _: None
    control.route("GET", "clock", lambda _: _state())
    control.route("POST", "clock", _control)


def _control(arguments: dict[str, Any]) -> dict[str, Any]:
    known = {"advance_seconds", "step_seconds", "wait_scale"}
    if unknown := set(arguments) - known:
        raise ValueError(f"The clock knows {', '.join(sorted(known))}, not {sorted(unknown)}.")
    _clock.wait_scale = float(arguments.get("wait_scale", _clock.wait_scale))
    advance(float(arguments.get("advance_seconds", 0)), float(arguments.get("step_seconds", STEP_SECONDS)))
    return _state()


def _state() -> dict[str, Any]:
    now = datetime.now(UTC)
    text = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"now": text, "epoch": now.timestamp(), "wait_scale": _clock.wait_scale}
