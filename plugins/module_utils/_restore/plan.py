# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of a restore, as far as settings go: what makes the table, what follows, what is not brought back.

Everything here is about data: nothing asks AWS.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from .._settings.document import ON_DEMAND, PROVISIONED, Settings, Unknown, known, known_part
from . import making, steps
from .retarget import retarget
from .target import Left, NotRestorableError, Overrides, Target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from .._settings.document import Encryption

Way = Literal["create", "import", "native"]

SKIPPED = "it was to be skipped"
SKIPPABLE = (
    "deletion_protection",
    "encryption",
    "global_indexes",
    "insights",
    "kinesis",
    "local_indexes",
    "maximum",
    "point_in_time_recovery",
    "policy",
    "scalable_targets",
    "scaling_policies",
    "scheduled_actions",
    "stream",
    "stream_policy",
    "table_class",
    "tags",
    "ttl",
    "vector_indexes",
    "warm_throughput",
)
_DEFAULTS = {each.name: each for each in fields(Settings) if each.name in SKIPPABLE}
# What a setting is if it is skipped.
WITHOUT: Mapping[str, Any] = {
    name: {} if name == "tags" else each.default for name, each in _DEFAULTS.items()
}
# A drill's table has the items and the indexes, and nobody else's attention.
DRILL = frozenset(SKIPPABLE) - {"local_indexes", "global_indexes", "vector_indexes", "encryption", "maximum"}


@dataclass(frozen=True)
class Wishes:
    """What the user wants of the settings."""

    overrides: Overrides = field(default_factory=Overrides)
    skip: Collection[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)  # beside the table's own
    warm: bool = False  # AWS bills warm throughput
    filled_on_demand: bool = False  # since its own capacity would take hours to fill it


@dataclass(frozen=True)
class Plan:
    """What becomes of the settings of a table."""

    expected: Settings  # the settings that the new table has if nothing is left
    making: Mapping[str, Any]  # the arguments of the call that makes it, as far as they are settings
    steps: tuple[steps.Step, ...]
    left: tuple[Left, ...]
    reasons: Mapping[str, str]  # why the new table differs, by path


def make(saved: Settings, target: Target, way: Way, wishes: Wishes, now: datetime) -> Plan:
    """The plan for one table in one way."""
    expected = retarget(saved, target)
    wanted, overridden = wishes.overrides.over(expected)
    wanted, skipped = _without(wanted, wishes.skip)
    wanted, unusable = _usable(wanted, target)
    wanted = replace(wanted, tags={**wanted.tags, **wishes.tags})
    provision = wishes.filled_on_demand and way == "create" and wanted.billing == PROVISIONED
    follow = steps.after(wanted, way, now, warm=wishes.warm, provision=provision)
    left = [*skipped, *_unknown(wanted), *unusable, *follow.left, *_never(expected)]
    added = [Left(f"tags[{key}]", "the restore has added it") for key in wishes.tags]
    return Plan(
        expected=expected,
        making=_making(on_demand(wanted) if provision else wanted, expected, way, warm=wishes.warm),
        steps=follow.steps,
        left=tuple(left),
        reasons=dict([*([] if wishes.warm else _cold(expected)), *left, *overridden, *added]),
    )


def on_demand(settings: Settings) -> Settings:
    """The settings of a table that is filled before it gets its capacity."""
    indexes = tuple(replace(each, throughput=None) for each in settings.global_indexes)
    return replace(settings, billing=ON_DEMAND, throughput=None, global_indexes=indexes)


def _cold(settings: Settings) -> list[Left]:
    """What AWS chooses by itself for a new table."""
    paths = ["warm_throughput", *(f"global_indexes[{each.name}].warm" for each in settings.global_indexes)]
    return [Left(path, "AWS chooses it, since it was not asked for") for path in paths]


def _making(wanted: Settings, before: Settings, way: Way, *, warm: bool) -> Mapping[str, Any]:
    if way == "create":
        return making.creation(wanted, warm=warm)
    if way == "import":
        return making.import_parameters(wanted, warm=warm)
    return making.restore_overrides(wanted, before, warm=warm)


def _without(settings: Settings, skip: Collection[str]) -> tuple[Settings, list[Left]]:
    """The settings less those that are skipped, and less what only makes sense with them."""
    if wrong := sorted(set(skip) - set(SKIPPABLE)):
        raise NotRestorableError(
            f"O(skip): {', '.join(wrong)} cannot be skipped: there is {', '.join(SKIPPABLE)}"
        )
    had = [name for name in skip if getattr(settings, name) != WITHOUT[name]]
    return replace(settings, **{name: WITHOUT[name] for name in had}), [Left(name, SKIPPED) for name in had]


def _usable(settings: Settings, target: Target) -> tuple[Settings, list[Left]]:
    """The settings less what AWS would refuse."""
    _require_key(settings.encryption, target)
    own = {key: value for key, value in settings.tags.items() if not key.lower().startswith("aws:")}
    left = [
        Left(f"tags[{key}]", "only AWS sets tags that begin with aws:")
        for key in settings.tags.keys() - own.keys()
    ]
    return replace(settings, tags=own), sorted(left)


def _require_key(key: Encryption | None, target: Target) -> None:
    if key is None or key.manager == "AWS" or not key.key_arn:
        return
    if (place := key.key_arn.split(":")[3]) != target.region:
        raise NotRestorableError(
            f"encryption: the key {key.key_arn} is in {place}, and a table in {target.region} needs another: "
            "name one there with O(overrides.kms_key)"
        )


def _unknown(settings: Settings) -> list[Left]:
    """What may have been there. What is known of it is brought back all the same."""
    found = ((each.name, getattr(settings, each.name)) for each in fields(settings))
    return [
        Left(name, f"it is not known: {value.why}") for name, value in found if isinstance(value, Unknown)
    ]


def _never(settings: Settings) -> list[Left]:
    """What is listed for people, and never made by itself."""
    found = [Left(f"replicas[{each}]", "no replica is made by itself") for each in settings.replicas]
    found += [Left(f"witnesses[{each}]", "no witness is made by itself") for each in settings.witnesses]
    if settings.consistency:
        found.append(Left("consistency", "it is chosen when replicas are made"))
    if known(settings.replica_scaling, ()):
        found.append(Left("replica_scaling", "no replica is made by itself"))
    found += [
        Left(f"alarms[{each}]", "no alarm is made by itself: point it to the new table")
        for each in known_part(settings.alarms)
    ]
    found += [
        Left(
            f"event_sources[{each.id}]",
            f"map the new stream to {each.function}: a mapping cannot be moved",
        )
        for each in known_part(settings.event_sources)
    ]
    found += [
        Left(f"pipes[{each.identity}]", "make it again with the new stream: its source cannot be changed")
        for each in known_part(settings.pipes)
    ]
    return found
