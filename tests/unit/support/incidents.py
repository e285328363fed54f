# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table in the embedded AWS that an incident ruins, and the plan of its undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import (
    apply_plan,
    asked,
    gather_planned,
    gather_table,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.options import PUT_BACK
from tests.unit.support import restorable, undoing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Planned
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.gather_table import Place
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Plan
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

TABLE = undoing.TABLE
# What may be asked of AWS while a plan is made: nothing of it writes to a table.
WRITES = {"PutItem", "DeleteItem", "UpdateItem", "BatchWriteItem", "TransactWriteItems"}


@dataclass
class Scene:
    """A table with items, whose point-in-time recovery was switched on an hour ago."""

    account: Account
    items: Iterable[Item] = ()
    more: dict[str, Any] = field(default_factory=dict)  # of the table

    def __post_init__(self) -> None:
        self.account.aws.control("POST", "exports", real_seconds=0.1)
        self.client = self.account.client("dynamodb")
        undoing.make_table(self.client, **self.more)
        self.client.update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        self.bucket = restorable.bucket(self.account)
        self.put(self.items)
        self.account.aws.advance(hours=1)
        self.aws = Aws(self.account.client)
        self.said: list[str] = []

    def put(self, items: Iterable[Item | None]) -> None:
        undoing.put(self.client, items)

    def delete(self, items: Iterable[Item]) -> None:
        for each in items:
            self.client.delete_item(TableName=TABLE, Key={name: each[name] for name in undoing.KEYS})

    def moment(self) -> datetime:
        """A whole second that lies between what was written before and what will be."""
        self.account.aws.advance(seconds=2)
        found = self.account.aws.now().replace(microsecond=0)
        self.account.aws.advance(seconds=2)
        return found

    def reached(self) -> None:
        """Point-in-time recovery has what was written until now, and what could follow a short incident."""
        self.account.aws.advance(minutes=25)

    def place(self, options: asked.Asked) -> Place:
        params = {"prefix": "tablekeeper", "account_id": None, "target": None}
        return gather_table.place(self.aws, self.account.region, params, options)

    def asked(self, **options: Any) -> asked.Asked:
        given = {"table": TABLE, "bucket": self.bucket, "wait_sleep": 0.05, **options}
        validated = ArgumentSpecValidator(PUT_BACK).validate(given)
        assert not validated.error_messages
        return asked.read(validated.validated_parameters)

    def plan(self, **options: Any) -> Plan:
        """What is planned, by options of the module; it is proven that nothing was written to the table."""
        wanted = self.asked(**options)
        self.account.forget_calls()
        made = apply_plan.planned(
            self.aws, self.place(wanted), wanted, Lines(TABLE, self.said.append, lambda: 0.0)
        )
        assert not WRITES & {each["operation"] for each in self.account.calls()}
        return made

    def changes(self, plan: Plan, *groups: str) -> list[Planned]:
        return list(gather_planned.changes(self.aws, self.bucket, plan, *groups))


def numbers(changes: Iterable[Planned]) -> list[int]:
    """The sort keys of what is planned, in its order."""
    return [int(each.change.key["sk"]["N"]) for each in changes]
