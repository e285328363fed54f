# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Looks at what of a deployment is not as its templates say, and tells what is to be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base.naming import TAG
from .._model.standing import ADDED, EXTENDED, MISSING, PENDING
from .._stacks.state import SETTLED
from .._stacks.template import DeployedStack
from .._standing import repairs as standing_repairs
from .._standing.gather import look
from .._standing.gather_alert_path import read_alert_path, with_endpoints
from .alarm import path_reasons
from .reasons import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .._aws.client import Aws
    from .._model.evidence import AlertPath
    from .._model.refusal import Refusal
    from .._model.stack import Stack
    from .._model.standing import Standing

# What else path_reasons tells is put right, or is waited for.
UNHEARD = {"alert_key_blocks_cloudwatch", "subscriber_unreachable"}
NOT_KNOWN = {"alert_key_not_known"}


@dataclass(frozen=True)
class Looked:
    """What stands, and what is to be done about it."""

    stacks: tuple[DeployedStack, ...]
    standing: Standing
    repairs: standing_repairs.Repairs
    unprotected: tuple[str, ...]  # names of stacks
    paths: tuple[AlertPath, ...]  # of the alerts topic, if there is one

    @property
    def due(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.repairs or self.unprotected)

    def left(self) -> dict[str, str]:
        """What is not as deployed, each with what to type if it stays so."""
        kept = {ADDED, EXTENDED, PENDING}
        found = [each for each in self.standing.deviations if each.kind not in kept]
        return {standing_repairs.sentence(each): standing_repairs.by_hand(each) for each in found}

    def taken_away(self) -> list[str]:
        """What others allowed, and CloudFormation takes away when it brings their stack in line."""
        return [
            standing_repairs.sentence(each)
            for each in self.standing.deviations
            if each.kind == EXTENDED
            and each.stack in self.repairs.stacks
            and each.type not in standing_repairs.NO_DRIFT
        ]

    def sentences(self) -> set[str]:
        """Of everything that differs, whether or not it is to be put right."""
        return {standing_repairs.sentence(each) for each in self.standing.deviations}

    def told(self) -> dict[str, Any]:
        """In sentences."""
        found = self.standing.deviations
        return {
            "due": self.due,
            "deviations": [*self.left(), *self.taken_away()],
            "left_alone": [standing_repairs.sentence(each) for each in found if each.kind == ADDED],
            "gone": [each.name for each in found if each.kind == MISSING],
            "unprotected": list(self.unprotected),
            "waiting": list(standing_repairs.waiting(found)),
            "unheard": self._told_of_paths(UNHEARD),
            "not_known": self._told_of_paths(NOT_KNOWN),
            "refused": list(dict.fromkeys(f"{each.call} ({each.code})" for each in self._refusals())),
        }

    def _told_of_paths(self, codes: set[str]) -> list[str]:
        told = [each for path in self.paths for each in path_reasons("any table", path, Rules())]
        return [each.message for each in told if each.code in codes]

    def _refusals(self) -> Iterator[Refusal]:
        yield from self.standing.refusals
        for path in self.paths:
            yield from path.refusals()


def look_at(aws: Aws, stacks: Iterable[Stack], templates: Mapping[str, dict[str, Any]]) -> Looked:
    """Compare stacks that are settled with their templates."""
    settled = [each for each in stacks if each.status in SETTLED]
    deployed = tuple(
        DeployedStack(each.id, each.name, templates[each.name], each.outputs, each.parameters, each.tags)
        for each in settled
    )
    standing = look(aws, deployed)
    return Looked(
        stacks=deployed,
        standing=standing,
        repairs=standing_repairs.repairs(standing.deviations),
        unprotected=tuple(each.name for each in settled if not each.protected),
        paths=tuple(_paths(aws, deployed, standing)),
    )


def _paths(aws: Aws, stacks: Iterable[DeployedStack], standing: Standing) -> Iterator[AlertPath]:
    """A topic that is not as deployed is put right first, then looked at."""
    if any(each.type == standing_repairs.TOPIC and each.kind != EXTENDED for each in standing.deviations):
        return
    for stack in stacks:
        if topic := stack.outputs.alerts_topic_arn:
            listed = [each for each in stack.resources if each.type == standing_repairs.SUBSCRIPTION]
            path = read_alert_path(aws, topic, stack.tags.get(TAG, ""), standing, listed)
            yield with_endpoints(aws, path)
