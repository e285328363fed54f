# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an engine is to everybody else: a way to get the bytes of tables out, and to tell how that went.

An engine is a package with a module ``engine`` that has all of this; registry.py lists them. Each call is for
many tables and takes as few calls to AWS as AWS allows. What AWS refuses is raised as botocore raises it.
tests/engines holds each engine to what is said here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.daily import Told
    from .._model.evidence import Findings, Past, Point
    from .._model.history import Listed
    from .._model.preparation import Preparation
    from .._model.run import Look, Watch
    from .._model.stack import Stack
    from .._model.survey import Looked


class Engine(Protocol):
    """An engine at work in AWS."""

    NAME: str  # as a table entry says it
    SERVICE: str  # that tells of runs, as IAM names it
    ENDS: tuple[str, ...]  # how the keys end of what is written when all else of a backup is written

    def survey(self, aws: Aws, tables: Sequence[str], place: str) -> Looked:
        """Whether tables of an account and region, a place in words, can be backed up."""

    def prepare(self, aws: Aws, wanted: Mapping[str, Any]) -> Preparation:
        """What is to be done before stacks are deployed or removed, of what Planner.preparation wanted.

        Nothing is changed yet: that may be refused, and in check mode is not done.
        """

    def latest_runs(
        self,
        aws: Aws,
        stack: Stack,
        bucket: str,
        tables: Collection[str],
        *,
        first: int = 0,
        last: int | None = None,
        since: datetime | None = None,
        young: Mapping[str, datetime] | None = None,
    ) -> dict[str, Past]:
        """What is known of each table's latest runs, back to one that succeeded; an entry for each.

        Where runs are of many tables, those from the first to before the last are read, newest first, and
        none from before since. Of a run scheduled after its table's time in young no exact end is needed.
        """

    def failed_runs(
        self, aws: Aws, stack: Stack, bucket: str, since: Mapping[str, datetime], known: Collection[str]
    ) -> dict[str, Past]:
        """The failed runs since each table's time that are not known, if other runs may hide them."""

    def reported_points(
        self, aws: Aws, stack: Stack, bucket: str, since: datetime, most: int
    ) -> Iterator[tuple[str, Point]]:
        """The points that the newest runs since a time reported, by table: some may be gone since."""

    def daily_runs(
        self, aws: Aws, stack: Stack, bucket: str, tables: Collection[str], since: datetime
    ) -> Told:
        """What the runs that began since a time tell of each day: how many calls it takes hardly depends on
        the tables. Enough runs are told to know of each table and day whether one failed, and whether one
        that was due succeeded.
        """

    def holds(self, folder: str) -> bool:
        """Whether a folder of the bucket is named as this engine names that of a run."""

    def read_point(self, aws: Aws, bucket: str, folder: str, *, empty: bool = False) -> Point | None:
        """The point in a folder, None if there is none that holds a whole table.

        An empty one is none unless asked for: only its run knows whether it may be.
        """

    def bulk(self, key: str) -> str:
        """The folder of a key that need not be listed whole to know a point; empty if there is none."""

    def listed_points(
        self, aws: Aws, bucket: str, folder: str, objects: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[Listed]:
        """What is in the folder of a run whose objects are listed, as S3 lists them; at least one thing.

        Only a whole table is a point. It takes a call for each, and more for what no run has made.
        """

    def end_keys(self, client: Any, bucket: str, folder: str) -> list[str]:
        """Where in a folder lies what is written when all else is written, whether it is there or not."""

    def looks(self, aws: Aws, point: Point, *, content: bool) -> dict[str, Callable[[], Findings]]:
        """How to look closely at a point, at its data only if asked for it, by the service that is asked."""

    def check(self, stack: Stack) -> None:
        """Raise MachineError if nothing can be started with a stack."""

    def start(
        self, aws: Aws, stack: Stack, tables: Collection[str], started_by: str, now: datetime
    ) -> Iterator[Watch]:
        """Start backups of a stack's tables, and tell of each start at once; StartError if that cannot be."""

    def look(self, aws: Aws, watch: Watch) -> Look:
        """See how a start is getting on; once it has ended, each of its tables has had one result."""
