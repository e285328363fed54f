# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import itertools

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    EXPIRED,
    PUT,
    SAME,
    WRITES,
    action,
)

B, M, X = b"before", b"made by the incident", b"made by somebody"


@pytest.mark.parametrize(
    ("before", "incident", "now", "expected"),
    [
        pytest.param(B, M, M, PUT, id="changed"),
        pytest.param(None, M, M, DELETE, id="inserted"),
        pytest.param(B, None, None, PUT, id="deleted"),
        pytest.param(B, M, B, SAME, id="put back already"),
        pytest.param(None, M, None, SAME, id="inserted, and gone"),
        pytest.param(B, M, X, CONFLICT, id="changed, and changed again"),
        pytest.param(B, M, None, CONFLICT, id="changed, and deleted since"),
        pytest.param(None, M, X, CONFLICT, id="inserted, and changed since"),
        pytest.param(B, None, X, CONFLICT, id="deleted, and made anew"),
    ],
)
def test_an_item_is_written_where_it_is_still_what_the_incident_made(before, incident, now, expected):
    assert action(before, incident, now) == expected


@pytest.mark.parametrize(
    ("before", "incident", "now", "expected"),
    [
        pytest.param(B, M, M, EXPIRED, id="changed"),
        pytest.param(B, None, None, EXPIRED, id="deleted"),
        pytest.param(B, M, None, EXPIRED, id="changed, then deleted as it expired"),
        pytest.param(B, M, X, CONFLICT, id="changed again, so that it may live"),
        pytest.param(B, M, B, SAME, id="as before"),
    ],
)
def test_what_dynamodb_would_delete_again_is_not_put_back(before, incident, now, expected):
    assert action(before, incident, now, expired=True) == expected


def test_nothing_is_written_over_what_neither_was_there_before_nor_the_incident_made():
    for before, incident, now in itertools.product((None, B, M, X), repeat=3):
        if now not in (before, incident):
            assert action(before, incident, now) not in WRITES
