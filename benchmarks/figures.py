# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was measured of one way of doing something, and lines drawn through measurements."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OPERATIONS = "stack operations"
READS = "stack reads"
UPLOADS = "S3"
RECOVERY = "PITR reads"
OTHERS = "others"
GROUPS = (OPERATIONS, READS, UPLOADS, RECOVERY, OTHERS)
READING = ("Describe", "Get", "List")


@dataclass(frozen=True)
class Figures:
    """AWS calls by group, wall-clock seconds, the memory of the largest process in MiB, processor time."""

    calls: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    memory: float | None = None
    measured: bool = True
    cpu: float = 0.0  # seconds of the processor

    @property
    def total(self) -> float:
        return sum(self.calls.values())


def group(call: Mapping[str, Any]) -> str:
    """The group that a recorded call belongs to."""
    if call["service"] == "cloudformation":
        return READS if call["operation"].startswith(READING) else OPERATIONS
    if call["service"] == "s3":
        return UPLOADS
    return RECOVERY if call["operation"] == "DescribeContinuousBackups" else OTHERS


def grouped(calls: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """How many calls each group has."""
    counts = Counter(group(call) for call in calls)
    return {name: counts[name] for name in GROUPS if counts[name]}


def extrapolated(measured: Mapping[int, Figures], number: int) -> Figures:
    """What a straight line through the two largest measurements says of another number of tables."""
    if len(measured) < 2:
        raise ValueError("A line needs two measurements.")
    low, high = sorted(measured)[-2:]
    share = (number - low) / (high - low)
    first, second = measured[low], measured[high]

    def line(start: float, end: float) -> float:
        return start + (end - start) * share

    names = {**first.calls, **second.calls}
    calls = {name: line(first.calls.get(name, 0), second.calls.get(name, 0)) for name in names}
    return Figures(calls, line(first.seconds, second.seconds), None, measured=False)


def series(measured: Mapping[int, Figures], numbers: Iterable[int]) -> dict[int, Figures]:
    """The figures for all these numbers of tables, and for every measured one: extrapolated where need be."""
    wanted = sorted({*measured, *numbers})
    return {each: measured[each] if each in measured else extrapolated(measured, each) for each in wanted}
