# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides from the evidence whether a table's backups are healthy, and says why not.

A reason that is not a note makes a table unhealthy. What is unknown, denied or absent is never healthy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from .._base.regions import domain
from .._model.evidence import RUNNING, SUCCEEDED, Evidence, SourceTable, Target
from .._model.refusal import Refusal
from .advice import again, mended
from .alarm import alarm_reasons, path_reasons
from .drills import drill_reasons
from .points import end, point_reasons
from .reasons import CODES, Reason, Rules, in_region, refused, shown
from .standing import (
    foreign_stack,
    listing_reasons,
    missing_stack,
    source_reasons,
    stack_reasons,
    standing_reasons,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .._model.outputs import TableRecord

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionListItem.html
ENDED_BADLY = {
    "FAILED": ("last_run_failed", "failed"),
    "PENDING_REDRIVE": ("last_run_failed", "failed and waits to be started again"),
    "TIMED_OUT": ("last_run_timed_out", "ran out of time"),
    "ABORTED": ("last_run_aborted", "was stopped"),
    "PAUSED": ("last_run_aborted", "was paused"),
}


HEALTHY, UNHEALTHY, WAITING, DISABLED, RETIRED = "healthy", "unhealthy", "waiting", "disabled", "retired"
WORDS = (HEALTHY, UNHEALTHY, WAITING, DISABLED, RETIRED)


@dataclass(frozen=True)
class Verdict:
    """Healthy or not, with the reasons, worst first; the word tells apart what is healthy in other ways."""

    healthy: bool
    reasons: tuple[Reason, ...]
    word: str = HEALTHY

    @property
    def severity(self) -> int:
        """Sorts verdicts, the worst first; what is not watched comes last."""
        if self.word in {DISABLED, RETIRED}:
            return len(CODES)
        worst = CODES.index("disabled")
        return min((CODES.index(each.code) for each in self.reasons if not each.note), default=worst)


def judge(evidence: Evidence, now: datetime, rules: Rules | None = None) -> Verdict:
    """The verdict on one table."""
    reasons = sorted(
        set(_reasons(evidence, now, rules or Rules())),
        key=lambda reason: (reason.is_note, CODES.index(reason.code), reason.message),
    )
    healthy = all(reason.is_note for reason in reasons)
    return Verdict(healthy, tuple(reasons), _word(evidence, reasons) if healthy else UNHEALTHY)


def _word(evidence: Evidence, reasons: list[Reason]) -> str:
    if evidence.retired:
        return RETIRED
    if evidence.record and not evidence.record.enabled:
        return DISABLED
    return WAITING if any(each.code == "waiting_for_first_run" for each in reasons) else HEALTHY


def judge_target(target: Target) -> tuple[Reason, ...]:
    """What is wrong with a target as a whole, or to note about it; nothing if its tables tell all."""
    return tuple(_target_reasons(target))


def _target_reasons(target: Target) -> Iterator[Reason]:
    for table, hosts in target.elsewhere.items():
        tell = "tells" if len(hosts) == 1 else "tell"
        told = f"{table} is none of the tables of this target: {', '.join(hosts)} {tell} of it."
        yield Reason("told_elsewhere", told)
    if not target.elsewhere and not [each for each in target.evidence if not each.retired]:
        if isinstance(target.path.exists, Refusal):
            yield refused(f"What {target.prefix} backs up", target.path.exists)
        else:
            nothing = f"{target.prefix} backs up no table here{_elsewhere(target.place)}"
            yield Reason("not_deployed", nothing)
    yield from _of_stacks(target)
    for mistake in target.mistakes:
        refuses = "The inventory has a mistake, for which the backup playbook refuses it"
        yield Reason("listing_wrong", f"{refuses}: {mistake}")
    for difference in target.unlike:
        yield Reason(
            "not_as_listed",
            f"{target.prefix} is not deployed as the inventory lists it: {difference}. "
            "Run the backup playbook.",
        )
    for what in target.blind:
        yield Reason("not_looked_at", f"It is not known {what}.")


def _of_stacks(target: Target) -> Iterator[Reason]:
    """What no table tells: of stacks without watched tables, of those that are missing, and of others'."""
    watched = [each for each in target.evidence if each.record and each.record.enabled]
    shown = {stack.name for each in watched for stack in each.stacks}
    for stack in target.stacks:
        lonely = not stack.tables and (len(target.stacks) == 1 or stack.name != target.stacks[0].name)
        if lonely or (stack.by_hand and stack.name not in shown):
            yield from stack_reasons("its tables", stack)
    for name in target.missing:
        yield missing_stack(name)
    for stack in target.foreign:
        yield foreign_stack(stack, target)


def _elsewhere(place: str, then: str = "run the backup playbook") -> str:
    """Where nothing is deployed, and what to do: to deploy in a wrong place would only add to the trouble."""
    where = f" ({place})" if place else ""
    return f"{where}: check region, prefix and credentials; if they are right, {then}."


def _reasons(evidence: Evidence, now: datetime, rules: Rules) -> Iterator[Reason]:
    table, record = evidence.table, evidence.record
    if evidence.retired:
        yield _retired(evidence)
    elif record is None:
        yield from _unknown_table(evidence)
    elif not record.enabled:
        yield _disabled(evidence)
        yield from listing_reasons(evidence)
    else:
        record = replace(record, max_age=rules.max_age or record.max_age)
        yield from (refused(table, refusal) for refusal in evidence.refusals)
        yield from _latest_runs(evidence, record, now)
        yield from _starter(evidence)
        yield from _missed_start(evidence)
        yield from point_reasons(evidence, record, now, rules)
        yield from drill_reasons(evidence, record, now)
        for stack in evidence.stacks:
            yield from stack_reasons(table, stack)
        yield from standing_reasons(evidence)
        yield from source_reasons(evidence)
        yield from listing_reasons(evidence)
        yield from alarm_reasons(evidence)
        yield from path_reasons(table, evidence.path, rules)


def _retired(evidence: Evidence) -> Reason:
    gone = f"{evidence.table} is backed up no more: it is in no stack, and not listed."
    return Reason("no_longer_backed_up", f"{gone} {_left(evidence)}")


def _disabled(evidence: Evidence) -> Reason:
    off = f"{evidence.table} is not backed up: it was deployed with enabled: false."
    return Reason("disabled", f"{off} {_left(evidence)}")


def _left(evidence: Evidence) -> str:
    point = evidence.point()
    if point is None:
        if evidence.refusals:
            return f"Whether a backup of it is left is not known: AWS refused {evidence.refusals[0].call}."
        return "No backup of it is known."
    return f"Its last backup, of {shown(point.moment)}, {end(point)}."


def _unknown_table(evidence: Evidence) -> Iterator[Reason]:
    table = evidence.table
    if isinstance(evidence.path.exists, Refusal):
        yield refused(table, evidence.path.exists)
    elif isinstance(evidence.source, SourceTable) and not evidence.source.exists:
        yield _no_such_table(evidence)
    elif evidence.deployed:
        add = "" if evidence.listed else "correct the name, or add it to tablekeeper_tables and "
        listed = "is in the inventory, but " if evidence.listed else "is "
        yield Reason("not_listed", f"{table} {listed}{_nowhere(evidence)}: {add}run the backup playbook.")
    else:
        yield Reason(
            "not_deployed", f"{table} is not backed up, nor is any table here{_elsewhere(evidence.place)}"
        )


def _no_such_table(evidence: Evidence) -> Reason:
    """The backup playbook would refuse it: it cannot be the advice."""
    table = evidence.table
    correct = "correct the name"
    if evidence.listed:
        correct += ", or take it out of tablekeeper_tables"
    if not evidence.deployed:
        nothing = f"{table} is not backed up, nor is any table here, and DynamoDB has no such table"
        return Reason("not_deployed", f"{nothing}{_elsewhere(evidence.place, correct)}")
    if evidence.listed:
        missing = f"{table} is in the inventory, but DynamoDB has no such table here"
        return Reason("table_missing", f"{missing}: {correct}.")
    nowhere = f"{table} is {_nowhere(evidence)}, and DynamoDB has no such table here"
    return Reason("not_listed", f"{nowhere}: {correct}.")


def _nowhere(evidence: Evidence) -> str:
    nobody = " and listed by no other" if evidence.several and not evidence.listed else ""
    return f"in no stack of this target{nobody}"


def _latest_runs(evidence: Evidence, record: TableRecord, now: datetime) -> Iterator[Reason]:
    table, ended, point = evidence.table, evidence.ended_run(), evidence.point()
    if ended and point and point.finished > (ended.finished or ended.started):
        ended = None  # a later run, of which AWS tells no more, left a good point
    if ended and ended.state in ENDED_BADLY:
        code, what = ENDED_BADLY[ended.state]
        log = f"log: {ended.log}" if ended.log else ""
        told = "; ".join(filter(None, (": ".join(filter(None, (ended.error, ended.cause.rstrip(".")))), log)))
        yield Reason(
            code,
            f"The last backup of {table} {what}{f' ({told})' if told else ''}: "
            f"{again(evidence, mended(evidence, told=ended))}.",
        )
    elif ended and ended.state != SUCCEEDED:
        yield Reason(
            "run_state_unknown",
            f"The last backup of {table} ended as {ended.state}, which is not known here: "
            f"look at the execution {ended.id}.",
        )
    stuck = now - timedelta(hours=record.max_age)
    for run in evidence.runs:
        if run.state == RUNNING and run.started < stuck:
            yield Reason(
                "run_stuck",
                f"A backup of {table} has been running since {shown(run.started)}: "
                f"look at the execution {run.id} and stop it{_stop(run.id)}, then {again(evidence)}.",
            )


def _purge(queue: str) -> str:
    """The command, with the queue's address if the stack told its ARN."""
    if not queue:
        return "(aws sqs purge-queue)"
    _arn, partition, _service, region, account, name = queue.split(":")
    suffix = domain(partition)
    address = f"https://sqs.{region}.{suffix}/{account}/{name}"
    return f"{name} (aws sqs purge-queue --queue-url {address} --region {region})"


def _stop(run: str) -> str:
    """The command, if Step Functions runs it."""
    return (
        f" (aws stepfunctions stop-execution --execution-arn {run}{in_region(run)})"
        if ":states:" in run
        else ""
    )


def _missed_start(evidence: Evidence) -> Iterator[Reason]:
    if evidence.missed_start:
        yield Reason(
            "start_missed",
            f"A start of runs of the stack of {evidence.table} failed, at the latest on "
            f"{shown(evidence.missed_start)}: the message in the stack's queue of missed starts says why. "
            f"Mend that, run the run playbook, and empty the queue {_purge(evidence.missed_queue)}.",
        )


def _starter(evidence: Evidence) -> Iterator[Reason]:
    table, starter = evidence.table, evidence.starter
    if starter is None or starter.runs:
        return
    what = f"The pipeline {starter.name} ({starter.id})"
    if not starter.state:
        yield Reason(
            "schedule_missing",
            f"{what}, which backs up {table}, is gone: run the backup playbook to have another made.",
        )
    elif starter.runs is None:
        yield Reason(
            "schedule_state_unknown",
            f"{what}, which backs up {table}, is {starter.state}, which is not known here: look at it.",
        )
    else:
        yield Reason(
            "schedule_stopped",
            f"{what} is {starter.state} and does not back up {table}: see who stopped it and why, then run "
            "the backup playbook to start it.",
        )
