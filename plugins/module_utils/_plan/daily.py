# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Times of day at which something starts every day, outside what the clocks of a time zone skip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base import schedules
from .._base.checks import clock, zone
from .._base.durations import DAY
from .._base.mistakes import Mistake, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HALF_HOURS = 48


def mistakes(times: Mapping[str, object], timezones: Mapping[str, object]) -> list[Mistake]:
    """What is wrong with times of day and their time zone, each named by the variable that has it."""
    ((name, timezone),) = timezones.items()
    try:
        known = zone(timezone)
    except NotAllowedError as error:
        return [Mistake(name, "", timezone, str(error))]
    return list(_of_times(times, known))


def _of_times(times: Mapping[str, object], timezone: str) -> Iterator[Mistake]:
    for name, at in times.items():
        try:
            day = schedules.skipped_on(DAY, _as_written(at), timezone)
        except NotAllowedError as error:
            yield Mistake(name, "", at, str(error))
            continue
        if day is not None:
            reason = f"clocks in {timezone} skip it on {day}, and what starts then with it"
            later = _first_not_skipped(_after(str(at)), timezone)
            yield Mistake(name, "", at, f"{reason}: choose another time, such as {later}")


def _as_written(at: object) -> str:
    """A time of day that needs no change, since it is used as it is written."""
    if not isinstance(at, str) or clock(at) != at:
        raise NotAllowedError('it must be a time of day from "00:00" to "23:59", in quotes')
    return at


def _after(at: str) -> Iterator[str]:
    """The full and half hours that follow."""
    first = int(at[:2]) * 2 + int(at[3:]) // 30
    for number in range(first + 1, first + _HALF_HOURS):
        hour, half = divmod(number % _HALF_HOURS, 2)
        yield f"{hour:02d}:{half * 30:02d}"


def _first_not_skipped(times: Iterable[str], timezone: str) -> str:
    return next(at for at in times if schedules.skipped_on(DAY, at, timezone) is None)
