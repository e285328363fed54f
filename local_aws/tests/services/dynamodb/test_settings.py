# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a snapshot of a table's settings reads from the embedded AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws.client.samples import create, samples, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def recovery(account: Account, table: str) -> dict[str, Any]:
    answer = account.client("dynamodb").describe_continuous_backups(TableName=table)
    description: dict[str, Any] = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return description


def test_the_recovery_window_opens_when_recovery_is_switched_on(account: Account) -> None:
    create(account.client("dynamodb"), (simple("tab"),))
    account.aws.advance(hours=2)
    window = recovery(account, "tab")
    assert window["RecoveryPeriodInDays"] == 35
    length = window["LatestRestorableDateTime"] - window["EarliestRestorableDateTime"]
    assert timedelta(hours=1, minutes=54) < length < timedelta(hours=1, minutes=56)


def test_the_recovery_window_is_as_long_as_its_period(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    dynamodb.update_continuous_backups(
        TableName="tab",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 1},
    )
    account.aws.advance(hours=50)
    window = recovery(account, "tab")
    age = account.aws.now() - window["EarliestRestorableDateTime"]
    assert timedelta(hours=23, minutes=59) < age < timedelta(hours=24, minutes=1)


def test_a_longer_period_does_not_bring_back_what_a_shorter_one_let_go(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    account.aws.advance(hours=50, leap=True)
    for days in (1, 35):
        dynamodb.update_continuous_backups(
            TableName="tab",
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": days,
            },
        )
    window = recovery(account, "tab")
    age = account.aws.now() - window["EarliestRestorableDateTime"]
    assert window["RecoveryPeriodInDays"] == 35
    assert timedelta(hours=23, minutes=59) < age < timedelta(hours=24, minutes=1)


@pytest.mark.parametrize("days", [0, 36])
def test_a_period_of_recovery_is_one_to_thirty_five_days(account: Account, days: int) -> None:
    dynamodb = account.client("dynamodb", config=Config(parameter_validation=False))
    create(dynamodb, (simple("tab"),))
    asked = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
    with pytest.raises(ClientError, match="recoveryPeriodInDays"):
        dynamodb.update_continuous_backups(TableName="tab", PointInTimeRecoverySpecification=asked)
    assert recovery(account, "tab")["RecoveryPeriodInDays"] == 35


def test_without_recovery_there_is_no_window(account: Account) -> None:
    create(account.client("dynamodb"), (simple("tab"),), pitr=False)
    assert recovery(account, "tab") == {"PointInTimeRecoveryStatus": "DISABLED"}
    with pytest.raises(ClientError, match="TableNotFoundException"):
        recovery(account, "missing")


def test_tags_come_in_pages(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    arn = dynamodb.describe_table(TableName="tab")["Table"]["TableArn"]
    wanted = {f"key-{number}": f"value {number}" for number in range(23)}
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": k, "Value": v} for k, v in wanted.items()])
    pages = list(dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn))
    assert [len(page["Tags"]) for page in pages] == [10, 10, 3]
    assert {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]} == wanted


def test_the_samples_have_the_settings_they_name(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb)
    for sample in samples():
        table = dynamodb.describe_table(TableName=sample.name)["Table"]
        assert table["ItemCount"] == len(sample.items)
        assert recovery(account, sample.name)["PointInTimeRecoveryStatus"] == "ENABLED"
        ttl = dynamodb.describe_time_to_live(TableName=sample.name)["TimeToLiveDescription"]
        assert ttl.get("AttributeName", "") == sample.ttl
    orders = dynamodb.describe_table(TableName="orders")["Table"]
    assert [index["IndexName"] for index in orders["GlobalSecondaryIndexes"]] == ["by-status"]
    assert [index["IndexName"] for index in orders["LocalSecondaryIndexes"]] == ["by-total"]
    assert orders["StreamSpecification"]["StreamEnabled"]


def test_a_table_without_policy_says_so(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    arn = dynamodb.describe_table(TableName="tab")["Table"]["TableArn"]
    with pytest.raises(ClientError, match="PolicyNotFoundException"):
        dynamodb.get_resource_policy(ResourceArn=arn)
    dynamodb.put_resource_policy(ResourceArn=arn, Policy='{"Version": "2012-10-17", "Statement": []}')
    assert "Statement" in dynamodb.get_resource_policy(ResourceArn=arn)["Policy"]


def test_streaming_and_insights_are_off_at_first(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    streaming = dynamodb.describe_kinesis_streaming_destination(TableName="tab")
    assert streaming["KinesisDataStreamDestinations"] == []
    insights = dynamodb.describe_contributor_insights(TableName="tab")
    assert insights["ContributorInsightsStatus"] == "DISABLED"


def switch_on(account: Account, table: str = "tab") -> None:
    account.client("dynamodb").update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def test_a_new_table_can_be_too_young_for_recovery(account: Account) -> None:
    account.aws.control("POST", "continuous_backups", account=account.id, calls=2)
    create(account.client("dynamodb"), (simple("tab"),), pitr=False)
    for _attempt in range(2):
        with pytest.raises(ClientError, match=r"Unavailable.*Backups are being enabled for the table: tab"):
            switch_on(account)
    switch_on(account)
    assert recovery(account, "tab")["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_table_can_be_too_young_for_some_time(account: Account) -> None:
    account.aws.control("POST", "continuous_backups", account=account.id, seconds=600)
    create(account.client("dynamodb"), (simple("tab"),), pitr=False)
    with pytest.raises(ClientError, match="ContinuousBackupsUnavailableException"):
        switch_on(account)
    account.aws.advance(minutes=10)
    switch_on(account)
