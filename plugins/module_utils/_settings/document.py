# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a table, as they are saved beside each point.

`read.py` makes them of JSON, `write.py` makes JSON of them; docs/schemas/settings-2.json has each member, and
docs/decisions/0011-settings-may-be-unknown.md what is saved and what may be unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

T = TypeVar("T")

VERSION = 2
ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"
STANDARD = "STANDARD"


class SettingsError(ValueError):
    """A document that is not one of settings."""


@dataclass(frozen=True)
class Unknown:
    """What could not be read when the settings were saved: it is never taken for absent."""

    why: str
    listed: tuple[Any, ...] = ()  # the part of a list that is known


@dataclass(frozen=True)
class Key:
    """An attribute of a key."""

    name: str
    role: str  # HASH or RANGE; an index may have four of each
    type: str  # S, N or B


@dataclass(frozen=True)
class Units:
    """Reading and writing: capacity, or a limit (-1 is none)."""

    read: int
    write: int


@dataclass(frozen=True)
class Index:
    """A secondary index."""

    name: str
    keys: tuple[Key, ...]
    projection: str  # ALL, KEYS_ONLY or INCLUDE
    attributes: tuple[str, ...] = ()
    throughput: Units | None = None
    maximum: Units | None = None
    warm: Units | None = None

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.name


@dataclass(frozen=True)
class VectorIndex:
    """An index of vectors."""

    name: str
    attribute: str
    dimensions: int
    distance: str
    projection: str
    attributes: tuple[str, ...] = ()
    search: tuple[tuple[str, str, str], ...] = ()  # attribute, HASH or INLINE_FILTER, type ("" if not told)

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.name


@dataclass(frozen=True)
class Encryption:
    """Under a key of KMS. A table without it has a key that AWS owns."""

    key_arn: str
    manager: str = ""  # AWS or CUSTOMER; DescribeTable does not say


@dataclass(frozen=True)
class KinesisStream:
    """A data stream that gets the changes of the table."""

    arn: str
    precision: str = ""

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.arn


@dataclass(frozen=True)
class Insight:
    """Contributor insights of the table, or of one of its indexes."""

    index: str
    mode: str = ""

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.index or "table"


@dataclass(frozen=True)
class ScalableTarget:
    """The limits within which auto scaling moves one capacity."""

    resource: str  # table/NAME or table/NAME/index/INDEX
    dimension: str
    least: int
    most: int
    suspended: Mapping[str, bool] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return f"{self.resource} {self.dimension}"


@dataclass(frozen=True)
class ScalingPolicy:
    """How auto scaling moves one capacity."""

    name: str
    resource: str
    dimension: str
    type: str
    configuration: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return f"{self.resource} {self.dimension} {self.name}"


@dataclass(frozen=True)
class ScheduledAction:
    """When auto scaling gets other limits."""

    name: str
    resource: str
    dimension: str
    schedule: str
    zone: str
    least: int | None
    most: int | None
    begins: datetime | None = None
    ends: datetime | None = None

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return f"{self.resource} {self.dimension} {self.name}"


@dataclass(frozen=True)
class EventSource:
    """A Lambda function that reads the table's stream."""

    id: str
    function: str
    state: str = ""

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.id


@dataclass(frozen=True)
class Pipe:
    """A pipe of EventBridge that reads the table's stream."""

    name: str
    target: str = ""

    @property
    def identity(self) -> str:
        """What tells it from others of its list."""
        return self.name


@dataclass(frozen=True)
class Settings:
    """All settings of one table. Differences, and what is to be left out, use the names of these fields."""

    arn: str
    id: str
    keys: tuple[Key, ...]
    billing: str
    throughput: Units | None = None
    maximum: Units | None = None
    warm_throughput: Units | Unknown | None = None
    local_indexes: tuple[Index, ...] = ()
    global_indexes: tuple[Index, ...] = ()
    vector_indexes: tuple[VectorIndex, ...] | Unknown = ()
    table_class: str = STANDARD
    encryption: Encryption | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    stream: str = ""  # the view type
    stream_arn: str = ""
    kinesis: tuple[KinesisStream, ...] | Unknown = ()
    insights: tuple[Insight, ...] | Unknown = ()
    scalable_targets: tuple[ScalableTarget, ...] = ()
    scaling_policies: tuple[ScalingPolicy, ...] = ()
    scheduled_actions: tuple[ScheduledAction, ...] | Unknown = ()
    point_in_time_recovery: int = 0  # 0: no point-in-time recovery
    policy: str | Unknown = ""
    stream_policy: str | Unknown = ""
    ttl: str = ""  # the attribute
    deletion_protection: bool = False
    replicas: tuple[str, ...] = ()  # regions
    witnesses: tuple[str, ...] = ()
    consistency: str = ""
    replica_scaling: tuple[Mapping[str, Any], ...] | Unknown = ()
    alarms: tuple[str, ...] | Unknown = ()
    event_sources: tuple[EventSource, ...] | Unknown = ()
    pipes: tuple[Pipe, ...] | Unknown = ()
    saved_at: str = ""
    execution: str = ""

    @property
    def name(self) -> str:
        """The table's name."""
        return self.arn.rpartition("/")[2]


def known(value: T | Unknown, otherwise: T) -> T:
    """A setting, or what counts if it is unknown."""
    return otherwise if isinstance(value, Unknown) else value


def known_part(value: tuple[T, ...] | Unknown) -> tuple[T, ...]:
    """A listed setting, as far as it is known."""
    return value.listed if isinstance(value, Unknown) else value
