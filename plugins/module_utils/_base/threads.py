# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Threads that leave signals to the main one.

Python acts on a signal in its main thread. A Ctrl-C that another one had taken would not wake the main thread
where it waits for others, and a module that reads a table for hours would go on with nobody left to hear it.
"""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor

# What Python acts on in a module. No others: a program that gives credentials may be started by a thread, and
# begins with what this has blocked.
ENDING = (signal.SIGINT, signal.SIGTERM)


def thread_pool(count: int) -> ThreadPoolExecutor:
    """At most so many of them."""
    return ThreadPoolExecutor(count, initializer=_leave_signals)


def _leave_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
