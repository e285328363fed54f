# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Systems Manager, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code


def get_parameter(client: Any, name: str) -> dict[str, Any] | None:
    """A parameter as it is stored, None if there is none."""
    try:
        found: dict[str, Any] = client.get_parameter(Name=name)["Parameter"]
    except is_boto3_error_code("ParameterNotFound"):
        return None
    return found


def put_parameter(client: Any, name: str, value: str, *, exists: bool) -> None:
    """Write a parameter; one that exists keeps its type."""
    more = {"Overwrite": True} if exists else {"Type": "String"}
    client.put_parameter(Name=name, Value=value, **more)
