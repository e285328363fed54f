# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that is found out before a restore writes anything: from what, to where, by which way, or why not.

Where a restore with the same options has been begun before, its state tells most of it.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, s3, sts
from .._model.history import PITR
from .._model.restored import FROM_TAG, RESTORE_TAG
from .._points import gather_store
from .._points.formats.source import UnreadableError
from .._points.gather_reading import NATIVE
from .._settings import read as read_settings
from .._settings import write as write_settings
from . import asked as asking
from . import before as before_this
from . import choose_way, ending, gather_settings, gather_source, plan
from .apply_making import Made, made_before, may_appear
from .apply_state import Keeper
from .choose_way import MAKES, Case, Choice
from .estimate import estimate
from .gather_source import FOREIGN, Found
from .options import BACKUP, LOAD
from .state import COMPARE, FINISHED, State, StateError
from .target import NotRestorableError, Target, default_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .._points.gather_store import Store
    from .._settings.document import Settings
    from .asked import Asked

# What AWS takes in the value of a tag.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
UNTAGGABLE = re.compile(r"[^\w\s.:/=+@-]", re.UNICODE)
LONGEST_TAG = 256
PROVEN = "the backup itself is to be proven"


@dataclass
class Beginning:
    """A restore, ready to be begun or to go on."""

    asked: Asked
    target: Target
    keeper: Keeper
    state: State
    saved: Settings  # that the table had
    plan: plan.Plan
    found: Found | None  # None: a native restore goes on, which needs nothing any more
    choice: Choice | None = None  # None: it was chosen before
    notes: list[str] = field(default_factory=list)
    exists: bool = False  # the table
    gone: bool = False  # the table that is restored, and it comes back under another name

    @property
    def plan_tags(self) -> Mapping[str, str]:
        """The tags that the restore adds."""
        return _wishes(self.asked, self.state).tags


def begin(aws: Aws, region: str, params: Mapping[str, Any], asked: Asked, lines: Lines) -> Beginning:
    """Find everything out; NotRestorableError, UnreadableError or StateError say why nothing can be done."""
    partition, account = sts.right_caller(aws("sts"), dict(params))
    store = _store(aws, params, asked, account, region)
    found = None if asked.to else gather_source.find(aws, store, asked, asked.point)
    name = default_name(asked.table, found.moment) if found else asked.to
    target = Target(name, region, account, partition)
    lines.table = name
    keeper = Keeper(aws, store.bucket, asked.state_prefix, name)
    table = dynamodb.describe_table(aws("dynamodb"), name)
    before = _read(keeper, table)
    before_this.require_alone(target, keeper.location, before, table, aws.time())
    if before and (made := _goes_on(aws, asked, region, before, table)):
        return _resumed(aws, store, asked, target, keeper, before, made)
    if table is not None:
        raise NotRestorableError(before_this.taken(target, asked, keeper.location, before, region))
    found = found or gather_source.find(aws, store, asked, asked.point)
    return _begun(aws, store, asked, target, keeper, found)


def _store(aws: Aws, params: Mapping[str, Any], asked: Asked, account: str, region: str) -> Store:
    try:
        return gather_store.store(aws, asked.bucket, params["prefix"], account, region)
    except gather_store.NoStoreError as error:
        raise NotRestorableError(str(error)) from error


def _read(keeper: Keeper, table: Mapping[str, Any] | None) -> State | None:
    try:
        return keeper.read()
    except StateError as error:
        if table is None:
            return None  # nothing is left of what it was about
        raise NotRestorableError(f"{keeper.location}: {error}") from error


def _goes_on(
    aws: Aws, asked: Asked, region: str, before: State, table: Mapping[str, Any] | None
) -> Made | None:
    """Whether this is a restore that was begun before, and what it has made; None if it is not."""
    if before_this.otherwise(asked, region, before):
        return None
    if table is None:
        return Made(before.table_id, before.import_arn) if may_appear(aws, before) else None
    return made_before(aws, before, table)


def _resumed(
    aws: Aws, store: Store, asked: Asked, target: Target, keeper: Keeper, before: State, made: Made
) -> Beginning:
    before_this.reopened(before, asked)
    found = None
    if not before.has_passed(COMPARE) and before.point["kind"] not in NATIVE:
        try:
            found = gather_source.find(aws, store, asked, before.point["id"])
        except (NotRestorableError, UnreadableError) as error:
            standing = ending.Standing(before, keeper.location, exists=bool(made.table_id))
            remove = " && ".join(ending.remove_commands(standing))
            left = f" {ending.what_exists(standing)}" + (f" To remove it: {remove}" if remove else "")
            raise NotRestorableError(f"{str(error).rstrip('.')}.{left}") from error
    before.table_id = before.table_id or made.table_id
    before.import_arn = before.import_arn or made.import_arn
    saved = read_settings.of(before.settings)
    made_plan = plan.make(saved, target, MAKES[before.way], _wishes(asked, before), aws.time())
    return Beginning(asked, target, keeper, before, saved, made_plan, found, exists=bool(made.table_id))


def _begun(aws: Aws, store: Store, asked: Asked, target: Target, keeper: Keeper, found: Found) -> Beginning:
    live = gather_settings.of_table(aws, asked.table)
    saved, origin = gather_source.settings(aws, store, asked, found, target, live)
    saved = gather_settings.with_manager(aws, saved, target.region)
    keys = {each.name: each.type for each in saved.keys}
    totals = gather_source.checked(found, keys, small=asked.load_up_to)
    files, how = gather_source.files(found, totals)
    source_arn = live.arn if live else saved.arn
    wanted, _left = asked.overrides.over(saved)
    seconds = (estimate(LOAD, wanted, files.items, files.bytes).seconds or 0) if files else 0
    choice = choose_way.choose(
        Case(
            target=target,
            settings=_without_skipped(saved, asked),
            source_arn=source_arn,
            source_id="" if found.point.kind == FOREIGN else saved.id,
            moment=_moment(found),
            window=PROVEN if asked.from_files else gather_source.window(found, live),
            backup=found.point.id if BACKUP in found.point.ways else "",
            files=files,
            load_up_to=asked.load_up_to,
            load_seconds=seconds,
        ),
        asked.way,
    )
    same = asked.same(target.region)
    state = State(
        digest=asking.digest(same, found.point.id, choice.way),
        same=same,
        asked_point=asked.point,
        point=_point(found, source_arn, totals.items if totals else None, totals.bytes if totals else None),
        way=choice.way,
        reasons=[asked.named(each) for each in choice.reasons],
        target_arn=target.arn,
        settings=write_settings.document(saved),
        begun=aws.time().isoformat(),
        filled_on_demand=choice.way == LOAD and seconds > choose_way.SLOW_SECONDS,
        imports={**vars(how), "owner": _owner(asked, saved, target)} if how else {},
    )
    made_plan = plan.make(saved, target, MAKES[choice.way], _wishes(asked, state), aws.time())
    notes = [asked.named(each) for each in _unfinished(aws, keeper, asked)]
    notes += [*found.notes, f"Its settings are those of {origin}."]
    if state.point["items"] == 0:
        notes.append("The point says that the table had no items.")
    gone = live is None and target.name != asked.table
    return Beginning(asked, target, keeper, state, saved, made_plan, found, choice, notes, gone=gone)


def _owner(asked: Asked, saved: Settings, target: Target) -> str:
    """The account of the bucket that is imported from, if it is another."""
    return asked.foreign.owner if asked.foreign else store_owner(saved, target)


def store_owner(saved: Settings, target: Target) -> str:
    """The account of the store's bucket, if it is another: that of the table, as a store is where it is."""
    account = saved.arn.split(":")[4] if saved.arn else target.account
    return account if account != target.account else ""


def _moment(found: Found) -> datetime | None:
    """The moment of the table, to the second; what others read took its time."""
    exported = found.point.point is not None and bool(found.point.point.export_arn)
    return found.moment if exported or found.point.kind == PITR else None


def _unfinished(aws: Aws, keeper: Keeper, asked: Asked) -> list[str]:
    """Sentences on restores of the table that were begun, and of which nobody has seen the end."""
    if asked.to:
        return []
    found = []
    for folder in s3.list_folders(aws("s3"), keeper.bucket, f"{asked.state_prefix}{asked.table}-restored"):
        name = folder.rstrip("/").rpartition("/")[2]
        other = Keeper(aws, keeper.bucket, asked.state_prefix, name)
        with contextlib.suppress(StateError):
            before = other.read()
            if before and before.phase != FINISHED and folder != keeper.folder:
                found.append(
                    f"Another restore of {asked.table} was not finished: {name}, at {before.phase} since "
                    f"{before.begun}. To go on with that one, name it with O(to)."
                )
    return found


def _without_skipped(saved: Settings, asked: Asked) -> Settings:
    """The settings, without indexes that are not to be made."""
    return replace(saved, local_indexes=()) if "local_indexes" in asked.skip else saved


def _point(found: Found, source_arn: str, items: int | None, size: int | None) -> dict[str, Any]:
    point = found.point
    mine = {"bucket": point.point.bucket, "prefix": point.point.prefix} if point.point else {}
    return {
        "id": point.id,
        "kind": point.kind,
        "taken": point.taken.isoformat(),
        "moment": found.moment.isoformat() if found.moment else "",
        "location": point.location,
        "items": point.items if items is None else items,
        "bytes": point.bytes if size is None else size,
        "format": point.format,
        "source_arn": source_arn,
        **mine,
    }


def _wishes(asked: Asked, state: State) -> plan.Wishes:
    origin = UNTAGGABLE.sub("_", f"{state.point['id']} {state.point['location']}")[:LONGEST_TAG]
    tags = {**asked.tags, FROM_TAG: origin, RESTORE_TAG: state.digest}
    return plan.Wishes(asked.overrides, asked.skip, tags, asked.warm, state.filled_on_demand)
