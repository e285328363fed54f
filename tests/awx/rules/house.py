# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What this collection wants of its AWX objects beyond what AWX does, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from plugins.module_utils._inputs.roles import VERBS

from .notifications import EVENTS, KINDS, messages
from .sending import job, occasions, rendered
from .surveys import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Item = dict[str, Any]
# What the roles publish, as the notifications get it.
ARTIFACTS = {
    "tablekeeper_run": {
        "version": 1,
        "targets": {
            "shop-eu": {
                "succeeded": False,
                "failed_tables": ["orders"],
                "unfinished_tables": ["carts"],
                "msg": 'orders: "quoted"',
            }
        },
    },
    "tablekeeper_status": {
        "version": 1,
        "targets": {
            "shop-us": {"succeeded": False, "unhealthy": ["sessions"], "msg": "1 is not healthy"},
            "shop-eu": {"succeeded": True, "unhealthy": [], "msg": "Every table is healthy."},
        },
    },
}
# PagerDuty takes no longer description of an incident.
LONGEST = 1024
NAMED = ("shop-eu/orders", "shop-eu/carts", "shop-us/sessions")
# Where no table is to be named, the reason is.
REASON = "tablekeeper-store cannot be deployed to"
REASONS = {
    f"tablekeeper_{verb}": {
        "version": 1,
        "targets": {"shop-eu": {"succeeded": False, "msg": f"{REASON}:\nit is DELETE_FAILED."}},
    }
    for verb in VERBS
}


def survey_errors(spec: Mapping[str, Any]) -> Iterator[str]:
    """AWX's page breaks on a question without a default; schedules and other launches go without a page."""
    for question in spec["spec"]:
        yield from (f"{question['variable']}: {why}" for why, is_so in _smells(question).items() if is_so)


def _smells(question: Item) -> dict[str, bool]:
    kind, choices = question["type"], question.get("choices", [])
    return {
        "give a default, if only ''": "default" not in question,
        "a required question must be answered by schedules in spite of its default: take one of both away": (
            question["required"] and question.get("default", "") != ""
        ),
        "a password shows as changed at every load, and has no place in an answer": kind == "password",
        "AWX drops the default of a multiselect: ask for text, empty for all": kind == "multiselect",
        "choices must be text: quote true and false": not all(isinstance(one, str) for one in choices),
        "choices in one text accept a part of a choice as default: use a list": isinstance(choices, str),
        "say how long the text may be": kind in TEXTS and not isinstance(question.get("max"), int),
        "no variable of Ansible has such a name": not question["variable"].isidentifier(),
        "explain the question in a sentence": not question.get("question_description", "").endswith("."),
    }


def recurrence_errors(text: str) -> Iterator[str]:
    """Without a time zone a nightly job moves by an hour twice a year."""
    if "TZID=" not in text:
        yield "the schedule needs a TZID"
    if any(often in text for often in ("FREQ=MINUTELY", "FREQ=HOURLY")):
        yield "more often than daily is the business of the schedules in AWS"


def notification_errors(template: Mapping[str, Any], *, names_tables: bool) -> Iterator[str]:
    """AWX keeps what an update leaves out, so that a template which says less than all never settles."""
    yield from (f"{event}: say it, or null" for event in EVENTS if event not in template)
    for where, part in _parts(template):
        yield from (f"{where}: give a {kind}" for kind in KINDS if kind not in part)
    for where, kind, text in messages(template):
        if kind == "body":
            yield from (f"{where}: {why}" for why in _body_errors(text, occasions(where)))
        if names_tables and where == "error":
            said = rendered(text, job(artifacts=ARTIFACTS))
            yield from (f"{where} {kind}: it does not name {name}" for name in NAMED if name not in said)
            for verb, told in REASONS.items():
                said = rendered(text, job(artifacts={verb: told}))
                if REASON not in said or (kind == "message" and "\n" in said):
                    yield f"{where} {kind}: it does not say on one line why {verb} failed"


def _parts(template: Mapping[str, Any]) -> Iterator[tuple[str, Item]]:
    for event, told in template.items():
        if event == "workflow_approval":
            yield from ((f"{event} {name}", part) for name, part in (told or {}).items())
        elif told:
            yield event, told


def _body_errors(text: str, contexts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for occasion, context in contexts.items():
        try:
            if not isinstance(json.loads(rendered(text, context)), dict):
                yield f"the body is no JSON object for {occasion}"
        except (ValueError, TypeError, AttributeError, TemplateError) as error:
            yield f"the body is no JSON for {occasion}, and a webhook would send nothing: {error}"


def sending_errors(template: Mapping[str, Any] | None) -> Iterator[str]:
    """What fails only when it is sent, or would not arrive: a subject of mail has one line."""
    for where, kind, text in messages(template):
        for occasion, context in occasions(where).items():
            try:
                said = rendered(text, context)
            except (TemplateError, TypeError, AttributeError, LookupError) as error:
                yield f"{where} {kind}: it does not render for {occasion}: {error}"
                continue
            if not said.strip():
                yield f"{where} {kind}: it is empty for {occasion}"
            if kind == "message" and ("\n" in said or len(said) > LONGEST):
                yield f"{where} {kind}: it is no short line for {occasion}: {said}"


def template_errors(template: Item) -> Iterator[str]:
    """A job template that can surprise: for ever, twice at once, with any variable, or in silence."""
    if not template.get("timeout"):
        yield "give it a timeout"
    if template.get("allow_simultaneous") is not False:
        yield "two at once would disturb each other: allow_simultaneous: false"
    if template.get("ask_variables_on_launch"):
        yield "ask in a survey, where answers are checked"
    if not template.get("execution_environment"):
        yield "name the execution environment"
    if not template.get("labels"):
        yield "label it"
    if not template.get("ask_limit_on_launch"):
        yield "let people limit it to a target"
    if template.get("credentials") and not template.get("notification_templates_error"):
        yield "nobody would hear that it failed: notification_templates_error"
    if bool(template.get("survey_enabled")) != ("survey_spec" in template):
        yield "survey_enabled and survey_spec go together"


def workflow_errors(workflow: Item, removing: set[str]) -> Iterator[str]:
    """A branch that ends well hides a failure; nothing is removed without an approval before it."""
    nodes = {node["identifier"]: node for node in workflow["simplified_workflow_nodes"]}
    for name, node in nodes.items():
        for edge in ("failure_nodes", "always_nodes"):
            if node.get(edge):
                yield f"{name}: {edge} make a failed workflow successful, and no notification is sent"
        removes = node.get("unified_job_template") in removing and node.get("job_type") != "check"
        if removes and not _approved(nodes, name):
            yield f"{name}: it removes something before anybody has approved"
    if not workflow.get("notification_templates_error"):
        yield "nobody would hear that it failed: notification_templates_error"
    if any("approval_node" in n for n in nodes.values()) and not workflow.get(
        "notification_templates_approvals"
    ):
        yield "nobody would hear that it waits: notification_templates_approvals"


def _approved(nodes: Mapping[str, Item], name: str) -> bool:
    """Whether every way to a node leads through an approval."""
    before = [other for other, node in nodes.items() if name in node.get("success_nodes", [])]
    return bool(before) and all("approval_node" in nodes[one] or _approved(nodes, one) for one in before)


def schedule_errors(schedule: Item, templates: Mapping[str, Item], removing: set[str]) -> Iterator[str]:
    """Loading must not begin to spend, and nothing is ever removed by the clock."""
    if schedule["enabled"] is not False:
        yield "schedules are off until somebody asks for them"
    yield from recurrence_errors(schedule["rrule"])
    launched = templates[schedule["unified_job_template"]]
    nodes = launched.get("simplified_workflow_nodes", [])
    if removing & {launched["name"], *(node.get("unified_job_template") for node in nodes)}:
        yield "it removes something: no schedule may"
    for node in nodes:
        survey = templates.get(node.get("unified_job_template", ""), {}).get("survey_spec", {"spec": []})
        needed = {question["variable"] for question in survey["spec"] if question["required"]}
        for name in sorted(needed - set(node.get("extra_data", {}))):
            yield f"node {node['identifier']}: nobody is there to answer {name}"
