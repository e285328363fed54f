# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills of two tables, and what they leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

RUN = "20261123T140003Z-1a2b3c4d"


def tables(account: Account) -> list[str]:
    names: list[str] = account.client("dynamodb").list_tables()["TableNames"]
    return names


def drilled(play: Play, **options: Any) -> dict[str, Any]:
    return play(drill, **{"wait_sleep": 0.05, **options})


def mail(account: Account) -> list[dict[str, Any]]:
    """What a subscriber of the alerts has received of drills; alarms of tables may come as well.

    It is a queue, which gets JSON.
    """
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="listener")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages", [])
    told = [json.loads(each["Body"]) for each in found]
    return [each for each in told if each.get("Subject", "").startswith("Drill")]


def left_over(account: Account) -> str:
    """The table that a drill has left, once DynamoDB knows it: that of an import appears late."""
    client = account.client("dynamodb")

    def found() -> list[str]:
        listed = [each for each in tables(account) if each.startswith("tablekeeper-drill-")]
        for each in listed:
            try:
                client.describe_table(TableName=each)
            except client.exceptions.ResourceNotFoundException:
                return []
        return listed

    (name,) = until(found, "a table of a drill")
    return str(name)


def records(account: Account, bucket: str) -> list[str]:
    """The keys of what lies among the records."""
    found = account.client("s3").list_objects_v2(Bucket=bucket, Prefix="drills/").get("Contents", [])
    return [each["Key"] for each in found]
