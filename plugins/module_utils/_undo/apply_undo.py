# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module put_back does: makes a plan, shows one again, or writes one that was confirmed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from .._base.options import OPTION_PREFIX, PROGRESS, named
from .._model.lines import Lines, shower
from . import answer, ending, gather_found, gather_planned, gather_table
from .apply import begun_before, execute
from .apply_log import Keeper
from .apply_plan import planned
from .asked import NotUndoableError, read
from .plan_document import EFFECTS
from .plan_files import GROUPS
from .refusals import refusals
from .samples import samples
from .state import FINISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .apply_plan import Made
    from .apply_run import Running
    from .asked import Asked
    from .gather_points import Asking
    from .gather_table import Place
    from .plan_document import Plan


class NothingWrittenError(Exception):
    """Why nothing was written, in a sentence that names options as users call them."""


class Work(Protocol):
    """Where the work of an undo is done: on this machine, or on many."""

    def make(self, asking: Asking, folder: str) -> Made:
        """The files of a plan."""

    def running(self, *given: Any) -> Running:
        """What executes a plan."""


def undo(aws: Aws, region: str, params: Mapping[str, Any], work: Work, *, check: bool) -> dict[str, Any]:
    """What the module returns.

    NothingWrittenError and WrongAccountError say why it did nothing, ending.UndoError how far a plan was
    written.
    """
    try:
        return _undo(aws, region, params, work, check=check)
    except NotUndoableError as error:
        told = named(f"Nothing was written: {_clause(str(error))}", params[OPTION_PREFIX])
        raise NothingWrittenError(told) from error


def _clause(sentence: str) -> str:
    """A sentence that goes on another one; names such as DynamoDB are spelled as they are."""
    first = sentence.split(maxsplit=1)[0]
    begin = sentence[0].lower() if first[1:].islower() and "(" not in first else sentence[0]
    return f"{begin}{sentence[1:].rstrip('.')}{'' if sentence.endswith('?') else '.'}"


def _undo(aws: Aws, region: str, params: Mapping[str, Any], work: Work, *, check: bool) -> dict[str, Any]:
    asked = read(params)
    lines = Lines(asked.table, shower(params[PROGRESS], asked.option_prefix), time.monotonic)
    place = gather_table.place(aws, region, params, asked)
    gather_planned.require_files(asked)
    if not asked.plan:
        return _shown(aws, place, planned(aws, place, asked, lines, work.make), asked)
    plan = gather_planned.read_plan(aws, place.bucket, asked.table, asked.plan)
    gather_planned.save_files(aws, place.bucket, plan, asked)
    if asked.confirm:
        return execute(aws, place, plan, asked, lines, check=check, running=work.running)
    state = begun_before(Keeper(aws, place.bucket, plan.folder), plan)
    if state and state.phase == FINISHED:
        return ending.as_it_was(state)
    return _shown(aws, place, plan, asked)


def _shown(aws: Aws, place: Place, plan: Plan, asked: Asked) -> dict[str, Any]:
    """A plan for people to read."""
    keys = [each.name for each in plan.table.keys]
    shown = [
        each
        for group in dict.fromkeys(GROUPS.values())
        for each in samples(gather_planned.changes(aws, place.bucket, plan, group), keys, asked.samples)
    ]
    # Whoever is shown a plan has not confirmed it yet.
    confirmed = replace(asked, confirm=asked.confirmation(place.account), acknowledge=EFFECTS)
    found = gather_found.found(aws, place)
    why_not = [asked.named(each) for each in refusals(plan, found, confirmed, place.account, begun=False)]
    return answer.planned(plan, asked, place.bucket, shown, refusals=why_not)
