# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make bench``: AWS calls first, then seconds, each figure beside its baseline of the same run."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import comparing, documents, loading, past, planning, tables, undoing
from benchmarks.engines import write as write_engines
from benchmarks.measuring import QUICK, Bench, Sizes
from benchmarks.target import BenchmarkError
from local_aws.client.process import LocalAws

if TYPE_CHECKING:
    from benchmarks.figures import Figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few tables only: shows that it measures")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument(
        "--costs", action="store_true", help="measure nothing, write docs/costs.md and docs/engines.md"
    )
    parser.add_argument("--comparing", type=int, metavar="ITEMS", help="compare so many items, and no more")
    parser.add_argument(
        "--past", type=int, metavar="TABLES", help="judge so many with past days, and no more"
    )
    parser.add_argument("--listing", type=int, metavar="POINTS", help="list so many, and no more")
    parser.add_argument("--drilling", type=int, metavar="ITEMS", help="drill so many items, and no more")
    parser.add_argument("--undoing", action="store_true", help="undo an incident, and no more")
    parser.add_argument("--planning", type=int, metavar="ITEMS", help="plan an undo, and no more")
    parser.add_argument("--loading", action="store_true", help="load items, and no more")
    options = parser.parse_args()
    if options.quick and options.write:
        parser.error("docs/performance.md is of a whole run: leave --quick out.")
    if options.costs:
        print(f"Written: {documents.write_costs()}")
        print(f"Written: {write_engines()}")
        return 0
    if alone := only(options):
        print(alone)
        return 0
    try:
        measured = measure(QUICK if options.quick else Sizes())
    except BenchmarkError as error:
        print(f"The benchmark failed: {error}", file=sys.stderr)
        return 1
    for title, table in measured.sections(markdown=False):
        print(f"\n{title}\n\n{table}")
    if options.write:
        print(f"\nWritten: {documents.write_performance(measured)}")
    return 0


def only(options: argparse.Namespace) -> str:
    """The table of the one thing that is to be measured; empty if everything is."""
    sizes = QUICK if options.quick else Sizes()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        place = Path(folder)
        if options.comparing:
            return tables.comparing_table(comparing.measure(place, options.comparing), markdown=True)
        if options.past:
            with LocalAws() as aws:
                measured = past.measure(aws, place, options.past, sizes.days, sizes.past_rounds)
            return tables.past_table(measured, markdown=True)
        if options.listing:
            return tables.table(listed(options.listing), memory=True, markdown=True)
        if options.drilling:
            with LocalAws() as aws:
                drilled = Bench(aws, place, Sizes(drill=options.drilling)).drilling()
            return tables.drilling_table(drilled, markdown=True)
        if options.undoing:
            with LocalAws() as aws:
                undone = undoing.measure(aws, aws.account, sizes.undo)
            return f"{tables.undoing_table(undone, markdown=True)}\n\n{undone.told}"
        if options.planning:
            return tables.planning_table(planning.measure(options.planning), markdown=True)
        if options.loading:
            return tables.loading_table(loading.measure(place, sizes.load), markdown=True)
    return ""


def listed(points: int) -> dict[str, dict[int, Figures]]:
    """Tables with so many points each, on an embedded AWS with nothing else in it."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder, LocalAws() as aws:
        return Bench(aws, Path(folder), Sizes(points=points)).listing()


def judged_with_days(sizes: Sizes) -> dict[str, dict[int, Figures]]:
    """The status of past days, on an embedded AWS whose clock moves."""
    found: dict[str, dict[int, Figures]] = {}
    for count in sizes.past:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder, LocalAws() as aws:
            judged = past.measure(aws, Path(folder), count, sizes.days, sizes.past_rounds)
            for way, measured in judged.items():
                found.setdefault(way, {}).update(measured)
    return found


def measure(sizes: Sizes) -> documents.Measured:
    """Everything, on one embedded AWS."""
    start, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder, LocalAws() as aws:
        bench = Bench(aws, Path(folder), sizes)
        deploying, rerunning, judging = bench.deploying(), bench.rerunning(), bench.judging()
        return documents.Measured(
            deploying,
            judging,
            rerunning,
            past=judged_with_days(sizes),
            days=sizes.days,
            drilling=bench.drilling(),  # before there are points that are only listed
            drilled=sizes.drill,
            listing=bench.listing(),
            points=sizes.points,
            runs=bench.runs,
            comparing=bench.comparing(),
            compared=sizes.compare,
            loading=bench.loading(),
            loaded=sizes.load,
            undoing=bench.undoing(),
            undone=sizes.undo,
            planning=bench.planning(),
            planned=sizes.plan,
            loops=sizes.loops,
            load=(load, os.getloadavg()[0]),
            minutes=(time.monotonic() - start) / 60,
        )


if __name__ == "__main__":
    sys.exit(main())
