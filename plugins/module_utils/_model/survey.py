# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a look at the account found, before anything is deployed to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .outputs import Outputs, TableRecord


@dataclass(frozen=True)
class Survey:
    """What was found in the account."""

    account: str
    store: Outputs
    deployed: Mapping[str, TableRecord]  # by table
    missing: tuple[str, ...] = ()  # listed names that are no table
    disabled: tuple[str, ...] = ()  # listed tables whose point-in-time recovery is off
    failed: Mapping[str, str] = field(default_factory=dict)  # why it could not be switched on, by table
    keys: Mapping[str, str] = field(default_factory=dict)  # states of the customer keys; empty: there is none
    unlisted: Mapping[str, bool] = field(
        default_factory=dict
    )  # deployed and not listed: is there such a table?
    beside: tuple[Mapping[str, Any], ...] = ()  # other prefixes with machinery, if this one has none
    outlived: Mapping[str, Any] = field(default_factory=dict)  # backups that rules would delete at once
    foreign: Mapping[str, str] = field(default_factory=dict)  # states of others' stacks with our names
    dashboard: str = ""  # the name of the store's, if there is one that the store does not have


@dataclass(frozen=True)
class Looked:
    """What an engine found when it was asked whether it can back up tables."""

    missing: tuple[str, ...] = ()  # names that are no table
    disabled: tuple[str, ...] = ()  # tables whose point-in-time recovery is off, and it needs it
    refusal: str = ""  # why it can back up none, and what to do
    known: Mapping[str, Any] = field(default_factory=dict)  # what its estimate needs
