# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gives tables a first heartbeat with the module of the same name, and says for what it still waits."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status import arming
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.progress import tell

MODULE = "tablekeeper.dynamodb.first_heartbeat"
SECONDS_BETWEEN_LINES = 30


class ActionModule(ActionBase):
    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        variables = task_vars or {}
        timeout = float(self._task.args.get("wait_timeout", 900))
        start = time.monotonic()
        answer = self._call(timeout, {}, variables)
        begun = answer
        while answer.get("waiting") and not answer.get("failed"):
            waited = time.monotonic() - start
            left = [arming.Waiting(**each) for each in answer["waiting"]]
            if waited >= timeout:
                return {
                    **begun,
                    **answer,
                    "changed": True,
                    "failed": True,
                    "msg": arming.too_late(left, timeout),
                }
            tell([arming.progress(left, waited)], variables)
            more = {"execution_arns": begun["execution_arns"], "since": begun["since"]}
            answer = self._call(timeout - waited, more, variables)
        return {**answer, "changed": begun.get("changed", False)}

    def _call(self, rest: float, more: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        wait = {"wait_timeout": int(min(SECONDS_BETWEEN_LINES, max(rest, 0))), "fail_when_late": False}
        answer: dict[str, Any] = self._execute_module(
            module_name=MODULE, module_args={**self._task.args, **more, **wait}, task_vars=variables
        )
        return answer
