# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import client, s3
from ansible_collections.tablekeeper.dynamodb.plugins.modules import backup_expiry

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

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
    exported(account, f"{ORDERS}/20261126T020000Z-1a")
    for key in (
        f"{ORDERS}/20261127T020000Z-1b/AWSDynamoDB/01-b/data/x.json.gz",
        "retain-7d/ledger/20261127T020000Z-dp/data/_SUCCESS",
        "retain-7d/ledger/20261127T020000Z-dp/data/manifest",
        "retain-7d/ledger/20261127T020000Z-dp/data/part-0",
        "retain-7d/broken/20261127T020000Z-1c/AWSDynamoDB/01-c/_started",
        "templates/x.json",
    ):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")


def exported(account: Account, folder: str, *, days: int = 0, items: int = 3, **more: Any) -> None:
    """An export that ended so many days ago, as its summary tells."""
    ended = (account.aws.now() - timedelta(days=days)).isoformat()
    table = folder.split("/")[1]
    summary = {
        "exportArn": f"arn:aws:dynamodb:{account.region}:{account.id}:table/{table}/export/01-a",
        "itemCount": items,
        "billedSizeBytes": 100,
        "startTime": ended,
        "endTime": ended,
        "exportTime": ended,
        "exportType": "FULL_EXPORT",
        **more,
    }
    key = f"{folder}/AWSDynamoDB/01-a/manifest-summary.json"
    account.client("s3").put_object(Bucket=name_for(account), Key=key, Body=json.dumps(summary).encode())


def made(answer: dict[str, Any]) -> dict[str, str]:
    return {each["table"]: each["made"][:10] for each in answer["tables"]}


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
    assert answer["missing"] is False
    assert {call["operation"] for call in account.calls()} <= {
        "DescribeExport",
        "GetObject",
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


def on_again(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Somebody else switches the rules on, whenever they were switched off, and off so many seconds later."""
    put, slept = s3.put_lifecycle_rules, list[float]()

    def put_twice(asked: Any, bucket: str, rules: list[dict[str, Any]]) -> None:
        put(asked, bucket, rules)
        put(asked, bucket, RULES)

        def sleep(duration: float) -> None:
            slept.append(duration)
            if sum(slept) >= seconds:
                put(asked, bucket, rules)

        monkeypatch.setattr(client.time, "sleep", sleep)

    monkeypatch.setattr(s3, "put_lifecycle_rules", put_twice)


@pytest.mark.usefixtures("bucket")
def test_rules_are_not_said_to_be_off_before_they_are_seen_to_be(
    account: Account, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_again(monkeypatch, seconds=600)
    answer = ask(keep=True)
    assert answer["failed"] is True
    assert "AWS still tells that some are on, and delete backups: retain-7d, retain-35d." in answer["msg"]
    assert status(account)["retain-35d"] == "Enabled"


@pytest.mark.usefixtures("bucket")
def test_a_change_that_aws_tells_of_late_is_waited_for(
    account: Account, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_again(monkeypatch, seconds=10)
    assert ask(keep=True)["rules"] == ["retain-7d", "retain-35d"]
    assert status(account)["retain-35d"] == "Disabled"


def add(account: Account, *rules: dict[str, Any]) -> None:
    account.client("s3").put_bucket_lifecycle_configuration(
        Bucket=name_for(account), LifecycleConfiguration={"Rules": [*RULES, *rules]}
    )


@pytest.mark.usefixtures("bucket")
def test_rules_that_somebody_added_delete_backups_as_well(account: Account, ask: Ask) -> None:
    add(account, rule("o", "retain-", 1))
    answer, day = ask(), account.aws.now().date()
    assert {each["deleted"] for each in answer["tables"]} == {str(day + timedelta(days=2))}
    assert answer["others"] == ["o (deletes what begins with retain- after 1 day)"]
    assert ask(keep=True)["rules"] == ["retain-7d", "retain-35d", "o"]
    assert {name for name, state in status(account).items() if state == "Enabled"} == {"templates"}


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("check", [True, False])
def test_backups_are_not_said_to_be_kept_that_a_rule_of_others_deletes(
    account: Account, ask: Ask, check: bool
) -> None:
    add(account, rule("corp-cleanup", "", 2))
    answer = ask(keep=True, check=check)
    assert answer["failed"] is True
    assert "corp-cleanup (deletes everything after 2 days)" in answer["msg"]
    assert set(status(account).values()) == {"Enabled"}


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


@pytest.mark.usefixtures("bucket")
def test_failed_attempts_hide_no_backup(account: Account, ask: Ask) -> None:
    s3, bucket = account.client("s3"), name_for(account)
    for number in range(40):
        key = f"{ORDERS}/20261127T03{number:02}00Z-1f/settings.json"
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    account.forget_calls()
    assert made(ask())["orders"] == str(account.aws.now().date())
    assert len(account.calls()) < 40


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("part", [{"exportType": "INCREMENTAL_EXPORT"}, {"filterExpression": "a = :a"}])
def test_an_export_of_a_part_of_a_table_is_no_backup(
    account: Account, ask: Ask, part: dict[str, Any]
) -> None:
    exported(account, f"{ORDERS}/20261120T020000Z-1a", days=5)
    exported(account, f"{ORDERS}/20261126T020000Z-1a", **part)
    assert made(ask())["orders"] == str((account.aws.now() - timedelta(days=5)).date())


@pytest.mark.usefixtures("bucket")
def test_an_empty_backup_counts_where_there_is_no_other(account: Account, ask: Ask) -> None:
    exported(account, "retain-7d/empty/20261126T020000Z-1a", items=0)
    exported(account, f"{ORDERS}/20261127T060000Z-1a", items=0)
    exported(account, f"{ORDERS}/20261126T020000Z-1a", days=1)
    answer = made(ask())
    assert answer["empty"] == str(account.aws.now().date())
    assert answer["orders"] == str((account.aws.now() - timedelta(days=1)).date())


@pytest.mark.usefixtures("bucket")
def test_who_may_list_and_not_read_is_told_what_the_names_tell(
    account: Account, ask: Ask, allow: Callable[..., None]
) -> None:
    whole = ask()
    allow("s3:GetLifecycleConfiguration", "s3:ListBucket")
    answer = ask()
    assert "s3:GetObject was refused" in answer["refusal"]
    assert [each["table"] for each in answer["tables"]] == ["ledger", "orders"]
    assert {each["deleted"] for each in answer["tables"]} == {each["deleted"] for each in whole["tables"]}
    assert status(account)


@pytest.mark.parametrize("keep", [True, False])
def test_a_bucket_that_is_gone_holds_nothing(ask: Ask, keep: bool) -> None:
    answer = ask(keep=keep)
    assert (answer["tables"], answer["rules"], answer["refusal"]) == ([], [], "")
    assert (answer["missing"], answer["changed"]) == (True, False)
