# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch Logs, one function per API call. Clients come from _retry.retrying()."""

from __future__ import annotations

from typing import Any


def log_group_exists(client: Any, name: str) -> bool:
    """Whether there is a log group of exactly this name."""
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    return any(group["logGroupName"] == name for page in pages for group in page["logGroups"])
