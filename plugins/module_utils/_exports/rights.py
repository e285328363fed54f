# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rights an export by the way needs; whoever asks for it must have them until it has ended.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html
"""

from __future__ import annotations

# On the table, on its exports, on the bucket, and on what lies below the prefix.
TABLE = ("dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:ExportTableToPointInTime")
EXPORTS = ("dynamodb:DescribeExport",)
BUCKET = ("s3:GetEncryptionConfiguration", "s3:ListBucket")
OBJECTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl")
# If the store encrypts with a key of KMS.
KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def needed(*, encrypted: bool) -> list[str]:
    """The actions, sorted."""
    return sorted((*TABLE, *EXPORTS, *BUCKET, *OBJECTS, *(KEY if encrypted else ())))
