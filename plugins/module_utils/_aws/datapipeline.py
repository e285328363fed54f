# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AWS Data Pipeline, one function per API call. Clients come from _retry.retrying()."""

from __future__ import annotations

from typing import Any


def list_pipelines(client: Any) -> list[dict[str, str]]:
    """Id and name of every pipeline that the caller may see."""
    pages = client.get_paginator("list_pipelines").paginate()
    return [each for page in pages for each in page["pipelineIdList"]]
