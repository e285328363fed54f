# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a drill has to know first: the target, its tables, the last drills, what was left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, s3, sts, table_settings
from .._base import naming
from .._model import drill
from .._points import gather_history
from .._restore.apply_making import made_before
from .._restore.apply_state import Keeper
from .._restore.options import STATE_PREFIX
from .._restore.state import StateError
from .._stacks.gather import read_deployment
from . import names
from .choose import NotDrillableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from .._aws.client import Aws
    from .._model.drill import Drilled
    from .._model.history import RestorePoint
    from .._model.outputs import TableRecord
    from .._model.stack import Stack


@dataclass(frozen=True)
class Place:
    """A target, as its stacks tell of it."""

    account: str
    region: str
    partition: str
    prefix: str
    bucket: str
    alerts_topic_arn: str
    retention_days: Collection[int]
    tables: Mapping[str, TableRecord]
    stacks: tuple[Stack, ...] = ()  # of machinery

    def arn(self, table: str) -> str:
        """The ARN that a table of that name has here."""
        return f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{table}"


@dataclass(frozen=True)
class LeftOver:
    """A table that an earlier drill made and did not remove."""

    name: str
    is_tagged: bool  # if not, the state of its restore tells that it is ours
    status: str


@dataclass(frozen=True)
class Remains:
    """Tables with the name of a drill's."""

    ours: list[LeftOver] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # which nobody can tell that a drill has made them


def place(aws: Aws, params: Mapping[str, Any], region: str) -> Place:
    """The target; NotDrillableError if there is no store."""
    partition, account = sts.right_caller(aws("sts"), dict(params))
    prefix = params["prefix"]
    deployment = read_deployment(aws("cloudformation"), prefix)
    outputs = deployment.outputs()
    if not outputs.bucket_name:
        raise NotDrillableError(
            f"There is no stack {naming.store(prefix)} in {region} that tells of a bucket with backups:"
            " correct the region, the prefix or the credentials, or run the backup playbook first"
        )
    return Place(
        account=account,
        region=region,
        partition=partition,
        prefix=prefix,
        bucket=outputs.bucket_name,
        alerts_topic_arn=outputs.alerts_topic_arn,
        retention_days=outputs.retention_days,
        tables={table.name: table for stack in deployment.machinery for table in stack.tables},
        stacks=deployment.machinery,
    )


def drilled(aws: Aws, bucket: str, table: str = "") -> list[Drilled]:
    """All drills that a bucket has records of, or those of one table: a call for a thousand."""
    prefix = f"{drill.DRILLS}{table}/" if table else drill.DRILLS
    found = (drill.of_key(each["Key"]) for each in s3.list_objects(aws("s3"), bucket, prefix))
    return [each for each in found if each]


def points(aws: Aws, where: Place, tables: Iterable[str], newest: int) -> Mapping[str, list[RestorePoint]]:
    """The backups of each table in the bucket; with newest 0 all of them."""
    classes = {where.bucket: where.retention_days}
    return gather_history.history(aws, classes, list(tables), native=False, newest=newest).points


def remains(aws: Aws, where: Place) -> Remains:
    """The tables with the name of a drill's, and which of them are known to be one."""
    client, found = aws("dynamodb"), Remains()
    for name in dynamodb.list_tables(client):
        if not names.is_named_so(where.prefix, name):
            continue
        table = dynamodb.describe_table(client, name)
        if table is None:
            continue
        tags = {each["Key"]: each["Value"] for each in table_settings.tags(client, table["TableArn"])}
        is_tagged = names.is_of_a_drill(where.prefix, name, tags)
        if is_tagged or _is_of_a_restore(aws, where, name, table):
            found.ours.append(LeftOver(name, is_tagged, str(table["TableStatus"])))
        else:
            found.others.append(name)
    return found


def _is_of_a_restore(aws: Aws, where: Place, name: str, table: Mapping[str, Any]) -> bool:
    """Whether the state of a restore proves that a drill made it, which was killed before it was tagged."""
    try:
        state = Keeper(aws, where.bucket, STATE_PREFIX, name).read()
    except StateError:
        return False
    if state is None or names.TAG not in (state.same.get("tags") or {}):
        return False
    return made_before(aws, state, table) is not None
