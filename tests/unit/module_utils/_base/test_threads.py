# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Signals are taken by the main thread alone."""

from __future__ import annotations

import signal

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.threads import thread_pool


def test_signals_are_left_to_the_main_thread() -> None:
    mine = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with thread_pool(1) as pool:
        theirs = pool.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()).result()
    assert theirs == mine | {signal.SIGINT, signal.SIGTERM}
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mine
