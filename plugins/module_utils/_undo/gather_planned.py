# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads plans, and what they plan, from the store's bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._aws import s3
from . import plan_document
from .asked import NotUndoableError
from .plan_files import GROUPS, PartError, planned_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.client import Aws
    from .change import Planned
    from .plan_document import Plan

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
    for group in groups or dict.fromkeys(GROUPS.values()):
        for file in plan.files_of(group):
            body = s3.get_object(aws("s3"), bucket, file.key)
            if body is None:
                raise NotUndoableError(f"s3://{bucket}/{file.key} is gone: have the plan made anew")
            try:
                yield from planned_of(file, body.read())
            except PartError as error:
                raise NotUndoableError(f"s3://{bucket}/{error}: have the plan made anew") from error
