# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an attempt does: an EmrActivity's commands and steps, or a ShellCommandActivity's command.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-emractivity.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-object-shellcommandactivity.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from local_aws.services.emr.steps import Step

from . import shell, values
from .expressions import ExpressionError
from .failures import FailedError
from .fields import seconds

if TYPE_CHECKING:
    from .cluster import Cluster
    from .model import Node


def perform(cluster: Cluster, attempt: Node) -> str:
    """Do the work; returns where the log of the last step is, raises FailedError if it fails."""
    limit = attempt.component.text("attemptTimeout")
    ends = time.time() + seconds(limit) if limit else float("inf")
    try:
        if attempt.component.type == "ShellCommandActivity":
            commands = _texts(attempt, "command")
            shell.run(cluster, attempt, commands[0], _texts(attempt, "scriptArgument"))
            return ""
        return _steps(cluster, attempt, ends)
    except ExpressionError as error:
        raise FailedError("ExpressionError", str(error)) from error


def _steps(cluster: Cluster, attempt: Node, ends: float) -> str:
    log = ""
    for command in _texts(attempt, "preStepCommand"):
        shell.run(cluster, attempt, command, [])
    for text in _texts(attempt, "step"):
        cluster.check()
        log = Step(cluster, text, attempt.id, ends).run()
    for command in _texts(attempt, "postStepCommand"):
        shell.run(cluster, attempt, command, [])
    return log


def _texts(attempt: Node, key: str) -> list[str]:
    return [values.value(attempt, each) for each in attempt.component.all(key)]
