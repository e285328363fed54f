# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A backup loaded into a table, beside dynamodump and boto3's own batch writer with the same items.

What is measured is the client: the table answers at once and keeps nothing (taking_table.py). That all items
arrive as they were is shown by tests with a table that keeps them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import urllib.request
from dataclasses import dataclass
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks import alone, comparing
from benchmarks.target import BenchmarkError
from local_aws.server.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable

# As people read them, and as loaded_once.py is told: it must not import this.
OURS = "**this collection**"
DYNAMODUMP, BATCH_WRITER = "dynamodump", "boto3's `batch_writer`"
WAYS = (OURS, DYNAMODUMP, BATCH_WRITER)
# Beside everything else, since it wants a boto3 of its own.
DYNAMODUMP_FOLDER = Path(sys.prefix) / "dynamodump"
TABLE = "bench"
PAGE_BYTES = 1 << 20  # of a scan


@dataclass(frozen=True)
class Sizes:
    """How many items are loaded, and how often. The slow ways take minutes for each million."""

    few: int = 10_000
    ours: int = 1_000_000
    others: int = 50_000
    rounds: int = 2
    kinds: tuple[str, ...] = ("small", "nested")

    def of(self, way: str) -> tuple[int, int]:
        """The two numbers of items of a way."""
        return self.few, self.ours if way == OURS else self.others


@dataclass(frozen=True)
class Load:
    """What a way took for so many items of a kind, in the round in which it took the least."""

    kind: str
    way: str
    items: int
    took: alone.Took
    start: float  # seconds of the processor that the same way takes for one item

    @property
    def item_micros(self) -> float:
        """Of the processor, for each item."""
        return (self.took.cpu - self.start) / self.items * 1e6


def small(number: int) -> dict[str, Any]:
    """Eight attributes, none of them nested: 225 bytes as a line of an export."""
    return {
        "pk": {"S": f"CUSTOMER#{number // 10}"},
        "sk": {"N": f"{number}"},
        "placed": {"S": "2026-11-29T03:00:00Z"},
        "status": {"S": ("open", "paid", "sent")[number % 3]},
        "total": {"N": f"{number % 1000}.25"},
        "gift": {"BOOL": number % 2 == 0},
        "note": {"NULL": True},
        "street": {"S": f"Große Straße {number % 300}"},
    }


KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "small": small,
    "nested": partial(comparing.item, parts=10),
}


def measure(folder: Path, sizes: Sizes) -> list[Load]:
    """Each way with both kinds of items, in turn: a machine has other things to do, now more and now less."""
    least: dict[tuple[str, str, int], alone.Took] = {}
    for _round in range(sizes.rounds):
        for kind in sizes.kinds:
            for way in WAYS:
                for items in (1, *sizes.of(way)):
                    place = written(folder, kind, items, KINDS[kind], dump=way == DYNAMODUMP)
                    took = loaded(folder, way, place, items)
                    least[kind, way, items] = min(
                        took, least.get((kind, way, items), took), key=lambda each: each.cpu
                    )
    return [
        Load(kind, way, items, took, least[kind, way, 1].cpu)
        for (kind, way, items), took in least.items()
        if items > 1
    ]


def dynamodump_version() -> str:
    """Of the one that is measured."""
    found = [each for each in distributions(path=[str(DYNAMODUMP_FOLDER)]) if each.name == "dynamodump"]
    if not found:
        raise BenchmarkError(f"There is no dynamodump in {DYNAMODUMP_FOLDER}: run `make setup`.")
    return found[0].version


def loaded(folder: Path, way: str, place: Path, items: int) -> alone.Took:
    """A load of what lies in a place, and what it took."""
    with alone.serving("taking_table") as url:
        took = run(folder, way, place, url)
        with urllib.request.urlopen(url) as answer:
            taken = int(answer.read())
    if taken != items:
        raise BenchmarkError(f"{way} wrote {taken} items of {items}.")
    return took


def run(folder: Path, way: str, place: Path, url: str) -> alone.Took:
    """Load what lies in a place into the table at this URL."""
    path = str(DYNAMODUMP_FOLDER) if way == DYNAMODUMP else ""
    return alone.run(folder, *_command(way, place, url), path=path)


def _command(way: str, place: Path, url: str) -> list[str]:
    if way != DYNAMODUMP:
        name = "load" if way == OURS else "batch_writer"
        return [sys.executable, "-m", "benchmarks.loaded_once", name, str(place / "export"), url]
    address, given = urlsplit(url), environment(url)
    options = {
        "--srcTable": TABLE,
        "--dumpPath": place / "dump",
        "--host": address.hostname,
        "--port": address.port,
        "--region": given["AWS_REGION"],
        "--accessKey": given["AWS_ACCESS_KEY_ID"],
        "--secretKey": given["AWS_SECRET_ACCESS_KEY"],
    }
    restore = [sys.executable, "-m", "dynamodump.dynamodump", "--mode", "restore"]
    told = [str(each) for option in options.items() for each in option]
    return [*restore, "--dataOnly", "--skipThroughputUpdate", *told]


def written(
    folder: Path, kind: str, items: int, make: Callable[[int], dict[str, Any]], *, dump: bool = False
) -> Path:
    """The same items as an export and as a dump of dynamodump, each once."""
    place = folder / f"{kind}-{items}"
    export = place / "export" / "AWSDynamoDB" / "01645072900758-ee1232a3"
    if not export.exists():
        export.mkdir(parents=True)
        comparing.write(export / "data", items, make)
        _manifest(export, items)
    if dump and not (place / "dump").exists():
        _dump(place / "dump" / TABLE, items, make)
    return place


def _manifest(export: Path, items: int) -> None:
    """Without it a file that is missing would not be missed, and nobody would load it unread."""
    lines = []
    for number, file in enumerate(sorted((export / "data").iterdir())):
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).digest()
        told = {
            "itemCount": len(range(number, items, comparing.FILES)),
            "md5Checksum": base64.b64encode(digest).decode(),
            "dataFileS3Key": f"AWSDynamoDB/{export.name}/data/{file.name}",
        }
        lines.append(json.dumps(told) + "\n")
    (export / "manifest-files.json").write_text("".join(lines), encoding="utf-8")
    summary = {"version": "2020-06-30", "itemCount": items, "outputFormat": "DYNAMODB_JSON"}
    (export / "manifest-summary.json").write_text(json.dumps(summary), encoding="utf-8")


def _dump(place: Path, items: int, make: Callable[[int], dict[str, Any]]) -> None:
    """Pages as dynamodump writes them."""
    (place / "data").mkdir(parents=True)
    schema = {
        "AttributeDefinitions": [],
        "KeySchema": [],
        "ProvisionedThroughput": {"ReadCapacityUnits": 25, "WriteCapacityUnits": 25},
    }
    (place / "schema.json").write_text(json.dumps({"Table": schema}), encoding="utf-8")
    size = max(1, PAGE_BYTES // len(json.dumps(make(items))))
    for page, begin in enumerate(range(0, items, size), 1):
        held = [make(number) for number in range(begin, min(begin + size, items))]
        told = {"Items": held, "Count": len(held), "ScannedCount": len(held)}
        text = json.dumps(told, indent=2)
        (place / "data" / f"{page:04}.json").write_text(text, encoding="utf-8")
