# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which rights a comparison needs, by what is compared: check mode lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._exports import rights
from .asked import EXPORT

if TYPE_CHECKING:
    from .asked import Asked

ALWAYS = ("sts:GetCallerIdentity",)
POINTS = ("s3:GetObject", "s3:ListBucket")
TABLES = ("dynamodb:BatchGetItem", "dynamodb:Scan")


def needed(asked: Asked, *, encrypted: bool) -> list[str]:
    """The actions, sorted. `encrypted`: with a key of KMS that the bucket has."""
    found = {*ALWAYS}
    if not asked.expects_table:
        found |= {*POINTS}
        if not asked.bucket:
            found.add("cloudformation:DescribeStacks")
    if asked.live_by == EXPORT:
        found |= {*rights.needed(encrypted=encrypted)}
    elif asked.found_table:
        found |= {*TABLES}
    if asked.found_table:
        found.add("dynamodb:DescribeTable")
    if asked.found_table == asked.table and not asked.ttl_attribute:
        found.add("dynamodb:DescribeTimeToLive")
    if asked.with_table and not asked.point:
        found.add("dynamodb:ListTagsOfResource")
    return sorted(found)
