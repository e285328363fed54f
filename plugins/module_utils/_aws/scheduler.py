# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EventBridge Scheduler, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Mapping

GONE = "ResourceNotFoundException"


def get_schedule_group(client: Any, name: str) -> dict[str, Any] | None:
    """The schedule group, None if there is none of that name."""
    try:
        group: dict[str, Any] = client.get_schedule_group(Name=name)
    except is_boto3_error_code(GONE):
        return None
    return group


def get_schedule(client: Any, group: str, name: str) -> dict[str, Any] | None:
    """The schedule of a group, None if there is no such schedule or group."""
    try:
        schedule: dict[str, Any] = client.get_schedule(GroupName=group, Name=name)
    except is_boto3_error_code(GONE):
        return None
    return schedule


def update_schedule(client: Any, properties: Mapping[str, Any]) -> None:
    """Replace a schedule as a whole; a template has the same names for its properties."""
    client.update_schedule(**properties)
