# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an engine has to do before stacks are deployed or removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Preparation:
    """Found out, and not done yet."""

    changes: tuple[str, ...]  # the names of what it changes
    states: tuple[str, str]  # of each of them, before and after
    do: Callable[[float], Mapping[str, str]]  # goes on trying for seconds; tells of whatever stays, why
    at_work: tuple[str, ...] = ()  # the names of what would be canceled
    refusal: str = ""  # why that should not be, and what to do
