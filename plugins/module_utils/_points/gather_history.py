# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that tables can be brought back to: points in buckets, whichever engine made them, and AWS's own.

A bucket is listed once, a thousand objects a call, and each point takes a call more for its manifest. Neither
stacks nor tables need exist any more.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from .._aws import s3
from .._aws.client import ask
from .._base import naming
from .._base.threads import thread_pool
from .._engines.registry import ENGINES
from .._model import expiry
from .._model.history import History, LeftOut, RestorePoint, TableHistory, Verified
from .._model.refusal import Refusal
from . import kept
from .gather import point_folders
from .gather_native import native_points

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .._aws.client import Aws
    from .._model.expiry import Rule
    from .kept import Folder

THREADS = 8
Seen = RestorePoint | LeftOut | Refusal


def history(
    aws: Aws,
    buckets: Mapping[str, Collection[int]] | str,
    tables: Collection[str] = (),
    *,
    native: bool = True,
    newest: int = 0,
    also: Collection[str] = (),
) -> History:
    """The points of these tables, newest first. Without names, of all in the buckets, and of those in also.

    Buckets are named with their retention classes, or one alone. Of each table so many of the newest runs in
    the bucket are looked at, or all of them (0).
    """
    named: Mapping[str, Collection[int]] = {buckets: ()} if isinstance(buckets, str) else buckets
    listed = [ask("s3", partial(_folders, aws, bucket, days, tables)) for bucket, days in named.items()]
    runs = kept.by_table(chain.from_iterable(each for each in listed if isinstance(each, list)))
    found = {table: TableHistory() for table in (tables or (*also, *runs))}
    refusals = [each for each in listed if isinstance(each, Refusal)]
    for table, seen, unread in _seen(aws, runs, newest):
        points = [each for each in seen if isinstance(each, RestorePoint)]
        left_out = [each for each in seen if isinstance(each, LeftOut)]
        found[table] = TableHistory(points, left_out, unread)
        refusals += [each for each in seen if isinstance(each, Refusal)]
    if native and found:
        points, refused = native_points(aws, found)
        refusals += refused
        for point in points:
            found[point.table].points.append(point)
    for each in found.values():
        each.points.sort(key=lambda point: (point.newest, point.id), reverse=True)
    return History(found, tuple(dict.fromkeys(refusals)))


def tables(aws: Aws, bucket: str, days: Collection[int]) -> list[str]:
    """The tables that have points in a bucket, or had attempts at one."""
    found = point_folders(aws, bucket, days or _classes(aws, bucket))
    return sorted({folder.split("/")[1] for folder in found})


def _classes(aws: Aws, bucket: str) -> list[int]:
    return expiry.classes(s3.list_folders(aws("s3"), bucket, expiry.BACKUPS))


def _folders(aws: Aws, bucket: str, days: Collection[int], tables: Collection[str]) -> list[Folder]:
    """The folders of the runs of some tables, or of all."""
    client = aws("s3")
    classes = days or _classes(aws, bucket)
    places = [f"{naming.points(table, each)}/" for table in tables for each in classes]
    with thread_pool(THREADS) as pool:
        everything = [naming.points("", each) for each in classes]
        pages = pool.map(
            lambda place: list(s3.list_but_bulk(client, bucket, place, _bulk)), places or everything
        )
        return kept.folders(bucket, chain.from_iterable(pages))


def _bulk(key: str) -> str:
    return next(filter(None, (engine.bulk(key) for engine in ENGINES.values())), "")


def _seen(aws: Aws, runs: Mapping[str, list[Folder]], newest: int) -> list[tuple[str, list[Seen], int]]:
    """What is in the newest folders of each table, and how many older ones were not looked at."""
    buckets = {folder.bucket for mine in runs.values() for folder in mine}
    rules = {bucket: _rules(aws, bucket) for bucket in buckets}
    with thread_pool(THREADS) as pool:
        begun = []
        for table, mine in runs.items():
            ended = [folder for folder in mine if folder.ended]
            looked = [*ended[: newest or None], *(folder for folder in mine if not folder.ended)]
            answers = pool.map(lambda folder: _look(aws, folder, rules[folder.bucket]), looked)
            begun.append((table, answers, len(mine) - len(looked)))
        return [(table, list(chain.from_iterable(seen)), unread) for table, seen, unread in begun]


def _rules(aws: Aws, bucket: str) -> Sequence[Rule] | None:
    """By which backups are deleted; None if they may not be read, as those of another account."""
    found = ask("s3", lambda: s3.get_lifecycle(aws("s3"), bucket))
    return None if isinstance(found, Refusal) or found is None else expiry.rules(found.get("Rules", []))


def _look(aws: Aws, folder: Folder, rules: Sequence[Rule] | None) -> list[Seen]:
    """What the folder of a run holds. One that cannot be read is told as such: a newer one may be there."""
    if folder.ended and folder.archived:
        return [kept.unreadable(folder, kept.brought_back_first(folder))]
    listed = ask(
        "s3", lambda: list(folder.engine.listed_points(aws, folder.bucket, folder.name, folder.objects))
    )
    if isinstance(listed, Refusal):
        return [
            listed,
            kept.unreadable(folder, f"It could not be read: {listed.call} was refused ({listed.code})."),
        ]
    told = ask("s3", lambda: _report(aws, folder))
    refused, compared = ([told], None) if isinstance(told, Refusal) else ([], told)
    verified = compared or Verified(aws.time(), "manifest")
    alone = len(listed) == 1
    return [*refused, *(kept.as_point(folder, each, rules, verified, alone=alone) for each in listed)]


def _report(aws: Aws, folder: Folder) -> Verified | None:
    """What the newest report beside a point says."""
    body = s3.get_object(aws("s3"), folder.bucket, folder.report) if folder.report else None
    return kept.read_report(body.read(), folder.report) if body else None
