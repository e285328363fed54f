# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SQS, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def get_queue_url(client: Any, name: str) -> str | None:
    """The address of the queue, None if there is none of that name."""
    try:
        return str(client.get_queue_url(QueueName=name)["QueueUrl"])
    except is_boto3_error_code(list(GONE)):
        return None


def get_queue_attributes(client: Any, url: str) -> dict[str, str] | None:
    """All attributes of the queue, None if there is none."""
    try:
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    except is_boto3_error_code(list(GONE)):
        return None
    attributes: dict[str, str] = answer["Attributes"]
    return attributes


def set_queue_attributes(client: Any, url: str, attributes: dict[str, str]) -> None:
    """Set some attributes of a queue; an empty one is removed."""
    client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
