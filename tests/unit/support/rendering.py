# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The templates of a plan, as the role deploys them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import templates

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

script = templates.script


def machinery(plan: Plan, number: int = 0) -> dict[str, Any]:
    """The template of a plan's stack."""
    data = as_data(plan)
    return templates.machinery(data, data["stacks"][number])


def store(plan: Plan) -> dict[str, Any]:
    """The template of a plan's store."""
    return templates.store(as_data(plan))
