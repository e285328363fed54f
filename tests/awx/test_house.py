# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the rules of this house refuse of templates, workflows and schedules."""

from __future__ import annotations

from typing import Any

import pytest

from .rules import house

REMOVING = {"teardown"}
TEMPLATE = {
    "name": "run",
    "timeout": 60,
    "allow_simultaneous": False,
    "ask_limit_on_launch": True,
    "execution_environment": "EE",
    "labels": ["dynamodb_backup"],
    "credentials": ["AWS"],
    "notification_templates_error": ["pager"],
    "survey_enabled": False,
}


@pytest.mark.parametrize(
    "change",
    [
        {"timeout": 0},
        {"allow_simultaneous": True},
        {"ask_variables_on_launch": True},
        {"execution_environment": ""},
        {"labels": []},
        {"ask_limit_on_launch": False},
        {"notification_templates_error": []},
        {"survey_enabled": True},
        {"survey_spec": {}},
    ],
    ids=str,
)
def test_job_template(change: dict[str, Any]) -> None:
    assert list(house.template_errors({**TEMPLATE, **change}))
    assert not list(house.template_errors(TEMPLATE))


def workflow(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"notification_templates_error": ["pager"], "notification_templates_approvals": ["pager"]}
    return {"name": "flow", "simplified_workflow_nodes": list(nodes), **told, **more}


PREVIEW = {
    "identifier": "preview",
    "unified_job_template": "teardown",
    "job_type": "check",
    "success_nodes": ["ask"],
}
ASK = {"identifier": "ask", "approval_node": {"name": "Sure?"}, "success_nodes": ["remove"]}
REMOVE = {"identifier": "remove", "unified_job_template": "teardown"}


@pytest.mark.parametrize(
    "flow",
    [
        workflow(REMOVE),
        workflow({**PREVIEW, "success_nodes": ["remove"]}, REMOVE),
        workflow({**PREVIEW, "success_nodes": ["ask", "remove"]}, ASK, REMOVE),
        workflow({**PREVIEW, "failure_nodes": ["ask"]}, ASK, REMOVE),
        workflow({**PREVIEW, "always_nodes": ["ask"]}, ASK, REMOVE),
        workflow(PREVIEW, ASK, REMOVE, notification_templates_error=[]),
        workflow(PREVIEW, ASK, REMOVE, notification_templates_approvals=[]),
    ],
    ids=str,
)
def test_workflow(flow: dict[str, Any]) -> None:
    assert list(house.workflow_errors(flow, REMOVING))
    assert not list(house.workflow_errors(workflow(PREVIEW, ASK, REMOVE), REMOVING))


SCHEDULE = {
    "unified_job_template": "run",
    "enabled": False,
    "rrule": "DTSTART;TZID=UTC:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1",
}
ASKING = {"name": "asking", "survey_spec": {"spec": [{"variable": "tables", "required": True}]}}
TEMPLATES: dict[str, Any] = {
    "run": TEMPLATE,
    "asking": ASKING,
    "teardown": {"name": "teardown"},
    "flow": workflow(PREVIEW),
    "asking flow": workflow({"identifier": "ask", "unified_job_template": "asking"}),
}


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": True},
        {"rrule": "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1"},
        {"unified_job_template": "teardown"},
        {"unified_job_template": "flow"},
        {"unified_job_template": "asking flow"},
    ],
    ids=str,
)
def test_schedule(change: dict[str, Any]) -> None:
    assert list(house.schedule_errors({**SCHEDULE, **change}, TEMPLATES, REMOVING))
    assert not list(house.schedule_errors(SCHEDULE, TEMPLATES, REMOVING))
