# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job of one table, as its stack makes it: its name, what the stack is given, whether it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._aws import glue
from .apply_run import SCRIPT, upload
from .choose_engine import CORES

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .code import Code

WORKER_TYPE = "G.1X"


class JobNeededError(Exception):
    """The job is not there, or another: `stack` is what has to be deployed before the same call again."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"the job {job.name} has to be deployed first")
        self.stack = job.stack


@dataclass(frozen=True)
class Job:
    """The job that works at a table."""

    name: str  # of the stack as well
    table: str
    bucket: str
    code_folder: str
    workers: int
    kms_key_arn: str = ""

    @property
    def stack(self) -> dict[str, Any]:
        """What has to be deployed for it."""
        return {"name": self.name, "parameters": self.parameters}

    @property
    def parameters(self) -> dict[str, Any]:
        """Of its template, playbooks/templates/job.yaml."""
        return {
            "Table": self.table,
            "Bucket": self.bucket,
            "KmsKeyArn": self.kms_key_arn,
            "CodeFolder": self.code_folder,
            "WorkerType": WORKER_TYPE,
            "Workers": str(self.workers),
        }

    @property
    def slots(self) -> int:
        """How many tasks run at once, at most: one worker runs the driver."""
        return (self.workers - 1) * CORES


def require(aws: Aws, job: Job, code: Code) -> Job:
    """Bring the code, and have the job as it is asked for, or larger; JobNeededError if it is not there."""
    job = replace(job, code_folder=upload(aws, job.bucket, code))
    found = glue.get_job(aws("glue"), job.name)
    if found is None or not _serves(found, job):
        raise JobNeededError(job)
    return replace(job, workers=int(found["NumberOfWorkers"]))


def _serves(found: dict[str, Any], job: Job) -> bool:
    """Whether it runs this code, with enough machines."""
    script = f"s3://{job.bucket}/{job.code_folder}{SCRIPT}"
    is_code: bool = found["Command"].get("ScriptLocation") == script
    return is_code and int(found["NumberOfWorkers"]) >= job.workers
