# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lines that other tools have been seen to write are read as the items that they stand for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import export, read
from tests.unit.support import foreign

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "backup_lines.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: f"{record['format']} {record['proves'][:30]}")
def test_a_line_is_read(record: dict[str, Any]) -> None:
    text = "".join(f"{line}\n" for line in record["recorded"]).encode()
    if record["format"] == "refused":
        with pytest.raises(read.UnreadableError, match=export.INCREMENTAL):
            list(read.open_backup(foreign.source({"x": text})).entries())
        return
    reading = read.open_backup(foreign.source({"x": text}))
    assert reading.format == record["format"]
    assert [entry.item for entry in reading.entries()] == record["items"]


def test_a_manifest_is_read_in_another_bucket() -> None:
    manifest = json.loads((HERE / "emr_manifest.json").read_text(encoding="utf-8"))["recorded"]
    name = "92dd1414-a049-4c68-88fb-a23acd44907e"
    line = RECORDED[0]["recorded"][0].encode() + b"\n"
    reading = read.open_backup(foreign.source({"manifest": manifest.encode(), name: line, "other": b"{"}))
    assert [entry.item for entry in reading.entries()] == RECORDED[0]["items"]
    assert (reading.left_over, reading.notes) == (1, ())
