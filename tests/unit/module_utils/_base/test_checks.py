# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values in Python's own types."""

from __future__ import annotations

import datetime as dt

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import checks


class Text(str):
    """As Ansible tags text."""

    __slots__ = ()


class Number(int):
    """As Ansible tags numbers."""


class Fraction(float):
    """As Ansible tags fractions."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (Text("a"), "a"),
        (Number(7), 7),
        (Fraction(1.5), 1.5),
        (True, True),
        (None, None),
        ((1, 2), [1, 2]),
        (dt.date(2026, 11, 23), "2026-11-23"),
    ],
)
def test_plain(value: object, meant: object) -> None:
    found = checks.plain(value)
    assert found == meant
    assert type(found) is type(meant)


def test_plain_goes_all_the_way_down() -> None:
    ((key, (item,)),) = checks.plain({Text("a"): (Text("b"),)}).items()
    assert type(key) is type(item) is str
    assert checks.plain({7: None}) == {"7": None}


@pytest.mark.parametrize("value", [None, "", "  ", "\n"])
def test_blank(value: object) -> None:
    assert checks.blank(value)


@pytest.mark.parametrize("value", [0, False, [], {}, "0"])
def test_not_blank(value: object) -> None:
    assert not checks.blank(value)
