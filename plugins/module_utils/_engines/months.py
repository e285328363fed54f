# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every engine's month of one table consists of, in US dollars. Sizes are in GiB, as AWS bills them."""

from __future__ import annotations

from math import ceil

from .._base.durations import DAY
from .._model.prices import PRICES

DAYS = 30.4  # in a month
NONCURRENT_DAYS = 14  # how long the bucket keeps an expired point, so that a deletion can be undone
# States of the heartbeat's machine: each echo, and what is before the first and after the last.
ECHO_TRANSITIONS = 3
ECHO_HOURS = 6
READS_PER_GB = 2**30 / 4096 / 2  # eventually consistent


def dollars(name: str) -> float:
    """A price."""
    return PRICES[name].dollars


def runs(every: int) -> float:
    """Backups in a month, of a table that has one every so many hours."""
    return DAYS * DAY / every


def stored_days(retention: int) -> int:
    """For how long S3 keeps a point."""
    return retention + min(retention, NONCURRENT_DAYS)


def points(every: int, retention: int) -> float:
    """How many points S3 keeps, once the first have expired."""
    return stored_days(retention) * DAY / every


def echo_transitions(echo: int) -> int:
    """State transitions that keep the heartbeat of one backup alive for so many hours."""
    echoes = ceil(echo / ECHO_HOURS)
    return ECHO_TRANSITIONS * (1 + echoes) if echoes else 0


def heartbeats(every: int, echo: int) -> float:
    """The alarm, and what keeps its heartbeat alive."""
    return dollars("alarm") + runs(every) * echo_transitions(echo) * dollars("transition")
