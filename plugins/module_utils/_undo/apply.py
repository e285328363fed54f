# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executes a plan that was confirmed, exactly as it stands: from the reasons against it to the report."""

from __future__ import annotations

import contextlib
import hashlib
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

from .._aws.client import NoClockError
from .._base import at_work
from .._base.rate import Rate
from . import ending, gather_found, gather_planned, plan_document, work
from .apply_log import Keeper, TakenOverError
from .apply_run import Pace, Running
from .apply_writes import NotWrittenError
from .asked import NotUndoableError
from .gather_points import read_rate
from .log import LogError
from .plan_files import CONFLICTS
from .refusals import refusals
from .samples import samples
from .state import FINISHED, State, StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .asked import Asked
    from .change import Planned
    from .gather_table import Place
    from .log import Batch
    from .plan_document import Plan

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# A call that was begun in the same moment has kept that it is at work by then.
CLAIM_SECONDS = 0.5


class AtWorkError(NotUndoableError):
    """Another call is at work on the plan."""


def execute(
    aws: Aws,
    place: Place,
    plan: Plan,
    asked: Asked,
    lines: Lines,
    *,
    check: bool,
    running: Callable[..., Running] = Running,
) -> dict[str, Any]:
    """What the module returns of a plan that somebody has confirmed.

    NotUndoableError says why nothing was written; ending.UndoError what was, and how to go on. One that was
    executed to its end is not executed again; in check mode nothing is written anywhere. `running` makes what
    executes it.
    """
    keeper = Keeper(aws, place.bucket, plan.folder)
    state = begun_before(keeper, plan)
    if state and state.phase == FINISHED:
        if asked.conflicts_file:
            _save_conflicts(aws, plan, keeper, keeper.read_done(), asked.conflicts_file)
        return ending.as_it_was(state)
    found = gather_found.found(aws, place)
    _require_alone(state, plan, found.at)
    if reasons := refusals(plan, found, asked, place.account, begun=state is not None):
        raise NotUndoableError(". ".join(f"{each[0].upper()}{each[1:]}" for each in reasons))
    if check:
        return _predicted(aws, place, plan, asked, begun=state is not None)
    return _Executing(aws, place, plan, asked, lines, keeper, state, running).run()


def _digest(plan: Plan) -> str:
    return hashlib.sha256(plan_document.to_json(plan)).hexdigest()


def begun_before(keeper: Keeper, plan: Plan) -> State | None:
    """How far the plan was executed by an earlier call, None if none has begun."""
    try:
        state = keeper.read_state()
    except StateError as error:
        raise NotUndoableError(f"{keeper.location('state.json')}: {error}") from error
    if state and state.plan_sha256 != _digest(plan):
        raise NotUndoableError(
            f"{keeper.location('plan.json')} is not the plan that was begun {state.begun[:19]}: somebody has "
            "changed it since"
        )
    return state


def _require_alone(state: State | None, plan: Plan, now: datetime) -> None:
    if other := at_work.other(state.at_work, now) if state else "":
        raise AtWorkError(
            f"another call is at work on the plan {plan.id}: {other}. Wait for it to end, or end it first"
        )


def _predicted(aws: Aws, place: Place, plan: Plan, asked: Asked, *, begun: bool) -> dict[str, Any]:
    """What check mode returns: the plan, of which each item would be read again before it is written."""
    keys = [each.name for each in plan.table.keys]
    shown = samples(gather_planned.changes(aws, place.bucket, plan), keys, asked.samples)
    told = ending.predicted(plan, asked, shown, begun=begun)
    return {**told, "location": Keeper(aws, place.bucket, plan.folder).location()}


def _save_conflicts(aws: Aws, plan: Plan, keeper: Keeper, done: Sequence[Batch], path: str) -> None:
    """Those that the plan has, and those that became one since."""
    gather_planned.save(aws, keeper.bucket, plan, path, CONFLICTS)
    with Path(path).open("ab") as stream:
        for batch in done:
            for file in batch.conflicts:
                stream.writelines(keeper.read_lines(file))


@dataclass
class _Executing:
    aws: Aws
    place: Place
    plan: Plan
    asked: Asked
    lines: Lines
    keeper: Keeper
    state: State | None
    running: Callable[..., Running]

    def run(self) -> dict[str, Any]:
        """Execute it, or go on; ending.UndoError of whatever ends it too early."""
        begun = self.state is not None
        state = self.state or State(_digest(self.plan), self.aws.time().isoformat(), self.asked.started_by)
        state.acknowledged = sorted({*state.acknowledged, *self.asked.acknowledge})
        running = self.running(self.aws, self.plan, self.keeper, state, self.lines, self._pace())
        with self._told(running):
            self._claim(running)
            where = self.keeper.location()
            self.lines.say(
                f"{'going on with' if begun else 'executing'} the plan {self.plan.id}; its log is {where}"
            )
            running.run()
            return self._end(running)

    def _claim(self, running: Running) -> None:
        """Keep that this call is at work; AtWorkError if another has done so since the state was read."""
        _require_alone(self.keeper.read_state(), self.plan, self.aws.time())
        running.save()
        sleep(CLAIM_SECONDS)
        _require_alone(self.keeper.read_state(), self.plan, self.aws.time())

    def _pace(self) -> Pace:
        table = self.place.live.table
        asked = self.asked.write_units_per_second
        units = work.limit(asked, table.write_units, work.WRITES_ON_DEMAND, on_demand=table.on_demand)
        return Pace(Rate(units), read_rate(self.place.live, self.asked))

    @contextmanager
    def _told(self, running: Running) -> Iterator[None]:
        """Says of whatever ends it what is written, and how to go on."""
        known = (
            NotWrittenError,
            NotUndoableError,
            NoClockError,
            LogError,
            StateError,
            ClientError,
            BotoCoreError,
        )
        try:
            yield
        except AtWorkError:
            raise
        except TakenOverError as error:  # the state is the other call's
            raise ending.ended(
                str(error), self.plan, running.done, self.asked, changed=running.changed
            ) from error
        except known as error:
            raise self._ended(running, str(error)) from error
        except KeyboardInterrupt:
            raise self._ended(running, "It was ended from outside") from None
        except Exception as error:  # whatever it is, items were written of which nobody else knows
            told = self._ended(running, f"An error that was not expected, {error!r}")
            told.told["traceback"] = traceback.format_exc()
            raise told from error

    def _ended(self, running: Running, why: str) -> ending.UndoError:
        """Nobody is at work any more. If that cannot be noted, it shows by itself some minutes later."""
        with contextlib.suppress(ClientError, BotoCoreError):
            running.state.at_work = {}
            self.keeper.write_state(running.state)
        return ending.ended(why, self.plan, running.done, self.asked, changed=running.changed)

    def _end(self, running: Running) -> dict[str, Any]:
        state, done = running.state, running.done
        keys = [each.name for each in self.plan.table.keys]
        shown = samples(self._conflicts(running), keys, self.asked.samples)
        finished = self.aws.time().isoformat()
        found = {
            **ending.result(self.plan, state, done, self.asked, shown),
            "location": self.keeper.location(),
            "report": self.keeper.location("report.json"),
            "log": running.log_location if any(each.data for each in done) else "",
            "ended": finished,
        }
        if self.asked.conflicts_file:
            _save_conflicts(self.aws, self.plan, self.keeper, running.done, self.asked.conflicts_file)
        self.keeper.write_report(ending.report(self.plan, state, found, self.asked.started_by, finished))
        state.phase, state.result, state.at_work = FINISHED, found, {}
        self.keeper.write_state(state)
        self.lines.say(found["msg"])
        return found

    def _conflicts(self, running: Running) -> Iterator[Planned]:
        """First those that became one since the plan was made."""
        for batch in running.done:
            for file in batch.conflicts:
                yield from self.keeper.read_conflicts(file)
        yield from gather_planned.changes(self.aws, self.place.bucket, self.plan, CONFLICTS)
