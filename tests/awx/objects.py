# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The shipped objects as Ansible reads them, and a quick way to put them into the stand-in."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.forking import program

from .loading import REPOSITORY, ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

    from .stand_in.api import Api

Item = dict[str, Any]
DATA = ROOT / "playbooks/awx"
# Each list, its endpoint, and what its items call by name: the field, and the endpoint of what it names.
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "controller_labels": ("labels", {"organization": "organizations"}),
    "controller_credentials": (
        "credentials",
        {"organization": "organizations", "credential_type": "credential_types"},
    ),
    "controller_execution_environments": (
        "execution_environments",
        {"organization": "organizations", "credential": "credentials"},
    ),
    "controller_notifications": ("notification_templates", {"organization": "organizations"}),
    "controller_projects": ("projects", {"organization": "organizations", "credential": "credentials"}),
    "controller_inventories": ("inventories", {"organization": "organizations"}),
    "controller_inventory_sources": (
        "inventory_sources",
        {"inventory": "inventories", "source_project": "projects"},
    ),
    "controller_templates": (
        "job_templates",
        {
            "organization": "organizations",
            "inventory": "inventories",
            "project": "projects",
            "execution_environment": "execution_environments",
        },
    ),
    "controller_workflows": ("workflow_job_templates", {"organization": "organizations"}),
    "controller_schedules": ("schedules", {"unified_job_template": "unified_job_templates"}),
}
# Beside the objects, who may use them.
LISTS = (*KINDS, "controller_roles")
# Instructions to the modules, no fields of the objects.
ASIDE = {"update_secrets", "wait", "survey_spec", "simplified_workflow_nodes"}


def read(place: Path, settings: str = "shop", data: Path = DATA, **extra: Any) -> dict[str, list[Item]]:
    """The lists of setup.yml with the settings of an account filled in."""
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"pattern": {"path": str(data / "setup.yml")}},
        "tasks": [
            {"ansible.builtin.include_vars": {"file": "{{ pattern.path }}"}},
            {
                "ansible.builtin.copy": {
                    "dest": str(place / "objects.json"),
                    "content": "{{ {" + ", ".join(f"'{kind}': {kind}" for kind in LISTS) + "} | to_json }}",
                    "mode": "0600",
                }
            },
        ],
    }
    (place / "read.yml").write_text(json.dumps([play]), encoding="utf-8")
    given = ["-e", f"@{REPOSITORY}/awx/{settings}.yml", "-e", json.dumps(extra)]
    done = subprocess.run(
        [program("ansible-playbook"), place / "read.yml", *given],
        env=environment("http://127.0.0.1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout + done.stderr
    found: dict[str, list[Item]] = json.loads((place / "objects.json").read_text(encoding="utf-8"))
    return found


def put(api: Api, objects: dict[str, list[Item]]) -> list[str]:
    """Make every object through the API; what it refused."""
    refused = []
    for kind, (endpoint, named) in KINDS.items():
        for item in objects[kind]:
            refused += _put(api, endpoint, named, item)
    return refused


def _put(api: Api, endpoint: str, named: dict[str, str], item: Item) -> list[str]:
    resource = api.store.items[endpoint]
    fields = {key: value for key, value in item.items() if key not in ASIDE and value != ""}
    if endpoint in {"schedules", "inventory_sources"}:
        fields.pop("organization")
    ours = api.store.named("organizations", item["organization"])["id"]
    fields.update(
        {
            field: api.store.named(to, fields[field], ours)["id"]
            for field, to in named.items()
            if field in fields
        }
    )
    if "extra_vars" in fields:
        fields["extra_vars"] = json.dumps(fields["extra_vars"])
    lists = {key: fields.pop(key) for key in list(fields) if key in LISTED}
    steps = [("POST", f"{endpoint}/", fields)]
    refused = _ask(api, item["name"], steps)
    if refused:
        return refused
    key = max(resource)
    steps = [("POST", f"{endpoint}/{key}/survey_spec/", item["survey_spec"])] if "survey_spec" in item else []
    for name, others in lists.items():
        target = "notification_templates" if name.startswith("notification_") else name
        ids = [api.store.named(target, other, ours)["id"] for other in others]
        steps += [("POST", f"{endpoint}/{key}/{name}/", {"id": one}) for one in ids]
    refused = _ask(api, item["name"], steps)
    for node in item.get("simplified_workflow_nodes", []):
        refused += _put_node(api, key, node, ours)
    return refused


LISTED = {
    "credentials",
    "labels",
    "notification_templates_error",
    "notification_templates_approvals",
}


def _put_node(api: Api, workflow: int, node: Item, ours: int) -> list[str]:
    fields: Item = {name: node[name] for name in ("identifier", "extra_data", "job_type") if name in node}
    if "unified_job_template" in node:
        fields["unified_job_template"] = api.store.named(
            "unified_job_templates", node["unified_job_template"], ours
        )["id"]
    refused = _ask(
        api,
        node["identifier"],
        [("POST", "workflow_job_template_nodes/", {**fields, "workflow_job_template": workflow})],
    )
    if "approval_node" in node:
        address = f"workflow_job_template_nodes/{api.store.last}/create_approval_template/"
        refused += _ask(api, node["identifier"], [("POST", address, node["approval_node"])])
    return refused


def _ask(api: Api, name: str, steps: list[tuple[str, str, Any]]) -> list[str]:
    answers = [
        (address, api.answer(method, f"/api/v2/{address}", [], body)) for method, address, body in steps
    ]
    return [f"{name}: {address} {status} {said}" for address, (status, said) in answers if status >= 400]
