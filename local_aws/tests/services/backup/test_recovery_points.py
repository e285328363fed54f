# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a job of AWS Backup leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def backed_up(account: Account, table: str) -> dict[str, Any]:
    arn = f"arn:aws:dynamodb:{account.region}:{account.id}:table/{table}"
    role = f"arn:aws:iam::{account.id}:role/backup"
    done: dict[str, Any] = account.client("backup").start_backup_job(
        BackupVaultName="safe", ResourceArn=arn, IamRoleArn=role
    )
    return {**done, "table": arn}


def test_a_job_leaves_a_recovery_point_that_outlives_its_table(account: Account) -> None:
    client = account.client("backup")
    assert client.list_protected_resources()["Results"] == []
    client.create_backup_vault(BackupVaultName="safe")
    create(account.client("dynamodb"), (simple("orders"), simple("users")))
    done = [backed_up(account, name) for name in ("orders", "orders", "users")]
    account.client("dynamodb").delete_table(TableName="orders")
    protected = {each["ResourceArn"]: each for each in client.list_protected_resources()["Results"]}
    assert protected.keys() == {each["table"] for each in done}
    assert {each["ResourceType"] for each in protected.values()} == {"DynamoDB"}
    found = client.list_recovery_points_by_resource(ResourceArn=done[0]["table"])["RecoveryPoints"]
    assert {each["RecoveryPointArn"] for each in found} == {each["RecoveryPointArn"] for each in done[:2]}
    assert {(each["Status"], each["BackupVaultName"]) for each in found} == {("COMPLETED", "safe")}
    other = done[0]["table"].replace("orders", "nobody")
    assert client.list_recovery_points_by_resource(ResourceArn=other)["RecoveryPoints"] == []
