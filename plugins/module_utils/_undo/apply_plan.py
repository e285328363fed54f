# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the plan of an undo: reads images, reads the items as they are, decides, and keeps what was decided.

The plan and its files are written to the store's bucket, exports as well; nothing is written to the table.
plan.json comes last, so that what was cut off is no plan.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .._aws import s3
from .._aws.dynamodb_items import ItemReads
from .._base.times import told
from .._compare.telling import Teller
from .._find.condition import compiled
from .._find.keys import Keys, KeysError, wanted
from . import plan_document, work
from .apply_images import fill
from .asked import NotUndoableError
from .deciding import Taking, asks_before_reading, decided, met
from .gather_found import found, protection
from .gather_live import with_now
from .gather_planned import save_files
from .gather_points import Asking, read_rate
from .merged import DiskFullError, merging
from .noted import Noted
from .plan_files import GROUPS, PartFile, Parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .asked import Asked
    from .change import Change, Planned
    from .gather_points import Sources
    from .gather_table import Live, Place
    from .merged import Merged
    from .plan_document import Plan
    from .work import Tally

PHASE = "reading items as they are"


@dataclass(frozen=True)
class Made:
    """What was read and decided, on one machine or on many."""

    sources: Sources
    tally: Tally
    files: tuple[PartFile, ...]
    notes: tuple[str, ...] = ()


Maker = Callable[["Asking", str], Made]


def planned(aws: Aws, place: Place, asked: Asked, lines: Lines, make: Maker | None = None) -> Plan:
    """Make a plan, on this machine unless told how; NotUndoableError says why there can be none."""
    taking = what_to_take(aws, place.live, asked)
    before = found(aws, place)
    plan_id = plan_document.new_id(aws.time(), os.urandom(2))
    folder = plan_document.folder(asked.table, plan_id)
    made = (make or on_this_machine)(Asking(aws, place, asked, taking, lines), folder)
    table = place.live.table
    limit = work.limit(
        asked.write_units_per_second, table.write_units, work.WRITES_ON_DEMAND, on_demand=table.on_demand
    )
    plan = plan_document.Plan(
        version=plan_document.VERSION,
        id=plan_id,
        made=told(aws.time()) or "",
        made_by=asked.started_by,
        table=table,
        images=made.sources.images,
        filter=plan_document.Filter(len(asked.keys), asked.where, asked.choose),
        counts=made.tally.by_action(),
        work=work.work(made.tally, limit, place.live.indexes, on_demand=table.on_demand),
        effects=before.effects,
        version_attribute=asked.version_attribute,
        protection=protection(before, asked),
        notes=tuple(asked.named(each) for each in (*made.sources.notes, *made.notes)),
        files=made.files,
    )
    s3.put_object(aws("s3"), place.bucket, f"{folder}plan.json", plan_document.to_json(plan))
    save_files(aws, place.bucket, plan, asked)
    return plan


def what_to_take(aws: Aws, live: Live, asked: Asked) -> Taking:
    """What of the changes is taken; NotUndoableError where options do not fit the table."""
    for option, name in (
        ("ttl_attribute", asked.ttl_attribute),
        ("version_attribute", asked.version_attribute),
    ):
        if name in live.names:
            raise NotUndoableError(f"O({option}) is {name}, which is a key of {asked.table}: name another")
    return Taking(
        keys=live.names,
        now=aws.time().timestamp(),
        ttl_attribute=live.table.time_to_live,
        version_attribute=asked.version_attribute,
        only=_only(live, asked),
        where=compiled(asked.where) if asked.where else None,
        choose=asked.choose,
    )


def _only(live: Live, asked: Asked) -> Keys | None:
    try:
        return wanted(asked.keys, live.keys) if asked.keys else None
    except KeysError as error:
        raise NotUndoableError(str(error)) from error


def on_this_machine(asking: Asking, folder: str) -> Made:
    """Read and decide, and keep what was decided in files below a folder."""
    client, bucket = asking.aws("s3"), asking.place.bucket

    def keep(file: PartFile, content: bytes) -> None:
        s3.put_object(client, bucket, file.key, content)

    parts = {group: Parts(folder, group, keep) for group in dict.fromkeys(GROUPS.values())}
    noted = Noted(asking.asked, asking.taking)
    try:
        with merging(asking.live.names) as merged:
            sources = fill(asking, merged)
            for each in _decided(asking, merged, noted):
                if each and (group := GROUPS.get(each.action)):
                    parts[group].add(each)
    except DiskFullError as error:
        raise NotUndoableError(str(error)) from error
    for writer in parts.values():
        writer.end()
    files = tuple(file for writer in parts.values() for file in writer.files)
    return Made(sources, noted.tally, files, tuple(noted.notes(sources.images)))


def _decided(asking: Asking, merged: Merged, noted: Noted) -> Iterator[Planned | None]:
    live, taking = asking.live, asking.taking
    reads, rate = ItemReads(asking.aws("dynamodb")), read_rate(live, asking.asked)
    teller = Teller(asking.lines.progress, PHASE, None)
    changes = merged.changes()
    if asks_before_reading(taking):
        changes, taking = _met(changes, taking, noted), replace(taking, where=None)
    for change, now in with_now(reads, live.table.name, live.names, changes, rate):
        found = decided(change, now, taking)
        noted.add(change, found)
        teller.more(1, 0)
        yield found
    teller.end()


def _met(changes: Iterator[Change], taking: Taking, noted: Noted) -> Iterator[Change]:
    """Those that meet a condition on what is known already."""
    for each in changes:
        if taking.where is None or met(each, None, taking.where):
            yield each
        else:
            noted.add(each, None)
