# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of a restore as text, and how far it has come."""

from __future__ import annotations

import json

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import state
from tests.unit.support.restoring import begun


def test_it_is_read_as_it_was_written() -> None:
    found = begun(done=["ttl 1"], seconds={"make": 1.5})
    assert state.from_json(found.to_json()) == found


def test_what_a_later_version_adds_is_passed_over() -> None:
    text = json.loads(begun().to_json()) | {"more": 1}
    assert state.from_json(json.dumps(text)) == begun()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', json.dumps({**vars(begun()), "phase": "dancing"})]
)
def test_what_is_no_state(text: str) -> None:
    with pytest.raises(state.StateError):
        state.from_json(text)


def test_phases_have_an_order() -> None:
    found = begun(phase=state.COMPARE)
    assert found.has_passed(state.FILL)
    assert not found.has_passed(state.COMPARE)
    assert not found.has_passed(state.SETTINGS)
