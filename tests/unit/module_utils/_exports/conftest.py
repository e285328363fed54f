# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import apply, gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import Table
from local_aws.client import samples, users
from local_aws.client.fixtures import account, local_aws, other_account
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.gather import Export
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import Request
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws", "other_account"]


@dataclass
class Shop:
    """An account with a table, and a bucket for its exports."""

    account: Account
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.account.client("dynamodb")
        self.aws = Aws(self.account.client)
        self.place = gather.place(self.aws, restorable.bucket(self.account))

    @property
    def table(self) -> Table:
        told = self.client.describe_table(TableName="orders")["Table"]
        return Table(told["TableArn"], told["TableId"])

    def say(self, text: str) -> None:
        self.said.append(text)

    def at_work(self, phase: str, doing: str) -> None:
        self.said.append(f"{phase}, {doing}")

    def exported(self, *requests: Request, **more: Any) -> list[Export]:
        return apply.exported(
            more.pop("aws", self.aws), requests, more.pop("place", self.place), self, seconds=0.05
        )

    def operator(self, statements: list[dict[str, Any]]) -> Aws:
        """Somebody who may do that and nothing else."""
        iam, url = self.account.client("iam"), self.account.aws.url
        iam.create_user(UserName="operator")
        document = users.document(*statements)
        iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=document)
        key = iam.create_access_key(UserName="operator")["AccessKey"]
        own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=self.account.region)
        return Aws(lambda service: own.client(service, endpoint_url=url))

    def begun(self) -> list[dict[str, Any]]:
        """All exports that DynamoDB knows, in no order."""
        listed = self.client.list_exports()["ExportSummaries"]
        return [
            self.client.describe_export(ExportArn=each["ExportArn"])["ExportDescription"] for each in listed
        ]


@pytest.fixture
def shop(account: Account) -> Iterator[Shop]:
    """A table of 60 items, whose point-in-time recovery was switched on an hour ago."""
    account.aws.control("POST", "exports", real_seconds=0.2)
    orders = next(each for each in samples.samples() if each.name == "orders")
    samples.create(account.client("dynamodb"), (orders,))
    account.aws.advance(hours=1)
    yield Shop(account)
    account.aws.control("POST", "exports", real_seconds=1.5)
