# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find import asked, gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.gather_states import State
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.options import FIND
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import folder, read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)

if TYPE_CHECKING:
    from pathlib import Path

TAKEN = datetime(2026, 11, 23, 14, tzinfo=UTC)


def look(place: Path, files: dict[str, list[dict]], said: list[str] | None = None, **options: Any) -> dict:
    """What is found in a point of several files, the key of whose table is id."""
    for name, items in files.items():
        text = "".join(json.dumps({"Item": each}) + "\n" for each in items)
        (place / name).write_text(text, encoding="utf-8")
    given = {name: option.get("default") for name, option in FIND.items()}
    state = State("A", "export", TAKEN, "here", read.open_backup(folder.folder_source(place)), {"id": "S"})
    lines = Lines("orders", (said if said is not None else []).append, lambda: 0.0)
    return gather.look(asked.read({**given, "table": "orders", **options}), [state], lines, write=True)


def item(name: str, **more: dict) -> dict:
    return {"id": {"S": name}, **more}


def test_files_are_read_until_all_keys_were_found(tmp_path: Path) -> None:
    said: list[str] = []
    files = {"1.json": [item("a"), item("b")], "2.json": [item("c")], "3.json": [item("d"), item("e")]}
    found = look(tmp_path, files, said, keys=[{"id": "a"}, {"id": "c"}])
    assert (found["found"], found["points"][0]["read"]) == (2, 3)
    assert said == [
        "orders: reading A of 2026-11-23T14:00:00Z",
        "orders: A: 2 found in 3 items",
    ]
    assert look(tmp_path, files, keys=[{"id": "a"}, {"id": "z"}])["points"][0]["read"] == 5
    assert look(tmp_path, files, where="id == 'a'")["points"][0]["read"] == 5


@pytest.mark.parametrize(
    ("bad", "options", "why"),
    [
        ({"other": {"S": "x"}}, {"keys": [{"id": "z"}]}, "its key 'id' is not there"),
        ({"id": {"N": "1"}}, {"keys": [{"id": "z"}]}, "its key 'S' is not there"),
        (item("x", n={"N": 5}), {"where": "n > `1`"}, "it is no item that DynamoDB takes"),
        (item("x", n={"X": "5"}), {"where": "n > `1`"}, "it is no item that DynamoDB takes"),
    ],
)
def test_what_is_no_item_is_told_with_its_place(tmp_path: Path, bad: dict, options: dict, why: str) -> None:
    with pytest.raises(UnreadableError, match=rf"1\.json, line 2: {why}"):
        look(tmp_path, {"1.json": [item("a"), bad]}, **options)
