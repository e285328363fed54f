# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which team has which role on an object (awx/main/models/rbac.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .queries import page
from .resources import RESOURCES
from .store import Item, RefusedError, Store

if TYPE_CHECKING:
    from collections.abc import Sequence

# Above every other id, a hundred for each object.
FIRST = 1_000_000


@dataclass
class Roles:
    """The teams of each role."""

    store: Store
    teams: dict[int, list[int]] = field(default_factory=dict)

    def of(self, endpoint: str, key: int) -> Item:
        """The roles of an object, as its summary shows them."""
        return {
            f"{name}_role": {"id": FIRST + 100 * key + number}
            for number, name in enumerate(RESOURCES[endpoint].roles)
        }

    def granted(self) -> set[tuple[str, str, str]]:
        """The names of the object, of the role and of the team."""
        found = set()
        for endpoint in RESOURCES:
            for item in self.store.items[endpoint].values():
                for role, shown in self.of(endpoint, item["id"]).items():
                    for team in self.teams.get(shown["id"], []):
                        found.add((item["name"], role, self.store.get("teams", team)[1]["name"]))
        return found

    def answer(
        self, method: str, key: int, query: Sequence[tuple[str, str]], body: Any
    ) -> tuple[int, Item | None]:
        """The teams that have a role, or one more."""
        there = self.teams.setdefault(key, [])
        if method == "GET":
            return 200, page([self.store.get("teams", team)[1] for team in there], query)
        if method != "POST":
            raise RefusedError(405, {"detail": f"Method {method} not allowed."})
        self.store.get("teams", body["id"])
        there.append(body["id"])
        return 204, None
