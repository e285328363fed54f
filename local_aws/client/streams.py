# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The records of a table's stream, all of them: which items were written, by whom, and what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fixtures import Account


def records(account: Account, table: str) -> list[dict[str, Any]]:
    """As GetRecords gives them, the oldest first; they are kept for 24 hours."""
    arn = account.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    client = account.client("dynamodbstreams")
    shards = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    found: list[dict[str, Any]] = []
    for shard in shards:
        place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = client.get_shard_iterator(**place)["ShardIterator"]
        while iterator:
            page = client.get_records(ShardIterator=iterator)
            if not page["Records"]:
                break
            found += page["Records"]
            iterator = page.get("NextShardIterator")
    return found


def images(record: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The item before and after the write; None where there was none."""
    told = record["dynamodb"]
    return told.get("OldImage"), told.get("NewImage")
