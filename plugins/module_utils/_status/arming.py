# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides whether first heartbeats have reached the alarms of their tables, and says what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
NAMED = 5  # tables in a line
PUBLISHED, COUNTED, WATCHED = "published", "counted", "watched"


class NoHeartbeatError(Exception):
    """A heartbeat that no wait brings to its alarm; the text says why and what to do."""


@dataclass(frozen=True)
class Seen:
    """What a look found: executions as AWS describes them, topics that a message was counted for, alarms."""

    executions: tuple[Mapping[str, Any], ...]
    counted: frozenset[str] = frozenset()
    alarms: Mapping[str, str] = field(default_factory=dict)  # the states of those that are there


@dataclass(frozen=True)
class Waiting:
    """A table whose first heartbeat has not come through: what it waits for, and its alarm's state."""

    name: str
    alarm: str
    state: str
    until: str  # its heartbeat is published, is counted by CloudWatch, is watched by its alarm


def waiting(tables: Iterable[Mapping[str, Any]], seen: Seen) -> list[Waiting]:
    """The tables that are not proven yet: an alarm that is OK by earlier heartbeats proves nothing."""
    published = all(each["status"] == "SUCCEEDED" for each in seen.executions)
    found = []
    for table in tables:
        state = seen.alarms.get(table["alarm"], "")
        counted = published and table["topic"] in seen.counted
        if not (counted and state == "OK"):
            until = WATCHED if counted else COUNTED if published else PUBLISHED
            found.append(Waiting(table["name"], table["alarm"], state, until))
    return found


def check_executions(executions: Iterable[Mapping[str, Any]]) -> None:
    """Raise if one has ended without publishing."""
    for each in executions:
        if each["status"] in FAILED:
            why = ": ".join(filter(None, (each.get("error"), each.get("cause")))) or "AWS gave no cause"
            raise NoHeartbeatError(
                f"The heartbeat state machine ended {each['status']} before it had published every first"
                f" heartbeat ({why}; {each['executionArn']}). Mend the cause, then run the backup playbook"
                " again."
            )


def check_alarms(missing: Iterable[Waiting]) -> None:
    """Raise if alarms that should be there are not, however long one waits."""
    gone = [f"{each.name} ({each.alarm})" for each in missing if not each.state]
    if gone:
        raise NoHeartbeatError(
            f"The missed-run alarm of {', '.join(gone)} is not there. Somebody deleted it, or another job has"
            " changed the stack meanwhile: run the backup playbook again, one job at a time."
        )


def progress(left: Iterable[Waiting], seconds: float) -> str:
    """A line while it waits."""
    listed = list(left)
    counted = sum(each.until == WATCHED for each in listed)
    named = ", ".join(each.name for each in listed[:NAMED])
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    what = "their alarms" if counted == len(listed) else "CloudWatch to count their first heartbeat"
    return f"{named}{more}: waiting for {what} ({seconds:.0f} s; it usually takes 5 minutes on AWS)"


def too_late(left: Iterable[Waiting], seconds: float) -> str:
    """What to say when the time is over."""
    listed = list(left)
    words = {
        PUBLISHED: "not published yet",
        COUNTED: "published, and not counted by CloudWatch",
    }
    parts = [
        f"{each.name} ({words.get(each.until, f'counted, and its alarm is {each.state}')})" for each in listed
    ]
    return (
        f"After {seconds:.0f} seconds the first heartbeats of these tables have not reached their missed-run"
        f" alarms: {', '.join(parts)}. Run the backup playbook again: CloudWatch may be late. If it stays so,"
        " the status playbook tells what is wrong with an alarm."
    )
