# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an earlier store kept when it was removed: its buckets and its log group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import logs, s3
from .._aws.client import ask
from .._base import naming
from .._base.naming import TAG
from .._model import expiry
from . import adopt
from .state import SHELLS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .._aws.client import Aws
    from .._model.stack import Stack


class ForeignBucketError(Exception):
    """A bucket that no store of this prefix made."""


def leftovers(aws: Aws, store: Stack | None, params: Mapping[str, Any], account: str) -> bool:
    """Whether an earlier store has left something where there is none, or that may not be known."""
    if not params["leftovers"] or (store and store.status not in SHELLS):
        return False
    prefix, region = params["prefix"], aws("s3").meta.region_name
    names = naming.kept(prefix, account, region, params["bucket"], params["log_bucket"])
    try:
        return ask("s3", lambda: kept(aws, prefix, names)) != []
    except ForeignBucketError:
        return True


def kept(aws: Aws, prefix: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The kept resources that exist, of those in `names` (by logical id)."""
    found = _bucket(aws, prefix, adopt.BUCKET, names)
    group = names.get("LogGroup")
    if group and logs.log_group_exists(aws("logs"), group):
        found.append(adopt.resource(adopt.LOG_GROUP, group))
    return [*found, *kept_log_bucket(aws, prefix, names)]


def kept_log_bucket(aws: Aws, prefix: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Of those the bucket for the logs of clusters, which a store may come to need later."""
    return _bucket(aws, prefix, adopt.LOG_BUCKET, names)


def _bucket(
    aws: Aws, prefix: str, kind: tuple[str, str, str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    name = names.get(kind[0])
    if not name or not s3.bucket_exists(aws("s3"), name):
        return []
    if s3.bucket_tags(aws("s3"), name).get(TAG) != prefix:
        raise ForeignBucketError(
            f"The bucket {name} exists, and no store of this prefix made it: it has no tag"
            f" {TAG}={prefix}. The lifecycle rules of backups would delete objects in it. Choose"
            " another name; if it holds nothing but what tablekeeper put there, give it the tag, and it is"
            " adopted."
        )
    return [adopt.resource(kind, name)]


def retention_days(
    aws: Aws, bucket: str, stack: Mapping[str, Any] | None, adopted: Collection[str]
) -> list[int]:
    """The retention classes whose folders are in the adopted bucket: they go on being expired.

    Also if the update after an import, which makes no outputs, was never begun or failed.
    """
    begun = stack is not None and stack["StackStatus"] not in SHELLS and not stack.get("Outputs")
    return expiry.classes(s3.list_folders(aws("s3"), bucket, "retain-")) if begun or bucket in adopted else []
