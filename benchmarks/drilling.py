# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A drill of a table with many items, by phase: how long each takes, and what it costs the client."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.target import ROOT, BenchmarkError

if TYPE_CHECKING:
    from benchmarks.target import Target

ITEMS = 100_000
BATCH = 25
THREADS = 8
# In the order in which they are done; what is before and between them is the rest.
PHASES = {
    "make": "making the table",
    "wait": "waiting for it",
    "fill": "writing the items",
    "compare": "comparing every item",
    "settings": "bringing settings back",
    "diff": "comparing settings, the report",
    "remove": "removing the table",
}
REST = "finding the point, the record"
ALL = "**all**"


def measure(target: Target, items: int) -> dict[str, tuple[float, float]]:
    """Seconds and processor seconds of each phase, of a target that is deployed."""
    table = target.tables[0]
    _fill(target, table, items)
    target.run_all()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.drilled_once", table],
        cwd=ROOT,
        env=target.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"The drill of {table} ended with exit code {done.returncode}:\n{done.stderr}")
    took = {name: tuple(each) for name, each in json.loads(done.stdout).items()}
    found = {words: took[name] for name, words in PHASES.items() if name in took}
    seconds, cpu = took["all"]
    rest = (seconds - sum(each[0] for each in found.values()), cpu - sum(each[1] for each in found.values()))
    return {**found, REST: rest, ALL: (seconds, cpu)}


def _fill(target: Target, table: str, items: int) -> None:
    client = target.client("dynamodb")

    def put(first: int) -> None:
        requests = [
            {
                "PutRequest": {
                    "Item": {
                        "id": {"S": f"item-{number:07}"},
                        "number": {"N": str(number)},
                        "text": {"S": "x" * 200},
                        "list": {"L": [{"M": {"a": {"N": "1"}, "b": {"BOOL": True}}}]},
                    }
                }
            }
            for number in range(first, min(first + BATCH, items))
        ]
        client.batch_write_item(RequestItems={table: requests})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put, range(0, items, BATCH)))
