# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module and shows its lines while it works: they come through a file.

Modules return at their end, and a restore may take hours.
"""

from __future__ import annotations

import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.plugins.action import ActionBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.options import PROGRESS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.threads import ENDING
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.progress import explain, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 0.5


class ModuleWithLines(ActionBase):  # type: ignore[misc]  # Ansible brings no types
    """The action of a module that writes lines into the file that it is told."""

    module = ""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        with tempfile.TemporaryDirectory(prefix="tablekeeper-") as folder:
            path = Path(folder, "lines")
            path.touch()
            with shown(path, variables):
                answer: dict[str, Any] = self._execute_module(
                    module_name=self.module,
                    module_args={**self._task.args, PROGRESS: str(path)},
                    task_vars=variables,
                )
        explain(answer)
        answer.get("invocation", {}).get("module_args", {}).pop(PROGRESS, None)
        return answer


@contextmanager
def shown(path: Path, variables: dict[str, Any]) -> Iterator[threading.Thread]:
    """Show the lines of a file in a thread, which takes no signals.

    Python acts on a signal in its main thread. A Ctrl-C that this one had taken would not wake the main
    thread, which waits for the module, and the play would go on for as long as the module does.
    """
    ended = threading.Event()
    thread = threading.Thread(target=show, args=(path, ended, variables), daemon=True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield thread
    finally:
        ended.set()
        thread.join()


def show(path: Path, ended: threading.Event, variables: dict[str, Any]) -> None:
    """Show each line of a file soon after it was written, until the writer has ended."""
    with path.open(encoding="utf-8") as lines:
        begun = ""
        while True:
            is_last = ended.wait(SECONDS)
            begun += lines.read()
            *whole, begun = begun.split("\n")
            tell(whole, variables)
            if is_last:
                return
