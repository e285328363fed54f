# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EmrCluster: started for the first activity, up until the last, gone by itself after terminateAfter.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emrcluster.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-interpret-status.html (TIMEDOUT)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-adding-tags.html (tags reach the resources)

Without ``actionOnTaskFailure``, whose default AWS does not document, a failed activity ends the cluster. What
the task runner on the cluster needs is asked of the resource role; without it, activities wait for a runner.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope

from local_aws.services.emr import clusters
from local_aws.services.iam import permissions

from . import attempts, pace, values
from .failures import FailedError, LostError, StoppedError
from .fields import seconds
from .model import DEFAULT, Component, Definition, Node, Pipeline

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

ROLE = "DataPipelineDefaultRole"
RESOURCE_ROLE = "DataPipelineDefaultResourceRole"
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emractivity.html
RESIZED = "m3.xlarge"
_FOREVER = float("inf")
# By what the Service Authorization Reference lets a policy name.
_RUNNER = {
    "*": ("datapipeline:PollForTask", "datapipeline:ReportTaskRunnerHeartbeat"),
    "pipeline": ("datapipeline:ReportTaskProgress", "datapipeline:SetTaskStatus"),
    "cluster": ("elasticmapreduce:AddJobFlowSteps", "elasticmapreduce:DescribeStep"),
}
Json = dict[str, Any]


class Cluster:
    """The cluster of one interval."""

    def __init__(self, pipeline: Pipeline, node: Node, stop: threading.Event) -> None:
        self.pipeline, self.node, self.stop = pipeline, node, stop
        self.id = ""
        self.deadline = _FOREVER
        self.lost = ""  # why it cannot be used any more
        self.outcome = "FINISHED"
        self.deaf = False
        self.role = ""  # that its machines have
        self._attempt: Node | None = None

    @property
    def up(self) -> bool:
        return bool(self.id) and not self.lost

    @property
    def region(self) -> str:
        return self.node.component.text("region") or self.pipeline.region

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Act in the cluster's region, which need not be the pipeline's."""
        with request_scope(self.pipeline.account, self.region):
            yield

    def text(self, key: str, otherwise: str = "") -> str:
        return values.value(self.node, self.node.component.text(key, otherwise))

    def texts(self, key: str) -> list[str]:
        return [values.value(self.node, each) for each in self.node.component.all(key)]

    @property
    def log_uri(self) -> str:
        """Where EMR puts the logs; empty for nowhere."""
        uri = self.text("pipelineLogUri").rstrip("/")
        attempt = self.node.references.get("@headAttempt", "")
        return f"{uri}/{self.pipeline.id}/{self.node.component.id}/{self.node.id}/{attempt}/" if uri else ""

    def ready(self) -> None:
        """Start the cluster unless it is there; LostError if that fails for good."""
        self.check()
        tries = 1 + int(self.node.component.text("maximumRetries", attempts.RETRIES))
        delay = seconds(self.node.component.text("retryDelay", attempts.RETRY_DELAY))
        for number in range(1, tries + 1):
            if self.up:
                return
            self._attempt = attempts.attempt_of(self.pipeline, self.node, number)
            self._attempt.set(status="CREATING")
            try:
                self._start()
            except FailedError as error:
                reason = str(error)
                attempts.end(self._attempt, "FAILED", failureReason=reason, **error.fields())
                if number == tries:
                    self.lose(reason)
                    self.check()
                pace.wait(self.stop, delay)
        self.check()

    def _start(self) -> None:
        role = self._role(self.pipeline_role())
        with self.scope():
            self.id = clusters.run(self._request(), role, self.pipeline.tags)
            self.role = permissions.profile_role(self.text("resourceRole", RESOURCE_ROLE))
            self.deaf = not self._has_runner()
        pace.wait(self.stop, pace.START_SECONDS)
        limit = self.text("terminateAfter")
        self.deadline = time.time() + seconds(limit) if limit else _FOREVER
        with self.scope():
            clusters.change(self.id, "RUNNING")
        for node in (self._attempt, self.node):
            if node is not None:
                node.set(status="RUNNING")

    def _has_runner(self) -> bool:
        """Whether the machines may do what the task runner on them does."""
        account = self.pipeline.account
        resources = {
            "*": "*",
            "pipeline": f"arn:aws:datapipeline:{self.pipeline.region}:{account}:pipeline/{self.pipeline.id}",
            "cluster": f"arn:aws:elasticmapreduce:{self.region}:{account}:cluster/{self.id}",
        }
        wanted = [(action, resources[on]) for on, actions in _RUNNER.items() for action in actions]
        return all(permissions.role_allows(self.role, *each).allowed for each in wanted)

    def pipeline_role(self) -> str:
        default = self.node.definition.objects.get(DEFAULT)
        return default.text("role", ROLE) if default else ROLE

    def _role(self, name: str) -> str:
        return f"arn:aws:iam::{self.pipeline.account}:role/{name}"

    def _request(self) -> Json:
        groups = [self._group("MASTER", "master", 1)]
        for role, prefix in (("CORE", "core"), ("TASK", "task")):
            count = int(self.text(f"{prefix}InstanceCount", "0"))
            if count or self.text(f"{prefix}InstanceType"):
                groups.append(self._group(role, prefix, count or 1))
        return {
            "Name": f"{self.pipeline.id}_{self.node.id}",
            "ReleaseLabel": self.text("releaseLabel"),
            "LogUri": self.log_uri,
            "ServiceRole": self.text("role", ROLE),
            "JobFlowRole": self.text("resourceRole", RESOURCE_ROLE),
            "Instances": {
                "InstanceGroups": groups, "KeepJobFlowAliveWhenNoSteps": True,
                "Ec2KeyName": self.text("keyPair"), "Ec2SubnetId": self.text("subnetId"),
            },
            "Applications": [{"Name": name} for name in self.texts("applications")],
            "BootstrapActions": [
                {"Name": path, "ScriptBootstrapAction": {"Path": path, "Args": arguments}}
                for path, *arguments in (each.split(",") for each in self.texts("bootstrapAction"))
            ],
            "Configurations": self._configurations(self.node.component, self.node.definition),
            "Tags": [{"Key": key, "Value": value} for key, value in self.pipeline.tags.items()],
        }  # fmt: skip

    def _group(self, role: str, prefix: str, count: int) -> Json:
        group = {
            "InstanceRole": role, "InstanceCount": count,
            "InstanceType": RESIZED if self._resized() else self.text(f"{prefix}InstanceType", "m1.medium"),
        }  # fmt: skip
        price = self.text(f"{prefix}InstanceBidPrice")
        return group | ({"Market": "SPOT", "BidPrice": price} if price else {"Market": "ON_DEMAND"})

    def _resized(self) -> bool:
        """Whether an activity lets AWS choose other nodes than the cluster names."""
        activities = self.node.definition.of_type("EmrActivity")
        mine = [each for each in activities if each.text("runsOn") == self.node.component.id]
        return any(each.text("resizeClusterBeforeRunning").lower() == "true" for each in mine)

    def _configurations(self, of: Component, definition: Definition) -> list[Json]:
        found = []
        for one in (definition.objects[name] for name in of.all("configuration")):
            properties = [definition.objects[name] for name in one.all("property")]
            found.append({
                "Classification": one.text("classification"),
                "Properties": {each.text("key"): each.text("value") for each in properties},
                "Configurations": self._configurations(one, definition),
            })  # fmt: skip
        return found

    def pass_time(self, spent: float, ends: float) -> None:
        """Let the time of some work pass; ``ends`` is when its attempt is given up."""
        done, limit = time.time() + spent, min(ends, self.deadline)
        pace.wait_until(self.stop, min(done, limit))
        if limit < done and limit == self.deadline:
            self.expire(now=limit)
        self.check()
        if limit < done:
            raise FailedError(
                "AttemptTimedOut", "The attempt was given up: it took longer than attemptTimeout."
            )

    def expire(self, now: float = 0) -> None:
        """End the cluster if its time is over."""
        if self.up and max(now, time.time()) >= self.deadline:
            self.outcome = "TIMEDOUT"
            self.lose(
                f"The cluster was terminated: terminateAfter ({self.text('terminateAfter')}) has passed."
            )

    def lose(self, reason: str) -> None:
        self.lost = reason
        self.outcome = "FAILED" if self.outcome == "FINISHED" else self.outcome
        self._terminate()

    def _terminate(self) -> None:
        if self.id:
            with self.scope():
                clusters.change(
                    self.id, "TERMINATED", "USER_REQUEST", self.lost or "Terminated by user request"
                )

    def check(self) -> None:
        """Raise if the cluster cannot be used any more."""
        if self.stop.is_set():
            raise StoppedError("The pipeline was deactivated.")
        self.expire()
        with self.scope():
            if self.up and clusters.state(self.id) == "TERMINATED":
                self.lose("The cluster was terminated by a user.")
        if self.lost:
            raise LostError(self.lost)

    def close(self) -> None:
        """Shut the cluster down."""
        if self.stop.is_set():
            self.outcome = "CANCELED"
        self._terminate()
        if self._attempt is not None and self._attempt.status == "RUNNING":
            attempts.end(self._attempt, self.outcome, **self.fields())

    def fields(self) -> dict[str, str]:
        """What the cluster's node tells about its end."""
        if not self.lost:
            return {}
        return {"failureReason": self.lost, "errorId": "ResourceFailed", "errorMessage": self.lost}
