# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which files of a repository AWX offers as playbooks (awx/main/utils/ansible.py)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NOT_LOOKED_INTO = {"roles", "tasks", "group_vars", "host_vars"}
PLAY = re.compile(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?(include|import_playbook)):", re.MULTILINE)


def playbooks(repository: Path) -> set[str]:
    """The playbooks, by their path in the repository."""
    found = set()
    for path in repository.rglob("*"):
        place = path.relative_to(repository)
        hidden = any(part in NOT_LOOKED_INTO or part.startswith(".") for part in place.parts)
        if path.suffix in {".yml", ".yaml"} and not hidden and PLAY.search(path.read_text(encoding="utf-8")):
            found.add(str(place))
    return found
