# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starts backups with the module run, then asks run_progress again and again how they get on."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import TableResult
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run import options as known
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.progress import (
    Progress,
    conclusion,
    lacking,
)
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.progress import explain, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = "tablekeeper.dynamodb.run"
LOOK = "tablekeeper.dynamodb.run_progress"
LOOKS_THAT_MAY_FAIL = 5


class ActionModule(ActionBase):
    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        self._vars = task_vars or {}
        options = wait_options(self._task.args)
        begun = self._call(START, self._task.args)
        if begun.get("failed"):
            explain(begun)
            return begun if "msg" in begun else {**begun, **unknown(begun, self._task.args)}
        self._tell(f"{name}: left to another target" for name in begun["elsewhere"])
        if self._task.check_mode:
            self._tell([begun["msg"]])
            return begun
        runs = begun["runs"]
        progress = Progress([table for run in runs for table in run["tables"]], time.monotonic)
        try:
            trouble = self._follow(runs, progress, options)
        except Exception as error:  # whatever it is, the backups go on, and whoever asked for them is to know
            explain({"traceback": traceback.format_exc()})
            trouble = f"An error that was not expected, {error!r}"
        begun.update(outcome(begun, progress, options, trouble))
        return begun

    def _call(self, module: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = self._execute_module(
            module_name=module, module_args=dict(arguments), task_vars=self._vars
        )
        return result

    def _follow(self, runs: list[dict[str, Any]], progress: Progress, options: Mapping[str, Any]) -> str:
        """Tell what becomes of the runs; returns why they could not be seen to their end, if so."""
        self._tell(progress.begin())
        self._tell(progress.update(not_started(runs)))
        watched = {run["execution"]: run for run in runs if run["execution"]}
        common = {name: value for name, value in self._task.args.items() if name not in known.START}
        watches = [
            {"execution": arn, "tables": run["tables"], "engine": run["engine"]}
            for arn, run in watched.items()
        ]
        failures = 0
        while options["wait"] and progress.running and progress.elapsed < options["wait_timeout"]:
            time.sleep(max(0.0, min(options["wait_sleep"], options["wait_timeout"] - progress.elapsed)))
            answer = self._call(LOOK, {**common, "watches": watches})
            if answer.get("failed"):
                failures += 1
                self._tell([f"cannot see how the backups get on: {failure(answer)}"])
                explain(answer)
                if failures == LOOKS_THAT_MAY_FAIL:
                    return failure(answer)
                continue
            failures = 0
            for look in answer["looks"]:
                watched[look["watch"]["execution"]]["state"] = look["state"]
            watches = [look["watch"] for look in answer["looks"] if not look["ended"]]
            found = [TableResult(**result) for look in answer["looks"] for result in look["results"]]
            self._tell(progress.update(found))
        return ""

    def _tell(self, lines: Iterable[str]) -> None:
        tell(lines, self._vars)


def wait_options(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The options that concern the wait, in their types and with their defaults."""
    given = {name: value for name, value in arguments.items() if name in known.WAIT}
    validated = ArgumentSpecValidator(known.WAIT).validate(given)
    if validated.error_messages:
        raise AnsibleActionFail("; ".join(validated.error_messages))
    options: dict[str, Any] = validated.validated_parameters
    if options["wait_sleep"] <= 0:
        raise AnsibleActionFail(f"wait_sleep is {options['wait_sleep']:g}: give a number above 0.")
    return options


def unknown(begun: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What there is to tell when the module died, which it may have done after it had started backups."""
    told = failure(begun).rstrip(".")
    if "ansible_python_interpreter" in told:  # where it never began
        return {"msg": f"{told}."}
    return {
        "msg": f"{told}. Backups may have been started all the same: the status playbook tells.",
        "unfinished_tables": list(arguments.get("tables") or arguments.get("listed") or ()),
    }


def not_started(runs: Iterable[Mapping[str, Any]]) -> list[TableResult]:
    """The results of tables whose state machine could not be started."""
    return [
        TableResult(table, ok=False, error=run["state"], cause=run["cause"])
        for run in runs
        if not run["execution"]
        for table in run["tables"]
    ]


def outcome(
    begun: Mapping[str, Any], progress: Progress, options: Mapping[str, Any], trouble: str
) -> dict[str, Any]:
    """What the task returns."""
    lacks = lacking(begun["not_deployed"])
    told = [conclusion(progress, waited=options["wait"])] if progress.tables else []
    told += [f"The last look at them failed: {trouble}"] if trouble else []
    left = [f"Nothing to do here: {', '.join(begun['elsewhere'])} left to another target."]
    succeeded = not progress.failed and not (options["wait"] and progress.running) and not lacks
    return {
        "failed": options["fail_on_failed_tables"] and not succeeded,
        "succeeded": succeeded,
        "msg": " ".join([*told, *lacks] or left),
        "tables": progress.states(),
        "failed_tables": [result.table for result in progress.failed],
        "unfinished_tables": progress.running,
    }
