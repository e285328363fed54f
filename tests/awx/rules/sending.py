# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX 24.6.1 makes of a notification template when it sends for a job, a workflow or an approval.

awx/main/models/notifications.py (JobNotificationMixin) and workflow.py (WorkflowApproval). It sends from
within the manager of all workflows: what fails to render there stops every workflow of that AWX.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jinja2 import ChainableUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping

URL = "https://awx.example.com/#/jobs/playbook/7"
# In place of what modules have set with no_log.
HIDDEN = "$hidden due to Ansible no_log flag$"


class Lazy:
    """A text that is still to be translated, and is none until somebody asks for it: Django's lazy proxy.

    That one has the methods of a text; as JSON it is refused, and so is this. AWX's explanation of a job is
    one (awx/api/serializers.py, UnifiedJobSerializer.to_representation), and nothing says which values are.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def lazy(value: Any) -> Any:
    """The same with every text in it still to be translated."""
    if isinstance(value, dict):
        return {name: lazy(one) for name, one in value.items()}
    if isinstance(value, list):
        return [lazy(one) for one in value]
    return Lazy(value) if isinstance(value, str) else value


def job(**fields: Any) -> dict[str, Any]:
    """What a message may use of a job, as of one that has just failed; ... takes a field away."""
    about = {
        "id": 7,
        "name": "DynamoDB: status",
        "status": "failed",
        "failed": True,
        "limit": "",
        "started": "2026-01-01T07:00:00Z",
        "finished": "2026-01-01T07:01:00Z",
        "elapsed": 60.0,
        "job_explanation": "",
        "launch_type": "scheduled",
        "artifacts": {},
        "host_status_counts": {"ok": 4, "failures": 1},
        "summary_fields": {"inventory": {"name": "DynamoDB: tables"}, "job_template": {"name": "status"}},
        **fields,
    }
    return {
        "job": {name: value for name, value in about.items() if value is not ...},
        "job_friendly_name": "Job",
        "url": URL,
        "job_metadata": metadata(),
    }


def metadata(**more: Any) -> str:
    about = {"id": 7, "name": "DynamoDB: status", "status": "failed", "traceback": "", **more}
    return json.dumps(about, ensure_ascii=False, indent=4)


def workflow(nodes: Mapping[str, str | None] | None = None, **fields: Any) -> dict[str, Any]:
    """The same of a workflow, whose nodes had jobs of these names that ended so; it has no artifacts."""
    lines = ["Workflow job summary:", ""]
    for number, (name, status) in enumerate((nodes or {}).items(), start=1):
        spawned = f'job #{number}, "{name}", which finished with status {status}.' if status else "no job."
        lines.append(f"- node #{number} spawns {spawned}")
    found = job(
        host_status_counts=None,
        artifacts=...,
        limit=...,
        job_explanation="No error handling paths found, marking workflow as failed",
        **fields,
    )
    more = {"inventory": None, "limit": None, "extra_vars": '{"teardown_confirm": "tablekeeper"}'}
    return {**found, "job_metadata": metadata(body="\n".join(lines), **more)}


def approval(state: str) -> dict[str, Any]:
    """What a message may use of an approval: nothing of a job."""
    return {
        "approval_status": state,
        "approval_node_name": "Remove it?",
        "workflow_url": "https://awx.example.com/#/jobs/workflow/8",
        "job_metadata": metadata(),
    }


STUB = {**job(), **approval("approved"), "job_metadata": "{'url': 'https://platformhost/', 'traceback': ''}"}
# What AWX sends for: beside jobs that ran to their end, those that it has its own reasons for.
OCCASIONS = {
    "a job without artifacts": job(),
    "a job that never ran": job(host_status_counts=None, job_explanation="Previous Task Failed: {}"),
    "a job with nothing at all": job(host_status_counts=None, artifacts=None, job_explanation=None),
    "a job whose artifacts are hidden": job(artifacts=HIDDEN),
    "a workflow": workflow({"run": "failed", "status": None}),
    "a workflow that could not start": workflow(),
}
APPROVALS = {
    f"workflow_approval {state}": approval(state) for state in ("running", "approved", "timed_out", "denied")
}


def rendered(text: str, context: Mapping[str, Any]) -> str:
    """As AWX renders what it sends."""
    undefined = ChainableUndefined if "job" in context else Undefined
    return ImmutableSandboxedEnvironment(undefined=undefined).from_string(text).render(lazy(dict(context)))


def occasions(where: str) -> dict[str, dict[str, Any]]:
    """What an event of a template is sent for."""
    return {where: APPROVALS[where]} if where in APPROVALS else OCCASIONS


def sent(template: Mapping[str, Any], where: str, context: Mapping[str, Any]) -> tuple[str, Any]:
    """Subject and body as the notification's type sends them (awx/main/notifications)."""
    state = where.rsplit(maxsplit=1)[-1]
    told = (
        template["messages"][where]
        if where in template["messages"]
        else template["messages"]["workflow_approval"][state]
    )
    subject, body = rendered(told["message"], context), rendered(told["body"], context)
    if template["notification_type"] not in {"webhook", "grafana"}:
        return subject, body
    read = json.loads(body)
    return subject, read if isinstance(read, dict) else {}
