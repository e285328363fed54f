# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Lambda, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code


def function_exists(client: Any, arn: str) -> bool:
    """Whether there is such a function."""
    try:
        client.get_function_configuration(FunctionName=arn)
    except is_boto3_error_code("ResourceNotFoundException"):
        return False
    return True


def get_policy(client: Any, arn: str) -> dict[str, Any]:
    """Whom a function lets in, empty if it lets in nobody."""
    try:
        policy: dict[str, Any] = json.loads(client.get_policy(FunctionName=arn)["Policy"])
    except is_boto3_error_code("ResourceNotFoundException"):
        return {}
    return policy


def event_source_mappings(client: Any, source: str) -> list[dict[str, Any]]:
    """What has functions called with the records of a source, such as the stream of a table, by its ARN."""
    pages = client.get_paginator("list_event_source_mappings").paginate(EventSourceArn=source)
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]
