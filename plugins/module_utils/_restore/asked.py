# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a restore was asked for, and how that differs from what another was asked for."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base.options import OPTION_PREFIX, named
from .._settings.document import Key, Units
from .options import AUTO, CONTENT, LATEST, LOAD_UP_TO_MB, STATE_PREFIX
from .target import AWS_MANAGED, AWS_OWNED, NotRestorableError, Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
TYPES = ("S", "N", "B")
MOST_KEYS = 2
MB = 1_000_000


@dataclass(frozen=True)
class Foreign:
    """Where a backup lies that others made."""

    bucket: str
    prefix: str = ""
    format: str = AUTO
    chosen: str = ""
    owner: str = ""

    @property
    def location(self) -> str:
        """As people write it."""
        return f"s3://{self.bucket}/{self.prefix}" + (f" ({self.chosen})" if self.chosen else "")


@dataclass(frozen=True)
class Asked:
    """The options of the module."""

    table: str
    to: str = ""  # empty: named after the point
    point: str = LATEST
    foreign: Foreign | None = None
    keys: tuple[Key, ...] = ()
    bucket: str = ""
    overrides: Overrides = field(default_factory=Overrides)
    skip: tuple[str, ...] = ()
    way: str = AUTO
    load_up_to: int = LOAD_UP_TO_MB * MB
    warm: bool = False
    verify: str = CONTENT
    units_per_second: int = 0  # 0: no limit
    parameter: str = ""
    started_by: str = ""
    state_prefix: str = STATE_PREFIX
    wait_sleep: float = 15
    option_prefix: str = ""
    # What only a drill asks for:
    tags: Mapping[str, str] = field(default_factory=dict)  # that the new table gets beside its own
    from_files: bool = False  # the point itself is to be proven, and nothing that DynamoDB has beside it

    @property
    def under_its_name(self) -> str:
        """The options that bring a table that is gone back under its name."""
        return self.named(f"O(table)={self.table} O(to)={self.table}")

    def named(self, text: str) -> str:
        """A sentence with options as users call them."""
        return named(text, self.option_prefix)

    def same(self, region: str) -> dict[str, Any]:
        """What must not change from one call to the next for the second to go on with the restore.

        The point and the way are not among it: what was chosen at first is kept.
        """
        return {
            "table": self.table,
            "region": region,
            "from": vars(self.foreign) if self.foreign else None,
            "keys": {each.name: each.type for each in self.keys},
            "overrides": _plain(self.overrides),
            "skip": sorted(self.skip),
            "warm_throughput": self.warm,
            **({"tags": dict(self.tags)} if self.tags else {}),
        }


def read(params: Mapping[str, Any]) -> Asked:
    """The options of the module, if they can be meant."""
    given = params["from"]
    prefix = params["state_prefix"].strip("/")
    found = Asked(
        table=_named(params["table"], "table"),
        to=_named(params["to"], "to") if params["to"] else "",
        point=str(params["point"]).strip() or LATEST,
        foreign=Foreign(**given) if given else None,
        keys=_keys(params["keys"]),
        bucket=params["bucket"],
        overrides=_overrides(params["overrides"] or {}),
        skip=tuple(params["skip"]),
        way=params["way"],
        load_up_to=params["load_up_to_mb"] * MB,
        warm=params["warm_throughput"],
        verify=params["verify"],
        units_per_second=params["max_write_units_per_second"],
        parameter=params["parameter"],
        started_by=params["started_by"],
        state_prefix=f"{prefix}/" if prefix else STATE_PREFIX,
        wait_sleep=params["wait_sleep"],
        option_prefix=params[OPTION_PREFIX],
        tags=params.get("tags") or {},
        from_files=bool(params.get("from_files")),
    )
    if found.foreign and found.point != LATEST:
        raise NotRestorableError("O(point) and O(from) exclude each other: a backup of others is one point")
    if found.wait_sleep < 0 or found.units_per_second < 0 or found.load_up_to < 0:
        raise NotRestorableError(
            "O(wait_sleep), O(load_up_to_mb) and O(max_write_units_per_second): give no negative"
        )
    return found


def digest(same: Mapping[str, Any], point: str, way: str) -> str:
    """What tells one restore from any other: the new table carries it."""
    text = json.dumps([same, point, way], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What was asked otherwise, as sentences."""
    names = dict.fromkeys([*before, *now])
    return [
        f"O({name}) was {json.dumps(before.get(name))} and is {json.dumps(now.get(name))}"
        for name in names
        if before.get(name) != now.get(name)
    ]


def _named(name: str, option: str) -> str:
    if not NAME.fullmatch(name):
        raise NotRestorableError(
            f"O({option}) is {name!r}: the name of a table has 3 to 255 letters, digits, dots, hyphens and "
            "underscores"
        )
    return name


def _keys(given: Mapping[str, Any]) -> tuple[Key, ...]:
    if not given:
        return ()
    if len(given) > MOST_KEYS or any(kind not in TYPES for kind in given.values()):
        raise NotRestorableError(
            "O(keys): name the partition key and then the sort key, if there is one, each with its type S, N "
            "or B, such as {id: S, at: N}"
        )
    return tuple(
        Key(str(name), role, kind)
        for (name, kind), role in zip(given.items(), ("HASH", "RANGE"), strict=False)
    )


def _overrides(given: Mapping[str, Any]) -> Overrides:
    key = given.get("kms_key") or ""
    if key and key not in (AWS_OWNED, AWS_MANAGED) and not key.startswith("arn:"):
        raise NotRestorableError(
            f"O(overrides.kms_key) is {key!r}: give the ARN of a key, {AWS_OWNED} or {AWS_MANAGED}"
        )
    return Overrides(
        billing=given.get("billing_mode") or "",
        throughput=_units(given, "read_capacity", "write_capacity"),
        maximum=_units(given, "max_read_units", "max_write_units"),
        table_class=given.get("table_class") or "",
        key=key,
    )


def _units(given: Mapping[str, Any], read: str, write: str) -> Units | None:
    if given.get(read) is None and given.get(write) is None:
        return None
    if given.get(read) is None or given.get(write) is None:
        raise NotRestorableError(f"O(overrides): give both, {read} and {write}")
    return Units(given[read], given[write])


def _plain(overrides: Overrides) -> dict[str, Any]:
    found = {
        "billing_mode": overrides.billing,
        "capacity": overrides.throughput and [overrides.throughput.read, overrides.throughput.write],
        "max_units": overrides.maximum and [overrides.maximum.read, overrides.maximum.write],
        "table_class": overrides.table_class,
        "kms_key": overrides.key,
    }
    return {name: value for name, value in found.items() if value}
