# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever has the documented policies sees all that stands, and nobody has to have more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather import (
    deployed_stack,
    look,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather_alert_path import (
    read_alert_path,
)
from local_aws.client.fixtures import account, local_aws
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

WHO = {
    "status": ("status", "status_kms", "status_data_pipeline"),
    "backup": ("backup", "backup_kms", "backup_data_pipeline"),
    "backup --check": ("backup_check", "backup_check_kms", "backup_check_data_pipeline"),
}
INVENTORY = {
    "tablekeeper_encryption": "aws:kms",
    "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
    "tablekeeper_alerts": [{"protocol": "email", "endpoint": "ops@example.com"}],
    "tablekeeper_tables": ["orders", {"name": "ledger", "engine": "data_pipeline"}],
}


def person(account: Account, root: Path, policies: tuple[str, ...]) -> Aws:
    """Somebody who has these policies and nothing else."""
    iam = account.client("iam")
    iam.create_user(UserName="operator")
    for name in policies:
        document = json.loads((root / f"docs/iam/{name}.json").read_text(encoding="utf-8"))
        made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
        iam.attach_user_policy(UserName="operator", PolicyArn=made["Policy"]["Arn"])
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=account.region)
    return Aws(lambda service: own.client(service, endpoint_url=account.aws.url))


@pytest.mark.parametrize("who", WHO)
def test_all_that_stands_may_be_looked_at(account: Account, root: Path, who: str) -> None:
    target = deployed(account, INVENTORY)
    aws = person(account, root, WHO[who])
    client = aws("cloudformation")
    stacks = [
        deployed_stack(client, client.describe_stacks(StackName=name)["Stacks"][0]) for name in target.outputs
    ]
    standing = look(aws, stacks)
    assert [(each.call, each.message) for each in standing.refusals] == []
    assert [each.kind for each in standing.deviations] == ["pending"]
    path = read_alert_path(aws, target.outputs["tablekeeper-store"]["AlertsTopicArn"], "tablekeeper")
    assert (path.exists, path.policy_open) == (True, True)
    assert [each.endpoint for each in told(path.subscribers)] == ["ops@example.com"]


def told(value: Any) -> Any:
    assert isinstance(value, tuple), value
    return value
