# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Has a job do something on many machines: brings it the code, starts it, and tells what came of it.

A run that this process started, or one before it that was killed, is followed alike: its id lies beside its
request. Who ends this process from outside (Ctrl-C, SIGTERM) has the run stopped as well.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

from .._aws import glue, s3
from .._model.progress import Progress
from . import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._aws.client import Aws
    from .._model.progress import Tell
    from .code import Code
    from .document import Request

# Where the code lies in the store's bucket, below a folder that is named after its content.
CODE = "undo/code/"
SCRIPT, LIBRARY, RUN = "job.py", "tablekeeper.zip", "run.json"
# https://docs.aws.amazon.com/glue/latest/dg/job-run-statuses.html
AT_WORK = frozenset({"STARTING", "RUNNING", "STOPPING", "WAITING"})
WAITING = {
    "STARTING": "AWS Glue starts the machines", "WAITING": "AWS Glue waits for machines",
    "STOPPING": "AWS Glue stops it", "RUNNING": "",
}  # fmt: skip
ENDED = {
    "STOPPED": "somebody stopped it", "TIMEOUT": "it took longer than its job allows",
    "ERROR": "AWS Glue could not run it", "EXPIRED": "it waited for machines for too long",
}  # fmt: skip


class JobError(Exception):
    """Why a job did not do what it was asked, in a sentence."""


@dataclass(frozen=True)
class Follow:
    """How a run is waited for."""

    tell: Tell
    wait: Callable[[str, str], None]  # told the phase and what AWS is doing
    seconds: float = 10.0  # between two looks
    sleep: Callable[[float], None] = time.sleep


def upload(aws: Aws, bucket: str, code: Code) -> str:
    """Bring the code into the bucket, unless it is there; returned is the folder that it lies in.

    What lies there is compared: who may write there decides what the job does with the table.
    """
    client, folder = aws("s3"), f"{CODE}{code.sha256}/"
    for name, content in ((SCRIPT, code.script), (LIBRARY, code.library)):
        found = s3.get_object(client, bucket, folder + name)
        if found is None:
            s3.put_object(client, bucket, folder + name, content)
        elif found.read() != content:
            raise JobError(
                f"s3://{bucket}/{folder}{name} is not the code that its name says: somebody has changed it. "
                "Find out who may write there, delete the object, and run this again."
            )
    return folder


def run(aws: Aws, job: str, request: Request, follow: Follow) -> dict[str, Any]:
    """What the job makes of a request. One that is at work on the same request is followed instead."""
    place, text = request.folder + RUN, document.to_json(request)
    digest = hashlib.sha256(document.to_json(replace(request, moment=0))).hexdigest()
    run_id = _at_work(aws, job, _read(aws, request.bucket, place), digest)
    if not run_id:
        s3.put_object(aws("s3"), request.bucket, request.folder + document.REQUEST, text)
        run_id = _start(aws, job, request)
        told = json.dumps({"job": job, "run": run_id, "request": digest}).encode()
        s3.put_object(aws("s3"), request.bucket, place, told)
    try:
        ended = _ended(aws, job, run_id, request, follow)
    except KeyboardInterrupt:
        _stop(aws, job, run_id)
        raise
    return _result(aws, request, ended, job)


def _at_work(aws: Aws, job: str, told: dict[str, Any], digest: str) -> str:
    """The run of the same request that has not ended, if there is one."""
    if told.get("request") != digest or told.get("job") != job:
        return ""
    found = glue.get_job_run(aws("glue"), job, told["run"])
    return told["run"] if found and found["JobRunState"] in AT_WORK else ""


def _start(aws: Aws, job: str, request: Request) -> str:
    location = f"s3://{request.bucket}/{request.folder}{document.REQUEST}"
    try:
        return glue.start_job_run(aws("glue"), job, {"--request": location, "--region": request.region})
    except is_boto3_error_code(glue.BUSY):
        raise JobError(
            f"The job {job} is at work on another request for this table. Wait until it has ended, or stop "
            f"it: aws glue get-job-runs --job-name {job} tells which it is."
        ) from None
    except is_boto3_error_code(glue.GONE):
        raise JobError(f"There is no job {job} in AWS Glue: its stack of the same name makes it.") from None


def _ended(aws: Aws, job: str, run_id: str, request: Request, follow: Follow) -> dict[str, Any]:
    began = time.monotonic()
    while True:
        found = glue.get_job_run(aws("glue"), job, run_id)
        if found is None:
            raise JobError(
                f"AWS Glue knows nothing of the run {run_id} any more: somebody deleted the job {job}."
            )
        state = found["JobRunState"]
        if state not in AT_WORK:
            return found
        if waiting := WAITING[state]:
            follow.wait(request.work, waiting)
        else:
            told = _read(aws, request.bucket, request.folder + document.PROGRESS)
            follow.tell(_progress(request, told, time.monotonic() - began))
        follow.sleep(follow.seconds)


def _progress(request: Request, told: dict[str, Any], seconds: float) -> Progress:
    """The job notes items: those of exports that were read, then those that were planned or written."""
    images = request.images
    windows = [file for window in images.windows for file in window.files]
    total = sum(file.items for file in (*windows, *images.before, *images.incident, *images.now))
    read, done = told.get(document.READ, 0), told.get(document.DONE, 0)
    if read < total:
        return Progress("reading the exports", read, 0, total, None, seconds)
    planned = sum(file.items for file in request.plan) or None
    return Progress(document.PHASES[request.work], done, 0, planned, None, seconds)


def _stop(aws: Aws, job: str, run_id: str) -> None:
    if why := glue.stop_job_run(aws("glue"), job, run_id):
        raise JobError(
            f"This was ended from outside, and the run {run_id} of the job {job} is still at work: {why}. "
            f"Stop it with aws glue batch-stop-job-run --job-name {job} --job-run-ids {run_id}"
        )


def _result(aws: Aws, request: Request, ended: dict[str, Any], job: str) -> dict[str, Any]:
    state, told = ended["JobRunState"], _read(aws, request.bucket, request.folder + document.RESULT)
    if state == "SUCCEEDED":
        if told.get("request") != request.folder or "failed" in told:
            raise JobError(
                f"The job {job} succeeded and left no result in s3://{request.bucket}/{request.folder}."
            )
        return told
    why = ENDED.get(state) or told.get("failed") or ended.get("ErrorMessage") or "AWS Glue does not say why"
    logs = f"{ended.get('LogGroupName', '/aws-glue/jobs')}/error"
    raise JobError(
        f"The job {job} ended as {state}: {str(why).rstrip('.')}. Its log is in {logs} ({ended['Id']})."
    )


def _read(aws: Aws, bucket: str, key: str) -> dict[str, Any]:
    body = s3.get_object(aws("s3"), bucket, key)
    found: dict[str, Any] = json.loads(body.read()) if body else {}
    return found
