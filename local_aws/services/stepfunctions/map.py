# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Map state, inline and distributed.

Imitates "Using Map state in Distributed mode", "Setting failure thresholds for Distributed Map states" and
"ResultWriter" (without one, a child's output stands in the result array, and a failed child's whole execution
record does; docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
ItemBatcher and ResultWriter are refused: nothing here imitates them.

"Redriving Map Runs" (redrive-map-run.html): the children that failed go on, those that were never started
start, and the results of the others stay. The machine's role needs states:RedriveExecution on its own
children.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ministack.core.responses import new_uuid, now_iso
from ministack.services import stepfunctions as sf

from local_aws.services.iam import permissions

from .engine import execute, inner, together, walk
from .items import item_input, items_of, number
from .run import Context, Json, Run, State, StoppedError, error, limited, reopen

MAX_INLINE_CONCURRENCY = 40
MAX_CHILD_THREADS = 1_000
_ZERO = dict.fromkeys(
    ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total", "resultsWritten",
     "failuresNotRedrivable", "pendingRedrive"), 0,
)  # fmt: skip


def run_map(run: Run, state: State, data: Json, ctx: Context) -> Json:
    """Work on every item; return the array of outputs."""
    processor = state.get("ItemProcessor") or state["Iterator"]
    items = items_of(state, data, ctx)
    if (processor.get("ProcessorConfig") or {}).get("Mode") == "DISTRIBUTED":
        return _MapRun(run, state, processor, data, ctx, items).perform()
    run.event("MapStateStarted", "mapStateStartedEventDetails", length=len(items))
    limit = int(number(state, "MaxConcurrency", data, ctx)) or MAX_INLINE_CONCURRENCY
    work = [partial(_iterate, state, processor, data, ctx, pair) for pair in enumerate(items)]
    results = together(run, work, min(limit, MAX_INLINE_CONCURRENCY))
    run.event("MapStateSucceeded")
    return results


def _iterate(
    state: State, processor: State, data: Json, ctx: Context, pair: tuple[int, Json], run: Run
) -> Json:
    index, item = pair
    scope = inner(ctx, Map={"Item": {"Index": index, "Value": item}})
    given = item_input(state, item, data, scope)
    about = {"name": ctx["State"]["Name"], "index": index}
    run.event("MapIterationStarted", "mapIterationStartedEventDetails", **about)
    output = walk(run, processor, given, scope)
    run.event("MapIterationSucceeded", "mapIterationSucceededEventDetails", **about)
    return output


@dataclass
class _MapRun:
    """One Map Run: its children run as executions of their own."""

    run: Run
    state: State
    processor: State
    data: Json
    ctx: Context
    items: list[Json]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def perform(self) -> list[Json]:
        for name in ("ItemBatcher", "ResultWriter"):
            if name in self.state:
                raise error("States.Runtime", f"{name} is not imitated by this embedded AWS.")
        self._authorise()
        if before := self._unfinished():
            self._redrive(before)
        else:
            self.record = self._open()
            about = {"mapRunArn": self.record["mapRunArn"]}
            self.run.event("MapRunStarted", "mapRunStartedEventDetails", **about)
        self.attempt = self.record["redriveCount"]
        limit = int(self.record["maxConcurrency"]) or MAX_CHILD_THREADS
        try:
            results = together(
                self.run, [partial(self._child, pair) for pair in enumerate(self.items)], limit
            )
        except StoppedError:
            self._close("ABORTED")
            raise
        except sf._ExecutionError as failure:
            self._close("FAILED")
            details = {"error": failure.error, "cause": failure.cause}
            self.run.event("MapRunFailed", "mapRunFailedEventDetails", **details)
            raise
        self._close("SUCCEEDED")
        self.run.event("MapRunSucceeded")
        return results

    def _authorise(self) -> None:
        # "Creating an IAM policy for Distributed Map": the machine's role starts the machine's own children.
        machine = self.run.record["stateMachineArn"]
        decision = permissions.role_allows(self.run.role, "states:StartExecution", machine, {})
        if not decision.allowed:
            raise error("States.Permissions", decision.message)

    def _open(self) -> dict[str, Any]:
        arn = self.run.record["stateMachineArn"].split(":")
        label = self.state.get("Label") or new_uuid()
        path, total = f"{arn[6]}/{label}", len(self.items)
        counts = {**_ZERO, "total": total, "pending": total}
        scope = ":".join(arn[:5])
        self.child_machine = f"{scope}:stateMachine:{path}"
        record = {
            "mapRunArn": f"{scope}:mapRun:{path}:{new_uuid()}",
            "executionArn": self.run.record["executionArn"], "status": "RUNNING", "startDate": now_iso(),
            "maxConcurrency": int(number(self.state, "MaxConcurrency", self.data, self.ctx)),
            "toleratedFailurePercentage": self._tolerated("Percentage"),
            "toleratedFailureCount": int(self._tolerated("Count")),
            "itemCounts": dict(counts), "executionCounts": dict(counts), "redriveCount": 0,
            "_stateMachineArn": self.child_machine, "_state": self.ctx["State"]["Name"], "_children": {},
        }  # fmt: skip
        sf._map_runs[record["mapRunArn"]] = record
        return record

    def _unfinished(self) -> dict[str, Any] | None:
        """The Map Run that a redriven execution was in; every other entry into the state is a new one."""
        if self.run.record.pop("_resuming", None) != self.ctx["State"]["Name"]:
            return None
        mine = [
            one
            for one in sf._map_runs.values()
            if (one["executionArn"], one["_state"])
            == (self.run.record["executionArn"], self.ctx["State"]["Name"])
        ]
        return mine[-1] if mine and mine[-1]["status"] != "SUCCEEDED" else None

    def _redrive(self, record: dict[str, Any]) -> None:
        again = [one for one in record["_children"].values() if one["status"] != "SUCCEEDED"]
        for child in again:
            decision = permissions.role_allows(
                self.run.role, "states:RedriveExecution", child["executionArn"]
            )
            if not decision.allowed:
                raise error("States.Permissions", decision.message)
        total = len(self.items)
        done = len(record["_children"]) - len(again)
        counts = {**_ZERO, "total": total, "succeeded": done, "pending": total - done}
        self.record, self.child_machine = record, record["_stateMachineArn"]
        record.update(
            status="RUNNING", stopDate=None, redriveCount=record["redriveCount"] + 1, redriveDate=now_iso(),
            itemCounts=dict(counts), executionCounts=dict(counts),
        )  # fmt: skip
        about = {"mapRunArn": record["mapRunArn"], "redriveCount": record["redriveCount"]}
        self.run.event("MapRunRedriven", "mapRunRedrivenEventDetails", **about)

    def _tolerated(self, unit: str) -> float:
        return number(self.state, f"ToleratedFailure{unit}", self.data, self.ctx)

    def _close(self, status: str) -> None:
        if self.record["redriveCount"] != self.attempt:
            return
        with self.lock:
            for counts in (self.record["itemCounts"], self.record["executionCounts"]):
                counts["aborted"] += counts["pending"] + counts["running"]
                counts["pending"] = counts["running"] = 0
        self.record.update(status=status, stopDate=now_iso())

    def _child(self, pair: tuple[int, Json], group: Run) -> Json:
        index, item = pair
        scope = inner(self.ctx, Map={"Item": {"Index": index, "Value": item}})
        given = item_input(self.state, item, self.data, scope)
        record = self.record["_children"].get(index)
        if record is not None and record["status"] == "SUCCEEDED":
            return json.loads(record["output"])
        if record is None:
            record = self.record["_children"][index] = self._child_record(given)
        else:
            reopen(record)
        start, data, variables = record.get("_at", ("", given, {}))
        child = Run(record, self.run.role, parent=group)
        ctx = {
            "QueryLanguage": self.ctx["QueryLanguage"],
            "Execution": {
                "Id": record["executionArn"], "Input": given, "Name": record["name"],
                "RoleArn": self.run.role, "StartTime": record["startDate"],
                "RedriveCount": record.get("redriveCount", 0),
            },
            "StateMachine": {"Id": self.child_machine, "Name": self.child_machine.rsplit(":", 1)[1]},
            # "Distributed Map states can't currently reference variables in outer scopes."
            "variables": dict(variables),
        }  # fmt: skip
        self._moved("pending", "running")
        try:
            output = execute(child, self.processor, data, ctx, start=start)
        except sf._ExecutionError:
            self._moved("running", "failed")
            self._tolerate()
            return _told(record)
        if record["status"] != "SUCCEEDED":
            child.close("ABORTED", "ExecutionAborted", "executionAbortedEventDetails")
            group.check()
            self._moved("running", "timedOut" if record["status"] == "TIMED_OUT" else "aborted")
            self._tolerate()
            return _told(record)
        self._moved("running", "succeeded")
        return output

    def _child_record(self, given: Json) -> dict[str, Any]:
        name, text = new_uuid(), limited(given, self.ctx["State"]["Name"])
        arn = f"{self.child_machine.replace(':stateMachine:', ':execution:')}:{name}"
        started = now_iso()
        event = {
            "id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": started,
            "executionStartedEventDetails": {"input": text, "roleArn": self.run.role},
        }  # fmt: skip
        record = {
            "executionArn": arn, "stateMachineArn": self.child_machine, "name": name, "status": "RUNNING",
            "startDate": started, "stopDate": None, "input": text, "inputDetails": {"included": True},
            "output": None, "outputDetails": {"included": True}, "mapRunArn": self.record["mapRunArn"],
            "events": [event], "testCase": "", "mockAttempts": {},
        }  # fmt: skip
        sf._executions[arn] = record
        return record

    def _moved(self, before: str, after: str) -> None:
        if self.record["redriveCount"] != self.attempt:
            return
        with self.lock:
            for counts in (self.record["itemCounts"], self.record["executionCounts"]):
                if counts[before]:
                    counts[before] -= 1
                    counts[after] += 1

    def _tolerate(self) -> None:
        """Fail the Map Run once more items have failed than it tolerates (none, unless told)."""
        counts = self.record["itemCounts"]
        failed = counts["failed"] + counts["timedOut"] + counts["aborted"]
        limits = []
        if "ToleratedFailureCount" in self.state or "ToleratedFailureCountPath" in self.state:
            limits.append(failed > self.record["toleratedFailureCount"])
        if "ToleratedFailurePercentage" in self.state or "ToleratedFailurePercentagePath" in self.state:
            limits.append(failed * 100 > self.record["toleratedFailurePercentage"] * counts["total"])
        if any(limits) or not limits:
            raise error(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )


def _told(record: dict[str, Any]) -> dict[str, Json]:
    """A failed child as the result array carries it: its execution, unchanged."""
    names = {
        "ExecutionArn": "executionArn", "Input": "input", "InputDetails": "inputDetails", "Name": "name",
        "Output": "output", "OutputDetails": "outputDetails", "StartDate": "startDate",
        "StateMachineArn": "stateMachineArn", "Status": "status", "StopDate": "stopDate",
        "Error": "error", "Cause": "cause",
    }  # fmt: skip
    return {told: record[key] for told, key in names.items() if record.get(key) is not None}
