# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How the execution of a plan ends: what was written, what was left alone, how to go on, how to undo it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from . import log, plan_document
from .refusals import to_acknowledge
from .rule import CONFLICT, DELETE, EXPIRED, PUT, SAME, WRITES
from .state import FINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .asked import Asked
    from .log import Batch
    from .plan_document import Plan
    from .state import State

VERSION = 1
PREDICTED = "planned"  # as where it is not confirmed: nothing was written


class UndoError(Exception):
    """An undo that did not come to its end; `told` is what the module returns beside the sentence."""

    def __init__(self, sentence: str, told: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.told: dict[str, Any] = {"changed": False, "succeeded": False, **(told or {})}


def ended(why: str, plan: Plan, done: Sequence[Batch], asked: Asked, *, changed: bool) -> UndoError:
    """It was begun, and another call goes on with it."""
    written = sum(count for result, count in log.total(done).items() if result in WRITES)
    resume = asked.named(
        f"To go on, call it again with O(table)={shlex.quote(plan.table.name)} O(plan)={plan.id} "
        f"O(confirm)={asked.confirm} and the other options it had."
    )
    what = (
        f"Of {plan.work.items:,} items that plan {plan.id} writes, {written:,} are known to be written, and "
        "those of the batch that was under way may be. Nothing is lost and nothing will be written twice."
    )
    told = {"changed": changed, "resume": resume, "phase": "ended"}
    return UndoError(f"{asked.named(why).rstrip('.')}. {what} {resume}", told)


def counts(plan: Plan, done: Sequence[Batch]) -> dict[str, int]:
    """What became of all changes, by plan_document.COUNTED: those that were never to be written as well."""
    run = log.total(done)
    return {name: run[name] + (0 if name in WRITES else plan.counts[name]) for name in plan_document.COUNTED}


def result(
    plan: Plan, state: State, done: Sequence[Batch], asked: Asked, samples: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the module returns of a plan that was executed, but for where things lie."""
    refused = sum(each.refused for each in done)
    found = counts(plan, done)
    return {
        "changed": bool(found[PUT] + found[DELETE]),
        "succeeded": not refused,
        "phase": FINISHED,
        "msg": message(plan, found, refused),
        "plan": plan_document.document(plan),
        "done": found,
        "samples": list(samples),
        "notes": list(notes(done, state)),
        "verified": state.verified,
        "write_units": round(sum(each.units for each in done), 1),
        "phases": [{"phase": name, "seconds": seconds} for name, seconds in state.seconds.items()],
        "confirm": asked.confirm,
        "acknowledge": to_acknowledge(plan.effects),
        "refusals": [],
        "resume": "",
        "begun": state.begun,
    }


def predicted(
    plan: Plan, asked: Asked, samples: Sequence[Mapping[str, Any]], *, begun: bool
) -> dict[str, Any]:
    """What the module returns in check mode: each item would be read again before it is written."""
    what = "would go on being executed" if begun else "would be executed"
    left = (
        f"{_items(plan.counts[CONFLICT])} would be left alone"
        if plan.counts[CONFLICT]
        else "none is a conflict"
    )
    return {
        "changed": bool(plan.work.items),
        "succeeded": True,
        "phase": PREDICTED,
        "msg": f"The plan {plan.id} {what}: {_items(plan.counts[PUT])} of {plan.table.name} would be put back"
        f" and {_items(plan.counts[DELETE])} deleted, as far as each still is what it was then; {left}.",
        "plan": plan_document.document(plan),
        "samples": list(samples),
        "confirm": asked.confirm,
        "acknowledge": to_acknowledge(plan.effects),
        "refusals": [],
    }


def message(plan: Plan, found: Mapping[str, int], refused: int) -> str:
    """What came of it, in a few sentences."""
    name = plan.table.name
    told = [f"{_items(found[PUT])} of {name} put back as before, and {_items(found[DELETE])} deleted."]
    if found[CONFLICT]:
        told.append(f"{_items(found[CONFLICT])} left alone: somebody else has changed them since.")
    if refused:
        told.append(f"Of these DynamoDB refuses to take {refused:,}: see why each is a conflict.")
    if found[EXPIRED]:
        told.append(f"{_items(found[EXPIRED])} not put back, since the time to live is over.")
    if not found[PUT] + found[DELETE]:
        told[0] = f"Nothing of {name} had to be written."
    return " ".join(told)


def notes(done: Sequence[Batch], state: State) -> list[str]:
    """What a person should know beside the counts."""
    run = log.total(done)
    told = []
    if run[CONFLICT]:
        told.append(f"{_items(run[CONFLICT])} became a conflict since the plan was made.")
    if run[SAME]:
        told.append(f"{_items(run[SAME])} somebody else had put right since the plan was made.")
    if run[EXPIRED]:
        told.append(f"{_items(run[EXPIRED])} expired since the plan was made.")
    if since := state.verified.get("changed_since"):
        told.append(f"{_items(since)} somebody else has written again since the undo wrote them.")
    return told


def report(
    plan: Plan, state: State, found: Mapping[str, Any], started_by: str, finished: str
) -> dict[str, Any]:
    """The report: what the module returns, and who did what when."""
    return {
        "version": VERSION,
        "table": plan.table.name,
        "begun": state.begun,
        "ended": finished,
        "started_by": started_by,
        "acknowledged": state.acknowledged,
        **found,
    }


def as_it_was(state: State) -> dict[str, Any]:
    """What the module returns of a plan that was executed to its end by an earlier call."""
    at = f"{state.result.get('ended', '')[:19]}Z"
    msg = f"{state.result['msg']} That was so at {at}: the plan was executed, and nothing is written again."
    return {**state.result, "changed": False, "msg": msg}


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"
