# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole benchmark with few tables: whether it measures, not how much."""

from __future__ import annotations

import re
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import comparing, loading, target, undoing
from benchmarks.measuring import QUICK
from tests.forking import program

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from benchmarks.comparing import Compared
    from benchmarks.undoing import Undone

UNDOING = ("planning", "executing", "executing it again")


def measured_by(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What it measures, as soon as it has."""
    found, measure = [], module.measure

    def kept(*options: Any) -> Any:
        found.append(measure(*options))
        return found[-1]

    monkeypatch.setattr(module, "measure", kept)
    return found


@pytest.mark.aws  # the benchmark starts one of its own
@pytest.mark.slow
def test_the_benchmark_measures_both_sides(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / "docs" / "performance.md").read_bytes()
    monkeypatch.setattr(target, "PLAYBOOK", program("ansible-playbook"))
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--quick"])
    compared, undos = measured_by(comparing, monkeypatch), measured_by(undoing, monkeypatch)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("benchmarks", run_name="__main__")
    told, errors = capsys.readouterr()
    assert ended.value.code == 0, errors
    planned_by_spark = "the job, in a Spark on the same machine"
    lines = [re.split(r" {2,}", line.strip()) for line in told.splitlines()]
    rows = [line for line in lines if line[0].isdigit()]
    ways = [line[1] for line in rows]
    assert ways == [
        *("a loop", "backup", "a loop"),
        *("a loop", "status", "its gathering alone", "a loop"),
        *("status", "status with past days", "its gathering alone", "its gathering with past days"),
        *("a bare task", "backup"),
        *("history", "history of all points", "one by one"),
    ]
    calls = {(number, line[1]): int(line[2]) for number, line in enumerate(rows)}
    assert all(count > 0 for count in calls.values())
    assert calls[2, "a loop"] == 2 * calls[0, "a loop"]
    # Of 3 days, one more call for each, and one that lists them.
    assert calls[8, "status with past days"] - calls[7, "status"] == 4
    assert calls[13, "history"] < calls[14, "history of all points"]
    assert calls[4, "status"] == calls[5, "its gathering alone"]
    loads = [line for line in lines if line[0] == "nested"]
    most = {way: "200" if way == loading.OURS else "100" for way in loading.WAYS}
    assert [line[1:3] for line in loads] == [
        *(["50", way.strip("*")] for way in loading.WAYS),
        *([items, way.strip("*")] for way, items in most.items()),
    ]
    assert all(float(line[3]) > 0 and int(line[6]) > 10 for line in loads)
    (drill,) = [line for line in lines if line[0] == "all"]
    assert float(drill[1]) >= float(drill[2]) > 0
    planned = [line for line in lines if line[0] in ("one machine", planned_by_spark)]
    assert [len(line) for line in planned] == [4, 4]
    assert all(float(line[1]) > 0 and int(line[3]) > 10 for line in planned)
    undone = {line[0]: [float(each) for each in line[1:]] for line in lines if line[0] in UNDOING}
    assert list(undone) == list(UNDOING)
    assert all(seconds > 0 and cpu > 0 for seconds, cpu in undone.values())
    assert (root / "docs" / "performance.md").read_bytes() == before
    check_compared(*compared)
    check_undone(*undos)


def check_compared(found: dict[str, Compared]) -> None:
    """Each way, with more items than are read in one segment."""
    assert list(found) == [comparing.MD5, *comparing.WAYS, comparing.LOOP, comparing.PUBLISHED]
    published = found.pop(comparing.PUBLISHED)
    assert not published.measured
    assert {each.items for each in found.values()} == {6_000}
    took = [each.took for each in found.values()]
    assert all(each.seconds > 0 and each.cpu > 0 and each.memory > 1 for each in took)
    micros = [each.cpu / 6_000 * 1e6 for each in took]
    assert [each.item_micros for each in found.values()] == micros


def check_undone(found: Undone) -> None:
    """Exactly the right items are as before. The proof itself is in Incident.prove: it raises."""
    planned, done, sizes = found.counts, found.done, QUICK.undo
    assert planned["expired"] == done["expired"] == sizes.expired > 0
    assert planned["delete"] == done["delete"] == sizes.inserted > 0
    assert planned["conflict"] >= sizes.since > 0
    assert planned["put"] + planned["conflict"] == sizes.ruined - sizes.expired
    assert done["put"] + done["conflict"] == sizes.ruined - sizes.expired
    assert found.proven["undone"] == done["put"] + done["delete"]
    assert found.proven["others"] > 20
