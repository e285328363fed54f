# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Digests that are there twice are found, also when most lie on the disk."""

from __future__ import annotations

import hashlib

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.distinct import Digests


def _digest(number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), digest_size=16).digest()


def test_twice() -> None:
    with Digests() as digests:
        for line in range(100_000):
            digests.add(_digest(line), 0, line)
        for line in (7, 99_999):
            digests.add(_digest(line), 1, line)
        assert sorted(digests.twice()) == [((1, 7), (0, 7)), ((1, 99_999), (0, 99_999))]


def test_once() -> None:
    with Digests() as digests:
        for line in range(1000):
            digests.add(_digest(line), 0, line)
        assert not list(digests.twice())
