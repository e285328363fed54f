# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a table is restored to, and what is to be otherwise there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from .._base import naming
from .._settings.document import ON_DEMAND, PROVISIONED, Encryption

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .._settings.document import Index, Settings, Units

LONGEST = 255  # characters of a table's name
AWS_OWNED, AWS_MANAGED = "AWS_OWNED", "AWS_MANAGED"
NO_INDEX = "its index is not made"
OVERRIDDEN = "another value was asked for"


class NotRestorableError(ValueError):
    """A table cannot be made like this; the text says what to change."""


@dataclass(frozen=True)
class Target:
    """The table that is made."""

    name: str
    region: str
    account: str
    partition: str = "aws"

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{self.name}"


def default_name(table: str, moment: datetime | None) -> str:
    """The name of the new table, where nobody gave one: the moment is told in UTC."""
    stamp = f"-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if moment else ""
    end = f"-restored{stamp}"
    room = LONGEST - len(end)
    return (table if len(table) <= room else f"{table[: room - 9]}-{naming.digest(table, 8)}") + end


class Left(NamedTuple):
    """What is not brought back, as a path into the settings, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Overrides:
    """What is to be otherwise than it was."""

    billing: str = ""
    throughput: Units | None = None
    maximum: Units | None = None
    table_class: str = ""
    key: str = ""  # the ARN of a key, AWS_OWNED or AWS_MANAGED
    reasons: Mapping[str, str] = field(default_factory=dict, init=False)

    def over(self, settings: Settings) -> tuple[Settings, list[Left]]:
        """The settings with what was asked for, and which of theirs are not brought back for that."""
        billing = self.billing or settings.billing
        if self.throughput and billing == ON_DEMAND:
            raise NotRestorableError(
                "O(overrides.read_capacity): a table on demand has none; override its billing_mode, too"
            )
        if self.maximum and billing == PROVISIONED:
            raise NotRestorableError(
                "O(overrides.max_read_units): only a table on demand has one; override its billing_mode, too"
            )
        found = replace(
            settings,
            billing=billing,
            throughput=self._throughput(settings, billing),
            maximum=(self.maximum or settings.maximum) if billing == ON_DEMAND else None,
            table_class=self.table_class or settings.table_class,
            encryption=self._encryption(settings),
        )
        found = replace(found, global_indexes=tuple(_like(each, found) for each in found.global_indexes))
        return found, [Left(path, OVERRIDDEN) for path in _changed(settings, found)]

    def _throughput(self, settings: Settings, billing: str) -> Units | None:
        if billing == ON_DEMAND:
            return None
        if not (found := self.throughput or settings.throughput):
            raise NotRestorableError(
                "O(overrides.billing_mode): give read_capacity and write_capacity, too: it was on demand"
            )
        return found

    def _encryption(self, settings: Settings) -> Encryption | None:
        if not self.key:
            return settings.encryption
        if self.key == AWS_OWNED:
            return None
        return Encryption("", "AWS") if self.key == AWS_MANAGED else Encryption(self.key, "CUSTOMER")


def _like(index: Index, table: Settings) -> Index:
    """An index with the billing of its table; one without a capacity of its own gets the table's."""
    if table.billing == ON_DEMAND:
        return replace(index, throughput=None)
    return replace(index, throughput=index.throughput or table.throughput, maximum=None)


def _changed(before: Settings, after: Settings) -> list[str]:
    names = ("billing", "throughput", "maximum", "table_class", "encryption")
    found = [name for name in names if getattr(before, name) != getattr(after, name)]
    indexes = zip(before.global_indexes, after.global_indexes, strict=True)
    found += [
        f"global_indexes[{old.name}].{name}"
        for old, new in indexes
        for name in ("throughput", "maximum")
        if getattr(old, name) != getattr(new, name)
    ]
    return found
