# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a comparison."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import (
    Compared,
    Sample,
    key_text,
)


@pytest.mark.parametrize(
    ("compared", "equal", "sentence"),
    [
        (
            Compared(0, 0, 0, 0, 0, 0),
            True,
            "No item was expected and none was found: there was nothing to compare.",
        ),
        (Compared(0, 0), True, "No item was expected and none was found: there was nothing to compare."),
        (Compared(1, 1, 1, 0, 0, 0), True, "Equal: the only item is the same, by key and content."),
        (
            Compared(1234, 1234, 1234, 0, 0, 0),
            True,
            "Equal: all 1,234 items are the same, by key and content.",
        ),
        (Compared(2, 2), True, "2 items expected and found; their contents were not compared."),
        (Compared(1, 2), False, "1 item expected, and 2 found; contents were not compared."),
        (Compared(0, 2, 0, 0, 2, 0), False, "Not equal: 2 too many; 0 of 0 items are the same."),
        (Compared(2, 2, 1, 0, 0, 1), False, "Not equal: 1 changed; 1 of 2 items are the same."),
    ],
)
def test_sentences(compared: Compared, sentence: str, *, equal: bool) -> None:
    assert (compared.equal, compared.sentence) == (equal, sentence)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ({"pk": {"S": "A é"}, "sk": {"N": "7"}}, "pk=A é, sk=7"),
        ({"sk": {"B": "AAE="}, "pk": {"S": "a\nb\x1b[0m"}}, 'sk=AAE=, pk="a\\nb\\u001b[0m"'),
    ],
)
def test_keys_as_text(key: dict[str, dict[str, str]], text: str) -> None:
    assert key_text(key) == text


def test_what_a_module_returns() -> None:
    values = {"v": ({"S": "x"}, None)}
    samples = (
        Sample("changed", {"pk": {"S": "A"}}, "a.gz", 7, attributes=("v",), values=values),
        Sample("unexpected", {"pk": {"S": "B"}}, now="It is gone."),
    )
    assert Compared(1, 2, 0, 0, 1, 1, samples).to_json()["samples"] == [
        {
            "kind": "changed",
            "key": {"pk": {"S": "A"}},
            "text": "pk=A",
            "file": "a.gz",
            "line": 7,
            "attributes": ["v"],
            "values": {"v": {"expected": {"S": "x"}, "found": None}},
        },
        {"kind": "unexpected", "key": {"pk": {"S": "B"}}, "text": "pk=B", "now": "It is gone."},
    ]
