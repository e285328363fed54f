# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX reads of repositories, and why it could not: awx/main/utils/ansible.py says what a playbook is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .queries import chosen, page
from .store import Item, RefusedError, Store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOT_LOOKED_INTO = {"roles", "tasks", "group_vars", "host_vars"}
PLAY = re.compile(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?(include|import_playbook)):", re.MULTILINE)
# As the module git says it, which AWX's playbook uses (awx/playbooks/project_update.yml).
UNREADABLE = "Failed to download remote objects and refs:  fatal: unable to access the repository\n"


def playbooks(repository: Path) -> set[str]:
    """The playbooks, by their path in the repository."""
    found = set()
    for path in repository.rglob("*"):
        place = path.relative_to(repository)
        hidden = any(part in NOT_LOOKED_INTO or part.startswith(".") for part in place.parts)
        if path.suffix in {".yml", ".yaml"} and not hidden and PLAY.search(path.read_text(encoding="utf-8")):
            found.add(str(place))
    return found


@dataclass
class Projects:
    """What AWX knows of its projects beyond what the objects say."""

    store: Store
    # What it finds at the address of a repository.
    repositories: Mapping[str, Path]
    updates: list[Item] = field(default_factory=list)
    # Of each project, the playbooks that the last good update found.
    found: dict[int, set[str]] = field(default_factory=dict)

    def updated(self, project: Item) -> Item:
        """Look at a project's repository; what was found there before counts if that fails."""
        repository = self.repositories.get(project["scm_url"])
        if repository:
            self.found[project["id"]] = playbooks(repository)
        status, key = "successful" if repository else "failed", len(self.updates) + 1
        update = {
            "id": key, "url": f"/api/v2/project_updates/{key}/", "type": "project_update",
            "name": project["name"], "project": project["id"],
            "status": status, "failed": status == "failed", "job_explanation": "",
            "finished": "2026-01-01T00:00:00Z", "elapsed": 1.0, "scm_revision": "",
        }  # fmt: skip
        self.updates.append(update)
        return update

    def playbooks(self, project: Item) -> set[str]:
        return self.found.get(project["id"], set())

    def answer(self, words: list[str], query: Sequence[tuple[str, str]]) -> Any:
        """The updates, one of them, or what happened in it."""
        match words:
            case []:
                return page(chosen(self.store, "project_updates", self.updates, query), query)
            case [key]:
                return self.updates[int(key) - 1]
            case [key, "events"]:
                events = self.events() if self.updates[int(key) - 1]["failed"] else []
                return page(chosen(self.store, "project_update_events", events, query), query)
        raise RefusedError(404, {"detail": f"project_updates/{'/'.join(words)} is not imitated."})

    def events(self) -> list[Item]:
        tried = {"res": {"msg": "not yet", "failed": True}, "ignore_errors": True}
        failed = {"res": {"msg": UNREADABLE, "failed": True}, "task": "Update project using git"}
        told: list[tuple[str, Item]] = [
            ("playbook_on_start", {}),
            ("runner_on_failed", tried),
            ("runner_on_failed", failed),
        ]
        return [
            {"id": number, "event": event, "event_data": data}
            for number, (event, data) in enumerate(told, start=1)
        ]
