# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong in an inventory is told before AWS is asked anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.support.bad_inventories import BAD_INVENTORIES

from .state import snapshot, tables

if TYPE_CHECKING:
    from .playbooks import Target


@pytest.mark.slow
def test_each_bad_inventory_is_refused_with_its_sentence_before_any_call(target: Target) -> None:
    tables(target.account, "orders")
    before = snapshot(target.account)
    target.account.forget_calls()

    # Two hosts with the same region and prefix are refused before anything else.
    hosts = {
        bad.id: {"tablekeeper_prefix": f"bad-{number}", **bad.variables}
        for number, bad in enumerate(BAD_INVENTORIES)
    }
    failures = target.play_hosts("backup", hosts, fails=True).failures

    assert target.account.calls() == []
    assert len(BAD_INVENTORIES) >= 30
    assert failures.keys() == hosts.keys()
    unlike = {bad.id: failures[bad.id] for bad in BAD_INVENTORIES if bad.sentence not in failures[bad.id]}
    assert unlike == {}
    assert snapshot(target.account) == before
