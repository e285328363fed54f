# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regions and the partitions of AWS that they belong to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Partition:
    """A partition, how the names of its regions begin, and where its servers and its console are."""

    name: str
    regions: str
    domain: str
    console: str


_AWS = Partition("aws", "", "amazonaws.com", "console.aws.amazon.com")
PARTITIONS = (
    _AWS,
    Partition("aws-cn", "cn-", "amazonaws.com.cn", "console.amazonaws.cn"),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "console.amazonaws-us-gov.com"),
)
# Those of other partitions begin with this.
_OTHERS = ("us-iso", "eu-iso", "eusc-")
REGION = re.compile(rf"(?!{'|'.join(_OTHERS)})[a-z]{{2,4}}(-[a-z]+)+-[0-9]{{1,2}}")


def partition(region: str) -> str:
    """The partition of a region."""
    return next((each.name for each in PARTITIONS[1:] if region.startswith(each.regions)), _AWS.name)


def domain(of_partition: str) -> str:
    """What the names of AWS's servers in a partition end with."""
    return next((each.domain for each in PARTITIONS if each.name == of_partition), _AWS.domain)


def named() -> str:
    """The names of all partitions, in a sentence."""
    *first, last = (each.name for each in PARTITIONS)
    return f"{', '.join(first)} or {last}"
