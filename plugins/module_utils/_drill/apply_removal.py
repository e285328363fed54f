# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removes the tables of drills, and sees that they are gone. No other table is ever removed."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from .._aws import dynamodb, table_settings
from . import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._aws.client import Aws
    from .gather import LeftOver, Place

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# AWS gives no figure for how long a table is DELETING; minutes were seen.
PATIENCE_SECONDS = 1800
DELETING = "DELETING"


class NotRemovedError(Exception):
    """Why a table is not known to be gone, in a sentence."""


def sweep(aws: Aws, where: Place, left: LeftOver, seconds: float) -> None:
    """Remove what an earlier drill left behind."""
    if not left.is_tagged and left.status != DELETING:
        tag(aws, where, left.name)
    remove(aws, where, left.name, seconds)


def tag(aws: Aws, where: Place, name: str) -> None:
    """Give a table the tag that every other drill will know it by."""
    with _telling(f"{name} could not be tagged"):
        aws("dynamodb").tag_resource(ResourceArn=where.arn(name), Tags=[{"Key": names.TAG, "Value": name}])


def remove(aws: Aws, where: Place, name: str, seconds: float) -> None:
    """Delete a table that has both name and tag of a drill's, and wait until DynamoDB knows it no more."""
    client, end = aws("dynamodb"), time.monotonic() + PATIENCE_SECONDS
    asked = False
    while True:
        with _telling(f"{name} could not be looked at"):
            table = dynamodb.describe_table(client, name)
        if table is None:
            return
        if not asked and table["TableStatus"] != DELETING:
            asked = _delete(aws, where, name)
        if time.monotonic() >= end:
            raise NotRemovedError(
                f"{name} is still {table['TableStatus']} after {PATIENCE_SECONDS // 60} minutes."
            )
        time.sleep(seconds)


def _delete(aws: Aws, where: Place, name: str) -> bool:
    """Ask for it; False if AWS is still making it."""
    client, arn = aws("dynamodb"), where.arn(name)
    with _telling(f"{name} could not be removed"):
        tags = {each["Key"]: each["Value"] for each in table_settings.tags(client, arn)}
        if not names.is_of_a_drill(where.prefix, name, tags):
            raise NotRemovedError(
                f"{name} was left alone, since it has no tag {names.TAG} with its own name: look whose it is."
            )
        return dynamodb.delete_table(client, name)


@contextlib.contextmanager
def _telling(what: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise NotRemovedError(f"{what}: {error}.") from error
