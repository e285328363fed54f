# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the images before an incident and at its end come from: exports that are asked for, points, or a log.

What they tell goes into one place (merged.py), from which changes come in order. Nothing is written to the
table; exports are written to the store's bucket.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._base import sizes
from .._base.times import told
from .._compare.telling import Teller
from .._exports import windows
from .._exports.apply import NotExportedError, exported
from .._exports.gather import place as destination
from .._exports.gather import reach
from .._exports.price import cost
from .._exports.request import Request
from .._exports.request import Table as Exported
from .._exports.windows import RecoveryOffError, WindowError
from .._points.formats import incremental
from .._points.formats.source import UnreadableError
from .._points.gather_objects import s3_source
from . import gather_points
from .apply_log import Keeper
from .asked import NotUndoableError
from .gather_planned import read_plan
from .gather_points import Recorded, Sources
from .log import EXPORT
from .plan_document import UNDO, WINDOWS, Images, Origin
from .state import FINISHED, StateError
from .told import LEAD, TRAIL, WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._aws.client import Aws
    from .._exports.gather import Export
    from .._exports.windows import Chain
    from .._points.formats.incremental import Changes
    from .gather_points import Asking
    from .merged import Merged
    from .plan_document import Plan

READING = "reading what changed"


def fill(asking: Asking, merged: Merged) -> Sources:
    """Read all that is taken; NotUndoableError says why it cannot be had."""
    with readable():
        if not (recorded := known(asking).recorded):
            return gather_points.of_points(asking, merged)
        for at, changes in recorded.exports:
            _add(changes, at, asking, merged)
        return recorded.sources


def known(asking: Asking) -> Asking:
    """The same, with what was recorded of the incident, if that is where images are."""
    find = None if asking.recorded else RECORDED.get(asking.asked.kind)
    return asking._replace(recorded=find(asking)) if find else asking


@contextmanager
def readable() -> Iterator[None]:
    """Says why images cannot be had."""
    try:
        yield
    except RecoveryOffError as error:
        raise NotUndoableError(
            f"{error} Give a backup of before the incident, O(before), and if there is one, O(after), a "
            "backup of its end"
        ) from error
    except (NotExportedError, WindowError, UnreadableError) as error:
        raise NotUndoableError(str(error)) from error


def of_windows(asking: Asking) -> Recorded:
    """What DynamoDB recorded of the time of the incident."""
    aws, live, asked = asking.aws, asking.live, asking.asked
    if asked.from_ is None or asked.until is None:
        raise NotUndoableError("O(from) and O(until) are missing")
    live.require_older(asked.from_, "O(from)")
    chain = windows.chain(asked.from_, asked.until, reach(aws, live.table.name))
    table = Exported(live.table.arn, live.table.id)
    requests = [Request(table, window=each) for each in chain.exports]
    asking.lines.say(f"export: {cost(requests, None).text}")
    where = destination(aws, asking.place.bucket)
    exports = exported(aws, requests, where, asking.lines, seconds=asked.wait_sleep)
    told_of = zip(_roles(chain), exports, strict=True)
    recorded = tuple((at, export.changes) for at, export in told_of if export.changes)
    origins = tuple(_origin(each) for each in exports)
    notes = [note for each in exports if each.changes for note in each.changes.notes]
    if billed := sum(each.billed_bytes for each in exports):
        notes.append(f"DynamoDB bills {sizes.words(billed)} of exports for what this plan was made from.")
    if (chain.incident.begin, chain.incident.end) != (asked.from_, asked.until):
        notes.append(f"DynamoDB exports whole seconds: the incident is taken for {chain.incident}.")
    images = Images(
        kind=WINDOWS,
        from_=told(chain.incident.begin) or "",
        until=told(chain.incident.end) or "",
        origins=origins,
        undo="",
    )
    return Recorded(recorded, Sources(images, tuple(notes)))


def of_undo(asking: Asking) -> Recorded:
    """What an undo replaced, and wrote."""
    aws, live, asked, bucket = asking.aws, asking.live, asking.asked, asking.place.bucket
    plan = read_plan(aws, bucket, live.table.name, asked.of)
    if plan.table.id != live.table.id or plan.table.keys != live.table.keys:
        raise NotUndoableError(
            f"The undo {asked.of} was of another table of this name: {live.table.name} was deleted and made "
            f"anew since, at {live.table.created}, so that its log says nothing of this one"
        )
    _require_finished(aws, bucket, plan)
    location = f"{plan.folder}{EXPORT}"
    source = s3_source(aws, bucket, location)
    exports = [incremental.with_manifest(source, each) for each in incremental.exports(source)]
    if not exports:
        raise NotUndoableError(
            f"The undo {asked.of} wrote nothing, or its log is gone from s3://{bucket}/{location}"
        )
    origin = Origin(asked.of, f"s3://{bucket}/{location}", "", "", sum(each.items for each in exports))
    recorded = tuple((WINDOW + number, each) for number, each in enumerate(exports))
    return Recorded(recorded, Sources(Images(UNDO, "", "", (origin,), asked.of), ()))


def _require_finished(aws: Aws, bucket: str, plan: Plan) -> None:
    keeper = Keeper(aws, bucket, plan.folder)
    try:
        state = keeper.read_state()
    except StateError as error:
        raise NotUndoableError(f"{keeper.location('state.json')}: {error}") from error
    if state is None:
        raise NotUndoableError(f"The plan {plan.id} was never executed: there is nothing to undo")
    if state.phase != FINISHED:
        raise NotUndoableError(
            f"The undo {plan.id} has not come to its end: go on with it first, by O(plan)={plan.id} and "
            f"O(confirm)={plan.table.name}@{plan.table.account}, and undo it then"
        )


def _roles(chain: Chain) -> Iterator[int]:
    """What each of the chain's exports tells, in their order."""
    yield from range(WINDOW, WINDOW + len(chain.windows))
    if chain.lead:
        yield LEAD
    if chain.trail:
        yield TRAIL


def _add(changes: Changes, at: int, asking: Asking, merged: Merged) -> None:
    live, taking, keys = asking.live, asking.taking, asking.live.keys
    teller = Teller(asking.lines.progress, READING, changes.items)
    for each in changes.entries():
        teller.more(1, 0)
        if {name: next(iter(value)) for name, value in each.keys.items()} != keys:
            raise UnreadableError(
                f"its keys are {', '.join(each.keys)}, and those of {live.table.name} are {', '.join(keys)}",
                each.file,
                each.line,
            )
        if taking.takes(each.keys):
            merged.add(at, each.keys, each.old, each.new)
    teller.end()


def _origin(export: Export) -> Origin:
    begin, end = (export.changes.begin, export.changes.end) if export.changes else (None, None)
    return Origin(export.arn, export.location, told(begin) or "", told(end) or "", export.items)


RECORDED: dict[str, Callable[[Asking], Recorded]] = {WINDOWS: of_windows, UNDO: of_undo}
