# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads plans, and what they plan, from the store's bucket; keeps them in files on this machine."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .._aws import s3
from .._items.strict_json import dumps_sorted
from . import plan_document
from .asked import NotUndoableError
from .plan_files import CONFLICTS, GROUPS, PartError, lines_of, planned_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.client import Aws
    from .asked import Asked
    from .change import Planned
    from .plan_document import Plan
    from .plan_files import PartFile

TOLD = 5  # ids that a sentence lists


def read_plan(aws: Aws, bucket: str, table: str, plan_id: str) -> Plan:
    """The plan with an id; NotUndoableError says why it cannot be had, and which there are."""
    folder = plan_document.folder(table, plan_id)
    key = f"{folder}plan.json"
    body = s3.get_object(aws("s3"), bucket, key)
    if body is None:
        there = sorted(
            each.rstrip("/").rpartition("/")[2]
            for each in s3.list_folders(aws("s3"), bucket, f"{plan_document.FOLDER}{table}/")
        )
        newest = (
            f"The newest are {', '.join(there[: -TOLD - 1 : -1])}" if there else "None was ever made of it"
        )
        raise NotUndoableError(f"There is no plan {plan_id} of the table {table} in {bucket}. {newest}.")
    try:
        plan = plan_document.of_json(body.read())
    except plan_document.PlanError as error:
        raise NotUndoableError(f"s3://{bucket}/{key}: {error}") from error
    if plan.folder != folder:
        raise NotUndoableError(
            f"s3://{bucket}/{key} is a plan of {plan.table.name} with the id {plan.id}, and was copied there:"
            " have a plan made anew"
        )
    return plan


def changes(aws: Aws, bucket: str, plan: Plan, *groups: str) -> Iterator[Planned]:
    """What is planned, file by file; without groups of all. Each file is held to the plan before its first.

    NotUndoableError says which file is not what it was.
    """
    for file, content in _files(aws, bucket, plan, *groups):
        with _named(bucket):
            yield from planned_of(file, content)


def by_file(aws: Aws, bucket: str, plan: Plan, group: str) -> Iterator[Iterator[Planned]]:
    """The same of one group, each file by itself."""
    for file, content in _files(aws, bucket, plan, group):
        with _named(bucket):
            yield planned_of(file, content)


def save(aws: Aws, bucket: str, plan: Plan, path: str, *groups: str) -> None:
    """Keep what is planned in a file on this machine, as JSON lines.

    Without groups it is the whole plan, and its first line tells the document, {"Plan": {...}}.
    """
    target = Path(path)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as stream:
        try:
            if not groups:
                stream.write(dumps_sorted({"Plan": plan_document.document(plan)}) + b"\n")
            for file, content in _files(aws, bucket, plan, *groups):
                with _named(bucket):
                    stream.writelines(lines_of(file, content))
            stream.close()
            Path(stream.name).replace(target)
        except BaseException:
            Path(stream.name).unlink()
            raise


def save_files(aws: Aws, bucket: str, plan: Plan, asked: Asked) -> None:
    """Keep what is planned in the files on this machine that are asked for."""
    if asked.plan_file:
        save(aws, bucket, plan, asked.plan_file)
    if asked.conflicts_file:
        save(aws, bucket, plan, asked.conflicts_file, CONFLICTS)


def require_files(asked: Asked) -> None:
    """Refuse files that could not be written, before anything else takes its time."""
    for path, option in ((asked.plan_file, "O(plan_file)"), (asked.conflicts_file, "O(conflicts_file)")):
        folder = Path(path).parent
        if path and Path(path).is_dir():
            raise NotUndoableError(f"{option} is {path}, which is a folder: name a file in it")
        if path and not (folder.is_dir() and os.access(folder, os.W_OK)):
            raise NotUndoableError(f"{option} is {path}: there is no folder {folder} that can be written to")


def _files(aws: Aws, bucket: str, plan: Plan, *groups: str) -> Iterator[tuple[PartFile, bytes]]:
    for group in groups or dict.fromkeys(GROUPS.values()):
        for file in plan.files_of(group):
            body = s3.get_object(aws("s3"), bucket, file.key)
            if body is None:
                raise NotUndoableError(f"s3://{bucket}/{file.key} is gone: have the plan made anew")
            yield file, body.read()


@contextmanager
def _named(bucket: str) -> Iterator[None]:
    try:
        yield
    except PartError as error:
        raise NotUndoableError(f"s3://{bucket}/{error}: have the plan made anew") from error
