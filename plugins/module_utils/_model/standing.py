# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where what stands in AWS is not as the deployed templates say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .refusal import Refusal

MISSING = "missing"
ALTERED = "altered"
INACTIVE = "inactive"  # it is there, and switched off
PENDING = "pending"  # a subscription that nobody has confirmed
SHORTENED = "shortened"  # points are deleted earlier than they should be
UNTAGGED = "untagged"  # it lacks a tag by which a later deployment knows it
EXTENDED = "extended"  # somebody else may do something, too: others add such a thing for reasons of their own
ADDED = "added"  # something was put onto it that stands in its way, and that no deployment takes away


@dataclass(frozen=True)
class Difference:
    """One thing about a resource that is not as deployed."""

    sentence: str
    kind: str = ALTERED


@dataclass(frozen=True)
class Deviation:
    """A resource that is not as its stack's template says."""

    stack: str
    logical_id: str
    type: str
    name: str  # as people know it; of a web address the host only
    kind: str
    details: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()  # whose backups or alarms it concerns


@dataclass(frozen=True)
class Standing:
    """Every deviation of some stacks, what could not be read, and what was read."""

    deviations: tuple[Deviation, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    seen: Mapping[tuple[str, str], Any] = field(default_factory=dict)  # by look and id

    def answer(self, look: str, of: str) -> Any:
        """What a look at something told; None if nobody looked or there is no such thing."""
        return self.seen.get((look, of))
