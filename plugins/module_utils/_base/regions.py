# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regions and the partitions of AWS that they belong to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

_PARTITIONS = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
_DOMAINS = {"aws-cn": "amazonaws.com.cn"}


def partition(region: str) -> str:
    """The partition of a region."""
    return _PARTITIONS.get(region.rpartition("-")[0].rpartition("-")[0], "aws")


def domain(of_partition: str) -> str:
    """What the names of AWS's servers in a partition end with."""
    return _DOMAINS.get(of_partition, "amazonaws.com")
