# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run of a job of AWS Glue: its script, really run by a Spark on this machine, with the job's role.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html (--scriptLocation,
    --extra-py-files)
https://docs.aws.amazon.com/glue/latest/dg/monitor-continuous-logging.html (--custom-logGroup-prefix)
https://docs.aws.amazon.com/glue/latest/dg/getting-started-access.html (what the role of a job needs)

The script and its files are fetched with the role, so that it needs the rights. A script gets no region from
its surroundings, and of its arguments those that Glue takes for itself as well. Which Python has Spark, this
AWS is told (POST glue); without that, a run fails and says so. Whatever the workers are, two cores do the
work.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.core.responses import get_region

from local_aws.server import control
from local_aws.server.answers import NotImitatedError
from local_aws.server.environment import HOST
from local_aws.services.emr.clusters import session

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
LOG_GROUPS = "/aws-glue/jobs"
LOOK_SECONDS = 0.1
# What CloudWatch Logs takes of one message.
LONGEST_MESSAGE = 250_000
_CONFIGURED = (
    "--master local[2] --driver-memory 1g --conf spark.ui.enabled=false "
    "--conf spark.ui.showConsoleProgress=false "
    # A small job ends before it would be worth while to compile its code well.
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"
)
_log = logging.getLogger("local_aws.glue")
_spark: dict[str, str] = {}  # python, libraries, java_home


def install() -> None:
    control.route("POST", "glue", _told)


def _told(arguments: Json) -> dict[str, str]:
    """Without a Python, what was told before is forgotten."""
    _spark.clear()
    if not arguments["python"]:
        return {}
    if not Path(str(arguments["python"])).exists():
        raise ValueError(f"There is no Python at {arguments['python']}.")
    _spark.update({name: str(value) for name, value in arguments.items()})
    return dict(_spark)


def log_groups(job: Json, arguments: Json) -> str:
    """The beginning of the names of both log groups."""
    return str((job["DefaultArguments"] | arguments).get("--custom-logGroup-prefix", LOG_GROUPS))


def run(job: Json, record: Json) -> None:
    """Run to the end, whatever that is, and tell it in the record."""
    arguments = job["DefaultArguments"] | record["Arguments"]
    credentials = session(job["Role"], "GlueJobRunnerSession")
    client = _clients(credentials)
    with tempfile.TemporaryDirectory(prefix="glue-") as folder:
        try:
            command, environment = _prepared(job, arguments, client, Path(folder), record)
        except (ClientError, NotImitatedError) as error:
            _end(record, "FAILED", f"LAUNCH ERROR | {error}")
            return
        files = Path(folder, "output"), Path(folder, "error")
        with files[0].open("wb") as output, files[1].open("wb") as error_output:
            state = _watched(
                command, environment | _as_environment(credentials), folder, record, (output, error_output)
            )
        lines = [file.read_text(errors="replace") for file in files]
        _write_logs(client("logs"), record, dict(zip(("output", "error"), lines, strict=True)))
        _end(record, state, _reason(lines[1]) if state == "FAILED" else "")


def _prepared(
    job: Json, arguments: Json, client: Callable[[str], Any], folder: Path, record: Json
) -> tuple[list[str], dict[str, str]]:
    if not _spark:
        raise NotImitatedError("Spark, unless it was told of a Python that has it (POST /_local_aws/glue).")
    s3 = client("s3")
    script = _fetched(s3, arguments.get("--scriptLocation", job["Command"]["ScriptLocation"]), folder)
    named = filter(None, arguments.get("--extra-py-files", "").split(","))
    libraries = [str(_fetched(s3, each, folder)) for each in named]
    given = [part for name, value in arguments.items() for part in (name, value)]
    command = [_spark["python"], str(script), "--JOB_NAME", job["Name"], "--JOB_RUN_ID", record["Id"], *given]
    java = _spark.get("java_home", os.environ.get("JAVA_HOME", ""))
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder),
        "PYTHONPATH": os.pathsep.join([*libraries, _spark.get("libraries", "")]),
        "PYSPARK_PYTHON": _spark["python"], "PYSPARK_SUBMIT_ARGS": _CONFIGURED, "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder), "AWS_ENDPOINT_URL": _url(), **({"JAVA_HOME": java} if java else {}),
    }  # fmt: skip
    return command, environment


def _fetched(s3: Any, location: str, folder: Path) -> Path:
    bucket, _slash, key = location.removeprefix("s3://").partition("/")
    path = folder / key.rsplit("/", 1)[-1]
    path.write_bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return path


def _watched(
    command: list[str], environment: dict[str, str], folder: str, record: Json, outputs: tuple[Any, Any]
) -> str:
    """Start it, and wait until it has ended, or is to be stopped, or takes too long."""
    if record["JobRunState"] == "STOPPING":
        return "STOPPED"
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=outputs[0], stderr=outputs[1], start_new_session=True
    ) as process:
        if record["JobRunState"] == "STARTING":
            record |= {"JobRunState": "RUNNING", "LastModifiedOn": time.time()}
        while process.poll() is None:
            late = time.time() - record["StartedOn"] > record["Timeout"] * 60
            if late or record["JobRunState"] == "STOPPING":
                os.killpg(process.pid, 9)
                process.wait()
                return "TIMEOUT" if late else "STOPPED"
            time.sleep(LOOK_SECONDS)
    return "SUCCEEDED" if process.returncode == 0 else "FAILED"


def _end(record: Json, state: str, message: str) -> None:
    now = time.time()
    record |= {
        "JobRunState": state, "CompletedOn": now, "LastModifiedOn": now,
        "ExecutionTime": int(now - record["StartedOn"]), **({"ErrorMessage": message} if message else {}),
    }  # fmt: skip


def _reason(text: str) -> str:
    """The last line, which in Python has the error; one that a script ends itself with has no traceback."""
    last = text.strip().rsplit("\n", 1)[-1]
    return last if "Traceback (most recent call last)" in text else f"SystemExit: {last}"


def _write_logs(logs: Any, record: Json, written: dict[str, str]) -> None:
    """Glue loses the logs, and nothing else, when the role may not write them."""
    for name, text in written.items():
        group, stream = f"{record['LogGroupName']}/{name}", f"{record['Id']}-driver"
        try:
            try:
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
            except logs.exceptions.ResourceNotFoundException:
                logs.create_log_group(logGroupName=group)
                logs.create_log_stream(logGroupName=group, logStreamName=stream)
            event = {"timestamp": int(time.time() * 1000), "message": text[-LONGEST_MESSAGE:] or "-"}
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
        except ClientError as error:
            _log.warning("The logs of %s were lost: %s", record["Id"], error)


def _url() -> str:
    return f"http://{HOST}:{os.environ['GATEWAY_PORT']}"


def _clients(credentials: dict[str, Any]) -> Callable[[str], Any]:
    region = get_region()

    def client(service: str) -> Any:
        return boto3.session.Session().client(
            service,
            region_name=region,
            endpoint_url=_url(),
            config=Config(retries={"total_max_attempts": 1}),
            **credentials,
        )

    return client


def _as_environment(credentials: dict[str, str]) -> dict[str, str]:
    return {name.upper(): value for name, value in credentials.items()}
