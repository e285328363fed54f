# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The measurements as tables, for the terminal and for docs/performance.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tabulate import tabulate

from benchmarks import figures, loading, measuring

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.alone import Took
    from benchmarks.comparing import Compared
    from benchmarks.figures import Figures
    from benchmarks.loading import Load
    from benchmarks.undoing import Undone


WAYS = {
    measuring.OURS: "**backup**",
    measuring.STATUS: "**status**",
    measuring.GATHERING: "its gathering alone",
    measuring.PAST: "**status** with past days",
    measuring.PAST_GATHERING: "its gathering with past days",
    measuring.BARE: "a bare task",
    measuring.LOOP: "a loop",
    measuring.HISTORY: "**history**",
    measuring.WHOLE: "**history** of all points",
    measuring.ONE_BY_ONE: "one by one",
}
NOTHING = "-"


def drilling_table(took: Mapping[str, tuple[float, float]], *, markdown: bool) -> str:
    """Seconds and processor time of each phase of a drill."""
    rows = [[phase, number(seconds, 1), number(cpu, 1)] for phase, (seconds, cpu) in took.items()]
    rows = rows if markdown else [[row[0].strip("*"), *row[1:]] for row in rows]
    heads = ["phase", "seconds", "processor"]
    align = ("left", "right", "right")
    return tabulate(
        rows, heads, tablefmt="pipe" if markdown else "plain", colalign=align, disable_numparse=True
    )


def planning_table(took: Mapping[str, Took], *, markdown: bool) -> str:
    """Seconds, processor time as far as it is known, and memory of each way to make a plan."""
    cells = [
        [way, number(each.seconds, 1), number(each.cpu, 1) if each.cpu else NOTHING, number(each.memory)]
        for way, each in took.items()
    ]
    return aligned(["way", "seconds", "processor", "MiB"], cells, text=(0,), markdown=markdown)


def undoing_table(undone: Undone, *, markdown: bool) -> str:
    """Seconds and processor time of each call of an undo."""
    calls = {"planning": undone.planning, "executing": undone.executing, "executing it again": undone.again}
    cells = [[name, number(took.seconds, 1), number(took.cpu, 1)] for name, took in calls.items()]
    heads = ["call", "seconds", "processor"]
    align = ("left", "right", "right")
    return tabulate(
        cells, heads, tablefmt="pipe" if markdown else "plain", colalign=align, disable_numparse=True
    )


def number(value: float, digits: int = 0) -> str:
    return f"{value:,.{digits}f}"


def row(way: str, tables: int, found: Figures, *, memory: bool) -> list[str]:
    about = "" if found.measured else "~"
    cells = [number(tables), WAYS[way], about + number(found.total)]
    if memory:
        cells.append(number(found.memory) if found.memory else NOTHING)
    else:
        cells += [about + number(found.calls.get(name, 0)) for name in figures.GROUPS]
    return [*cells, about + number(found.seconds, 1)]


def rows(measured: Mapping[str, Mapping[int, Figures]], *, memory: bool) -> list[list[str]]:
    """A row for each way and number of tables, what is to be compared one above the other."""
    order = [(tables, way) for way, found in measured.items() for tables in found]
    order.sort(key=lambda each: (each[0], list(measured).index(each[1])))
    return [row(way, tables, measured[way][tables], memory=memory) for tables, way in order]


def head(*, memory: bool) -> list[str]:
    return ["tables", "way", "calls", *(("MiB",) if memory else figures.GROUPS), "seconds"]


def table(
    measured: Mapping[str, Mapping[int, Figures]], *, memory: bool = False, markdown: bool = False
) -> str:
    return aligned(head(memory=memory), rows(measured, memory=memory), text=(1,), markdown=markdown)


def past_table(measured: Mapping[str, Mapping[int, Figures]], *, markdown: bool) -> str:
    """With processor time, which other work on the machine makes no longer."""
    cells = [
        [number(tables), WAYS[way], number(took.total), number(took.cpu, 1), number(took.seconds, 1)]
        for way, found in measured.items()
        for tables, took in found.items()
    ]
    return aligned(["tables", "way", "calls", "processor", "seconds"], cells, text=(1,), markdown=markdown)


def comparing_table(measured: Mapping[str, Compared], *, markdown: bool) -> str:
    cells = [
        [
            way,
            number(found.items),
            number(found.took.seconds, 1),
            *(
                [number(found.took.cpu, 1), number(found.item_micros, 1), number(found.took.memory)]
                if found.measured
                else [NOTHING] * 3
            ),
        ]
        for way, found in measured.items()
    ]
    head = ["way", "items", "seconds", "processor", "µs an item", "MiB"]
    return aligned(head, cells, text=(0,), markdown=markdown)


def loading_table(measured: Sequence[Load], *, markdown: bool) -> str:
    """What is to be compared one above the other: a kind of items, few of them or many."""
    few = min(load.items for load in measured)
    groups: dict[tuple[str, bool], list[Load]] = {}
    for load in measured:
        groups.setdefault((load.kind, load.items == few), []).append(load)
    cells = []
    for group in groups.values():
        ours = next(load.item_micros for load in group if load.way == loading.OURS)
        cells += [loading_row(load, ours) for load in group]
    head = ["items", "number", "way", "processor", "µs an item", "times ours", "MiB"]
    return aligned(head, cells, text=(0, 2), markdown=markdown)


def loading_row(load: Load, ours: float) -> list[str]:
    figures_of = [number(load.took.cpu, 1), number(load.item_micros, 1), number(load.item_micros / ours, 1)]
    return [load.kind, number(load.items), load.way, *figures_of, number(load.took.memory)]


def aligned(
    headers: Sequence[str], cells: Sequence[Sequence[str]], *, text: Sequence[int] = (), markdown: bool
) -> str:
    """Numbers to the right, the columns in text to the left."""
    sides = ["left" if column in text else "right" for column in range(len(headers))]
    if not markdown:
        cells = [[cell.replace("**", "") for cell in line] for line in cells]
    return tabulate(
        cells,
        headers,
        tablefmt="pipe" if markdown else "simple",
        colalign=sides,
        disable_numparse=True,
    )
