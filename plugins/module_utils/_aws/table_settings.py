# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's settings of a table beside its description, one function per API call."""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code


def time_to_live(client: Any, table: str) -> dict[str, Any]:
    """Whether items expire, and by which attribute."""
    found: dict[str, Any] = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return found


def tags(client: Any, arn: str) -> list[dict[str, str]]:
    """The tags of a table, ten a call."""
    pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return [tag for page in pages for tag in page["Tags"]]


def continuous_backups(client: Any, table: str) -> dict[str, Any]:
    """Point-in-time recovery with its window."""
    found: dict[str, Any] = client.describe_continuous_backups(TableName=table)[
        "ContinuousBackupsDescription"
    ]
    return found


def resource_policy(client: Any, arn: str) -> str:
    """The policy of a table or of a stream; empty if it has none."""
    try:
        return str(client.get_resource_policy(ResourceArn=arn)["Policy"])
    except is_boto3_error_code("PolicyNotFoundException"):
        return ""


def kinesis_destinations(client: Any, table: str) -> list[dict[str, Any]]:
    """The data streams that get the table's changes."""
    found: list[dict[str, Any]] = client.describe_kinesis_streaming_destination(TableName=table)[
        "KinesisDataStreamDestinations"
    ]
    return found


def contributor_insights(client: Any, table: str) -> list[dict[str, Any]]:
    """Contributor insights of the table and of its indexes; botocore has no paginator for them."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = client.list_contributor_insights(TableName=table, **more)
        found += page["ContributorInsightsSummaries"]
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}


def describe_backup(client: Any, arn: str) -> dict[str, Any]:
    """What DynamoDB knows of a backup of its own."""
    found: dict[str, Any] = client.describe_backup(BackupArn=arn)["BackupDescription"]
    return found


def describe_import(client: Any, arn: str) -> dict[str, Any]:
    """How an import is getting on."""
    found: dict[str, Any] = client.describe_import(ImportArn=arn)["ImportTableDescription"]
    return found


def list_imports(client: Any, table_arn: str) -> list[dict[str, Any]]:
    """The imports that made a table; an older botocore has no paginator for them."""
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = client.list_imports(TableArn=table_arn, **more)
        found += page.get("ImportSummaryList", [])
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}
