# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Glue, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Mapping

BUSY = "ConcurrentRunsExceededException"
GONE = "EntityNotFoundException"


def get_job(client: Any, job: str) -> dict[str, Any] | None:
    """The job of a name, None if there is none."""
    try:
        found: dict[str, Any] = client.get_job(JobName=job)["Job"]
    except is_boto3_error_code(GONE):
        return None
    return found


def start_job_run(client: Any, job: str, arguments: Mapping[str, str]) -> str:
    """The id of a new run; BUSY if as many run as the job allows."""
    return str(client.start_job_run(JobName=job, Arguments=dict(arguments))["JobRunId"])


def get_job_run(client: Any, job: str, run: str) -> dict[str, Any] | None:
    """A run with its JobRunState, None if there is none."""
    try:
        found: dict[str, Any] = client.get_job_run(JobName=job, RunId=run)["JobRun"]
    except is_boto3_error_code(GONE):
        return None
    return found


def stop_job_run(client: Any, job: str, run: str) -> str:
    """Have a run stopped; returned is why it is not, empty if it will be."""
    answer = client.batch_stop_job_run(JobName=job, JobRunIds=[run])
    errors = [each.get("ErrorDetail", {}).get("ErrorMessage", "") for each in answer.get("Errors", ())]
    return str(errors[0] or "AWS Glue does not say why") if errors else ""
