# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commands, run by /bin/sh with the identity of the cluster's machines.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-shellcommandactivity.html
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-software.html (the AWS CLI)

A command runs in an empty directory and sees nothing of the environment the embedded AWS was started in: PATH
leads to the AWS CLI of this Python and to the system's programs. Its ``date`` tells the real time, which the
clock of the embedded AWS may be ahead of.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.server.environment import HOST
from local_aws.services.emr import clusters
from local_aws.services.emr.steps import clients

from . import aws_cli
from .failures import FailedError

if TYPE_CHECKING:
    from .cluster import Cluster
    from .model import Node

PATIENCE_SECONDS = 60
SHOWN = 500
CODE = "ActivityFailed:amazonaws.datapipeline.taskrunner.TaskExecutionException"


def run(cluster: Cluster, attempt: Node, command: str, arguments: list[str]) -> None:
    """Run a command; FailedError if its exit status is not 0."""
    with tempfile.TemporaryDirectory(prefix="task-") as scratch:
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", command, "sh", *arguments],
                cwd=scratch, env=_environment(cluster, Path(scratch)), stdin=subprocess.DEVNULL,
                capture_output=True, check=False, timeout=PATIENCE_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise FailedError(
                CODE, f"The command took longer than {PATIENCE_SECONDS} real seconds."
            ) from error
    errors = done.stderr.decode(errors="replace")
    _write_logs(cluster, attempt, {"stdout": done.stdout, "stderr": done.stderr})
    if done.returncode:
        raise FailedError(
            CODE,
            f"Activity failed to complete: exit status {done.returncode}: {errors.strip()[-SHOWN:]}",
            f"amazonaws.datapipeline.taskrunner.TaskExecutionException: {errors}",
        )


def _environment(cluster: Cluster, scratch: Path) -> dict[str, str]:
    programs = scratch / ".bin"
    programs.mkdir()
    cli = programs / "aws"
    cli.write_text(aws_cli.program(), encoding="utf-8")
    cli.chmod(0o755)
    credentials = clusters.session(cluster.role, f"i-{cluster.id.removeprefix('j-').lower()}")
    return {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "AWS_ENDPOINT_URL": f"http://{HOST}:{os.environ['GATEWAY_PORT']}",
        "AWS_REGION": cluster.region,
        "AWS_DEFAULT_REGION": cluster.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        **{key.upper(): value for key, value in credentials.items()},
    }


def _write_logs(cluster: Cluster, attempt: Node, files: dict[str, bytes]) -> None:
    """Put what a command said where dp-viewing-logs says; that it could not must not hide how it ended."""
    uri = cluster.text("pipelineLogUri").rstrip("/")
    if not uri:
        return
    instance = attempt.references["@instanceParent"]
    place = f"{uri}/{cluster.pipeline.id}/{attempt.component.id}/{instance}/{attempt.id}"
    bucket, _slash, prefix = place.removeprefix("s3://").partition("/")
    s3 = clients(cluster)("s3")
    try:
        for name, content in files.items():
            s3.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=content)
    except ClientError as error:
        attempt.set(attemptStatus=f"The logs were lost: {error}")
