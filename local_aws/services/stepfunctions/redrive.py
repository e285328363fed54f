# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executions that go on where they failed: RedriveExecution.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html: what did not succeed goes on
for 14 days from the state that it was in, with the definition and the variables it had, and its time starts
anew. A Fail state fails again. Map Runs: see map.py.

Not imitated, and refused: executions, and children of a Map Run, that ended within a Parallel or an inline
Map state, of which AWS repeats only the branches that failed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ministack import app
from ministack.services import stepfunctions as sf

from local_aws.server.answers import Answer, NotImitatedError, RefusedError, answering

from .engine import background
from .run import MAX_EVENTS, reopen

Data = dict[str, Any]
GoOn = Callable[[Data, str, Any, Data], None]
REDRIVABLE_SECONDS = 14 * 86_400


def install(go_on: GoOn) -> None:
    """Answer RedriveExecution; what it reopens walks on by ``go_on``."""
    handle, describe = app.SERVICE_HANDLERS["states"], sf._describe_execution
    redrive = answering(lambda data: _redrive(go_on, data))

    async def handling(method: str, path: str, headers: Data, body: bytes, query: Data) -> Answer:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return redrive(json.loads(body or b"{}"))
        answer: Answer = await handle(method, path, headers, body, query)
        return answer

    def describing(data: Data) -> Answer:
        status, headers, body = describe(data)
        record = sf._executions.get(data.get("executionArn"))
        if status != 200 or record is None:
            return status, headers, body
        return status, headers, json.dumps({**json.loads(body), **_told(record)}).encode()

    app.SERVICE_HANDLERS["states"] = handling
    sf._describe_execution = describing


def _told(record: Data) -> Data:
    reason = _refusal(record)
    told = {
        "redriveCount": record.get("redriveCount", 0),
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
    }
    if "mapRunArn" in record and not reason:
        told["redriveStatus"] = "REDRIVABLE_BY_MAP_RUN"
    date = {"redriveDate": record["redriveDate"]} if "redriveDate" in record else {}
    return told | date | ({"redriveStatusReason": reason} if reason else {})


def _redrive(go_on: GoOn, data: Data) -> Data:
    arn = data.get("executionArn", "")
    record = sf._executions.get(arn)
    if record is None:
        raise RefusedError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    reason = _refusal(record)
    if "mapRunArn" in record and not reason:
        reason = "Execution is redrivable by its Map Run"
    if reason:
        raise RefusedError(
            "ExecutionNotRedrivable", f"Execution is not redrivable: '{arn}'. Reason: {reason}."
        )
    definition = json.loads(record["_definition"])
    start, given, variables = record.get("_at", ("", json.loads(record["input"]), {}))
    _refuse_branches(record, definition, start)
    record["_resuming"] = start
    reopen(record)
    background(go_on, record, start, given, variables)
    return {"redriveDate": datetime.fromisoformat(record["redriveDate"]).timestamp()}


def _refusal(record: Data) -> str:
    """Why AWS does not redrive an execution, in its words; empty if it does."""
    if record["status"] in {"RUNNING", "SUCCEEDED"}:
        return f"Execution is {record['status']} and cannot be redriven"
    if record.get("_machine_deleted") or ("_definition" not in record and "mapRunArn" not in record):
        return "State machine is in DELETING status"
    if time.time() - datetime.fromisoformat(record["stopDate"]).timestamp() > REDRIVABLE_SECONDS:
        return "Execution redrivable period exceeded"
    return "Execution history event limit exceeded" if len(record["events"]) >= MAX_EVENTS - 1 else ""


def _refuse_branches(record: Data, definition: Data, start: str) -> None:
    state = definition["States"].get(start, {})
    if _has_branches(state):
        raise NotImitatedError(f"an execution that ended within {start} cannot be redriven.")
    processor = state.get("ItemProcessor") or state.get("Iterator") or {}
    for child in _children(record, start):
        at = child.get("_at", ("",))[0]
        if child["status"] != "SUCCEEDED" and _has_branches(processor.get("States", {}).get(at, {})):
            raise NotImitatedError(f"a child that ended within {at} cannot be redriven.")


def _has_branches(state: Data) -> bool:
    processor = state.get("ItemProcessor") or state.get("Iterator") or {}
    inline = (processor.get("ProcessorConfig") or {}).get("Mode") != "DISTRIBUTED"
    return state.get("Type") == "Parallel" or (state.get("Type") == "Map" and inline)


def _children(record: Data, state: str) -> Iterator[Data]:
    for one in sf._map_runs.values():
        if (one["executionArn"], one["_state"]) == (record["executionArn"], state):
            yield from one["_children"].values()
