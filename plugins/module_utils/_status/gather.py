# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Gathers the evidence of a target's backups, in as few calls as AWS allows.

What is deployed, and whether it stands, is read in calls whose number hardly grows with the tables; then the
runs, the points in the bucket and the tables themselves. How many calls each takes is told where it is asked:
_standing/gather.py, gather_alarms.py, _points/gather_past.py, _points/gather_bucket.py, gather_tables.py,
gather_drills.py, gather_days.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .._aws import cloudformation
from .._aws.client import ask
from .._base import naming
from .._base.threads import thread_pool
from .._engines.planners import PLANNERS
from .._model.evidence import AlertPath, Evidence, StackState, Target, refused
from .._model.refusal import Refusal
from .._plan.listing import Listing, unlike
from .._plan.listing_store import StoreListing, unlike_store
from .._points.gather_bucket import Bucket
from .._points.gather_past import Runs, together
from .._stacks import digest
from .._stacks.gather import read_deployment
from .._stacks.state import GONE, SHELLS
from .._stacks.template import DeployedStack
from .._standing.gather import given_key, look
from .._standing.gather_alert_path import read_alert_path, with_endpoints
from .days import first as first_day
from .gather_alarms import Alarms
from .gather_days import with_days
from .gather_drills import with_drills
from .gather_tables import with_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.outputs import TableRecord
    from .._model.stack import Deployment, Stack
    from .._model.standing import Deviation

THREADS = 8
# What is wrong may be a part of the address of a webhook.
MISTAKEN = "a setting of the target is not allowed, as that playbook tells."
# What a stack tells of its own runs with.
MISSED_STARTS = "missed-starts"
STACK_ALARMS = ("run-failed", "run-timedout", "run-aborted", MISSED_STARTS, "missed-drills")
# What tells of these in words of its own: the starters, and the way of alerts to people.
TOLD_ELSEWHERE = {"AWS::DataPipeline::Pipeline", "AWS::SNS::Subscription"}


@dataclass(frozen=True)
class Question:
    """What a caller wants to be told."""

    tables: list[str]  # none: all that are deployed, and those listed
    listing: Listing = field(default_factory=Listing)
    others: Mapping[str, Collection[str]] = field(default_factory=dict)  # tables that other targets tell of
    store: StoreListing = field(default_factory=StoreListing)
    verify: str = "none"
    now: datetime | None = None
    max_age: int | None = None
    days: int = 0  # of which the past is asked; 0: none

    @property
    def missed(self) -> list[str]:
        """The tables to tell of even if no stack knows them."""
        return self.tables or list(self.listing.names)

    def told_by(self, table: str) -> tuple[str, ...]:
        """The targets that tell of a table that was named and is not listed here."""
        if table not in self.tables or table in self.listing.names:
            return ()
        return tuple(host for host, tables in self.others.items() if table in tables)


def gather(aws: Aws, prefix: str, place: str, question: Question) -> Target:
    """The evidence of the wanted tables, or of all that are deployed."""
    deployment = ask("cloudformation", lambda: read_deployment(aws("cloudformation"), prefix))
    if isinstance(deployment, Refusal):
        path = AlertPath(topic=None, exists=deployment)
        unknown = tuple(Evidence(table, None, path=path, place=place) for table in question.missed)
        return Target(prefix, path, unknown, place, mistakes=question.listing.mistakes)
    return _Survey(aws, prefix, place, question, deployment).target()


class _Survey:
    """Looks at what a deployment has: first at what all tables share."""

    def __init__(self, aws: Aws, prefix: str, place: str, question: Question, deployment: Deployment) -> None:
        self.aws, self.prefix, self.place, self.question = aws, prefix, place, question
        self.store, self.machinery = deployment.store, deployment.machinery
        self.foreign, self.missing = deployment.foreign, deployment.missing
        outputs = deployment.outputs()
        templates, self.refusals = self._templates()
        store = [each for each in templates if self.store and each.name == self.store.name]
        self.unlike = tuple(told for each in store for told in unlike_store(question.store, each))
        self.by_hand = {each.name for each in templates if digest.changed_by_hand(each)}
        self.standing = look(aws, templates)
        self.refusals += self.standing.refusals
        key = given_key(aws, templates)
        self.deviations = self.standing.deviations
        if isinstance(key, Refusal):
            self.refusals += (key,)
        elif key:
            self.deviations += (key,)
        listed = [
            resource
            for stack in templates
            for resource in stack.resources
            if resource.type == "AWS::SNS::Subscription"
        ]
        topic = outputs.alerts_topic_arn
        self.path = with_endpoints(aws, read_alert_path(aws, topic, prefix, self.standing, listed))
        self.bucket = Bucket(aws, outputs, self.standing, question.now)

    def _templates(self) -> tuple[list[DeployedStack], tuple[Refusal, ...]]:
        """Of all stacks that are more than a shell, and of which CloudFormation tells."""
        stacks = [each for each in self._stacks() if each.status not in SHELLS]
        client = self.aws("cloudformation")
        with thread_pool(THREADS) as pool:
            bodies = list(
                pool.map(
                    lambda each: ask(
                        "cloudformation", lambda: cloudformation.get_template(client, each.name)
                    ),
                    stacks,
                )
            )
        told = [
            DeployedStack(each.id, each.name, body, each.outputs, each.parameters, each.tags)
            for each, body in zip(stacks, bodies, strict=True)
            if not isinstance(body, Refusal)
        ]
        return told, tuple(body for body in bodies if isinstance(body, Refusal))

    def _stacks(self) -> list[Stack]:
        return [*([self.store] if self.store else []), *self.machinery]

    def target(self) -> Target:
        """All evidence."""
        evidence = self._watched()
        known = {record.name for stack in self.machinery for record in stack.tables}
        evidence += self._retired_tables(known)
        closer = self.question.verify != "none"
        evidence = with_sources(self.aws, evidence, closer=closer)
        evidence = together(self._closer, evidence) if closer else evidence
        now, days = self.question.now or self.aws.time(), self.question.days
        since = first_day(now, days) if days else None
        evidence = with_drills(self.aws, self.bucket.name, evidence, since)
        evidence = [self.bucket.with_expiry(each) for each in evidence]
        if days:
            evidence = with_days(self.aws, self.machinery, self.bucket, evidence, days, now)
        return Target(
            prefix=self.prefix,
            path=self.path,
            evidence=tuple(evidence),
            place=self.place,
            deployed=bool(self.machinery),
            stacks=tuple(map(self._state, self._stacks())),
            foreign=tuple(map(self._state, self.foreign)),
            missing=self.missing,
            mistakes=(*self.question.listing.mistakes, *([MISTAKEN] if self.question.store.mistaken else [])),
            unlike=self.unlike,
            blind=self.blind,
            elsewhere={
                table: told
                for table in self.question.tables
                if table not in known and (told := self.question.told_by(table))
            },
        )

    def _watched(self) -> list[Evidence]:
        """Of the tables that are deployed and wanted."""
        chosen = {
            stack.name: [record for record in stack.tables if self._is_wanted(record.name)]
            for stack in self.machinery
        }
        self.blind: tuple[str, ...] = ()
        enabled = [record for records in chosen.values() for record in records if record.enabled]
        alarms = Alarms(self.aws, self.prefix, self.standing) if enabled else None
        if alarms:
            self.blind = tuple(alarms.blind)
        runs = Runs(self.aws, self.bucket, self.question.verify, self.question.now, self.question.max_age)
        evidence: list[Evidence] = []
        for stack in self.machinery:
            found = [self._begun(stack, record, alarms) for record in chosen[stack.name]]
            disabled = [each for each in found if each.record and not each.record.enabled]
            evidence += together(self.bucket.with_newest_point, disabled)
            evidence += runs.of(stack, [each for each in found if each.record and each.record.enabled])
        return evidence

    def _is_wanted(self, table: str) -> bool:
        return not self.question.tables or table in self.question.tables

    def _begun(self, stack: Stack, record: TableRecord, alarms: Alarms | None) -> Evidence:
        """What is known of a table before its runs are looked at."""
        listing = self.question.listing
        entry = listing.entries.get(record.name)
        evidence = Evidence(
            record.name,
            record,
            place=self.place,
            path=self.path,
            deviations=tuple(self._deviations(record.name, stack)),
            listed=record.name in listing.names if listing.names else None,
            unlike=unlike(entry, record) if entry else (),
            stacks=self._states(stack),
            missed_queue=stack.outputs.dead_letter_queue_arn,
            missed_start=alarms.firing(f"{stack.name}-{MISSED_STARTS}") if alarms else None,
            drills_asked=alarms.configured(naming.drills_alarm(stack.name)) if alarms else None,
        )
        if not (record.enabled and alarms):
            return evidence
        alarm = alarms.of(record)
        mutes = alarms.mutes(
            naming.alarm(self.prefix, record.name, PLANNERS[record.engine].MARK), *self._own(stack)
        )
        evidence = refused(replace(evidence, alarm=alarm), *self.refusals)
        return refused(evidence, mutes) if isinstance(mutes, Refusal) else replace(evidence, mutes=mutes)

    def _states(self, stack: Stack) -> tuple[StackState, ...]:
        known = tuple(self._state(each) for each in self._stacks() if each in (self.store, stack))
        name = naming.store(self.prefix)
        if self.store or name in [each.name for each in self.foreign]:
            return known
        return (StackState(name, GONE), *known)

    def _state(self, stack: Stack) -> StackState:
        tables = tuple(table.name for table in stack.tables)
        return StackState(stack.name, stack.status, tables, by_hand=stack.name in self.by_hand)

    def _own(self, stack: Stack) -> list[str]:
        """The alarms of a stack that tell of its runs."""
        return [f"{stack.name}-{what}" for what in STACK_ALARMS]

    def _deviations(self, table: str, stack: Stack) -> Iterator[Deviation]:
        """What concerns a table, of its own stack and of the store."""
        for each in self.deviations:
            mine = each.stack == stack.name or (self.store and each.stack == self.store.name)
            if mine and table in each.tables and each.type not in TOLD_ELSEWHERE:
                yield each

    def _closer(self, evidence: Evidence) -> Evidence:
        enabled = evidence.record and evidence.record.enabled
        return self.bucket.with_closer_look(evidence) if enabled else evidence

    def _retired_tables(self, known: set[str]) -> list[Evidence]:
        """Tables that should be deployed and are not, and those of which only points are left."""
        missed = [
            each for each in self.question.missed if each not in known and not self.question.told_by(each)
        ]
        off = {name for name, entry in self.question.listing.entries.items() if not entry.enabled}
        left = [] if self.question.tables else self.bucket.retired_tables({*known, *missed})
        begun = [
            Evidence(
                table,
                None,
                deployed=bool(self.machinery),
                place=self.place,
                path=self.path,
                listed=table in self.question.listing.names,
                several=bool(self.question.others),
                wanted=table in missed and table not in off,
                retired=table in left,
            )
            for table in (*missed, *left)
        ]
        found = together(self.bucket.with_newest_point, begun) if self.bucket.name else begun
        return [each for each in found if each.points or not each.retired]
