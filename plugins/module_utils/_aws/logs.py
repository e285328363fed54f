# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch Logs, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import Any


def log_group(client: Any, name: str) -> dict[str, Any] | None:
    """The log group of exactly this name, None if there is none."""
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    groups = (group for page in pages for group in page["logGroups"])
    return next((group for group in groups if group["logGroupName"] == name), None)


def log_group_exists(client: Any, name: str) -> bool:
    """Whether there is a log group of exactly this name."""
    return log_group(client, name) is not None
