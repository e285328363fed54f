# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The windows of time whose incremental exports together tell what an incident has changed.

A window begins with its first moment and ends before its last, in whole seconds; it is 15 minutes to 24 hours
long, and lies between the earliest and the latest moment that point-in-time recovery reaches. The latest is
about five minutes ago. See IncrementalExportSpecification and the limits of exports:

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_IncrementalExportSpecification.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .._base.times import told

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
SECOND = timedelta(seconds=1)
# How far behind now the latest moment is that point-in-time recovery reaches.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
LAG = timedelta(minutes=5)


class WindowError(Exception):
    """Why there can be no such export, as a sentence that says what can be asked for instead."""


class RecoveryOffError(WindowError):
    """Point-in-time recovery is off: there is no window at all."""


@dataclass(frozen=True)
class Window:
    """A span of time, with its first moment and without its last."""

    begin: datetime
    end: datetime

    def __str__(self) -> str:
        return f"{told(self.begin)} to {told(self.end)}"


@dataclass(frozen=True)
class Reach:
    """What point-in-time recovery of a table reaches, and the time by AWS's clock."""

    earliest: datetime
    latest: datetime
    now: datetime


@dataclass(frozen=True)
class Chain:
    """What is to be exported to know the items before an incident and at its end.

    The windows follow one another; the first state is the old image of the first of them that has an item,
    the last state the new image of the last.

    An incident of less than 15 minutes is a part of its window. What else is in there is in a second export,
    which begins or ends with the same moment: `lead` ends where the incident begins, so that its new images
    are the state before the incident; `trail` begins where the incident ends, and its old images are the
    state at the incident's end.
    """

    incident: Window
    windows: tuple[Window, ...]
    lead: Window | None = None
    trail: Window | None = None

    @property
    def exports(self) -> tuple[Window, ...]:
        """All that is to be exported."""
        beside = (each for each in (self.lead, self.trail) if each)
        return (*self.windows, *beside)

    @property
    def end(self) -> datetime:
        """The moment that point-in-time recovery must have reached for the last of them."""
        return max(each.end for each in self.exports)


def chain(begin: datetime, end: datetime, reach: Reach) -> Chain:
    """The windows of an incident; WindowError if there can be none.

    The end may be later than what point-in-time recovery reaches by now: who asks for the exports then waits.
    """
    incident = Window(_floor(begin), _ceiling(end))
    if incident.begin >= incident.end:
        raise WindowError(f"The time from {told(begin)} until {told(end)} is no span: it must end later.")
    require_past(incident.end, reach)
    require_reached(incident.begin, reach)
    if incident.end - incident.begin >= SHORTEST:
        return Chain(incident, _parts(incident))
    before = incident.begin - SHORTEST
    if before >= reach.earliest:
        return Chain(incident, (Window(before, incident.end),), lead=Window(before, incident.begin))
    after = incident.end + SHORTEST
    return Chain(incident, (Window(incident.begin, after),), trail=Window(incident.end, after))


def require_past(moment: datetime, reach: Reach) -> None:
    """Raise for what is yet to come; AWS tells the time in whole seconds."""
    if moment > reach.now + SECOND:
        raise WindowError(
            f"{told(moment)} is yet to come: by AWS's clock it is {told(reach.now)}. Only what has been can "
            "be exported."
        )


def require_reached(moment: datetime, reach: Reach) -> None:
    """Raise if point-in-time recovery does not go back as far as that."""
    if moment < reach.earliest:
        raise WindowError(
            f"Point-in-time recovery of the table goes back to {told(_ceiling(reach.earliest))}, and "
            f"{told(moment)} is before that: nothing of that time can be exported. Ask for a later time, or "
            "take a point from before."
        )


def wait_for(moment: datetime, reach: Reach) -> timedelta:
    """For how long, about, point-in-time recovery does not reach a moment yet; zero if it does."""
    return max(moment - reach.latest, timedelta())


def _parts(incident: Window) -> tuple[Window, ...]:
    """Windows of a day; the last two share what is left if that is too short for one."""
    parts: list[Window] = []
    begin = incident.begin
    while incident.end - begin > LONGEST:
        left = incident.end - begin - LONGEST
        end = begin + (LONGEST if left >= SHORTEST else LONGEST - SHORTEST)
        parts.append(Window(begin, end))
        begin = end
    return (*parts, Window(begin, incident.end))


def _floor(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _ceiling(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + SECOND
