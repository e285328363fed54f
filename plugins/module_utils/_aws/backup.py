# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Backup, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TABLE = "DynamoDB"


def list_tables(client: Any) -> Iterator[str]:
    """The ARNs of the tables of which AWS Backup has recovery points, whether or not they still exist."""
    for page in _pages(client.list_protected_resources):
        yield from (each["ResourceArn"] for each in page["Results"] if each["ResourceType"] == TABLE)


def list_recovery_points(client: Any, arn: str) -> Iterator[dict[str, Any]]:
    """The recovery points of a table."""
    for page in _pages(client.list_recovery_points_by_resource, ResourceArn=arn):
        yield from page["RecoveryPoints"]


def _pages(call: Callable[..., dict[str, Any]], **arguments: Any) -> Iterator[dict[str, Any]]:
    """All pages: an older boto3 has no paginator for them."""
    while True:
        page = call(**arguments)
        yield page
        if not page.get("NextToken"):
            return
        arguments["NextToken"] = page["NextToken"]
