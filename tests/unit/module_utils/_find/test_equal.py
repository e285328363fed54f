# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from decimal import Decimal

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.condition import compiled


@pytest.mark.parametrize(
    ("text", "equal"),
    [
        ("customer == 'C-17'", {"customer": "C-17"}),
        (
            "'C-17' == customer && line == `1.50` && total > `10`",
            {"customer": "C-17", "line": Decimal("1.5")},
        ),
        ("(a == `1` && b == 'x') && (c == 'y')", {"a": 1, "b": "x", "c": "y"}),
        ("a == `1` && (b == 'x' || c == 'y')", {"a": 1}),
        ("a == 'x' || a == 'y'", {}),
        ("!(a == 'x')", {}),
        ("a != 'x'", {}),
        ("a.b == 'x'", {}),
        ("a == b", {}),
        ("lines[?a == 'x']", {}),
        ("a", {}),
    ],
)
def test_what_must_be_equal_whatever_else_is_asked(text, equal):
    assert compiled(text).equal == equal
