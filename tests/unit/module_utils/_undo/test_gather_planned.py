# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.asked import NotUndoableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import CONFLICTS, PLAN
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import CONFLICT, DELETE, PUT
from local_aws.client.fixtures import account, local_aws
from tests.unit.support import restorable
from tests.unit.support.undo_plans import ID, planned, stored

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

CHANGES = [planned(PUT), planned(CONFLICT, "b", "3"), planned(DELETE, "c")]


def test_a_plan_is_read_with_what_it_plans(account: Account) -> None:
    aws, bucket = Aws(account.client), restorable.bucket(account)
    made = stored(account, bucket, CHANGES)
    found = gather_planned.read_plan(aws, bucket, "orders", ID)
    assert found == made
    assert list(gather_planned.changes(aws, bucket, found, PLAN)) == [CHANGES[0], CHANGES[2]]
    assert list(gather_planned.changes(aws, bucket, found, CONFLICTS)) == [CHANGES[1]]
    assert len(list(gather_planned.changes(aws, bucket, found))) == 3


def test_where_there_is_no_such_plan_the_newest_are_told(account: Account) -> None:
    aws, bucket = Aws(account.client), restorable.bucket(account)
    with pytest.raises(NotUndoableError, match=rf"no plan {ID} of the table orders in .*None was ever made"):
        gather_planned.read_plan(aws, bucket, "orders", ID)
    ids = [f"2026112{day}T140003Z-1a2b" for day in range(7)]
    for each in ids:
        stored(account, bucket, [], id=each)
    with pytest.raises(NotUndoableError, match=rf"The newest are {ids[6]}, {ids[5]}, .*, {ids[2]}\."):
        gather_planned.read_plan(aws, bucket, "orders", ID)


def test_what_is_not_as_it_was_written_is_refused(account: Account) -> None:
    aws, bucket, s3 = Aws(account.client), restorable.bucket(account), account.client("s3")
    made = stored(account, bucket, CHANGES)
    (file,) = made.files_of(PLAN)
    s3.put_object(Bucket=bucket, Key=file.key, Body=b"other")
    with pytest.raises(NotUndoableError, match=r"plan/00000.jsonl.gz is not the file .*plan made anew"):
        list(gather_planned.changes(aws, bucket, made, PLAN))
    s3.delete_object(Bucket=bucket, Key=file.key)
    with pytest.raises(NotUndoableError, match=r"plan/00000.jsonl.gz is gone: have the plan made anew"):
        list(gather_planned.changes(aws, bucket, made, PLAN))
    s3.copy_object(
        Bucket=bucket,
        Key=f"undo/others/{ID}/plan.json",
        CopySource={"Bucket": bucket, "Key": f"{made.folder}plan.json"},
    )
    with pytest.raises(NotUndoableError, match=r"is a plan of orders .*, and was copied there"):
        gather_planned.read_plan(aws, bucket, "others", ID)
    s3.put_object(Bucket=bucket, Key=f"{made.folder}plan.json", Body=b"{}")
    with pytest.raises(NotUndoableError, match=r"plan.json: it is no plan of an undo"):
        gather_planned.read_plan(aws, bucket, "orders", ID)
