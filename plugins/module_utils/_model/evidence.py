# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of a table's backups. None: AWS knows of no such thing. Refusal: AWS would not tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .days import Day
    from .drill import Drilled
    from .outputs import TableRecord
    from .standing import Deviation

RUNNING, SUCCEEDED, FAILED = "RUNNING", "SUCCEEDED", "FAILED"


@dataclass(frozen=True)
class Point:
    """A backup that can be restored."""

    bucket: str
    prefix: str
    export_arn: str  # empty if no export of DynamoDB made it
    items: int | None  # None: nobody has counted them
    bytes: int | None
    finished: datetime
    retention_days: int
    engine: str
    files: int | None = None  # of data
    expires: datetime | None = None  # when the bucket deletes it; None: never, as far as is known
    taken: datetime | None = None  # the moment that its data are of; None: nobody told

    @property
    def moment(self) -> datetime:
        """From when its age counts."""
        return self.taken or self.finished

    @property
    def manifest(self) -> str:
        """The key of the object that tells of its files."""
        export = self.export_arn.rpartition("/")[2]
        return f"{self.prefix}/" + (
            f"AWSDynamoDB/{export}/manifest-summary.json" if export else "data/manifest"
        )


@dataclass(frozen=True)
class Run:
    """An attempt to back up one table; its state is in the words of Step Functions."""

    id: str
    state: str
    started: datetime
    finished: datetime | None = None
    scheduled: str | None = None
    error: str = ""
    cause: str = ""
    log: str = ""  # where more is told
    point: Point | None = None


@dataclass(frozen=True)
class Starter:
    """What starts a table's backups, as far as the engine looks at it; its state is in AWS's words."""

    id: str
    name: str
    state: str  # empty: AWS knows of no such thing
    runs: bool | None  # None: the state is not known here
    health: str = ""


@dataclass(frozen=True)
class Past:
    """What an engine knows of a table's runs."""

    runs: tuple[Run, ...] = ()
    starter: Starter | None = None


@dataclass(frozen=True)
class Alarm:
    """The missed-run alarm of a table."""

    name: str
    state: str
    since: datetime
    configured: datetime
    actions: tuple[str, ...]
    actions_enabled: bool
    deviations: tuple[str, ...]  # settings that are not as deployed, so that it may never fire


@dataclass(frozen=True)
class Mute:
    """A rule that keeps alarms from telling anybody, now."""

    rule: str
    when: str  # in the words of the rule
    until: datetime | None  # None: it comes again and again


@dataclass(frozen=True)
class Subscriber:
    """Somebody who is told by the alerts topic, once the subscription is confirmed."""

    protocol: str
    endpoint: str
    confirmed: bool
    listed: bool = False  # the store was deployed with it
    exists: bool = True  # of one that is listed
    endpoint_exists: bool | Refusal | None = None  # the queue or the function; None: nobody can ask
    kept_from: str = ""  # what keeps messages away, in words
    endpoint_lacks: str = ""  # the right that its policy does not give SNS: it is as if it were not there


@dataclass(frozen=True)
class SourceTable:
    """The table itself, as DynamoDB knows it."""

    exists: bool
    recovery: str = ""  # point-in-time recovery, ENABLED or DISABLED; empty: nobody asked
    earliest: datetime | None = None  # that it can bring back; None: it is off, or nobody asked
    latest: datetime | None = None
    id: str = ""  # of a table that is made anew AWS makes another; empty: nobody asked
    keys: tuple[str, ...] = ()
    items: int | None = None  # as DynamoDB counts them every six hours
    bytes: int | None = None  # the same
    status: str = ""  # in AWS's words; empty: nobody asked
    key: str = ""  # of KMS, which encrypts it; empty: there is none, or nobody asked
    key_state: str | None = ""  # in AWS's words; None: there is no such key; empty: nobody asked


@dataclass(frozen=True)
class SavedSettings:
    """What lies beside a point of its table's settings."""

    exists: bool
    id: str = ""
    keys: tuple[str, ...] = ()
    readable: bool = True


@dataclass(frozen=True)
class DrillRecord:
    """A drill, as far as its record tells; None: it does not tell, or cannot be read."""

    when: datetime
    place: str  # the address of the record
    why: tuple[str, ...] = ()  # it failed
    rto_seconds: float | None = None
    rpo_seconds: float | None = None
    point: str = ""  # the address of the folder that was restored, as far as it is told


@dataclass(frozen=True)
class Drills:
    """What is known of the drills of a table."""

    passed: DrillRecord | None = None  # the last that did
    failed: DrillRecord | None = None  # the last drill, if it did not pass
    known: tuple[Drilled, ...] = ()  # all, as the keys of their records tell
    proven: frozenset[str] = frozenset()  # the folders of points that came back as they were, by address


@dataclass(frozen=True)
class StackState:
    """A stack and what CloudFormation says of it."""

    name: str
    status: str
    tables: tuple[str, ...] = ()
    by_hand: bool = False  # its template or its parameters are not those that were deployed


@dataclass(frozen=True)
class AlertPath:
    """The way from an alarm to people, the same for all tables of a target."""

    topic: str | None  # ARN; None: no store stack names one
    exists: bool | Refusal
    policy_open: bool | None = None  # the topic's policy lets CloudWatch publish; None: it was not read
    key: str = ""  # the key that encrypts the topic
    key_open: bool | Refusal | None = None  # the key's policy lets CloudWatch use it; None: no key
    key_owner: str = ""  # another account, which alone can read the key's policy
    key_deployed: bool = True  # it is the one that the store's template names
    subscribers: tuple[Subscriber, ...] | Refusal = ()

    def refusals(self) -> tuple[Refusal, ...]:
        """What AWS would not tell of it."""
        told = () if isinstance(self.subscribers, Refusal) else self.subscribers
        asked = (self.exists, self.key_open, self.subscribers, *(each.endpoint_exists for each in told))
        return tuple(each for each in asked if isinstance(each, Refusal))


@dataclass(frozen=True)
class Flaw:
    """What a look at a point's objects found wrong."""

    code: str
    detail: str


@dataclass(frozen=True)
class Findings:
    """What a look at a point's objects found: what is wrong, and what was counted."""

    flaws: tuple[Flaw, ...] = ()
    items: int | None = None
    bytes: int | None = None
    files: int | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is known of one table. The order of its parts means nothing."""

    table: str
    record: TableRecord | None  # None: no stack lists the table
    deployed: bool = True  # there is machinery at all
    wanted: bool = False  # it should be backed up, and no stack does
    place: str = ""  # where AWS was asked, if there is no machinery
    runs: tuple[Run, ...] = ()
    points: tuple[Point, ...] = ()
    starter: Starter | None = None
    alarm: Alarm | Refusal | None = None
    mutes: tuple[Mute, ...] = ()
    missed_start: datetime | None = None  # since when a start of its stack's runs waits for somebody to look
    missed_queue: str = ""  # ARN of the queue where it waits
    stacks: tuple[StackState, ...] = ()  # that it depends on
    deviations: tuple[Deviation, ...] = ()  # of what stands for it in AWS from what was deployed
    source: SourceTable | Refusal | None = None  # None: nobody asked
    listed: bool | None = None  # whether the inventory lists it; None: there is no inventory
    unlike: tuple[str, ...] = ()  # how what is listed differs from what is deployed
    reported: tuple[Point, ...] = ()  # by older runs, whether or not they are still there
    deleted: tuple[datetime, ...] = ()  # points that somebody deleted before their time
    lost: tuple[datetime, ...] = ()  # the same, of which S3 has no version any more
    deleted_in: str = ""  # bucket and folder of one of them
    saved: SavedSettings | None = None  # beside the newest point; None: nobody looked
    several: bool = False  # there are other targets that list tables
    retired: bool = False  # it has points, and nobody backs it up any more
    drills: Drills | None = None  # None: nobody could look
    drills_asked: datetime | None = None  # since when the alarm of its stack's drills is so; None: none is
    path: AlertPath = AlertPath(topic=None, exists=False)
    flaws: tuple[Flaw, ...] = ()
    proven: bool = False  # a closer look at the newest point found nothing wrong
    kept: frozenset[str] | None = None  # the folders of its runs in the bucket; None: nobody listed them
    days: tuple[Day, ...] | None = None  # None: nobody asked, or it is in no stack
    oldest: datetime | None = None  # the moment of the oldest point that is known to be kept
    refusals: tuple[Refusal, ...] = ()

    def point(self) -> Point | None:
        """The newest point."""
        return max(self.points, key=lambda point: (point.finished, point.prefix), default=None)

    def earlier(self) -> Point | None:
        """The point before the newest, if it is known."""
        ordered = sorted(self.points, key=lambda point: (point.finished, point.prefix))
        return ordered[-2] if len(ordered) > 1 else None

    def run(self) -> Run | None:
        """The latest run, ended or not."""
        return max(self.runs, key=lambda run: (run.started, run.id), default=None)

    def ended_run(self) -> Run | None:
        """The run that ended last."""
        ended = [run for run in self.runs if run.state != RUNNING]
        return max(ended, key=lambda run: (run.finished or run.started, run.id), default=None)


@dataclass(frozen=True)
class Target:
    """What is known of an account in one region."""

    prefix: str
    path: AlertPath
    evidence: tuple[Evidence, ...]
    place: str = ""  # where AWS was asked
    deployed: bool = True
    stacks: tuple[StackState, ...] = ()
    foreign: tuple[StackState, ...] = ()  # that somebody else made, with names of ours
    missing: tuple[str, ...] = ()  # stacks that should stand beside the others
    mistakes: tuple[str, ...] = ()  # in what the inventory lists
    elsewhere: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # named tables, and who tells of them
    unlike: tuple[str, ...] = ()  # how the store differs from what the inventory lists
    blind: tuple[str, ...] = ()  # what nobody could look at, for want of a newer boto3


def refused(evidence: Evidence, *refusals: Refusal) -> Evidence:
    """The evidence with what AWS would not tell; each is told once."""
    return replace(evidence, refusals=tuple(dict.fromkeys((*evidence.refusals, *refusals))))
