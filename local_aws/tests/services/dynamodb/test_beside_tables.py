# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hangs on a table of the embedded AWS, asked by clients and by state machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, samples, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


@pytest.fixture
def orders(account: Account) -> dict[str, Any]:
    create(account.client("dynamodb"), tuple(each for each in samples() if each.name == "orders"))
    table: dict[str, Any] = account.client("dynamodb").describe_table(TableName="orders")["Table"]
    return table


@pytest.mark.usefixtures("orders")
def test_insights_have_a_mode_for_the_table_and_for_each_index(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    dynamodb.update_contributor_insights(TableName="orders", ContributorInsightsAction="ENABLE")
    dynamodb.update_contributor_insights(
        TableName="orders",
        IndexName="by-status",
        ContributorInsightsAction="ENABLE",
        ContributorInsightsMode="THROTTLED_KEYS",
    )
    listed = dynamodb.list_contributor_insights(TableName="orders")["ContributorInsightsSummaries"]
    assert {each.get("IndexName", ""): each["ContributorInsightsMode"] for each in listed} == {
        "": "ACCESSED_AND_THROTTLED_KEYS",
        "by-status": "THROTTLED_KEYS",
    }


def test_a_policy_is_of_the_table_or_of_the_stream_it_has(account: Account, orders: dict[str, Any]) -> None:
    dynamodb, policy = account.client("dynamodb"), '{"Version": "2012-10-17", "Statement": []}'
    stream = orders["LatestStreamArn"]
    dynamodb.put_resource_policy(ResourceArn=stream, Policy=policy)
    assert dynamodb.get_resource_policy(ResourceArn=stream)["Policy"] == policy
    with pytest.raises(ClientError, match="PolicyNotFoundException"):
        dynamodb.get_resource_policy(ResourceArn=orders["TableArn"])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        dynamodb.get_resource_policy(ResourceArn=f"{orders['TableArn']}/stream/2020-01-01T00:00:00.000")


def test_scaling_of_replicas_is_told_by_region(account: Account) -> None:
    dynamodb = account.client("dynamodb")
    create(dynamodb, (simple("tab"),))
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        dynamodb.describe_table_replica_auto_scaling(TableName="none")
    dynamodb.update_table(TableName="tab", ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    found = dynamodb.describe_table_replica_auto_scaling(TableName="tab")["TableAutoScalingDescription"]
    assert "eu-central-1" in {each["RegionName"] for each in found["Replicas"]}
