# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module and shows its lines while it works: they come through a file.

Modules return at their end, and a restore may take hours.
"""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.options import PROGRESS
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.progress import explain, tell

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
            ended = threading.Event()
            shower = threading.Thread(target=show, args=(path, ended, variables), daemon=True)
            shower.start()
            try:
                answer: dict[str, Any] = self._execute_module(
                    module_name=self.module,
                    module_args={**self._task.args, PROGRESS: str(path)},
                    task_vars=variables,
                )
            finally:
                ended.set()
                shower.join()
        explain(answer)
        answer.get("invocation", {}).get("module_args", {}).pop(PROGRESS, None)
        return answer


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
