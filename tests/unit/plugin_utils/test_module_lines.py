# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shows lines of a file while somebody else writes them."""

from __future__ import annotations

import re
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import module_lines, progress

if TYPE_CHECKING:
    import pytest


def test_lines_are_shown_while_the_module_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def display(line: str, **_options: Any) -> None:
        shown.append(line)

    monkeypatch.setattr(progress, "Display", lambda: SimpleNamespace(display=display))
    monkeypatch.setattr(module_lines, "SECONDS", 0.01)
    path, ended = tmp_path / "lines", threading.Event()
    path.touch()
    thread = threading.Thread(target=module_lines.show, args=(path, ended, {}))
    thread.start()
    with path.open("a", encoding="utf-8") as file:
        file.write("orders: one\norders: tw")
        file.flush()
        end = time.monotonic() + 10
        while not shown and time.monotonic() < end:
            time.sleep(0.01)
        assert shown == ["orders: one"]
        file.write("o\n")
    ended.set()
    thread.join(10)
    assert shown == ["orders: one", "orders: two"]


def test_signals_are_left_to_the_main_thread(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.touch()
    mine = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with module_lines.shown(path, {}) as thread:
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == mine
        status = Path(f"/proc/self/task/{thread.native_id}/status").read_text(encoding="utf-8")
    (blocked,) = re.findall(r"^SigBlk:\s*(\w+)$", status, re.MULTILINE)
    for each in (signal.SIGINT, signal.SIGTERM):
        assert int(blocked, 16) & 1 << each - 1
    assert not thread.is_alive()
