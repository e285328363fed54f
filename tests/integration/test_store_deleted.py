# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Somebody deletes the stack of the store: its buckets are left, and nothing in them may be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import points, state
from .playbooks import host
from .standing import first_backup, run

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Played, Target

STORE = "tablekeeper-store"
# A backup of a class that no table has any more.
OLDER = "retain-90d/orders/20261101T000000Z-1a2b3c4d/settings.json"


def delete_store(account: Account) -> None:
    client = account.client("cloudformation")
    client.update_termination_protection(StackName=STORE, EnableTerminationProtection=False)
    client.delete_stack(StackName=STORE)
    client.get_waiter("stack_delete_complete").wait(StackName=STORE, WaiterConfig={"Delay": 1})


def left_log_bucket(account: Account) -> str:
    """What an earlier store of this prefix has left."""
    s3, name = account.client("s3"), f"tablekeeper-logs-{account.id}-{account.region}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    tag = {"Key": "tablekeeper-prefix", "Value": "tablekeeper"}
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [tag]})
    return name


def rules(account: Account, bucket: str) -> dict[str, str]:
    found = account.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {each["ID"]: each["Status"] for each in found if each["ID"].startswith("retain-")}


def skipped(played: Played, task: str) -> bool:
    (shown,) = [part for part in played.stdout.split("\nTASK [") if task in part.split("\n")[0]]
    return "\nskipping: [target]" in shown


@pytest.mark.newest
@pytest.mark.slow
def test_its_buckets_are_adopted_and_backups_go_on_being_kept_and_expired(target: Target) -> None:
    account, orders = target.account, host("orders")
    state.tables(account, "orders", "sessions")
    first_backup(account, orders)
    run(account, "orders")
    bucket = points.bucket_of(account)
    delete_store(account)
    told = target.play("teardown", orders, check=True)
    assert f"The bucket {bucket} stays, with its backups" in told.said
    assert "To keep every backup: -e teardown_keep_backups=true" in told.said
    assert told.stats["tablekeeper_teardown"]["targets"]["target"]["deleted_on"].keys() == {"orders"}
    assert skipped(told, "Look at what would be canceled")

    # The bucket is adopted, and the deployment after that fails: the next one knows what is in the bucket.
    account.client("s3").put_object(Bucket=bucket, Key=OLDER, Body=b"{}")
    topic = account.client("sns").create_topic(Name="tablekeeper-alerts")["TopicArn"]
    assert "already exists" in target.play("backup", orders, fails=True).failures["target"]
    assert state.status(account, STORE) == "UPDATE_ROLLBACK_COMPLETE"
    account.client("sns").delete_topic(TopicArn=topic)
    target.play("backup", orders)
    assert rules(account, bucket) == {"retain-35d": "Enabled", "retain-90d": "Enabled"}

    # A store that was adopted adopts a log bucket later, and forgets nothing.
    logs = left_log_bucket(account)
    both = host("orders", {"name": "sessions", "engine": "data_pipeline"})
    target.play("backup", both)
    assert state.resources(account, STORE)["LogBucket"]["PhysicalResourceId"] == logs
    assert rules(account, bucket) == {"retain-35d": "Enabled", "retain-90d": "Enabled"}

    # Who leaves then has the pipelines looked at, and can have every backup kept.
    delete_store(account)
    told = target.play("teardown", both, check=True, teardown_keep_backups=True)
    assert "Its rules would be switched off (retain-35d, retain-90d): nothing would delete" in told.said
    assert not skipped(told, "Look at what would be canceled")
    yes = f"tablekeeper@{account.id}"
    kept = target.play("teardown", both, teardown_confirm=yes, teardown_keep_backups=True)
    assert "nothing deletes backups any more" in kept.said
    assert rules(account, bucket) == {"retain-35d": "Disabled", "retain-90d": "Disabled"}
