# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the options of the module point_info to what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._aws import s3, sts
from .._aws.client import ask, during
from .._base import naming, options
from .._model.history import AWS_BACKUP, ON_DEMAND, PITR, SYSTEM, History
from .._model.refusal import Refusal
from .._plan.selection import split_names
from .._stacks.gather import read_deployment
from . import choose_point
from .answer import report
from .gather_history import history, tables

if TYPE_CHECKING:
    from collections.abc import Collection

    from .._aws.client import Aws

# How many of the newest backups of a table are read, if nobody says: of named ones as many as a month of
# days has; of all only what is newest, since each takes a call.
NEWEST_OF_NAMED = 35
NEWEST_OF_ALL = 3
ARGUMENTS: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "bucket": {"type": "str", "default": ""},
    "tables": {"type": "list", "elements": "str", "default": []},
    "native": {"type": "bool", "default": True},
    "newest": {"type": "int"},
}
_NAME_IT = "Name the bucket (bucket, or history_bucket of the playbook)"
_NATIVE = (PITR, ON_DEMAND, SYSTEM, AWS_BACKUP)


class CannotAskError(Exception):
    """Nobody knows where to look, or an option has a value that is not allowed."""


@dataclass(frozen=True)
class Place:
    """Where points lie."""

    bucket: str
    retention_days: Collection[int] = ()  # empty: those of the folders
    deployed: Collection[str] = ()  # the tables that stacks list


def kept(aws: Aws, params: dict[str, Any]) -> dict[str, Any]:
    """The module's result for its parameters."""
    newest = params["newest"]
    if newest is not None and newest < 0:
        raise CannotAskError(f"newest is {newest}: write how many to read of each table, or 0 for all.")
    account, region = _account(aws, params), aws("cloudformation").meta.region_name
    names = split_names(params["tables"])
    place = _place(aws, params, account, region)
    if newest is None:
        newest = NEWEST_OF_NAMED if names else NEWEST_OF_ALL
    native = params["native"]
    also = () if names else place.deployed
    bucket = {place.bucket: place.retention_days}
    found = history(aws, bucket, names, native=native, newest=newest, also=also)
    exists = _holds(found) or _exists(aws, place.bucket)
    nothing = _nothing(aws, place, names, found, native=native)
    return {
        "place": {"account": account, "region": region, "prefix": params["prefix"]},
        "bucket": {"name": place.bucket, "exists": exists},
        "native": native,
        **report(found, nothing, aws.calls),
    }


def _account(aws: Aws, params: dict[str, Any]) -> str:
    """The account of the credentials; WrongAccountError if it is not the one that is meant."""
    return sts.right_caller(aws("sts"), params)[1] if params["account_id"] else sts.account(aws("sts"))


def _place(aws: Aws, params: dict[str, Any], account: str, region: str) -> Place:
    """The bucket that is named, or that of the stacks."""
    if params["bucket"]:
        return Place(params["bucket"])
    prefix = params["prefix"]
    with during(f"The stacks that tell of the bucket cannot be read. {_NAME_IT} to do without them"):
        deployment = read_deployment(aws("cloudformation"), prefix)
    outputs = deployment.outputs()
    if not outputs.bucket_name:
        raise CannotAskError(
            f"There is no stack {naming.store(prefix)} in {region} that tells of a bucket with backups:"
            f" correct the region, the prefix or the credentials. {_NAME_IT} if the stacks are gone."
            f"{left_behind(aws, prefix, account, region)}"
        )
    deployed = {table.name: None for stack in deployment.machinery for table in stack.tables}
    return Place(outputs.bucket_name, outputs.retention_days, deployed)


def left_behind(aws: Aws, prefix: str, account: str, region: str) -> str:
    """That there is a bucket as a store makes it, which stays when the store is removed."""
    bucket = naming.kept(prefix, account, region)["Bucket"]
    if account and ask("s3", lambda: s3.bucket_exists(aws("s3"), bucket)) is True:
        return f" The bucket {bucket} is there."
    return ""


def _holds(found: History) -> bool:
    """Whether anything was found in the bucket."""
    return any(
        each.left_out or each.unread or any(point.kind not in _NATIVE for point in each.points)
        for each in found.tables.values()
    )


def _exists(aws: Aws, bucket: str) -> bool | None:
    """Whether the bucket is there; None if AWS would not tell."""
    answer = ask("s3", lambda: s3.bucket_exists(aws("s3"), bucket))
    return None if isinstance(answer, Refusal) else answer


def _nothing(
    aws: Aws, place: Place, names: Collection[str], found: History, *, native: bool
) -> dict[str, str]:
    """What to say of each table that somebody named, and of which nothing is kept."""
    empty = [name for name in names if not found.tables[name].points]
    if not empty:
        return {}
    others = ask("s3", lambda: tables(aws, place.bucket, place.retention_days))
    known = [] if isinstance(others, Refusal) else others
    return {
        name: choose_point.nothing(
            name, place.bucket, found.tables[name], known, native=native, refusals=found.refusals
        )
        for name in empty
    }
