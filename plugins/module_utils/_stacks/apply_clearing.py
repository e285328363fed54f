# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clears what blocks the deployment of a stack: what an earlier one left is adopted or removed."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._aws import cloudformation
from .._aws.client import during
from . import adopt, apply_remove, apply_runs, events, gather, gather_kept, state
from .ownership import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import WaiterError


class BlockedError(Exception):
    """Something that blocks a deployment and must stay; the text says what to do."""


@dataclass
class Cleared:
    """What was adopted, removed and stopped (in check mode, would be)."""

    adopted: list[str] = field(default_factory=list)
    retention_days: list[int] = field(default_factory=list)  # of what the adopted bucket holds
    removed: bool = False  # an empty shell
    stopped: list[str] = field(default_factory=list)
    stack: dict[str, Any] = field(default_factory=dict)  # as it stands once it has adopted something

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.adopted or self.removed or self.stopped)

    def told(self) -> dict[str, Any]:
        """What a module returns of it."""
        told = {"adopted": self.adopted, "retention_days": self.retention_days}
        found = {"stack": self.stack} if self.stack else {}
        return {**told, **found, "replan": bool(self.adopted or self.retention_days)}


def clear(aws: Aws, step: Mapping[str, Any], timeout: int, *, check: bool) -> Cleared:
    """Have nothing block a step's deployment, and see that nobody else has deployed it."""
    client, name = aws("cloudformation"), step["stack_name"]
    stack = gather.settled_stack(client, name, None if check else timeout)
    if stack is not None and not gather.is_ours(stack):
        whose = {name: stack["StackStatus"]}
        raise BlockedError(sentence(whose, step["prefix"], "this account and region"))
    template = _template(client, stack)
    if not check and state.fingerprints(template) != step["fingerprints"]:
        raise BlockedError(
            f"The stack {name} was left as it is, since another job has deployed it after this one had read"
            " it. See that no two jobs deploy the same target at once, then run this again."
        )
    cleared = Cleared()
    shell = stack is not None and stack["StackStatus"] in state.SHELLS
    with during("The resources that an earlier store kept cannot be adopted"):
        kept = _kept(aws, step, stack, template)
    if stack is not None and shell:
        cleared.removed = True
        if not check:
            with during(f"The stack {name} cannot be seen to its end, or not be removed"):
                apply_remove.delete(client, stack, timeout)
    with during("The resources that an earlier store kept cannot be adopted"):
        if kept:
            cleared.adopted = adopt.names(kept)
            if not check:
                _import(client, name, _body(step, template, kept), kept, timeout, standing=bool(template))
                cleared.stack = _stands(client, name)
        if names := step["kept"]:
            cleared.retention_days = gather_kept.retention_days(aws, names["Bucket"], stack, cleared.adopted)
    if step["state_machine_arns"] and not check:
        with during("The running executions cannot be stopped"):
            cleared.stopped = apply_runs.finish(aws("stepfunctions"), step["state_machine_arns"], timeout)
    return cleared


def _template(client: Any, stack: Mapping[str, Any] | None) -> dict[str, Any]:
    if stack is None or stack["StackStatus"] in state.SHELLS:
        return {}
    return cloudformation.get_template(client, stack["StackName"])


def _kept(
    aws: Aws, step: Mapping[str, Any], stack: Mapping[str, Any] | None, template: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What an earlier store kept and this one lacks: all of it, or the bucket for logs it had no use for."""
    if not step["kept"]:
        return []
    if stack is None or stack["StackStatus"] in state.SHELLS:
        return gather_kept.kept(aws, step["prefix"], step["kept"])
    if adopt.LOG_BUCKET[0] in template["Resources"]:
        return []
    return gather_kept.kept_log_bucket(aws, step["prefix"], step["kept"])


def _body(step: Mapping[str, Any], deployed: dict[str, Any], kept: list[dict[str, Any]]) -> str:
    template = json.loads(step["template_body"])
    return adopt.beside(deployed, template, kept) if deployed else adopt.only(template, kept)


def _import(
    client: Any, name: str, body: str, kept: list[dict[str, Any]], timeout: int, *, standing: bool
) -> None:
    try:
        if standing:  # a change set of an earlier adoption, or of a job that ended
            cloudformation.delete_change_set(client, name, cloudformation.IMPORT)
        cloudformation.create_import(client, name, body, kept)
        cloudformation.wait_for_import_plan(client, name, timeout)
        cloudformation.execute_import(client, name)
        cloudformation.wait_for_import(client, name, timeout)
    except WaiterError as error:
        raise BlockedError(
            f"What an earlier store kept cannot be adopted by {name}: {why_not(client, name) or error}"
        ) from error


def why_not(client: Any, name: str) -> str:
    """What CloudFormation says of an import that failed: of its plan or the resources; empty if nothing."""
    plan = cloudformation.describe_change_set(client, name, cloudformation.IMPORT)
    if plan["Status"] == "FAILED":
        return str(plan.get("StatusReason", ""))
    return "; ".join(events.failures(cloudformation.stack_events(client, name)))


def _stands(client: Any, name: str) -> dict[str, Any]:
    stack = gather.read_stack(client, name)
    return gather.record(stack, gather.read_template(client, stack)) if stack else {}
