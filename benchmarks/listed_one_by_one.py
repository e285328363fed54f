# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The baseline of history: a script that asks for the backups of each table, one thing after the other."""

from __future__ import annotations

import json
import sys

import boto3

PREFIX = "retain-35d"


def main() -> int:
    """List the backups of all tables of a bucket with so many tables; fail if there are fewer."""
    bucket, tables = sys.argv[1], int(sys.argv[2])
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    found = 0
    folders = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{PREFIX}/", Delimiter="/")
    names = [each["Prefix"].split("/")[1] for page in folders for each in page.get("CommonPrefixes", ())]
    for name in names:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{PREFIX}/{name}/")
        for key in [each["Key"] for page in pages for each in page.get("Contents", ())]:
            if key.endswith("/manifest-summary.json"):
                summary = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
                found += bool(summary["itemCount"])
        dynamodb.describe_continuous_backups(TableName=name)
        found += len(dynamodb.list_backups(TableName=name, BackupType="ALL")["BackupSummaries"])
    print(found)
    return 0 if len(names) == tables and found >= tables else 1


if __name__ == "__main__":
    sys.exit(main())
