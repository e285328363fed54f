# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removes the tables of drills, and sees that they are gone. No other table is ever removed."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from .._aws import dynamodb
from . import gather_proof, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from .._aws.client import Aws
    from .gather import Place

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# AWS gives no figure for how long a table is DELETING; minutes were seen.
PATIENCE_SECONDS = 1800
# So often a table is looked for that may be about to appear.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
LOOKS = 8


class NotRemovedError(Exception):
    """Why a table is not known to be gone, in a sentence, and whether the next drill tries to remove it."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


def remove(aws: Aws, where: Place, name: str, seconds: float, looks: int = 1) -> None:
    """Delete the table of a drill, and wait until DynamoDB knows it no more.

    One that was not seen yet is looked for so many times.
    """
    client, end = aws("dynamodb"), time.monotonic() + PATIENCE_SECONDS
    asked = False
    while True:
        with _telling(f"{name} could not be looked at"):
            table = dynamodb.describe_table(client, name)
        looks -= 1
        if table is None and looks <= 0:
            return
        if table is not None:
            looks = 0
            if not asked and table["TableStatus"] not in (gather_proof.CREATING, gather_proof.DELETING):
                with _telling(f"{name} could not be removed"):
                    asked = _delete(aws, where, name, table)
            if time.monotonic() >= end:
                raise NotRemovedError(
                    f"{name} is still {table['TableStatus']} after {PATIENCE_SECONDS // 60} minutes."
                )
        time.sleep(seconds)


def _delete(aws: Aws, where: Place, name: str, table: Mapping[str, Any]) -> bool:
    """Ask for it, of a table that has both name and tag of a drill's; False if AWS is still making it.

    One whose drill did not come to set its tag gets it first, by which every other drill will know it.
    """
    client = aws("dynamodb")
    try:
        if not gather_proof.is_tagged(aws, where, name):
            if why := gather_proof.why_unproven(aws, where, name, table):
                raise NotRemovedError(f"{name} was left alone, since {why}: look whose it is.", again=False)
            tag = {"Key": names.TAG, "Value": names.tag_value(where.prefix, name)}
            client.tag_resource(ResourceArn=where.arn(name), Tags=[tag])
    except ClientError:
        if gather_proof.is_gone(aws, name):
            return False  # which the next look tells
        raise
    if table.get("DeletionProtectionEnabled"):
        raise NotRemovedError(
            f"{name} is protected from being deleted, and no drill removes it as long as it is: find out who"
            " protects it, and take that off.",
            again=False,
        )
    return dynamodb.delete_table(client, name)


@contextlib.contextmanager
def _telling(what: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise NotRemovedError(f"{what}: {error}.") from error
