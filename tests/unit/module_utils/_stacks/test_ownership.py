# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which stacks are ours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.ownership import (
    DESCRIPTIONS,
    is_ours,
)
from tests.unit.support import rendering
from tests.unit.support.inventories import planned

STORE = rendering.store(planned(["orders"]))
NOW = datetime(2026, 11, 28, tzinfo=UTC)
MACHINERY = [rendering.machinery(planned([{"name": "orders", "engine": name}], now=NOW)) for name in PLANNERS]


@pytest.mark.parametrize("template", [STORE, *MACHINERY], ids=["store", *PLANNERS])
def test_a_stack_of_ours_is_known_by_what_is_left_of_it(template: dict[str, dict[str, object]]) -> None:
    """Somebody may have taken its tags away, or even its description."""
    assert template["Description"] in DESCRIPTIONS
    assert is_ours("shop-store", {}, str(template["Description"]), ())
    assert is_ours("shop-store", {}, "", template["Outputs"])


@pytest.mark.parametrize("name", ["shop-store", *(naming.stack("shop", name, 2) for name in PLANNERS)])
def test_the_tag_has_to_be_of_the_prefix_that_the_name_has(name: str) -> None:
    assert is_ours(name, {"tablekeeper-prefix": "shop"}, "", ())
    assert not is_ours(name, {"tablekeeper-prefix": "blog"}, "", ())


def test_a_name_alone_tells_nothing() -> None:
    assert not is_ours("shop-store", {"team": "shop"}, "The store of the shop", {"Version", "BucketName"})


def test_the_job_of_an_undo_is_known_by_its_tag_and_its_name() -> None:
    name = naming.undo_job("tablekeeper", "orders")
    assert is_ours(name, {"tablekeeper-prefix": "tablekeeper"}, "", ())
    assert not is_ours(name, {"tablekeeper-prefix": "other"}, "", ())
    assert not is_ours("tablekeeper-undo-orders", {"tablekeeper-prefix": "tablekeeper"}, "", ())
    assert not is_ours(name, {}, "", ())
