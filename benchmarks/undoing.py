# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An undo in a large table, while others write to it: planned, executed, executed again, and proven."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.incident import TABLE, WHERE, Incident, Sizes
from benchmarks.target import ROOT, BenchmarkError
from local_aws.server.environment import environment

if TYPE_CHECKING:
    from local_aws.client.process import LocalAws

# As fast as it goes: the usual limit is what a table should spare, and no figure of ours.
WITHOUT_LIMIT = 1_000_000
EFFECTS = ["stream"]


@dataclass(frozen=True)
class Took:
    """What a call took, in a process of its own."""

    seconds: float
    cpu: float  # seconds of the processor


@dataclass(frozen=True)
class Undone:
    """An undo that was proven."""

    planning: Took
    executing: Took
    again: Took
    counts: dict[str, int]  # as planned
    done: dict[str, int]
    proven: dict[str, int]  # see Incident.prove

    @property
    def told(self) -> str:
        """What became of the items."""
        return f"planned: {self.counts}\ndone: {self.done}\nproven: {self.proven}"


def measure(aws: LocalAws, account: str, sizes: Sizes, units: int = WITHOUT_LIMIT) -> Undone:
    """The whole of it; BenchmarkError says what does not hold."""
    bucket = f"store-{account}"
    place = {"LocationConstraint": aws.region}
    aws.client("s3", account=account).create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    aws.control("POST", "exports", real_seconds=0.1)
    incident = Incident(aws, account, sizes)
    incident.make()
    with incident.others_write():
        incident.happen()
        given = {"table": TABLE, "bucket": bucket, "wait_sleep": 0.2}
        times = {"from": incident.begin.isoformat(), "until": incident.end.isoformat(), "where": WHERE}
        plan = call(aws, account, {**given, **times})
        before = len(incident.records())
        write = {
            **given,
            "plan": plan["id"],
            "confirm": f"{TABLE}@{account}",
            "acknowledge": EFFECTS,
            "max_write_units_per_second": units,
            "max_read_units_per_second": units,
        }
        done = call(aws, account, write)
    proven = incident.prove(before)
    untouched = {*incident.numbers} - incident.since - incident.expired - incident.late.keys()
    incident.require_as_before(untouched)
    after = len(incident.records())
    again = call(aws, account, write)
    if len(incident.records()) != after or again["changed"]:
        raise BenchmarkError("executed again, the plan has written something")
    return Undone(_took(plan), _took(done), _took(again), plan["counts"], done["done"], proven)


def call(aws: LocalAws, account: str, options: dict[str, Any]) -> dict[str, Any]:
    """Plan or execute in a process of its own."""
    path = os.pathsep.join([str(ROOT), str(ROOT / ".collections"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.undone_once", json.dumps(options)],
        cwd=ROOT,
        env={**os.environ, **environment(aws.url, account, aws.region), "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"The undo ended with exit code {done.returncode}:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _took(told: dict[str, Any]) -> Took:
    return Took(told["seconds"], told["cpu"])
