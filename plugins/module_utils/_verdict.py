# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides from the evidence whether a table's backups are healthy, and says why not.

A reason that is not a note makes a table unhealthy. What is unknown, denied or absent is never healthy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ._duration import words
from ._evidence import RUNNING, SUCCEEDED, Alarm, Evidence, Record, Refusal, Target
from ._reasons import CODES, NOTES, Reason, refused, shown
from ._verdict_alarm import alarm_reasons, path_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionListItem.html
ENDED_BADLY = {
    "FAILED": ("last_run_failed", "failed"),
    "PENDING_REDRIVE": ("last_run_failed", "failed and waits to be started again"),
    "TIMED_OUT": ("last_run_timed_out", "ran out of time"),
    "ABORTED": ("last_run_aborted", "was stopped"),
    "PAUSED": ("last_run_aborted", "was paused"),
}


@dataclass(frozen=True)
class Verdict:
    """Healthy or not, with the reasons, worst first."""

    healthy: bool
    reasons: tuple[Reason, ...]

    @property
    def severity(self) -> int:
        """Sorts verdicts, the worst first; what is not watched comes last."""
        if not self.reasons:
            return CODES.index("disabled")
        code = self.reasons[0].code
        return len(CODES) if code == "disabled" else CODES.index(code)


def judge(evidence: Evidence, now: datetime, max_age_hours: int | None = None) -> Verdict:
    """The verdict on one table; max_age_hours replaces the age that the table's own settings allow."""
    reasons = sorted(
        set(_reasons(evidence, now, max_age_hours)),
        key=lambda reason: (CODES.index(reason.code), reason.message),
    )
    return Verdict(all(reason.code in NOTES for reason in reasons), tuple(reasons))


def judge_target(target: Target) -> tuple[Reason, ...]:
    """Why there is no table to judge; nothing if there is one."""
    if target.evidence:
        return ()
    if isinstance(target.path.exists, Refusal):
        return (refused(f"What {target.prefix} backs up", target.path.exists),)
    return (Reason("not_deployed", f"{target.prefix} backs up no table here{_elsewhere(target.place)}"),)


def _elsewhere(place: str) -> str:
    """Where nothing is deployed, and what to do: to deploy in a wrong place would only add to the trouble."""
    where = f" ({place})" if place else ""
    return f"{where}: check region, prefix and credentials; if they are right, run the backup playbook."


def _reasons(evidence: Evidence, now: datetime, max_age_hours: int | None) -> Iterator[Reason]:
    table, record = evidence.table, evidence.record
    if record is None:
        yield from _unknown_table(evidence)
    elif not record.enabled:
        yield Reason("disabled", f"{table} is not backed up: its entry says enabled: false.")
    else:
        record = replace(record, max_age_hours=max_age_hours or record.max_age_hours)
        yield from (refused(table, refusal) for refusal in evidence.refusals)
        yield from _latest_runs(evidence, record, now)
        yield from _starter(evidence)
        yield from _age(evidence, record, now)
        yield from _flaws(evidence)
        yield from alarm_reasons(table, evidence.alarm, evidence.path)
        yield from path_reasons(table, evidence.path)


def _unknown_table(evidence: Evidence) -> Iterator[Reason]:
    table = evidence.table
    if isinstance(evidence.path.exists, Refusal):
        yield refused(table, evidence.path.exists)
    elif evidence.deployed:
        add = "" if evidence.expected else "correct the name, or add it to tablekeeper_tables and "
        listed = "is in the inventory, but " if evidence.expected else "is "
        yield Reason(
            "not_listed", f"{table} {listed}in no stack of this target: {add}run the backup playbook."
        )
    else:
        yield Reason(
            "not_deployed", f"{table} is not backed up, nor is any table here{_elsewhere(evidence.place)}"
        )


def _latest_runs(evidence: Evidence, record: Record, now: datetime) -> Iterator[Reason]:
    table, ended, point = evidence.table, evidence.ended_run(), evidence.point()
    if ended and point and point.finished > (ended.finished or ended.started):
        ended = None  # a later run, of which AWS tells no more, left a good point
    if ended and ended.state in ENDED_BADLY:
        code, what = ENDED_BADLY[ended.state]
        log = f"log: {ended.log}" if ended.log else ""
        told = "; ".join(filter(None, (": ".join(filter(None, (ended.error, ended.cause))), log)))
        yield Reason(
            code,
            f"The last backup of {table} {what}{f' ({told})' if told else ''}: "
            f"mend the cause, then run the run playbook with -e tables={table}.",
        )
    elif ended and ended.state != SUCCEEDED:
        yield Reason(
            "run_state_unknown",
            f"The last backup of {table} ended as {ended.state}, which is not known here: "
            f"look at the execution {ended.id}.",
        )
    stuck = now - timedelta(hours=record.max_age_hours)
    for run in evidence.runs:
        if run.state == RUNNING and run.started < stuck:
            yield Reason(
                "run_stuck",
                f"A backup of {table} has been running since {shown(run.started)}: "
                f"look at the execution {run.id} and stop it.",
            )


def _starter(evidence: Evidence) -> Iterator[Reason]:
    table, starter = evidence.table, evidence.starter
    if starter is None or starter.runs:
        return
    what = f"The pipeline {starter.name} ({starter.id})"
    if not starter.state:
        yield Reason(
            "schedule_missing",
            f"{what}, which backs up {table}, is gone: delete its stack, then run the backup playbook.",
        )
    elif starter.runs is None:
        yield Reason(
            "schedule_state_unknown",
            f"{what}, which backs up {table}, is {starter.state}, which is not known here: look at it.",
        )
    else:
        yield Reason(
            "schedule_stopped",
            f"{what} is {starter.state} and does not back up {table}: see who stopped it and why, then start "
            f"it (aws datapipeline activate-pipeline --pipeline-id {starter.id}).",
        )


def _age(evidence: Evidence, record: Record, now: datetime) -> Iterator[Reason]:
    table, point = evidence.table, evidence.point()
    allowed = words(record.max_age_hours)
    if point is None:
        yield from _no_point(evidence, record, now)
    elif point.finished + timedelta(days=point.retention_days) < now:
        yield Reason(
            "point_expired",
            f"The last good backup of {table}, of {shown(point.finished)}, has outlived its "
            f"{point.retention_days} days of retention: see why no later one was made, "
            f"then run the run playbook with -e tables={table}.",
        )
    elif now - point.moment > timedelta(hours=record.max_age_hours):
        yield Reason(
            "too_old",
            f"The last good backup of {table} is from {shown(point.moment)}, older than the "
            f"{allowed} allowed: see why no later one was made, "
            f"then run the run playbook with -e tables={table}.",
        )


def _no_point(evidence: Evidence, record: Record, now: datetime) -> Iterator[Reason]:
    table, alarm = evidence.table, evidence.alarm
    if evidence.refusals:
        return  # a reason of its own: whether there is a point is not known
    if evidence.ended_run():
        yield Reason(
            "no_good_point",
            f"No good backup of {table} is known: mend the cause, "
            f"then run the run playbook with -e tables={table}.",
        )
        return
    # No gap between two starts is longer than the interval, and max_age leaves time to finish.
    due = alarm.configured + timedelta(hours=record.max_age_hours) if isinstance(alarm, Alarm) else None
    if due and now <= due:
        yield Reason(
            "waiting_for_first_run",
            f"{table} waits for its first backup, which is due by {shown(due)}; "
            f"to have one now, run the run playbook with -e tables={table}.",
        )
    else:
        yield Reason(
            "never_ran",
            f"{table} has never been backed up: look at its schedule and at what could not be started, "
            f"then run the run playbook with -e tables={table}.",
        )


def _flaws(evidence: Evidence) -> Iterator[Reason]:
    advice = {
        "export_expired": "nothing is to be done",
        "export_state_unknown": "ask again later",
    }
    again = f"run the run playbook with -e tables={evidence.table}, and find out who changed the bucket"
    for flaw in evidence.flaws:
        yield Reason(
            flaw.code,
            f"The last backup of {evidence.table}: {flaw.detail}; {advice.get(flaw.code, again)}.",
        )
