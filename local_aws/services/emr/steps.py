# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A step on a cluster: the DynamoDB connector's tools, with the cluster's identity, and the logs it leaves.

https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-manage-view-web-log-files.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emractivity.html (step)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-hadoop-emr-6-1.html (copy-jars script)
https://github.com/awslabs/emr-dynamodb-connector (DynamoDBExport, DynamoDBImport)

Other programs fail, and say that they are not imitated.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.server.environment import HOST
from local_aws.services.datapipeline import pace
from local_aws.services.datapipeline.failures import FailedError, LostError, StoppedError
from local_aws.services.iam import permissions

from . import clusters, export_tool, import_tool
from .tools import NEW, OLD, ToolError, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.services.datapipeline.cluster import Cluster

_JAR = re.compile(
    r"s3://(?P<bucket>dynamodb-dpl-[a-z0-9-]+)/(?P<key>emr-ddb-storage-handler/(?P<version>\d+)[\d.]*/emr-dynamodb-tools-.+\.jar)"
)
_TOOLS = {
    "org.apache.hadoop.dynamodb.tools.DynamoDBExport": export_tool.run,
    "org.apache.hadoop.dynamodb.tools.DynamoDBImport": import_tool.run,
}
_EXCEPTION = "amazonaws.datapipeline.taskrunner.TaskExecutionException"
_COPY_JARS = "copy-jars-to-haddoop-classpath.sh"
_log = logging.getLogger("local_aws.emr")
_making = threading.Lock()


@dataclass
class Step:
    """A step that runs."""

    cluster: Cluster
    text: str
    name: str
    ends: float  # when its attempt is given up
    lines: list[str] = field(default_factory=list)

    def run(self) -> str:
        """Run to the end; returns where the logs are, raises if it did not succeed."""
        jar, *arguments = [part.replace("\\,", ",") for part in re.split(r"(?<!\\),", self.text)]
        with self.cluster.scope():
            step = clusters.add_step(self.cluster.id, self.name, jar, arguments)
            base = self.cluster.log_uri
            logs = f"{base}{self.cluster.id}/steps/{step['Id']}/" if base else ""
            client = clients(self.cluster)
            try:
                self._perform(jar, arguments, client)
            except ToolError as error:
                self.lines.append(str(error))
                clusters.end_step(
                    step, "FAILED", str(error).splitlines()[0], f"{logs}stderr.gz" if logs else ""
                )
                raise self._failed(step, error, logs) from error
            except (FailedError, LostError, StoppedError):
                clusters.end_step(step, "CANCELLED")
                raise
            else:
                clusters.end_step(step, "COMPLETED")
            finally:
                self._write_logs(client("s3"), logs)
        return logs

    def _perform(self, jar: str, arguments: list[str], client: Callable[[str], Any]) -> None:
        found = _JAR.fullmatch(jar)
        if not found:
            raise ToolError(f"NotImitatedException: the embedded AWS does not imitate the program {jar}.")
        decision = permissions.role_allows(
            self.cluster.role, "s3:GetObject", f"arn:aws:s3:::{found['bucket']}/{found['key']}"
        )
        if not decision.allowed:
            raise ToolError(f"Error fetching jar file. AmazonS3Exception: {decision.message}")
        name, *rest = arguments or [""]
        if name not in _TOOLS:
            raise ToolError(f'Exception in thread "main" java.lang.ClassNotFoundException: {name}')
        self._check_class_path()
        tool = name.rsplit(".", 1)[-1]
        generation = NEW if int(found["version"]) >= NEW else OLD
        _TOOLS[name](Work(tool, rest, client, self.lines, self._pause, generation))

    def _check_class_path(self) -> None:
        release = [int(part) for part in re.findall(r"\d+", self.cluster.text("releaseLabel"))[:2]]
        if release >= [6, 1] and not any(
            _COPY_JARS in each for each in self.cluster.texts("bootstrapAction")
        ):
            raise ToolError(
                'Exception in thread "main" java.lang.NoClassDefFoundError: '
                "org/apache/hadoop/dynamodb/DynamoDBItemWritable"
            )

    def _pause(self, table: str) -> None:
        slow = pace.slow.get(self.cluster.pipeline.account, {})
        self.cluster.pass_time(slow.get(table, pace.STEP_SECONDS), self.ends)

    def _failed(self, step: dict[str, Any], error: ToolError, logs: str) -> FailedError:
        status = f"is failed with status 'RUNNING' and reason 'Running step failed'. Step '{step['Id']}'"
        message = f"EMR job '{self.name}' with jobFlowId '{self.cluster.id}' {status} is in status 'FAILED' "
        return FailedError(
            f"ActivityFailed:{_EXCEPTION}",
            f"{message}with reason '{str(error).splitlines()[0]}'",
            f"{_EXCEPTION}: Failed to complete EMR transform.\n{error}",
            logs,
        )

    def _write_logs(self, s3: Any, logs: str) -> None:
        """EMR loses the logs, and nothing else, when it may not write them."""
        if not logs:
            return
        bucket, _slash, prefix = logs.removeprefix("s3://").partition("/")
        text = "".join(f"{line}\n" for line in self.lines)
        files = {"controller": f"INFO Step {self.name}: {self.text}\n", "stderr": text, "syslog": text}
        try:
            for name, content in files.items():
                s3.put_object(Bucket=bucket, Key=f"{prefix}{name}.gz", Body=gzip.compress(content.encode()))
        except ClientError as error:
            _log.warning("The logs of %s were lost: %s", self.name, error)


def clients(cluster: Cluster) -> Callable[[str], Any]:
    """Makes boto3 clients with the identity of the cluster's machines."""
    credentials: dict[str, Any] = {**clusters.session(cluster.role, f"i-{cluster.id[2:].lower()}")}

    def client(service: str) -> Any:
        with _making:  # boto3 makes clients in one thread at a time
            return boto3.client(
                service,
                region_name=cluster.region,
                endpoint_url=f"http://{HOST}:{os.environ['GATEWAY_PORT']}",
                config=Config(retries={"total_max_attempts": 3}),
                **credentials,
            )

    return client
