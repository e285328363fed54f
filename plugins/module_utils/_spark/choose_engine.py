# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the work of an undo is done, told by how much there is: on this machine, or on many by AWS Glue.

Both ways come to the same plan, and keep the same conditions and the same rate. Many machines cost money and
take minutes to start; one machine costs nothing and takes its time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .._base.amounts import money, span
from .._model.prices import PRICES
from .._undo.options import AUTO, GLUE, LOCAL

# What is planned a second, estimated with care: a change is sorted, its item read, its line written. Of two
# points one machine looks at ten times as many a second, since most items do not differ; a core of AWS Glue
# is taken for half as fast.
LOCAL_CHANGES, CORE_CHANGES = 4_000, 2_000
# Of both sides together: 14 us of one processor each are measured with two backups of 1,000,000 items.
LOCAL_COMPARED, CORE_COMPARED = 50_000, 10_000
# PutItem with a condition takes 0.7 to 1 ms of the client's processor, and one process has one processor.
LOCAL_WRITES = 1_000
# What a task writes a second with its four threads, of which each waits about 10 ms for an answer.
SLOT_WRITES = 100
# A G.1X worker has 4 cores and is 1 DPU; one of them runs the driver, the others tasks.
# https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
CORES, DPUS = 4, 1
FEWEST, MOST = 2, 100
# Until the machines are there; a minute is paid at least. A run is cut to last about as long as the second.
START_SECONDS, AIM_SECONDS = 90, 900
# From here on, of one machine's time, many are worth their money.
LONG_SECONDS = 3_600


@dataclass(frozen=True)
class Way:
    """One of the two, with what it takes."""

    engine: str
    seconds: float
    dollars: float
    workers: int = 0  # machines, the driver's among them

    @property
    def told(self) -> str:
        """For people."""
        price = PRICES["dpu"]
        if self.engine == LOCAL:
            return f"on this machine about {span(self.seconds)}, at no price"
        return (
            f"on {self.workers} machines of AWS Glue about {span(self.seconds)}, {money(self.dollars)} at "
            f"${price.dollars:.2f} per {price.unit} in us-east-1 ({price.source})"
        )


@dataclass(frozen=True)
class Choice:
    """The way that is taken, and why."""

    way: Way
    other: Way
    why: str

    @property
    def told(self) -> str:
        """A line for people: both ways, with time and price."""
        return f"{self.way.told} ({self.why}); {self.other.told}"


def to_plan(asked: str, changes: int) -> Choice:
    """Where a plan of so many changes is made."""
    local = Way(LOCAL, changes / LOCAL_CHANGES, 0.0)
    workers = _workers(changes / CORE_CHANGES / AIM_SECONDS)
    seconds = START_SECONDS + changes / (CORE_CHANGES * CORES * (workers - 1))
    return _choice(asked, local, _priced(workers, seconds))


def to_compare(asked: str, items: int) -> Choice:
    """Where so many items of both sides together are compared: most do not differ."""
    local = Way(LOCAL, items / LOCAL_COMPARED, 0.0)
    workers = _workers(items / CORE_COMPARED / AIM_SECONDS)
    seconds = START_SECONDS + items / (CORE_COMPARED * CORES * (workers - 1))
    return _choice(asked, local, _priced(workers, seconds))


def to_put_back(asked: str, items: int, write_units: int, per_second: float) -> Choice:
    """Where so many items are written, at a rate of write units that both ways keep."""
    limit = write_units / per_second
    local = Way(LOCAL, max(limit, items / LOCAL_WRITES), 0.0)
    # More machines than the rate feeds would wait.
    workers = _workers(min(items / limit if limit else 0.0, items / AIM_SECONDS) / SLOT_WRITES)
    written = items / (SLOT_WRITES * CORES * (workers - 1))
    return _choice(asked, local, _priced(workers, START_SECONDS + max(limit, written)))


def _workers(cores: float) -> int:
    """The machines that have so many cores, and one more for the driver."""
    return min(MOST, max(FEWEST, math.ceil(cores / CORES) + 1))


def _priced(workers: int, seconds: float) -> Way:
    hours = max(60.0, seconds) / 3600
    return Way(GLUE, seconds, hours * workers * DPUS * PRICES["dpu"].dollars, workers)


def _choice(asked: str, local: Way, glue: Way) -> Choice:
    if asked != AUTO:
        way, other = (glue, local) if asked == GLUE else (local, glue)
        return Choice(way, other, "as it was asked for")
    if local.seconds > LONG_SECONDS and glue.seconds < local.seconds:
        return Choice(glue, local, "one machine would take long")
    return Choice(local, glue, "it is not long")
