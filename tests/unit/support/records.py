# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stacks remember of tables and pipelines, as a default inventory would leave it."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import (
    PipelineRecord,
    TableRecord,
)


def table(name: str = "orders", **changes: Any) -> TableRecord:
    common: dict[str, Any] = {"every": 24, "max_age": 30, "retention_days": 35, "enabled": True}
    return TableRecord(**{"name": name, **common, "engine": "export", **changes})


def pipeline(name: str, **changes: Any) -> PipelineRecord:
    common: dict[str, Any] = {"id": "df-1", "schedule": "24h-0200-abcdef", "number": 1, "start": ""}
    return PipelineRecord(**{"name": name, **common, "every": 24, "limit": 6, **changes})
