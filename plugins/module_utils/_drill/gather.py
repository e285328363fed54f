# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a drill has to know first: the target, its tables, the last drills, its backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._aws import s3, sts
from .._base import naming
from .._model import drill
from .._points import gather_history
from .._stacks.gather import read_deployment
from .choose import NotDrillableError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .._aws.client import Aws
    from .._model.drill import Drilled
    from .._model.history import History
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


def history(aws: Aws, where: Place, table: str, newest: int) -> History:
    """The backups of a table in the bucket, and what AWS did not tell of them; with newest 0 all of them."""
    classes = {where.bucket: where.retention_days}
    return gather_history.history(aws, classes, [table], native=False, newest=newest)
