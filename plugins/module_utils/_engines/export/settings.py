# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of the engine export: how many tables at once, how long each, how often it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._base.checks import Check, Reading, flag, span, whole
from ..._base.durations import WEEK, rounded_up, words
from ..._base.mistakes import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

# An execution ends at 25,000 events of history; a fifth is left to everything that is not polling.
_EVENTS_FOR_POLLING = 20_000
_EVENTS_PER_POLL = 10
# What Step Functions takes for TimeoutSeconds.
_LONGEST_RUN = 99_999_999

CHECKS: dict[str, Check[Any]] = {
    "max_concurrency": whole(1, 300),
    "table_timeout": span(1, WEEK, '"24 hours"'),
    "poll_seconds": whole(1, 3600),
    "read_resource_policy": flag,
}


@dataclass(frozen=True)
class Export:
    """How a run goes through its tables."""

    max_concurrency: int = 100
    table_timeout_hours: int = 24
    poll_seconds: int = 60
    read_resource_policy: bool = True


def read_settings(reading: Reading, region: str, mistakes: list[Mistake]) -> Export:
    """Complete them; polling must not outgrow the history of an execution."""
    del region
    values = dict(reading.values)
    if "table_timeout" in values:
        values["table_timeout_hours"] = values.pop("table_timeout")
    settings = Export(**values)
    fewest = rounded_up(settings.table_timeout_hours * 3600 * _EVENTS_PER_POLL, _EVENTS_FOR_POLLING)
    if settings.poll_seconds < fewest and not reading.bad & {"poll_seconds", "table_timeout"}:
        timeout = words(settings.table_timeout_hours)
        reason = f"polling for a tablekeeper_table_timeout of {timeout} outgrows an execution's history"
        allowed = f"it must be at least {fewest}, or {reason}"
        mistakes.append(Mistake("tablekeeper_poll_seconds", "", settings.poll_seconds, allowed))
    return settings


def run_seconds(settings: Export, tables: int) -> int:
    """After how long a run of so many tables has surely ended.

    Its last wave of tables has then used up its time. A table may go over that by the wait it is in, and by
    what its calls need until they are given up.
    """
    waves = max(1, rounded_up(tables, settings.max_concurrency))
    return waves * (settings.table_timeout_hours * 3600 + settings.poll_seconds + 3600)


def overlong(settings: Export, stack: str, tables: int) -> Iterator[Mistake]:
    """A run that may take longer than a state machine is allowed to."""
    if run_seconds(settings, tables) > _LONGEST_RUN:
        fewest = rounded_up(tables, _LONGEST_RUN // run_seconds(settings, 1))
        timeout = words(settings.table_timeout_hours)
        reason = f"each of the {tables} tables of {stack} may take a tablekeeper_table_timeout of {timeout}"
        limit = f"a run outlasts the {_LONGEST_RUN:,} seconds that AWS allows"
        yield Mistake(
            "tablekeeper_max_concurrency",
            "",
            settings.max_concurrency,
            f"it must be at least {fewest}, or {limit}: {reason}",
        )
