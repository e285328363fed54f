# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The bucket of a target's store, where points lie: the one that is named, or that of the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._aws import s3
from .._aws.client import ask
from .._base import naming
from .._stacks.gather import read_stack
from .gather_answer import left_behind

if TYPE_CHECKING:
    from collections.abc import Collection

    from .._aws.client import Aws


class NoStoreError(Exception):
    """Nobody knows where points lie; the sentence says what to name, with options as O(bucket)."""


@dataclass(frozen=True)
class Store:
    """The bucket where points lie."""

    bucket: str
    retention_days: Collection[int]  # empty: nobody knows


def store(aws: Aws, bucket: str, prefix: str, account: str, region: str) -> Store:
    """The bucket that somebody names, if it is there, or else that of the store's stack."""
    if bucket:
        if ask("s3", lambda: s3.bucket_exists(aws("s3"), bucket)) is False:
            raise NoStoreError(f"O(bucket): there is no bucket {bucket}")
        return Store(bucket, ())
    stack = read_stack(aws("cloudformation"), naming.store(prefix))
    if stack is None or not stack.ours or not stack.outputs.bucket_name:
        raise NoStoreError(
            f"there is no stack {naming.store(prefix)} here that tells the bucket with the points: "
            "name it with O(bucket), or correct the region or the prefix."
            + left_behind(aws, prefix, account, region)
        )
    return Store(stack.outputs.bucket_name, stack.outputs.retention_days)
