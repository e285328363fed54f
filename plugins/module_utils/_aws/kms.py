# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""KMS, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code


def describe_key(client: Any, key: str) -> dict[str, Any] | None:
    """The key of an id, ARN or alias; None if there is none."""
    try:
        metadata: dict[str, Any] = client.describe_key(KeyId=key)["KeyMetadata"]
    except is_boto3_error_code("NotFoundException"):
        return None
    return metadata


def get_key_policy(client: Any, key: str) -> dict[str, Any]:
    """The policy of a key, which is named by id or ARN (an alias is refused)."""
    policy: dict[str, Any] = json.loads(client.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    return policy


def rescue_key(client: Any, key: str) -> None:
    """Let a key be used again that was switched off, or that waits to be deleted."""
    if client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        client.cancel_key_deletion(KeyId=key)
    client.enable_key(KeyId=key)
