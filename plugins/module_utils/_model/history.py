# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a table can be brought back to: its backups, and the moments that AWS itself still has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from .evidence import Point
    from .refusal import Refusal

# Kinds of points. Those in the bucket have the name of the engine that made them.
PITR, ON_DEMAND, SYSTEM, AWS_BACKUP = "pitr", "on_demand", "system", "aws_backup"
# Ways by which they are restored.
BY_PITR, BY_BACKUP, BY_IMPORT, BY_CONVERT, BY_LOAD = "pitr", "backup", "import", "convert", "load"


@dataclass(frozen=True)
class Verified:
    """When somebody saw that a point is what it should be, and how closely they looked."""

    when: datetime
    how: str  # manifest: it is told whole; count, content: it was restored, and so compared
    by: str = ""  # the report that tells it; empty: the look at the bucket itself


@dataclass(frozen=True)
class RestorePoint:
    """A moment that a table can be brought back to; pitr is a window, of which every second is one."""

    id: str  # folder of its run, ARN of a backup, or pitr
    table: str
    kind: str  # the engine, pitr, on_demand, system or aws_backup
    taken: datetime  # the moment that its data are of; of a window the earliest
    location: str
    until: datetime | None = None  # the latest moment of a window
    items: int | None = None  # None: nobody has counted them
    bytes: int | None = None
    expires: datetime | None = None  # None: never, as far as is known
    verified: Verified | None = None
    ways: tuple[str, ...] = ()
    why_not: str = ""  # a sentence, if there is no way
    point: Point | None = None  # in the bucket
    format: str = ""  # of its files, as _points/formats names it

    @property
    def newest(self) -> datetime:
        """The latest moment that it can bring back."""
        return self.until or self.taken

    @property
    def is_empty(self) -> bool:
        """Whether it is known to hold nothing. The table may have been emptied before it was backed up."""
        return self.items == 0 or (self.items is None and self.bytes == 0)


@dataclass(frozen=True)
class Listed:
    """What an engine finds in the folder of a run: a point; or why there is none."""

    point: Point | None
    format: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class LeftOut:
    """What looks like a point of a table, and is none."""

    location: str
    why: str


@dataclass(frozen=True)
class TableHistory:
    """The points of one table, newest first."""

    points: list[RestorePoint] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unread: int = 0  # older runs in the bucket that nobody looked at


@dataclass(frozen=True)
class History:
    """The points of tables, and what AWS would not tell: there may be more."""

    tables: dict[str, TableHistory]
    refusals: tuple[Refusal, ...] = ()

    @property
    def points(self) -> dict[str, list[RestorePoint]]:
        """The points of each table, newest first."""
        return {name: each.points for name, each in self.tables.items()}
