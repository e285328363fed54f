# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import backup_expiry

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

ORDERS = "retain-35d/orders"


def rule(name: str, prefix: str, days: int) -> dict[str, Any]:
    return {
        "ID": name,
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
    }


RULES = [
    rule("retain-7d", "retain-7d/", 7),
    rule("retain-35d", "retain-35d/", 35),
    rule("templates", "templates/", 30),
]


def name_for(account: Account) -> str:
    """All accounts share the names of buckets."""
    return f"kept-backups-{account.id}"


@pytest.fixture(name="ask")
def fixture_ask(account: Account, play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, backup_expiry, bucket=name_for(account))


@pytest.fixture(name="bucket")
def fixture_bucket(account: Account) -> None:
    """Two tables that have backups, one of each engine, and one whose last attempts failed."""
    s3, bucket = account.client("s3"), name_for(account)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": RULES})
    for key in (
        f"{ORDERS}/20261126T020000Z-1a/AWSDynamoDB/01-a/manifest-summary.json",
        f"{ORDERS}/20261127T020000Z-1b/AWSDynamoDB/01-b/data/x.json.gz",
        "retain-7d/ledger/20261127T020000Z-dp/data/_SUCCESS",
        "retain-7d/broken/20261127T020000Z-1c/AWSDynamoDB/01-c/_started",
        "templates/x.json",
    ):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")


def status(account: Account) -> dict[str, str]:
    listed = account.client("s3").get_bucket_lifecycle_configuration(Bucket=name_for(account))["Rules"]
    return {rule["ID"]: rule["Status"] for rule in listed}


@pytest.mark.usefixtures("bucket")
def test_it_tells_of_each_table_when_its_last_backup_is_deleted(account: Account, ask: Ask) -> None:
    account.forget_calls()
    answer = ask()
    day = account.aws.now().date()
    assert {each["table"]: (each["deleted"], each["gone"]) for each in answer["tables"]} == {
        "ledger": (str(day + timedelta(days=8)), str(day + timedelta(days=15))),
        "orders": (str(day + timedelta(days=36)), str(day + timedelta(days=43))),
    }
    assert (answer["changed"], answer["rules"]) == (False, ["retain-7d", "retain-35d"])
    assert {call["operation"] for call in account.calls()} <= {
        "ListObjectsV2",
        "GetBucketLifecycle",
        "GetBucketLifecycleConfiguration",
    }
    assert set(status(account).values()) == {"Enabled"}


@pytest.mark.usefixtures("bucket")
def test_the_rules_are_switched_off_and_no_others(account: Account, ask: Ask) -> None:
    foreseen = ask(keep=True, check=True)
    assert set(status(account).values()) == {"Enabled"}
    answer = ask(keep=True)
    assert answer == foreseen
    assert (answer["changed"], answer["rules"]) == (True, ["retain-7d", "retain-35d"])
    assert {each["deleted"] for each in answer["tables"]} == {""}
    assert status(account) == {"retain-7d": "Disabled", "retain-35d": "Disabled", "templates": "Enabled"}
    assert ask(keep=True)["changed"] is False


@pytest.mark.usefixtures("bucket")
def test_who_may_not_look_is_told_so_and_kept_from_nothing(
    account: Account, ask: Ask, allow: Callable[..., None]
) -> None:
    allow("s3:GetLifecycleConfiguration")
    answer = ask()
    assert "s3:ListBucket was refused" in answer["refusal"]
    assert not answer.get("failed")
    assert ask(keep=True)["failed"] is True
    assert set(status(account).values()) == {"Enabled"}


def test_a_bucket_that_is_gone_holds_nothing(ask: Ask) -> None:
    answer = ask()
    assert (answer["tables"], answer["rules"], answer["refusal"]) == ([], [], "")
