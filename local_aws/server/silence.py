# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An end to all that goes on by itself in an account, so that time costs nothing there any more.

A test's account stays when the test has ended: what its schedules, pipelines and alarms do each time that
another test moves the clock takes minutes in the end. AWS has nothing like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, scheduler
from ministack.services import stepfunctions as sf

from local_aws.services.datapipeline import activation
from local_aws.services.datapipeline.model import pipelines

from . import control

if TYPE_CHECKING:
    from collections.abc import Iterator


def install() -> None:
    control.route("POST", "silence", _silence)


def _silence(arguments: dict[str, Any]) -> dict[str, str]:
    account = str(arguments["account"])
    for pipeline in _of(account, pipelines):
        activation.delete({"pipelineId": pipeline})
    for store in (scheduler._schedules, cloudwatch._alarms, cloudwatch._composite_alarms):
        for key in _of(account, store):
            store.pop(key, None)
    for execution in _of(account, sf._executions):
        if sf._executions[execution]["status"] == "RUNNING":
            sf._stop_execution({"executionArn": execution})
    return {"account": account}


def _of(account: str, store: Any) -> Iterator[str]:
    """The keys of an account in a store; each is handed out in the scope of its region."""
    for owner, region, key in list(store.to_dict()):
        if owner == account:
            with request_scope(account, region):
                yield key
