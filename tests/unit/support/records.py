# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stacks remember of tables, as a default inventory would leave it."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord


def table(name: str = "orders", **changes: Any) -> TableRecord:
    common: dict[str, Any] = {"every": 24, "max_age": 30, "retention_days": 35, "enabled": True}
    return TableRecord(**{"name": name, **common, "engine": "export", **changes})
