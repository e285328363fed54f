# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The kinds of objects of AWX's API that the load and unload playbooks use (awx/api/serializers.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Resource:
    """One endpoint: what its objects hold, what they refer to, and what makes two of them the same."""

    kind: str
    fields: dict[str, Any]
    required: tuple[str, ...] = ("name",)
    # A field, and the endpoint whose object it names by id.
    references: dict[str, str] = field(default_factory=dict)
    # A list of other objects below each object, and their endpoint.
    lists: dict[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ("organization", "name")
    # Objects there that go with this one, by the field that refers to it.
    takes_along: tuple[tuple[str, str], ...] = ()
    deleted: int = 204
    # What a team may be on each, by the name that modules use.
    roles: tuple[str, ...] = ()
    has_survey: bool = False
    read_only: bool = False


ORGANIZATION = {"organization": "organizations"}
LAUNCH: dict[str, Any] = {
    "extra_data": {},
    "inventory": None,
    "scm_branch": None,
    "job_type": None,
    "job_tags": None,
    "skip_tags": None,
    "limit": None,
    "diff_mode": None,
    "verbosity": None,
    "execution_environment": None,
    "forks": None,
    "job_slice_count": None,
    "timeout": None,
}
NOTIFICATIONS = {
    f"notification_templates_{event}": "notification_templates" for event in ("started", "success", "error")
}
GONE_WITH_TEMPLATE = (
    ("schedules", "unified_job_template"),
    ("workflow_job_template_nodes", "unified_job_template"),
)
ASK = {
    f"ask_{what}_on_launch": False
    for what in (
        "credential", "diff_mode", "execution_environment", "forks", "instance_groups", "inventory",
        "job_slice_count", "job_type", "labels", "limit", "scm_branch", "skip_tags", "tags", "timeout",
        "variables", "verbosity",
    )
}  # fmt: skip
ASK_WORKFLOW = {
    name: False
    for name in ASK
    if name.removeprefix("ask_").removesuffix("_on_launch")
    in {"inventory", "labels", "limit", "scm_branch", "skip_tags", "tags", "variables"}
}

RESOURCES = {
    "organizations": Resource(
        "organization", {"name": "", "description": ""}, unique=("name",), read_only=True
    ),
    "credential_types": Resource(
        "credential_type", {"name": "", "kind": "", "inputs": {}}, unique=("name",), read_only=True
    ),
    "teams": Resource("team", {"name": "", "organization": None}, ("name",), ORGANIZATION, read_only=True),
    "labels": Resource("label", {"name": "", "organization": None}, ("name", "organization"), ORGANIZATION),
    "credentials": Resource(
        "credential",
        {"name": "", "description": "", "organization": None, "credential_type": None, "inputs": {}},
        ("name", "credential_type"),
        {**ORGANIZATION, "credential_type": "credential_types"},
        unique=("organization", "name", "credential_type"),
    ),
    "execution_environments": Resource(
        "execution_environment",
        {"name": "", "description": "", "organization": None, "image": "", "credential": None, "pull": ""},
        ("name", "image"),
        {**ORGANIZATION, "credential": "credentials"},
        unique=("name",),
    ),
    "notification_templates": Resource(
        "notification_template",
        {
            "name": "",
            "description": "",
            "organization": None,
            "notification_type": "",
            "notification_configuration": {},
            "messages": dict.fromkeys(("started", "success", "error", "workflow_approval")),
        },
        ("name", "organization", "notification_type"),
        ORGANIZATION,
    ),
    "projects": Resource(
        "project",
        {
            "name": "",
            "description": "",
            "organization": None,
            "scm_type": "",
            "scm_url": "",
            "scm_branch": "",
            "scm_update_on_launch": False,
            "scm_update_cache_timeout": 0,
            "allow_override": False,
            "credential": None,
            "default_environment": None,
        },
        references={
            **ORGANIZATION,
            "credential": "credentials",
            "default_environment": "execution_environments",
        },
        lists=NOTIFICATIONS,
        takes_along=GONE_WITH_TEMPLATE,
    ),
    "inventories": Resource(
        "inventory",
        {
            "name": "",
            "description": "",
            "organization": None,
            "kind": "",
            "host_filter": None,
            "variables": "",
        },
        ("name", "organization"),
        ORGANIZATION,
        takes_along=(("inventory_sources", "inventory"),),
        deleted=202,
    ),
    "inventory_sources": Resource(
        "inventory_source",
        {
            "name": "",
            "description": "",
            "inventory": None,
            "source": "",
            "source_project": None,
            "source_path": "",
            "limit": "",
            "host_filter": "",
            "enabled_var": "",
            "enabled_value": "",
            "overwrite": False,
            "overwrite_vars": False,
            "update_on_launch": False,
            "update_cache_timeout": 0,
        },
        ("name", "inventory", "source"),
        {"inventory": "inventories", "source_project": "projects"},
        NOTIFICATIONS,
        ("inventory", "name"),
        GONE_WITH_TEMPLATE,
    ),
    "job_templates": Resource(
        "job_template",
        {
            "name": "",
            "description": "",
            "organization": None,
            "job_type": "run",
            "inventory": None,
            "project": None,
            "playbook": "",
            "execution_environment": None,
            "scm_branch": "",
            "limit": "",
            "verbosity": 0,
            "extra_vars": "",
            "job_tags": "",
            "skip_tags": "",
            "start_at_task": "",
            "forks": 0,
            "job_slice_count": 1,
            "force_handlers": False,
            "become_enabled": False,
            "timeout": 0,
            "diff_mode": False,
            "allow_simultaneous": False,
            "survey_enabled": False,
            **ASK,
        },
        references={
            **ORGANIZATION,
            "inventory": "inventories",
            "project": "projects",
            "execution_environment": "execution_environments",
        },
        lists={**NOTIFICATIONS, "credentials": "credentials", "labels": "labels"},
        takes_along=GONE_WITH_TEMPLATE,
        has_survey=True,
        roles=("read", "execute", "admin"),
    ),
    "workflow_job_templates": Resource(
        "workflow_job_template",
        {
            "name": "",
            "description": "",
            "organization": None,
            "extra_vars": "",
            "allow_simultaneous": False,
            "survey_enabled": False,
            "inventory": None,
            "limit": None,
            "scm_branch": None,
            "job_tags": None,
            "skip_tags": None,
            **ASK_WORKFLOW,
        },
        references={**ORGANIZATION, "inventory": "inventories"},
        lists={
            **NOTIFICATIONS,
            "notification_templates_approvals": "notification_templates",
            "labels": "labels",
        },
        takes_along=(("workflow_job_template_nodes", "workflow_job_template"), *GONE_WITH_TEMPLATE),
        has_survey=True,
        roles=("read", "execute", "admin", "approval"),
    ),
    "workflow_job_template_nodes": Resource(
        "workflow_job_template_node",
        {
            "identifier": "",
            "workflow_job_template": None,
            "unified_job_template": None,
            "all_parents_must_converge": False,
            **LAUNCH,
        },
        ("workflow_job_template",),
        {
            "workflow_job_template": "workflow_job_templates",
            "unified_job_template": "unified_job_templates",
            "inventory": "inventories",
        },
        {f"{edge}_nodes": "workflow_job_template_nodes" for edge in ("success", "failure", "always")},
        ("workflow_job_template", "identifier"),
    ),
    "workflow_approval_templates": Resource(
        "workflow_approval_template",
        {"name": "", "description": "", "timeout": 0},
        unique=(),
        read_only=True,
    ),
    "schedules": Resource(
        "schedule",
        {
            "name": "",
            "description": "",
            "unified_job_template": None,
            "rrule": "",
            "enabled": True,
            **LAUNCH,
        },
        ("name", "unified_job_template", "rrule"),
        {"unified_job_template": "unified_job_templates", "inventory": "inventories"},
        {"credentials": "credentials", "labels": "labels"},
        ("unified_job_template", "name"),
    ),
}
# What can be launched, and so stands behind a schedule or a node.
UNIFIED = (
    "job_templates",
    "workflow_job_templates",
    "projects",
    "inventory_sources",
    "workflow_approval_templates",
)
