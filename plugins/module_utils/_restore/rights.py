# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rights a restore needs, by its way and its steps: check mode lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .options import BACKUP, CONTENT, CONVERT, IMPORT, LOAD, PITR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._settings.document import Settings
    from .steps import Step

# Whatever is restored: finding out, waiting, and reading what came of it.
ALWAYS = (
    "application-autoscaling:DescribeScalableTargets",
    "backup:ListProtectedResources",
    "backup:ListRecoveryPointsByResource",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeKinesisStreamingDestination",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetItem",  # of items that differ
    "dynamodb:GetResourcePolicy",
    "dynamodb:ListBackups",
    "dynamodb:ListContributorInsights",
    "dynamodb:ListTagsOfResource",
    "dynamodb:Scan",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sts:GetCallerIdentity",
)
# A native restore asks for the rights to write items, too.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
ITEMS = (
    "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem",
)  # fmt: skip
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html
LOGS = (
    "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents",
    "PutRetentionPolicy",
)  # fmt: skip
BY_WAY = {
    PITR: ("dynamodb:RestoreTableToPointInTime", *(f"dynamodb:{each}" for each in ITEMS)),
    BACKUP: (
        "dynamodb:DescribeBackup",
        "dynamodb:RestoreTableFromBackup",
        *(f"dynamodb:{each}" for each in ITEMS),
    ),
    IMPORT: (
        "dynamodb:DescribeImport",
        "dynamodb:ImportTable",
        "dynamodb:ListImports",
        *(f"logs:{each}" for each in LOGS),
    ),
    LOAD: ("dynamodb:BatchWriteItem", "dynamodb:CreateTable", "dynamodb:TagResource"),
}
BY_WAY[CONVERT] = BY_WAY[IMPORT]
KEY = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext")


def needed(
    way: str,
    settings: Settings,
    steps: Iterable[Step],
    *,
    verify: str,
    files: bool,
    bucket: str,
    parameter: str,
) -> list[str]:
    """The actions, sorted. Without the bucket's name the store's stack is asked for it."""
    found = {*ALWAYS, *BY_WAY[way]}
    if not bucket:
        found.add("cloudformation:DescribeStacks")
    found |= {f"{step.service}:{step.call}" for step in steps}
    if settings.encryption:
        found |= set(KEY)
    if any(step.call == "EnableKinesisStreamingDestination" for step in steps):
        found |= {"kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"}
    if any(step.call == "PutScalingPolicy" for step in steps):
        found.add("application-autoscaling:DescribeScalingPolicies")
        found.add("application-autoscaling:DescribeScheduledActions")
    if parameter:
        found |= {"ssm:GetParameter", "ssm:PutParameter"}
    if verify != CONTENT and not files:
        found.discard("s3:GetObject")
    return sorted(found)
