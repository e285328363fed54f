# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which backups would be deleted by rules that are off, were they switched on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import deployment_info
from tests.unit.modules.status_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NOTHING: dict[str, Any] = {"rules": [], "tables": [], "refusal": ""}
BOTH = ["retain-7d", "retain-35d"]


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, deployment_info, outlived=True)


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """A store, and a bucket that holds old and young backups of two tables, and attempts that failed."""
    target = Machinery(account)
    target.deploy_store(subscribed=False)
    for table, days in (("orders", (80, 50, 36, 3)), ("sessions", (40,))):
        for age in days:
            put(target, 35, table, age, "AWSDynamoDB/01-a/manifest-summary.json")
    put(target, 35, "orders", 60, "settings.json")
    put(target, 7, "ledger", 8, "data/_SUCCESS", suffix="dp")
    put(target, 7, "young", 6, "AWSDynamoDB/01-a/manifest-summary.json")
    account.forget_calls()
    return target


def put(target: Machinery, days: int, table: str, age: int, name: str, suffix: str = "1a2b3c4d") -> None:
    begun = f"{target.account.aws.now() - timedelta(days=age):%Y%m%dT%H%M%SZ}"
    key = f"retain-{days}d/{table}/{begun}-{suffix}/{name}"
    target.client("s3").put_object(Bucket=target.bucket, Key=key, Body=b"{}")


def switch_off(target: Machinery) -> None:
    client = target.client("s3")
    rules = client.get_bucket_lifecycle_configuration(Bucket=target.bucket)["Rules"]
    off = [{**rule, "Status": "Disabled"} for rule in rules]
    client.put_bucket_lifecycle_configuration(Bucket=target.bucket, LifecycleConfiguration={"Rules": off})
    target.account.forget_calls()


def row(target: Machinery, table: str, days: int, ages: tuple[int, ...], *, left: bool) -> dict[str, Any]:
    first, last = (
        f"{target.account.aws.now() - timedelta(days=age):%Y-%m-%d}" for age in (ages[0], ages[-1])
    )
    told = {"table": table, "backups": len(ages), "first": first, "last": last}
    return {**told, "retention_days": days, "left": left}


def rows(target: Machinery) -> list[dict[str, Any]]:
    return [
        row(target, "ledger", 7, (8,), left=False),
        row(target, "orders", 35, (80, 50, 36), left=True),
        row(target, "sessions", 35, (40,), left=False),
    ]


def test_where_all_rules_are_on_nothing_is_looked_for(target: Machinery, ask: Ask) -> None:
    assert ask()["outlived"] == NOTHING
    operations = Counter(call["operation"] for call in target.account.calls())
    assert "ListObjectsV2" not in operations
    target.account.forget_calls()
    assert ask(standing=True)["outlived"] == NOTHING
    operations = Counter(call["operation"] for call in target.account.calls())
    assert operations["GetBucketLifecycle"] + operations["GetBucketLifecycleConfiguration"] == 1
    assert ask(outlived=False)["outlived"] == {}


def test_each_table_is_told_with_what_rules_would_delete(target: Machinery, ask: Ask) -> None:
    switch_off(target)
    assert ask()["outlived"] == {"rules": BOTH, "tables": rows(target), "refusal": ""}
    assert ask(standing=True)["outlived"] == ask(check=True)["outlived"] == ask()["outlived"]


def test_rules_that_are_gone_or_were_made_longer_are_as_good_as_off(target: Machinery, ask: Ask) -> None:
    client = target.client("s3")
    rules = client.get_bucket_lifecycle_configuration(Bucket=target.bucket)["Rules"]
    longer = [{**rule, "Expiration": {"Days": 3650}} for rule in rules if rule["ID"] == "retain-35d"]
    client.put_bucket_lifecycle_configuration(Bucket=target.bucket, LifecycleConfiguration={"Rules": longer})
    assert ask()["outlived"]["rules"] == BOTH
    client.delete_bucket_lifecycle(Bucket=target.bucket)
    assert ask()["outlived"]["tables"] == rows(target)


def test_what_an_earlier_store_has_left_is_looked_at(target: Machinery, ask: Ask) -> None:
    switch_off(target)
    other = {"prefix": "other", "bucket": target.bucket}
    assert ask(**other)["outlived"] == NOTHING, "no store of this prefix made the bucket"
    tag = {"Key": "tablekeeper-prefix", "Value": "other"}
    target.client("s3").put_bucket_tagging(Bucket=target.bucket, Tagging={"TagSet": [tag]})
    assert ask(**other)["outlived"] == {"rules": BOTH, "tables": rows(target), "refusal": ""}
    assert ask(prefix="other")["outlived"] == NOTHING


def test_what_may_not_be_looked_at_is_told(target: Machinery, ask: Ask, allow: Callable[..., None]) -> None:
    switch_off(target)
    allow("sts:GetCallerIdentity", "cloudformation:*", "s3:GetLifecycleConfiguration")
    assert ask()["outlived"] == {**NOTHING, "refusal": "s3:ListBucket was refused with AccessDenied"}


@pytest.mark.usefixtures("target")
def test_rules_that_may_not_be_read_are_known_by_what_they_left(ask: Ask, allow: Callable[..., None]) -> None:
    allow("sts:GetCallerIdentity", "cloudformation:*", "s3:ListBucket")
    found = ask()["outlived"]
    assert (found["rules"], found["refusal"]) == (BOTH, "")
    assert {each["table"]: each["backups"] for each in found["tables"]} == {"orders": 2, "sessions": 1}


def test_rules_that_may_not_be_read_and_left_nothing_are_not_told(
    target: Machinery, ask: Ask, allow: Callable[..., None]
) -> None:
    client = target.client("s3")
    for each in client.list_objects_v2(Bucket=target.bucket)["Contents"]:
        client.delete_object(Bucket=target.bucket, Key=each["Key"])
    put(target, 35, "orders", 36, "AWSDynamoDB/01-a/manifest-summary.json")
    allow("sts:GetCallerIdentity", "cloudformation:*", "s3:ListBucket")
    assert ask()["outlived"] == NOTHING, "S3 may delete a day late"
