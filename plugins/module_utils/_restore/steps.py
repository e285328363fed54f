# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls that bring settings back to a table that has its items, in an order that works.

Each is made when the table is ACTIVE and the one before it is through. What could delete items, refuse the
later calls, or keep the table from being removed comes last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .._settings import write
from .._settings.document import STANDARD, known, known_part
from .._settings.read import DEFAULT_RECOVERY_DAYS
from . import making, scaling_steps
from .target import NO_INDEX, Left

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from .._settings.document import Settings

# In place of the ARN of the new table's stream, which AWS gives when the stream is there.
STREAM = "{stream}"
MOST_POLICY = 20 * 1024
# DescribeTable shows these of a new table on demand that nobody has warmed.
COLD = (12_000, 4_000)


@dataclass(frozen=True)
class Step:
    """A call to AWS, and the setting it brings back."""

    setting: str
    service: str
    call: str
    arguments: Mapping[str, Any]
    note: str = ""  # what to know before it is made

    def on(self, stream_arn: str) -> Step:
        """The step with the ARN of the new stream."""
        return replace(self, arguments=_filled(self.arguments, stream_arn))

    @property
    def needs_stream(self) -> bool:
        """Whether it can only be made when the new stream is there."""
        return STREAM in json.dumps(self.arguments, default=str)


class Follow(NamedTuple):
    """What follows on the making of a table."""

    steps: tuple[Step, ...]
    left: tuple[Left, ...]


def after(
    settings: Settings, way: str, now: datetime, *, warm: bool = False, provision: bool = False
) -> Follow:
    """What follows on the making of a table in one of the ways (create, import, native)."""
    found = [
        *(_provisioned(settings) if provision else ()),
        *(_not_made(settings) if way != "create" else ()),
        *_warmed(settings, way, warm=warm),
        *_kinesis(settings),
        *_insights(settings),
        *scaling_steps.calls(settings, now),
        *_stream(settings),
        *_recovery(settings),
        *_policies(settings),
        *_last(settings),
    ]
    return Follow(
        tuple(
            each if isinstance(each, Step) else Step(*each) for each in found if not isinstance(each, Left)
        ),
        tuple(each for each in found if isinstance(each, Left)),
    )


def _update(settings: Settings, setting: str, note: str = "", **arguments: Any) -> Step:
    return Step(setting, "dynamodb", "UpdateTable", {"TableName": settings.name, **arguments}, note)


def _provisioned(settings: Settings) -> Iterator[Step]:
    """The capacity of a table that was filled on demand."""
    indexes = [
        {"Update": {"IndexName": each.name, "ProvisionedThroughput": write.capacity(each.throughput)}}
        for each in settings.global_indexes
    ]
    yield _update(
        settings,
        "throughput",
        "it was filled on demand, which its own capacity would have taken long for",
        BillingMode=settings.billing,
        ProvisionedThroughput=write.capacity(settings.throughput),
        **({"GlobalSecondaryIndexUpdates": indexes} if indexes else {}),
    )


def _not_made(settings: Settings) -> Iterator[Step]:
    """What CreateTable takes and the other ways do not."""
    if settings.tags:
        arguments = {"ResourceArn": settings.arn, "Tags": making.tags(settings)}
        yield Step("tags", "dynamodb", "TagResource", arguments)
    if settings.table_class != STANDARD:
        note = "AWS allows two changes of the class in 30 days"
        yield _update(settings, "table_class", note, TableClass=settings.table_class)


def _warmed(settings: Settings, way: str, *, warm: bool) -> Iterator[Step | Left]:
    units = known(settings.warm_throughput, None)
    if not warm:
        indexes = [each.warm for each in settings.global_indexes if each.warm]
        if any((each.read, each.write) > COLD for each in [*indexes, *([units] if units else [])]):
            yield Left("warm_throughput", "AWS bills it, so that it is brought back only if asked for")
    elif units and way != "create":
        yield _update(settings, "warm_throughput", "AWS bills it", WarmThroughput=write.warm(units))


def _kinesis(settings: Settings) -> Iterator[Step | Left]:
    place = settings.arn.split(":")[3:5]
    for each in known_part(settings.kinesis):
        if each.arn.split(":")[3:5] != place:
            yield Left(
                f"kinesis[{each.identity}]", "a table sends to streams of its own region and account only"
            )
            continue
        precision = {"ApproximateCreationDateTimePrecision": each.precision}
        yield Step(
            "kinesis",
            "dynamodb",
            "EnableKinesisStreamingDestination",
            {"TableName": settings.name, "StreamArn": each.arn}
            | ({"EnableKinesisStreamingConfiguration": precision} if each.precision else {}),
            "where the old table still stands, its stream gets the changes of both",
        )


def _insights(settings: Settings) -> Iterator[Step | Left]:
    indexes = {"", *(each.name for each in settings.global_indexes)}
    for each in known_part(settings.insights):
        if each.index not in indexes:
            yield Left(f"insights[{each.identity}]", NO_INDEX)
            continue
        arguments = {"TableName": settings.name, "ContributorInsightsAction": "ENABLE"}
        arguments |= {"IndexName": each.index} if each.index else {}
        arguments |= {"ContributorInsightsMode": each.mode} if each.mode else {}
        yield Step("insights", "dynamodb", "UpdateContributorInsights", arguments)


def _stream(settings: Settings) -> Iterator[Step]:
    if settings.stream:
        note = "the stream has a new ARN, and begins empty: who read the old one must be pointed to it"
        view = {"StreamEnabled": True, "StreamViewType": settings.stream}
        yield _update(settings, "stream", note, StreamSpecification=view)


def _recovery(settings: Settings) -> Iterator[Step]:
    if days := settings.point_in_time_recovery:
        # AWS's own period need not be named, and an older boto3 does not know how.
        period = {} if days == DEFAULT_RECOVERY_DAYS else {"RecoveryPeriodInDays": days}
        recovery = {"PointInTimeRecoveryEnabled": True, **period}
        arguments = {"TableName": settings.name, "PointInTimeRecoverySpecification": recovery}
        note = "its window begins now"
        yield Step("point_in_time_recovery", "dynamodb", "UpdateContinuousBackups", arguments, note)


def _policies(settings: Settings) -> Iterator[Step | Left]:
    """Late, since they may refuse what we do ourselves."""
    yield from _policy("policy", settings.arn, known(settings.policy, ""))
    text = known(settings.stream_policy, "")
    if text and not settings.stream:
        yield Left("stream_policy", "the new table has no stream")
    elif text:
        yield from _policy("stream_policy", STREAM, text.replace(settings.stream_arn, STREAM))


def _policy(setting: str, arn: str, text: str) -> Iterator[Step | Left]:
    if len(text.encode()) > MOST_POLICY:
        yield Left(setting, "with the new names it is longer than the 20 KB that AWS takes")
    elif text:
        note = "AWS takes it only if those it names exist"
        yield Step(setting, "dynamodb", "PutResourcePolicy", {"ResourceArn": arn, "Policy": text}, note)


def _last(settings: Settings) -> Iterator[Step]:
    if settings.ttl:
        time_to_live = {"Enabled": True, "AttributeName": settings.ttl}
        arguments = {"TableName": settings.name, "TimeToLiveSpecification": time_to_live}
        note = "AWS begins to delete every item that has expired since the backup"
        yield Step("ttl", "dynamodb", "UpdateTimeToLive", arguments, note)
    if settings.deletion_protection:
        yield _update(settings, "deletion_protection", DeletionProtectionEnabled=True)


def _filled(value: Any, stream_arn: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(each, stream_arn) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, stream_arn) for each in value]
    return value.replace(STREAM, stream_arn) if isinstance(value, str) else value
