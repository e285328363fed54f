# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The things that are measured, each beside its baseline."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks import alone, comparing, drilling, figures, incident, listing, loading, planning, undoing
from benchmarks.target import HERE, Target, make_target
from local_aws.client.process import LocalAws

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.figures import Figures

OURS = "backup"
LOOP = "loop"
STATUS = "status"
GATHERING = "gathering"
PAST = "past"
PAST_GATHERING = "past gathering"
BARE = "bare"
HISTORY = "history"
WHOLE = "whole history"
ONE_BY_ONE = "one by one"

LOOP_PLAYBOOK = HERE / "playbooks" / "one_stack_per_table.yml"
QUESTIONS_PLAYBOOK = HERE / "playbooks" / "one_question_per_table.yml"
BARE_PLAYBOOK = HERE / "playbooks" / "one_task.yml"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["states.amazonaws.com", "scheduler.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Sizes:
    """How many tables each measurement takes; loops are extrapolated to what they do not measure."""

    deploy: tuple[int, ...] = (1, 10, 100, 200, 1000)
    status: tuple[int, ...] = (1, 200, 1000)
    past: tuple[int, ...] = (200,)
    days: int = 35
    past_rounds: int = 3  # what is to be seen is small
    rerun: tuple[int, ...] = (1, 200)
    history: tuple[int, ...] = (1, 200)
    points: int = listing.POINTS
    loops: tuple[int, ...] = (1, 10, 100, 200)
    compare: int = comparing.ITEMS
    load: loading.Sizes = field(default_factory=loading.Sizes)
    drill: int = drilling.ITEMS
    undo: incident.Sizes = field(default_factory=incident.Sizes)
    plan: int = planning.ITEMS


QUICK = Sizes(
    deploy=(2,),
    status=(2,),
    past=(2,),
    days=3,
    past_rounds=1,
    rerun=(2,),
    history=(2,),
    points=5,
    loops=(1, 2),
    compare=6_000,
    load=loading.Sizes(few=50, ours=200, others=100, rounds=1, kinds=("nested",)),
    drill=200,
    undo=incident.Sizes(items=5_000, ruined=500, since=20, inserted=10, expired=5),
    plan=2_000,
)


@dataclass
class Bench:
    """Measures; keeps the targets it has deployed, so that what follows need not deploy them again."""

    aws: LocalAws
    folder: Path
    sizes: Sizes
    deployed: dict[int, Target] = field(default_factory=dict)
    runs: dict[int, float] = field(default_factory=dict)
    accounts: int = 0

    def deploying(self) -> dict[str, dict[int, Figures]]:
        """The backup playbook in empty accounts, and a loop that deploys a stack for each table."""
        ours = {}
        for tables in self.sizes.deploy:
            self._tell(f"backup: {tables} tables")
            self.deployed[tables] = self._target(tables)
            ours[tables] = self.deployed[tables].play("tablekeeper.dynamodb.backup")
        looped = {}
        for tables in self.sizes.loops:
            self._tell(f"a stack for each of {tables} tables")
            target = self._target(tables)
            looped[tables] = target.play(str(LOOP_PLAYBOOK), shared=shared(target))
        return {OURS: ours, LOOP: figures.series(looped, self.sizes.deploy)}

    def judging(self) -> dict[str, dict[int, Figures]]:
        """The status playbook, its gathering alone, and a loop that asks for one alarm at a time."""
        found: dict[str, dict[int, Figures]] = defaultdict(dict)
        for tables in self.sizes.status:
            self._tell(f"backing up {tables} tables, then status")
            target = self.deployed[tables]
            self.runs[tables] = target.back_up()
            found[STATUS][tables] = target.play("tablekeeper.dynamodb.status")
            found[GATHERING][tables] = target.measure(sys.executable, "-m", "benchmarks.gathering")
        largest, looped = self.deployed[max(self.sizes.status)], {}
        for tables in self.sizes.loops:
            self._tell(f"a question for each of {tables} tables")
            names = largest.tables[:tables]
            looped[tables] = largest.play(str(QUESTIONS_PLAYBOOK), asked_tables=names)
        found[LOOP] = figures.series(looped, self.sizes.status)
        return dict(found)

    def rerunning(self) -> dict[str, dict[int, Figures]]:
        """An unchanged backup again, and an unchanged stack again with nothing around the task."""
        ours = {}
        for tables in self.sizes.rerun:
            self._tell(f"backup again: {tables} tables")
            ours[tables] = self.deployed[tables].play("tablekeeper.dynamodb.backup")
        self._tell("one task again")
        target = self._target(1)
        made = shared(target)
        target.play(str(BARE_PLAYBOOK), shared=made)
        return {OURS: ours, BARE: {1: target.play(str(BARE_PLAYBOOK), shared=made)}}

    def listing(self) -> dict[str, dict[int, Figures]]:
        """The history playbook as it is, and with every point; a loop that asks for one thing at a time."""
        found: dict[str, dict[int, Figures]] = defaultdict(dict)
        for tables in self.sizes.history:
            self._tell(f"history: {tables} tables with {self.sizes.points} points each")
            target = self.deployed.get(tables) or self._backed_up(tables)
            listing.fill(target, self.sizes.points)
            found[HISTORY][tables] = target.play("tablekeeper.dynamodb.history")
            found[WHOLE][tables] = target.play("tablekeeper.dynamodb.history", history_newest=0)
            loop = ("-m", "benchmarks.listed_one_by_one", target.bucket, str(tables))
            found[ONE_BY_ONE][tables] = target.measure(sys.executable, *loop)
        return dict(found)

    def _backed_up(self, tables: int) -> Target:
        target = self._target(tables)
        target.play("tablekeeper.dynamodb.backup")
        return target

    def comparing(self) -> dict[str, comparing.Compared]:
        """A table and its backup, the same files read by gzip and md5sum, and a loop of boto3."""
        self._tell(f"a comparison of {self.sizes.compare:,} items")
        return comparing.measure(self.folder, self.sizes.compare)

    def loading(self) -> list[loading.Load]:
        """A backup that is written into a table, and the same by other tools."""
        self._tell(f"a load of {self.sizes.load.ours:,} items")
        return loading.measure(self.folder, self.sizes.load)

    def drilling(self) -> dict[str, tuple[float, float]]:
        """A rehearsed restore, by phase."""
        self._tell(f"a drill of {self.sizes.drill:,} items")
        target = self.deployed[min(self.deployed)] if self.deployed else self._backed_up(1)
        return drilling.measure(target, self.sizes.drill)

    def planning(self) -> dict[str, alone.Took]:
        """The plan of an undo, by both ways."""
        self._tell(f"a plan from two points of {self.sizes.plan:,} items")
        return planning.measure(self.sizes.plan)

    def undoing(self) -> undoing.Undone:
        """An incident that is undone, on an embedded AWS whose clock moves."""
        self._tell(f"an undo in a table of {self.sizes.undo.items:,} items")
        with LocalAws() as aws:
            return undoing.measure(aws, aws.account, self.sizes.undo)

    def _target(self, tables: int) -> Target:
        self.accounts += 1
        return make_target(self.aws, self.folder / str(self.accounts), self.accounts, tables)

    @staticmethod
    def _tell(what: str) -> None:
        print(f"Measuring {what} ...", file=sys.stderr, flush=True)


def shared(target: Target) -> dict[str, str]:
    """What the baseline's stacks share; it is there before the measurement begins."""
    role = target.client("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=json.dumps(TRUST))
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = target.client("stepfunctions").create_state_machine(
        name="backup", definition=json.dumps(definition), roleArn=role["Role"]["Arn"]
    )
    return {
        "role": role["Role"]["Arn"],
        "machine": machine["stateMachineArn"],
        "alerts": target.client("sns").create_topic(Name="alerts")["TopicArn"],
    }
