# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.asked import NotAskedError, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.keys import KeysError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.options import FIND

USUAL = {name: option.get("default") for name, option in FIND.items()} | {"table": "orders"}
KEYS = [{"id": "a"}]


def asked(**options):
    return read({**USUAL, **options})


@pytest.mark.parametrize(
    ("points", "named", "newest"),
    [
        (["latest"], ("latest",), 0),
        ([], ("latest",), 0),
        (["3"], (), 3),
        ([" 12 "], (), 12),
        (["2026-11-23T14:00:00Z", "latest", "latest"], ("2026-11-23T14:00:00Z", "latest"), 0),
        (["20261123T140003Z-1a2b3c4d"], ("20261123T140003Z-1a2b3c4d",), 0),
    ],
)
def test_points_are_named_or_counted(points, named, newest):
    found = asked(keys=KEYS, points=points)
    assert (found.points, found.newest) == (named, newest)


def test_what_is_asked_for(tmp_path):
    found = asked(where="a > `1`", file=str(tmp_path / "x.CSV"), columns=["a", "b", "a"], samples=0)
    assert found.where
    assert found.where.names == {"a"}
    assert (found.file, found.columns, found.samples) == (str(tmp_path / "x.CSV"), ("a", "b"), 0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Say which items, by O(keys), such as [{customer: C-17, line: 1}], or by O(where)"),
        ({"where": "  "}, "Say which items"),
        ({"table": "a b", "keys": KEYS}, "O(table) is 'a b': the name of a table has 3 to 255 letters"),
        ({"where": "a = 1"}, 'O(where) is "a = 1", but it cannot be read at character 3 (= 1): write == to'),
        ({"keys": KEYS, "points": ["0"]}, "O(points) is 0: give how many of the newest, 1 to 100."),
        ({"keys": KEYS, "points": ["200"]}, "O(points) is 200: give how many of the newest"),
        ({"keys": KEYS, "points": [f"p{n}" for n in range(101)]}, "O(points) names 101 points: 100 are"),
        ({"keys": KEYS, "samples": -1}, "O(samples) is -1: give 0 to 1,000."),
        ({"keys": KEYS, "samples": 1001}, "O(samples) is 1001: give 0 to 1,000."),
        (
            {"keys": KEYS, "file": "/tmp/found.txt"},
            "let it end in .csv for a table, or .jsonl for JSON lines",
        ),
        ({"keys": KEYS, "file": "/none/found.csv"}, "is in /none, and there is no such folder."),
    ],
)
def test_what_cannot_be_meant_is_told(options, sentence):
    with pytest.raises(NotAskedError, match=re.escape(sentence)):
        asked(**options)


def test_a_key_of_no_table_and_a_file_that_is_a_folder_are_told(tmp_path):
    with pytest.raises(KeysError, match=r"O\(keys\), number 1: id is true"):
        asked(keys=[{"id": True}])
    place = tmp_path / "x.csv"
    place.mkdir()
    with pytest.raises(NotAskedError, match=r"x\.csv is a folder\."):
        asked(keys=KEYS, file=str(place))
