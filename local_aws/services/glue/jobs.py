# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs of AWS Glue and their runs: what is asked of them, which states they have, how they are stopped.

https://docs.aws.amazon.com/glue/latest/webapi/API_CreateJob.html
https://docs.aws.amazon.com/glue/latest/webapi/API_StartJobRun.html
https://docs.aws.amazon.com/glue/latest/webapi/API_BatchStopJobRun.html
https://docs.aws.amazon.com/glue/latest/dg/job-run-statuses.html

Only what runs Python on Spark (glueetl), with a worker type and a number of workers, and once: triggers,
queued and flexible runs and retries are refused. What a run does is in runs.py.
"""

from __future__ import annotations

import contextvars
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id
from ministack.services import glue
from ministack.services.cloudformation import provisioners

from local_aws.server.answers import NotImitatedError, RefusedError, answering
from local_aws.services.iam import permissions

from . import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]
SERVICE = "glue.amazonaws.com"
# Of a job for which no version is given, since 2026.
DEFAULT_VERSION = "6.0"
# Minutes: two days before version 5.0, and eight hours from then on.
OLD_TIMEOUT, TIMEOUT = 2880, 480
AT_WORK = ("STARTING", "RUNNING", "STOPPING", "WAITING")
_IMITATED: Mapping[str, Any] = {
    "ExecutionClass": "STANDARD", "JobMode": "SCRIPT", "JobRunQueuingEnabled": False, "MaxRetries": 0,
}  # fmt: skip
_lock = threading.RLock()


def install() -> None:
    """ministack looks these up for each call; CloudFormation makes jobs by the same ones."""
    for name, operation in _OPERATIONS.items():
        setattr(glue, name, answering(_alone(operation)))
    provisioners._glue_job_fields = lambda properties: {
        name: value for name, value in properties.items() if name not in {"Name", "Tags"}
    }
    runs.install()


def _alone(operation: Callable[[Json], Json]) -> Callable[[Json], Json]:
    def answer(data: Json) -> Json:
        with _lock:
            return operation(data)

    return answer


def _create(data: Json) -> Json:
    name = data["Name"]
    if name in glue._jobs:
        raise RefusedError("AlreadyExistsException", f"Job with name: {name} already submitted")
    now = time.time()
    glue._jobs[name] = {"Name": name, **_checked(data), "CreatedOn": now, "LastModifiedOn": now}
    glue._job_runs[name] = []
    if data.get("Tags"):
        glue._tags[glue._arn("job", name)] = dict(data["Tags"])
    return {"Name": name}


def _update(data: Json) -> Json:
    """What is not named goes back to its default."""
    job = _job(data["JobName"])
    kept = {name: job[name] for name in ("Name", "CreatedOn")}
    glue._jobs[data["JobName"]] = {**kept, **_checked(data["JobUpdate"]), "LastModifiedOn": time.time()}
    return {"JobName": data["JobName"]}


def _checked(data: Json) -> Json:
    """The job as it is kept; RefusedError if AWS would not take it."""
    command, version = data["Command"], str(data.get("GlueVersion", DEFAULT_VERSION))
    for name, only in _IMITATED.items():
        if str(data.get(name, only)).lower() != str(only).lower():
            raise NotImitatedError(f"a job of Glue with {name} {data[name]}.")
    if command.get("Name") != "glueetl" or command.get("PythonVersion") != "3":
        raise NotImitatedError("a job of Glue that is not glueetl with the PythonVersion 3.")
    if not str(command.get("ScriptLocation", "")).startswith("s3://"):
        raise RefusedError("InvalidInputException", "ScriptLocation must be a path in Amazon S3.")
    if "MaxCapacity" in data:
        raise RefusedError(
            "InvalidInputException",
            "Please do not set Max Capacity if using Worker Type and Number of Workers.",
        )
    if "WorkerType" not in data or int(data.get("NumberOfWorkers", 0)) < 2:
        raise RefusedError("InvalidInputException", "A job needs a WorkerType, and 2 workers at least.")
    timeout = int(data.get("Timeout", OLD_TIMEOUT if version < "5.0" else TIMEOUT))
    kept = {name: value for name, value in data.items() if name not in {"Tags", "Name"}}
    return {
        **kept,
        "Role": _role(data["Role"]),
        "GlueVersion": version,
        "MaxRetries": 0,
        "NumberOfWorkers": int(data["NumberOfWorkers"]),
        "Timeout": timeout,
        "ExecutionProperty": {
            "MaxConcurrentRuns": int(data.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1))
        },
        "DefaultArguments": dict(data.get("DefaultArguments", {})),
    }


def _role(named: str) -> str:
    """The ARN of the role, which the caller must be allowed to pass, and Glue to assume."""
    arn = named if named.startswith("arn:") else f"arn:aws:iam::{get_account_id()}:role/{named}"
    decision = permissions.principal_allows(
        permissions.caller(), "iam:PassRole", arn, {"iam:PassedToService": SERVICE}
    )
    if not decision.allowed:
        raise RefusedError("AccessDeniedException", decision.message)
    if not permissions.role_trusts(arn, SERVICE):
        raise RefusedError(
            "InvalidInputException", "Role should be given assume role permissions for Glue Service."
        )
    return arn


def _get(data: Json) -> Json:
    return {"Job": _job(data["JobName"])}


def _delete(data: Json) -> Json:
    """One that is not there is deleted as well."""
    glue._jobs.pop(data["JobName"], None)
    glue._job_runs.pop(data["JobName"], None)
    return {"JobName": data["JobName"]}


def _start(data: Json) -> Json:
    job = _job(data["JobName"])
    if unknown := data.keys() - {"JobName", "Arguments", "NumberOfWorkers", "WorkerType", "Timeout"}:
        raise NotImitatedError(f"StartJobRun with {', '.join(sorted(unknown))}.")
    if ("NumberOfWorkers" in data) != ("WorkerType" in data):
        raise RefusedError("InvalidInputException", "NumberOfWorkers and WorkerType are given together.")
    before: list[Json] = glue._job_runs[job["Name"]]
    most = job["ExecutionProperty"]["MaxConcurrentRuns"]
    if sum(run["JobRunState"] in AT_WORK for run in before) >= most:
        raise RefusedError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job['Name']}")
    now, asked = time.time(), job | data
    run: Json = {
        "Id": f"jr_{secrets.token_hex(32)}", "Attempt": 0, "JobName": job["Name"], "JobMode": "SCRIPT",
        "StartedOn": now, "LastModifiedOn": now, "JobRunState": "STARTING",
        "Arguments": dict(data.get("Arguments", {})), "PredecessorRuns": [], "ExecutionTime": 0,
        "Timeout": int(asked["Timeout"]),
        "WorkerType": asked["WorkerType"],
        "NumberOfWorkers": int(asked["NumberOfWorkers"]),
        "LogGroupName": runs.log_groups(job, data.get("Arguments", {})),
        "GlueVersion": job["GlueVersion"], "ExecutionClass": "STANDARD",
    }  # fmt: skip
    before.append(run)
    scope = contextvars.copy_context()  # whose account it is
    work = threading.Thread(target=scope.run, args=(runs.run, dict(job), run), daemon=True)
    work.start()
    return {"JobRunId": run["Id"]}


def _get_run(data: Json) -> Json:
    _job(data["JobName"])
    return {"JobRun": dict(_run(data["JobName"], data["RunId"]))}


def _get_runs(data: Json) -> Json:
    """Newest first, in pages."""
    _job(data["JobName"])
    listed = glue._job_runs[data["JobName"]][::-1]
    begin = int(data.get("NextToken", 0))
    end = begin + int(data.get("MaxResults", 200))
    return {"JobRuns": [dict(run) for run in listed[begin:end]]} | (
        {"NextToken": str(end)} if end < len(listed) else {}
    )


def _stop(data: Json) -> Json:
    """Those that run are stopping; of the others it is told why they are not."""
    _job(data["JobName"])
    stopped, errors = [], []
    for found in data["JobRunIds"]:
        named = {"JobName": data["JobName"], "JobRunId": found}
        try:
            run = _run(data["JobName"], found)
            if run["JobRunState"] not in {"STARTING", "RUNNING"}:
                raise RefusedError(
                    "InvalidInputException", f"Job Run {found} is in the state {run['JobRunState']}"
                )
        except RefusedError as error:
            errors.append({**named, "ErrorDetail": {"ErrorCode": error.code, "ErrorMessage": str(error)}})
            continue
        run |= {"JobRunState": "STOPPING", "LastModifiedOn": time.time()}
        stopped.append(named)
    return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _job(name: str) -> Json:
    if name not in glue._jobs:
        raise RefusedError("EntityNotFoundException", f"Job with name: {name} is not found")
    job: Json = glue._jobs[name]
    return job


def _run(job: str, run_id: str) -> Json:
    runs_of: list[Json] = glue._job_runs[job]
    for run in runs_of:
        if run["Id"] == run_id:
            return run
    raise RefusedError("EntityNotFoundException", f"Job Run {run_id} is not found for job {job}")


_OPERATIONS: Mapping[str, Callable[[Json], Json]] = {
    "_create_job": _create, "_update_job": _update, "_get_job": _get, "_delete_job": _delete,
    "_start_job_run": _start, "_get_job_run": _get_run, "_get_job_runs": _get_runs,
    "_batch_stop_job_run": _stop,
}  # fmt: skip
