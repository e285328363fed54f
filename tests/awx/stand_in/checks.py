# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX asks of one kind of object beyond its fields, as in awx/api/serializers.py and awx/api/views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.awx.rules import launches, notifications, recurrences

from .store import Item, RefusedError, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EDGES = ("success_nodes", "failure_nodes", "always_nodes")


def check(store: Store, endpoint: str, item: Item, playbooks: Callable[[Item], set[str]]) -> None:
    """Refuse an object that AWX would refuse."""
    if endpoint == "job_templates":
        _job_template(store, item, playbooks)
    elif endpoint in CHECKS:
        errors = CHECKS[endpoint](store, item)
        if errors:
            raise RefusedError(400, {name: said for name, said in errors.items() if said})


def _job_template(store: Store, item: Item, playbooks: Callable[[Item], set[str]]) -> None:
    if item["project"] is None:
        raise RefusedError(400, {"project": ["Job Templates must have a project assigned."]})
    _kind, project = store.get("projects", item["project"])
    if item["inventory"] is None and not item["ask_inventory_on_launch"]:
        raise RefusedError(
            400, {"inventory": ["You must either set a default value or ask to prompt on launch."]}
        )
    if not project["allow_override"] and item["playbook"] not in playbooks(project):
        raise RefusedError(400, {"playbook": ["Playbook not found for project."]})
    if not item["playbook"]:
        raise RefusedError(400, {"playbook": ["Must select playbook for project."]})
    if item["scm_branch"] and not project["allow_override"]:
        raise RefusedError(400, {"scm_branch": ["Project does not allow overriding branch."]})


def _found(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name: said for name, said in errors.items() if said}


def _notification(_store: Store, item: Item) -> dict[str, list[str]]:
    configuration = notifications.configuration_errors(
        item["notification_type"], item["notification_configuration"]
    )
    return _found(
        {
            "notification_configuration": configuration,
            "messages": notifications.message_errors(item["messages"]),
        }
    )


def _project(_store: Store, item: Item) -> dict[str, list[str]]:
    known = item["scm_type"] in {"", "git", "svn", "insights", "archive"}
    return _found(
        {
            "scm_type": [] if known else [f'"{item["scm_type"]}" is not a valid choice.'],
            "scm_url": [] if item["scm_url"] or not item["scm_type"] else ["SCM URL is required."],
            "scm_update_on_launch": (
                []
                if item["scm_type"] or not item["scm_update_on_launch"]
                else ["Update options must be set to false for manual projects."]
            ),
        }
    )


def _inventory_source(_store: Store, item: Item) -> dict[str, list[str]]:
    is_scm = item["source"] == "scm"
    return _found(
        {
            "source_project": (
                ["Project required for scm type sources."]
                if is_scm and item["source_project"] is None
                else []
            ),
            "detail": (
                ["Cannot set source_project source_path if not SCM type."]
                if not is_scm and (item["source_project"] or item["source_path"])
                else []
            ),
        }
    )


def _launched(store: Store, item: Item) -> Item:
    _kind, launched = store.get("unified_job_templates", item["unified_job_template"])
    return {**launched, "survey_spec": store.surveys.get(launched["id"], {})}


def _schedule(store: Store, item: Item) -> dict[str, list[str]]:
    return _found(
        {
            "rrule": recurrences.errors(item["rrule"]),
            "variables_needed_to_start": launches.errors(_launched(store, item), item, complete=True),
        }
    )


def _node(store: Store, item: Item) -> dict[str, list[str]]:
    if item["unified_job_template"] is None:
        return {}
    return _found({"extra_data": launches.errors(_launched(store, item), item, complete=False)})


CHECKS: dict[str, Callable[[Store, Item], dict[str, list[str]]]] = {
    "inventory_sources": _inventory_source,
    "notification_templates": _notification,
    "projects": _project,
    "schedules": _schedule,
    "workflow_job_template_nodes": _node,
}


def check_link(store: Store, endpoint: str, key: int, name: str, other: int) -> None:
    """Refuse a link that AWX would refuse; only those of a workflow's nodes have rules."""
    if endpoint != "workflow_job_template_nodes":
        return
    node, child = store.items[endpoint][key], store.items[endpoint][other]
    if node["workflow_job_template"] != child["workflow_job_template"]:
        raise RefusedError(400, {"detail": "Both nodes must be in the same workflow."})
    if any(other in store.linked(endpoint, key, edge) for edge in EDGES if edge != name):
        raise RefusedError(400, {"Error": "Relationship not allowed."})
    if key in reachable(store, other):
        raise RefusedError(400, {"Error": "Cycle detected."})


def reachable(store: Store, start: int) -> set[int]:
    """The nodes that can follow a node, and itself."""
    seen: set[int] = set()
    todo: list[Any] = [start]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [n for edge in EDGES for n in store.linked("workflow_job_template_nodes", node, edge)]
    return seen
