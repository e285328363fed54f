# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Step Functions as strict as AWS: executions walked by our engine, definitions checked before they are kept.

Imitates the API reference of CreateStateMachine, StartExecution, StopExecution and ListExecutions
(docs.aws.amazon.com/step-functions/latest/apireference).
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
    request_scope,
)
from ministack.services import stepfunctions as sf
from ministack.services.cloudformation import provisioners

from local_aws.server import clock, silence

from . import deleting, logs, redrive, states
from .definition import mistakes
from .engine import execute, time_out
from .run import MAX_PAYLOAD, Run, finished_listeners, started_listeners, workers
from .tasks import add_services, refused_trust

Data = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Data], Response]

# Executions that StartExecution has recorded and whose threads have not begun.
_starting: set[str] = set()
_NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")
_CLOUDFORMATION = "AWS::StepFunctions::StateMachine"
_LOGGING = {"Level": "level", "IncludeExecutionData": "includeExecutionData", "Destinations": "destinations"}


def install() -> None:
    """Put the engine and the checks in ministack's place."""
    add_services()
    states.install()
    sf._run_execution = run_execution
    _wrap("_create_state_machine", _created)
    _wrap("_update_state_machine", _updated)
    _wrap("_delete_state_machine", deleting.deleted)
    _wrap("_describe_state_machine", deleting.described)
    _wrap("_start_execution", _started)
    _wrap("_stop_execution", _stopped)
    _wrap("_list_executions", _listed)
    sf._validate_state_machine_definition = _validated
    handlers = provisioners._RESOURCE_HANDLERS[_CLOUDFORMATION]
    handlers["create"] = _provisioned_create(handlers["create"])
    handlers["update"] = _provisioned_update(handlers["update"])
    handlers["delete"] = _provisioned_delete(handlers["delete"])
    clock.on_tick(_enforce_timeouts)
    clock.on_settle(lambda: workers.busy() or bool(_starting))
    finished_listeners.append(logs.execution_ended)
    redrive.install(go_on)
    silence.ends(sf._executions, _end)


def _refuse(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response


def _answer(data: Data) -> Response:
    response: Response = json_response(data)
    return response


def _wrap(name: str, around: Callable[[Handler, Data], Response]) -> None:
    original: Handler = getattr(sf, name)
    setattr(sf, name, lambda data: around(original, data))


def run_execution(arn: str) -> None:
    """Walk an execution that StartExecution has recorded."""
    record = sf._executions.get(arn)
    machine = sf._state_machines.get(record["stateMachineArn"]) if record else None
    if record is None or machine is None:
        return
    # It keeps what it was started with, whatever becomes of the machine.
    record.update(_definition=machine["definition"], _role=machine["roleArn"], _machine_name=machine["name"])
    record["_logging"] = machine["loggingConfiguration"]
    for listener in started_listeners:
        listener(record)
    go_on(record, "", json.loads(record["input"]), {})


def go_on(record: Data, start: str, data: Any, variables: Data) -> None:
    """Walk an execution from a state to its end."""
    definition, arn = json.loads(record["_definition"]), record["executionArn"]
    record["_deadline"] = time.time() + definition.get("TimeoutSeconds", float("inf"))
    ctx = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": arn, "Input": json.loads(record["input"]), "Name": record["name"],
            "RoleArn": record["_role"], "StartTime": record["startDate"],
            "RedriveCount": record.get("redriveCount", 0),
        },
        "StateMachine": {"Id": record["stateMachineArn"], "Name": record["_machine_name"]},
        "variables": dict(variables),
    }  # fmt: skip
    with (
        workers.counted(1),
        contextlib.suppress(sf._ExecutionError),
    ):  # recorded in the execution: its owner looks there
        _starting.discard(arn)
        execute(Run(record, record["_role"]), definition, data, ctx, start=start)


def _enforce_timeouts() -> None:
    now = time.time()
    for (account, region, arn), record in list(sf._executions.to_dict().items()):
        if record["status"] == "RUNNING" and record.get("_deadline", now) < now:
            with request_scope(account, region):
                time_out(Run(record, ""))
                _abort_children(arn)


def _end(arn: str) -> None:
    if sf._executions[arn]["status"] == "RUNNING":
        sf._stop_execution({"executionArn": arn})


def _abort_children(parent: str) -> None:
    runs = {run["mapRunArn"] for run in sf._map_runs.values() if run["executionArn"] == parent}
    for record in sf._executions.values():
        if record.get("mapRunArn") in runs:
            Run(record, "").close("ABORTED", "ExecutionAborted", "executionAbortedEventDetails")


def _created(original: Handler, data: Data) -> Response:
    refused = _refused_machine(data, new=True)
    return refused or original(data)


def _updated(original: Handler, data: Data) -> Response:
    refused = _refused_machine(data, new=False)
    return refused or original(data)


def _refused_machine(data: Data, *, new: bool) -> Response | None:
    name = data.get("name") or ""
    if new and not _NAME.fullmatch(name):
        return _refuse("InvalidName", f"Invalid Name: '{name}'")
    if new and (problem := deleting.refusal(_arn(name))):
        return _refuse("StateMachineDeleting", problem)
    if new and not data.get("roleArn"):
        return _refuse("ValidationException", "roleArn is required")
    if (new or "definition" in data) and (problems := mistakes(data.get("definition") or "")):
        text = "; ".join(f"{code}: {message} at {place}" for code, message, place in problems)
        return _refuse("InvalidDefinition", f"Invalid State Machine Definition: '{text}'")
    if problem := logs.refusal(data.get("loggingConfiguration")):
        return _refuse("InvalidLoggingConfiguration", problem)
    problem = _refused_role(data)
    return _refuse("AccessDeniedException", problem) if problem else None


def _arn(name: str) -> str:
    return f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{name}"


def _refused_role(data: Data) -> str:
    """A role is asked when a machine is created or changed: may it be assumed, may it write the log."""
    arn = data.get("stateMachineArn") or _arn(data.get("name", ""))
    known = sf._state_machines.get(arn, {})
    role = data.get("roleArn") or known.get("roleArn", "")
    if problem := refused_trust(role, arn):
        return problem
    return logs.refused_role(role, data.get("loggingConfiguration"))


def _validated(data: Data) -> Response:
    problems = [
        {"severity": "ERROR", "code": code, "message": message, "location": place}
        for code, message, place in mistakes(data.get("definition") or "")
    ]
    return _answer({"result": "FAIL" if problems else "OK", "diagnostics": problems, "truncated": False})


def _started(original: Handler, data: Data) -> Response:
    name, text = data.get("name"), data.get("input", "{}")
    if name is not None and not _NAME.fullmatch(name):
        return _refuse("InvalidName", f"Invalid Name: '{name}'")
    if len(text.encode()) > MAX_PAYLOAD:
        problem = "The state machine execution input exceeds the maximum size of 262144 bytes."
        return _refuse("InvalidExecutionInput", problem)
    try:
        json.loads(text)
    except ValueError as fault:
        return _refuse("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{fault}'")
    return _same_again(data) or _begun(original, data)


def _begun(original: Handler, data: Data) -> Response:
    data = {**data, "name": data.get("name") or new_uuid()}
    machine = sf._resolve_state_machine_arn(data.get("stateMachineArn", "")) or ""
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{data['name']}"
    if arn in sf._executions:
        return _refuse("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    _starting.add(arn)
    answer = original(data)
    if answer[0] != 200:
        _starting.discard(arn)
    return answer


def _same_again(data: Data) -> Response | None:
    """StartExecution is idempotent for a running execution of the same name and input."""
    machine = data.get("stateMachineArn", "")
    record = sf._executions.get(f"{machine.replace(':stateMachine:', ':execution:')}:{data.get('name')}")
    if record is None or record["status"] != "RUNNING" or record["input"] != data.get("input", "{}"):
        return None
    return _answer({"executionArn": record["executionArn"], "startDate": record["startDate"]})


def _stopped(original: Handler, data: Data) -> Response:
    answer = original(data)
    record = sf._executions.get(data.get("executionArn"))
    if answer[0] == 200 and record is not None:
        _abort_children(record["executionArn"])
        for listener in finished_listeners:
            listener(record)
    return answer


def _listed(original: Handler, data: Data) -> Response:
    machine = data.get("stateMachineArn")
    known = machine and (sf._resolve_state_machine_arn(machine) or deleting.is_going(machine))
    if machine and not known and "/" not in machine:
        problem = f"State Machine Does Not Exist: '{machine}'"
        return _refuse("StateMachineDoesNotExist", problem)
    return original({**data, "maxResults": data.get("maxResults") or 100})


def _provisioned_create(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(logical_id: str, props: Data, stack_name: str) -> Any:
        name = props.get("StateMachineName")
        name = name or provisioners._physical_name(stack_name, logical_id, max_len=80)
        return original(logical_id, _checked(props, name), stack_name)

    return create


def _provisioned_update(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(physical_id: str, old: Data, new: Data, stack_name: str, *more: Any) -> Any:
        name = new.get("StateMachineName") or physical_id.rsplit(":", 1)[1]
        return original(physical_id, old, _checked(new, name), stack_name, *more)

    return update


def _provisioned_delete(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(physical_id: str, props: Data) -> Any:
        deleting.begin(physical_id)
        return original(physical_id, props)

    return delete


def _checked(props: Data, name: str) -> Data:
    """The template's properties, refused as the resource handler refuses them."""
    logging = {
        _LOGGING.get(key, key): value for key, value in (props.get("LoggingConfiguration") or {}).items()
    }
    logging["destinations"] = [
        {"cloudWatchLogsLogGroup": {"logGroupArn": one["CloudWatchLogsLogGroup"]["LogGroupArn"]}}
        for one in logging.get("destinations", [])
    ]
    data = {
        "name": name, "roleArn": props.get("RoleArn"),
        "definition": provisioners._sfn_definition(props),
        "loggingConfiguration": logging if "LoggingConfiguration" in props else None,
    }  # fmt: skip
    refused = _refused_machine(data, new=True)
    if refused is not None:
        raise provisioners._sfn_service_error(refused)
    if "LoggingConfiguration" not in props:
        return props
    defaults = {"level": "OFF", "includeExecutionData": False}
    return {**props, "LoggingConfiguration": {**defaults, **logging}}
