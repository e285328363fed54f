# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong in an inventory is told before AWS is asked anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.support.bad_inventories import BAD_INVENTORIES

from .state import snapshot, tables

if TYPE_CHECKING:
    from tests.unit.support.bad_inventories import BadInventory

    from .playbooks import Target


def types(value: Any) -> frozenset[type]:
    """Those of a value and of all that is in it."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return frozenset({type(value)}).union(*map(types, parts))


def unlike() -> list[BadInventory]:
    """Each variable with each type of value, which is what Ansible hands on; the plan's tests have all."""
    found, seen = [], set()
    for bad in sorted(BAD_INVENTORIES, key=lambda bad: len(bad.changed), reverse=True):
        handed_on = {(name, types(value)) for name, value in bad.changed.items()}
        found += [bad] if handed_on - seen else []
        seen |= handed_on
    return found


@pytest.mark.slow
def test_each_bad_inventory_is_refused_with_its_sentence_before_any_call(target: Target) -> None:
    inventories = unlike()
    tables(target.account, "orders")
    before = snapshot(target.account)
    target.account.forget_calls()

    # Two hosts with the same region and prefix are refused before anything else.
    hosts = {
        bad.id: {"tablekeeper_prefix": f"bad-{number}", **bad.variables}
        for number, bad in enumerate(inventories)
    }
    failures = target.play_hosts("backup", hosts, fails=True).failures

    assert target.account.calls() == []
    assert len(inventories) >= 30
    assert failures.keys() == hosts.keys()
    other = {bad.id: failures[bad.id] for bad in inventories if bad.sentence not in failures[bad.id]}
    assert other == {}
    assert snapshot(target.account) == before
