# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gathers the evidence of a target's backups, in as few calls as AWS allows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils import _names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._alert_path import read_alert_path
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudwatch, sts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import ask
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines import _points
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._stacks import read_deployment
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import (
    Alarm,
    AlertPath,
    Evidence,
    Findings,
    Past,
    Point,
    Record,
    Refusal,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._stacks import Stack

ENGINES = _points.ENGINES
EXECUTIONS = 60  # read of each machine before the bucket is asked
THREADS = 8

Value = TypeVar("Value")


@dataclass(frozen=True)
class Wish:
    """What a caller wants to be told."""

    tables: list[str]  # none: all that are deployed, and those expected
    expected: tuple[str, ...] = ()
    verify: str = "none"
    now: datetime | None = None
    max_age_hours: int | None = None

    @property
    def missed(self) -> list[str]:
        """The tables to tell of even if no stack knows them."""
        return self.tables or list(self.expected)


def gather(aws: Aws, prefix: str, wish: Wish) -> Target:
    """The evidence of the wanted tables, or of all that are deployed."""
    deployment = ask("cloudformation", lambda: read_deployment(aws("cloudformation"), prefix))
    if isinstance(deployment, Refusal):
        path = AlertPath(topic=None, exists=deployment)
        return Target(prefix, path, tuple(Evidence(table, None, path=path) for table in wish.missed))
    store = deployment.store.outputs if deployment.store else {}
    path = read_alert_path(aws, store.get("AlertsTopicArn", ""), prefix)
    evidence = _Survey(aws, prefix, store, path, wish).of_stacks(deployment.machinery, wish.tables)
    known = {each.table for each in evidence}
    strangers = [table for table in wish.missed if table not in known]
    deployed = bool(deployment.machinery)
    place = "" if deployed else _place(aws, prefix)
    evidence += [
        Evidence(table, None, deployed=deployed, expected=table in wish.expected, place=place, path=path)
        for table in strangers
    ]
    return Target(prefix, path, tuple(evidence), place)


def _place(aws: Aws, prefix: str) -> str:
    """Where AWS was asked: nothing is deployed there, so it may be the wrong place."""
    account = sts.account(aws("sts"))
    asked = f"account {account}, " if account else ""
    return f"{asked}region {aws('cloudformation').meta.region_name}, prefix {prefix}"


@dataclass(frozen=True)
class _Survey:
    aws: Aws
    prefix: str
    store: dict[str, str]
    path: AlertPath
    wish: Wish

    @property
    def now(self) -> datetime | None:
        return self.wish.now or self.aws.now

    def of_stacks(self, stacks: Iterable[Stack], wanted: list[str]) -> list[Evidence]:
        evidence: list[Evidence] = []
        alarms: dict[str, dict[str, Any]] | Refusal | None = None
        for stack in stacks:
            records = [_record(stack.engine, row) for row in stack.tables]
            chosen = [record for record in records if not wanted or record.name in wanted]
            evidence += [
                Evidence(record.name, record, path=self.path) for record in chosen if not record.enabled
            ]
            if not (watched := [record for record in chosen if record.enabled]):
                continue
            if alarms is None:
                alarms = ask("cloudwatch", self._alarms)
            found = [
                Evidence(record.name, record, alarm=self._alarm(record, alarms), path=self.path)
                for record in watched
            ]
            evidence += self._with_past(stack, found)
        return evidence

    def _alarms(self) -> dict[str, dict[str, Any]]:
        client, names = self.aws("cloudwatch"), _names.alarm(self.prefix, "")
        return {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms(client, names)}

    def _alarm(self, record: Record, alarms: dict[str, dict[str, Any]] | Refusal) -> Alarm | Refusal | None:
        if isinstance(alarms, Refusal):
            return alarms
        found = alarms.get(_names.alarm(self.prefix, record.name, record.engine))
        topic = _names.topic(self.prefix, record.name, record.engine)
        return _read_alarm(found, topic, record) if found else None

    def _with_past(self, stack: Stack, found: list[Evidence]) -> list[Evidence]:
        """Runs and points: from the newest executions, then the bucket, then from older executions."""
        found = self._with_runs(stack, found, found, last=EXECUTIONS)
        found = self._with_points(found)
        unseen = [each for each in found if not (each.points or each.refusals)]
        if now := self.now:
            longest = max((each.record.max_age_hours for each in unseen if each.record), default=0)
            since = now - timedelta(hours=longest)
            found = self._with_runs(stack, found, unseen, first=EXECUTIONS, since=since)
        return found if self.wish.verify == "none" else _together(self._verified, found)

    def _with_runs(
        self, stack: Stack, found: list[Evidence], wanted: list[Evidence], **bounds: Any
    ) -> list[Evidence]:
        if not wanted:
            return found
        tables = {each.table for each in wanted}
        engine, bucket = ENGINES[stack.engine], self.store.get("BucketName", "")
        past = ask(
            engine.SERVICE,
            lambda: engine.latest_runs(self.aws, stack, bucket, tables, young=self._young(wanted), **bounds),
        )
        return [_with(each, past) if each.table in tables else each for each in found]

    def _young(self, wanted: list[Evidence]) -> dict[str, datetime]:
        """Since when a run must have been scheduled for its exact end not to matter; it always does for a
        closer look at its objects."""
        now = self.now
        if now is None or self.wish.verify != "none":
            return {}
        return {
            each.table: now - timedelta(hours=self.wish.max_age_hours or each.record.max_age_hours)
            for each in wanted
            if each.record
        }

    def _with_points(self, found: list[Evidence]) -> list[Evidence]:
        """Points from the bucket, for tables that no run is known to have backed up."""
        if not self.store or all(each.points for each in found):
            return found
        bucket = self.store["BucketName"]
        # All classes: a table keeps the points of a class that it was in before.
        days = [int(day) for day in self.store["RetentionDays"].split(",") if day]
        folders = ask("s3", lambda: _points.point_folders(self.aws, bucket, days))

        def look(evidence: Evidence) -> Evidence:
            if evidence.points:
                return evidence
            if isinstance(folders, Refusal):
                return _refused(evidence, folders)
            mine = [folder for folder in folders if folder.split("/")[1] == evidence.table]
            point = ask("s3", lambda: _points.newest_point(self.aws, bucket, mine)) if mine else None
            if isinstance(point, Refusal):
                return _refused(evidence, point)
            return replace(evidence, points=(point,)) if point else evidence

        return _together(look, found)

    def _verified(self, evidence: Evidence) -> Evidence:
        point = evidence.point()
        if not point:
            return evidence
        content = self.wish.verify == "content"
        looks = ENGINES[point.engine].looks(self.aws, point, content=content)
        answers = [ask(service, look) for service, look in looks.items()]
        found = [answer for answer in answers if not isinstance(answer, Refusal)]
        flaws = tuple(flaw for each in found for flaw in each.flaws)
        points = (_counted(point, found), *(each for each in evidence.points if each is not point))
        refusals = [answer for answer in answers if isinstance(answer, Refusal)]
        return _refused(replace(evidence, flaws=flaws, points=points), *refusals)


def _counted(point: Point, found: list[Findings]) -> Point:
    """The point with what a closer look counted."""
    for each in found:
        point = replace(
            point,
            items=point.items if each.items is None else each.items,
            bytes=point.bytes if each.bytes is None else each.bytes,
            files=point.files if each.files is None else each.files,
        )
    return point


def _together(work: Callable[[Evidence], Evidence], evidence: list[Evidence]) -> list[Evidence]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, evidence))


def _refused(evidence: Evidence, *refusals: Refusal) -> Evidence:
    return replace(evidence, refusals=(*evidence.refusals, *refusals))


def _with(evidence: Evidence, pasts: dict[str, Past] | Refusal) -> Evidence:
    if isinstance(pasts, Refusal):
        return _refused(evidence, pasts)
    past = pasts[evidence.table]
    found = (*evidence.runs, *past.runs)
    points = (*evidence.points, *(run.point for run in found if run.point))
    return replace(evidence, runs=found, points=points, starter=past.starter or evidence.starter)


def _record(engine: str, row: dict[str, Any]) -> Record:
    return Record(
        name=row["name"],
        engine=engine,
        every_hours=row["every"],
        max_age_hours=row["max_age"],
        window_hours=row["window"],
        retention_days=row["days"],
        enabled=row["enabled"],
    )


def _read_alarm(alarm: dict[str, Any], topic: str, record: Record) -> Alarm:
    deployed = {
        "Namespace": "AWS/SNS",
        "MetricName": "NumberOfMessagesPublished",
        "Dimensions": [{"Name": "TopicName", "Value": topic}],
        "Statistic": "Sum",
        "Period": 3600,
        "EvaluationPeriods": record.window_hours,
        "DatapointsToAlarm": record.window_hours,
        "Threshold": 1,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
    }
    return Alarm(
        name=alarm["AlarmName"],
        state=alarm["StateValue"],
        since=alarm["StateUpdatedTimestamp"],
        configured=alarm["AlarmConfigurationUpdatedTimestamp"],
        actions=tuple(alarm.get("AlarmActions", [])),
        actions_enabled=alarm["ActionsEnabled"],
        deviations=tuple(key for key, value in deployed.items() if alarm.get(key) != value),
    )
