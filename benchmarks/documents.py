# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes docs/performance.md of a run, and docs/costs.md of the prices."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks import costs, loading, tables
from benchmarks.target import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks import incident
    from benchmarks.alone import Took
    from benchmarks.comparing import Compared
    from benchmarks.figures import Figures
    from benchmarks.undoing import Undone

PAST = "Telling past days"
LISTING = "Listing what is kept"
COMPARING = "Comparing a table with its backup"
LOADING = "Loading a backup into a table"
DRILLING = "Rehearsing a restore"
UNDOING = "Undoing an incident"
PLANNING = "Planning an undo beyond one machine"
DOCS = HERE.parent / "docs"


@dataclass(frozen=True)
class Measured:
    """One run of the benchmarks: way -> number of tables -> figures, and what the run itself was like."""

    deploying: Mapping[str, Mapping[int, Figures]]
    judging: Mapping[str, Mapping[int, Figures]]
    rerunning: Mapping[str, Mapping[int, Figures]]
    past: Mapping[str, Mapping[int, Figures]]
    days: int  # that were told of each table
    listing: Mapping[str, Mapping[int, Figures]]
    points: int  # of each table that was listed
    runs: Mapping[int, float]  # seconds that backing up so many tables took
    comparing: Mapping[str, Compared]
    compared: int  # items
    loading: Sequence[loading.Load]
    loaded: loading.Sizes
    drilling: Mapping[str, tuple[float, float]]
    drilled: int  # items
    undoing: Undone
    undone: incident.Sizes
    planning: Mapping[str, Took]
    planned: int  # items of each point
    loops: tuple[int, ...]
    load: tuple[float, float]
    minutes: float

    def sections(self, *, markdown: bool) -> Iterator[tuple[str, str]]:
        """Title and table of each measurement."""
        yield "Deploying", tables.table(self.deploying, markdown=markdown)
        yield (
            "Asking whether every table is healthy",
            tables.table(self.judging, memory=True, markdown=markdown),
        )
        yield PAST, tables.past_table(self.past, markdown=markdown)
        yield "Running an unchanged backup again", tables.table(self.rerunning, markdown=markdown)
        yield LISTING, tables.table(self.listing, memory=True, markdown=markdown)
        yield COMPARING, tables.comparing_table(self.comparing, markdown=markdown)
        yield LOADING, tables.loading_table(self.loading, markdown=markdown)
        yield DRILLING, tables.drilling_table(self.drilling, markdown=markdown)
        yield UNDOING, tables.undoing_table(self.undoing, markdown=markdown)
        yield PLANNING, tables.planning_table(self.planning, markdown=markdown)


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} on {platform.machine()}",
        "Python": platform.python_version(),
        "ansible-core": version("ansible-core"),
        "amazon.aws": amazon_aws(),
        "boto3": version("boto3"),
        "ministack": version("ministack"),
        "dynamodump": loading.dynamodump_version(),
    }


def amazon_aws() -> str:
    """The version of the amazon.aws that comes with the ansible package."""
    package = find_spec("ansible_collections.amazon.aws")
    if not package or not package.submodule_search_locations:
        raise ModuleNotFoundError("amazon.aws is not installed.")
    manifest = Path(package.submodule_search_locations[0]) / "MANIFEST.json"
    told: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    return str(told["collection_info"]["version"])


def render(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # it writes Markdown
    )
    return environment.get_template(template).render(**values)


def write_performance(measured: Measured) -> Path:
    path = DOCS / "performance.md"
    text = render(
        "performance.md.j2",
        measured=measured,
        tables=dict(measured.sections(markdown=True)),
        machine=machine(),
        date=datetime.now(UTC).date().isoformat(),
    )
    path.write_text(text, encoding="utf-8")
    return path


def costs_page() -> str:
    return render("costs.md.j2", costs=costs, price=costs.PRICES)


def write_costs() -> Path:
    path = DOCS / "costs.md"
    path.write_text(costs_page(), encoding="utf-8")
    return path
