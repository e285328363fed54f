# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An inventory with one mistake, and what the user must be told of it.

`variables` replace those of a good inventory; None takes one away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

GOOD: dict[str, Any] = {"tablekeeper_region": "eu-west-1", "tablekeeper_tables": ["orders"]}


@dataclass(frozen=True)
class BadInventory:
    """One mistake."""

    id: str
    sentence: str
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, Any]:
        """The whole inventory."""
        return {key: value for key, value in {**GOOD, **self.changed}.items() if value is not None}


def table(case: str, sentence: str, **keys: Any) -> BadInventory:
    """A mistake in the keys of a table."""
    return BadInventory(case, sentence, {"tablekeeper_tables": [{"name": "orders", **keys}]})


def tables(case: str, sentence: str, tables: Any) -> BadInventory:
    """A mistake in the list of tables."""
    return BadInventory(case, sentence, {"tablekeeper_tables": tables})


def setting(case: str, sentence: str, **settings: Any) -> BadInventory:
    """A mistake in other variables, named without their prefix."""
    return BadInventory(case, sentence, {f"tablekeeper_{key}": value for key, value in settings.items()})


def alert(case: str, sentence: str, protocol: str, endpoint: Any) -> BadInventory:
    """A mistake in who is told."""
    return setting(case, sentence, alerts=[{"protocol": protocol, "endpoint": endpoint}])
