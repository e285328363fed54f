# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX answers at /api/v2 to the requests of the load and unload playbooks; all else it refuses."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any

from tests.awx.rules import surveys

from .checks import check, check_link
from .projects import Projects
from .queries import chosen, page
from .resources import RESOURCES, UNIFIED
from .roles import Roles
from .store import Item, RefusedError, Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Query = Sequence[tuple[str, str]]

SECRETS = ("password", "token", "security_token")
ROOT = "/api/v2/"
JOB_TYPES = {"job_templates": "job", "workflow_approval_templates": "workflow_approval"}
CHANGING = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class Api:
    """A whole AWX, as far as it is imitated, and the requests that were meant to change something."""

    # What AWX finds at the address of a repository.
    repositories: InitVar[Mapping[str, Path]]
    store: Store = field(default_factory=Store)
    journal: list[tuple[str, str, Any]] = field(default_factory=list)
    # Those that have not ended.
    jobs: list[Item] = field(default_factory=list)
    projects: Projects = field(init=False)
    roles: Roles = field(init=False)

    def __post_init__(self, repositories: Mapping[str, Path]) -> None:
        self.projects = Projects(self.store, repositories)
        self.roles = Roles(self.store)
        self.store.add("organizations", {"name": "Default"})
        self.store.add("credential_types", {"name": "Amazon Web Services", "kind": "cloud"})

    def answer(self, method: str, path: str, query: Query, body: Any) -> tuple[int, Any]:
        """Status and body of the answer."""
        if method in CHANGING:
            self.journal.append((method, path, deepcopy(body)))
        try:
            return self._answer(method, path.removeprefix(ROOT).strip("/").split("/"), query, body)
        except RefusedError as refused:
            return refused.status, refused.said

    def _answer(self, method: str, words: list[str], query: Query, body: Any) -> tuple[int, Any]:
        match method, words:
            case "GET", ["project_updates", *rest]:
                return 200, self.projects.answer(rest, query)
            case "GET", ["projects", key, "playbooks"]:
                return 200, sorted(self.projects.playbooks(self.store.get("projects", int(key))[1]))
            case "POST", ["projects", key, "update"]:
                return 202, self.projects.updated(self.store.get("projects", int(key))[1])
            case "GET", ["unified_jobs"]:
                return 200, page(chosen(self.store, "unified_jobs", self.jobs, query), query)
            case _, ["roles", key, "teams"]:
                return self.roles.answer(method, int(key), query, body)
        return self._object(method, words, query, body)

    def _object(self, method: str, words: list[str], query: Query, body: Any) -> tuple[int, Any]:
        match method, words:
            case "GET", [endpoint] if endpoint in RESOURCES or endpoint == "unified_job_templates":
                return 200, self.listed(endpoint, query)
            case "POST", [endpoint] if endpoint in RESOURCES:
                return 201, self.created(endpoint, body)
            case _, [endpoint, key] if endpoint in RESOURCES:
                return self.one(method, endpoint, int(key), body)
            case "POST", ["workflow_job_template_nodes", key, "create_approval_template"]:
                return 201, self.approval(int(key), body)
            case _, [endpoint, key, "survey_spec"] if RESOURCES[endpoint].has_survey:
                return 200, self.survey(method, endpoint, int(key), body)
            case _, [endpoint, key, name] if name in RESOURCES[endpoint].lists:
                return self.link(method, (endpoint, int(key), name), query, body)
        raise RefusedError(404, {"detail": f"{method} /{'/'.join(words)} is not imitated."})

    def listed(self, endpoint: str, query: Query) -> Item:
        items = {item["id"]: kind for kind, item in self.store.every(endpoint)}
        every = [item for _kind, item in self.store.every(endpoint)]
        found = chosen(self.store, endpoint, every, query)
        return page([self.shown(items[item["id"]], item) for item in found], query)

    def created(self, endpoint: str, body: Item) -> Item:
        if RESOURCES[endpoint].read_only:
            raise RefusedError(405, {"detail": f"{endpoint} are not made here."})
        merged = self.store.wanted(endpoint, body)
        check(self.store, endpoint, merged, self.projects.playbooks)
        item = self.store.add(endpoint, merged)
        shown = self.shown(endpoint, item)
        if endpoint == "projects" and item["scm_type"]:
            shown["summary_fields"] = {"current_update": {"id": self.projects.updated(item)["id"]}}
        return shown

    def one(self, method: str, endpoint: str, key: int, body: Any) -> tuple[int, Any]:
        _kind, item = self.store.get(endpoint, key)
        if method == "PATCH":
            merged = self.store.wanted(endpoint, body, item)
            check(self.store, endpoint, merged, self.projects.playbooks)
            item.update(merged)
        elif method == "DELETE" and not RESOURCES[endpoint].read_only:
            if any(job["unified_job_template"] == key for job in self.jobs):
                raise RefusedError(409, {"error": "Resource is being used by running jobs."})
            self.store.remove(endpoint, key)
            return RESOURCES[endpoint].deleted, None
        elif method != "GET":
            raise RefusedError(405, {"detail": f"Method {method} not allowed."})
        return 200, self.shown(endpoint, item)

    def survey(self, method: str, endpoint: str, key: int, body: Any) -> Any:
        self.store.get(endpoint, key)
        if method == "POST":
            errors = surveys.spec_errors(body)
            if errors:
                raise RefusedError(400, {"error": "; ".join(errors)})
            self.store.surveys[key] = body
            return {}
        if method == "DELETE":
            self.store.surveys.pop(key, None)
            return {}
        return self.store.surveys.get(key, {})

    def approval(self, key: int, body: Item) -> Item:
        _kind, node = self.store.get("workflow_job_template_nodes", key)
        if not body.get("name"):
            raise RefusedError(400, {"name": ["This field is required."]})
        item = self.store.add("workflow_approval_templates", body)
        node["unified_job_template"] = item["id"]
        return self.shown("workflow_approval_templates", item)

    def link(self, method: str, where: tuple[str, int, str], query: Query, body: Any) -> tuple[int, Any]:
        endpoint, key, name = where
        self.store.get(endpoint, key)
        target, ids = RESOURCES[endpoint].lists[name], self.store.linked(endpoint, key, name)
        if method == "GET":
            return 200, page([self.shown(target, self.store.get(target, one)[1]) for one in ids], query)
        self.store.get(target, body["id"])
        if body.get("disassociate"):
            ids.remove(body["id"])
        else:
            check_link(self.store, endpoint, key, name, body["id"])
            ids.append(body["id"])
        return 204, None

    def shown(self, endpoint: str, item: Item) -> Item:
        """An object as AWX shows it: with its address, what is related to it, and without its secrets."""
        resource, url = RESOURCES[endpoint], f"{ROOT}{endpoint}/{item['id']}/"
        related = {
            name: f"{url}{name}/" for name in (*resource.lists, *(["survey_spec"] * resource.has_survey))
        }
        summary: Item = {"object_roles": self.roles.of(endpoint, item["id"])} if resource.roles else {}
        if item.get("unified_job_template") is not None:
            kind, launched = self.store.get("unified_job_templates", item["unified_job_template"])
            related["unified_job_template"] = f"{ROOT}{kind}/{launched['id']}/"
            summary["unified_job_template"] = {"unified_job_type": JOB_TYPES.get(kind, kind)}
        if "workflow_job_template" in item:
            _kind, workflow = self.store.get("workflow_job_templates", item["workflow_job_template"])
            summary["workflow_job_template"] = {"name": workflow["name"]}
        shown = {
            **deepcopy(item),
            "type": resource.kind,
            "url": url,
            "related": related,
            "summary_fields": summary,
        }
        if endpoint == "projects":
            shown["scm_revision"] = ""
            related["update"] = f"{url}update/"
        for name in {"inputs", "notification_configuration"} & set(shown):
            secrets = {secret for secret in SECRETS if shown[name].get(secret)}
            shown[name].update(dict.fromkeys(secrets, "$encrypted$"))
        return shown

    def changes(self) -> list[tuple[str, str, Any]]:
        """What was asked to change since the last look."""
        asked, self.journal = self.journal, []
        return asked

    def state(self) -> str:
        """Everything that is there, to compare."""
        links = {str(where): sorted(ids) for where, ids in self.store.links.items() if ids}
        return json.dumps([self.store.items, links, self.store.surveys], sort_keys=True)

    def names(self) -> dict[str, list[str]]:
        """What is there beside what AWX comes with, by endpoint."""
        endpoints = (one for one, resource in RESOURCES.items() if not resource.read_only or one in UNIFIED)
        found = {
            e: [i.get("name") or i["identifier"] for i in self.store.items[e].values()] for e in endpoints
        }
        return {endpoint: names for endpoint, names in found.items() if names}
