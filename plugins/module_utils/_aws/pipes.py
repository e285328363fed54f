# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EventBridge Pipes, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from typing import Any


def list_pipes(client: Any, source: str) -> list[dict[str, Any]]:
    """The pipes that read from a source, such as the stream of a table, by its ARN."""
    pages = client.get_paginator("list_pipes").paginate(SourcePrefix=source)
    return [pipe for page in pages for pipe in page["Pipes"] if pipe["Source"] == source]
