# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two sets of items, compared by what they are as mappings."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import comparison
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import UncomparableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.comparison import (
    Comparison,
    Place,
)

Items = dict[bytes, bytes]


def _check(expected: Items, found: Items) -> None:
    with Comparison() as both:
        for number, (key, content) in enumerate(expected.items()):
            both.expected.add(key, content, file=number % 3, line=number)
        for key, content in found.items():
            both.found.add(key, content)
        differences = list(both.differences())
        counts = both.counts
    kinds = Counter(each.kind for each in differences)
    common = expected.keys() & found.keys()
    same = sum(expected[key] == found[key] for key in common)
    assert (counts.expected, counts.found, counts.same) == (len(expected), len(found), same)
    assert counts.missing == kinds["missing"] == len(expected.keys() - found.keys())
    assert counts.unexpected == kinds["unexpected"] == len(found.keys() - expected.keys())
    assert counts.changed == kinds["changed"] == len(common) - same
    lines = {key: number for number, key in enumerate(expected)}
    for each in differences:
        if each.expected:
            line = lines[each.expected.key]
            assert each.expected == Place(line % 3, line, each.expected.key)
        if each.found:
            assert each.found.key in found


def _items(count: int, seed: int) -> Items:
    chance = random.Random(seed)
    return {b"k%d" % chance.randrange(count * 2): b"v%d" % chance.randrange(2) for _item in range(count)}


@pytest.mark.parametrize("count", [0, 1, 26, 20_000])
def test_any(count: int) -> None:
    _check(_items(count, 1), _items(count, 2))
    _check(_items(count, 1), _items(count, 1))
    _check({}, _items(count, 1))
    _check(_items(count, 1), {})


def test_drawers_that_are_too_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is divided by the next byte, and by the one after that."""
    monkeypatch.setattr(comparison, "MOST_IN_MEMORY", 2)
    _check(_items(600, 1), _items(600, 2))


@pytest.mark.parametrize("content", [b"a", b"b"])
def test_a_key_twice(content: bytes) -> None:
    with Comparison() as both:
        both.found.add(b'{"pk":1}', b"a")
        both.found.add(b'{"pk":1}', content)
        with pytest.raises(UncomparableError, match=r'what was found, the key \{"pk":1\} is there twice'):
            list(both.differences())
