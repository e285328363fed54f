# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans of restores, and what became of them on a table that is data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import plan, state
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.target import Target
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import write
from tests.unit.support.fake_table import made
from tests.unit.support.settings import everything

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import Settings

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HERE = Target("orders-restored", "eu-west-1", "111122223333")
ELSEWHERE = Target("orders", "us-gov-west-1", "444455556666", "aws-us-gov")
WAYS = ("create", "import", "native")


def brought_back(saved: Settings, way: Any = "create", target: Target = HERE, **wishes: Any) -> plan.Plan:
    return plan.make(saved, target, way, plan.Wishes(**wishes), NOW)


def done(found: plan.Plan, way: str, saved: Settings, target: Target = HERE) -> Settings:
    table = made(way, dict(found.making), target, write.table(saved))
    for step in found.steps:
        table.take(step)
    settings: Settings = table.settings()
    return settings


def calls(found: plan.Plan, setting: str) -> list[dict[str, Any]]:
    return [dict(each.arguments) for each in found.steps if each.setting == setting]


def why(found: plan.Plan) -> dict[str, str]:
    return {each.path: each.why for each in found.left}


def without_local(settings: Settings, way: str) -> Settings:
    return everything(**{**vars(settings), "local_indexes": ()}) if way == "import" else settings


def begun(**changes: Any) -> state.State:
    """The state of a restore that is being filled."""
    usual: dict[str, Any] = {
        "digest": "d",
        "same": {"table": "orders", "from": None},
        "asked_point": "latest",
        "point": {
            "id": "20261123T140003Z-1a2b3c4d",
            "kind": "export",
            "location": "s3://bucket/retain-35d/orders/20261123T140003Z-1a2b3c4d/",
            "items": 3,
            "bytes": 300,
        },
        "way": "load",
        "reasons": [],
        "target_arn": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-again",
        "settings": {"Version": 2},
        "begun": "2026-11-28T12:00:00+00:00",
        "phase": state.FILL,
    }
    return state.State(**usual | changes)
