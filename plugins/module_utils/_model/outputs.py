# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stacks tell later steps: their outputs, and the records of tables that are in them.

It is all that is known of a deployment. A stack that an earlier version deployed is read as well: an output
or a member that is not known here is passed over, one that is missing has the default.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from .._base.sizes import cut
from .keys import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

# An output holds 4,096 characters: members whose names are too long for many tables have these there.
SHORT = {"retention_days": "days", "timezone": "tz"}
LISTING_CHARS = 3_500


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record in an output, as JSON."""

    @classmethod
    def from_json(cls, told: Mapping[str, Any], **more: Any) -> Self:
        """Read what `to_json` wrote, now or in an earlier version."""
        names = {each.name: SHORT.get(each.name, each.name) for each in fields(cls)}
        return cls(**{name: told[key] for name, key in names.items() if key in told} | more)

    def to_json(self) -> dict[str, Any]:
        """The members that are stored, in the order in which they are declared."""
        told = {each.name: getattr(self, each.name) for each in fields(self) if each.metadata != NOT_STORED}
        return {SHORT.get(name, name): value for name, value in told.items() if value is not None}


NOT_STORED = {"stored": False}


# The members of a table that every stack has, in their order; another would be a change to every stack.
ORDER = (
    "name", "every", "max_age", "window", "echo", "days", "at", "tz", "schedule", "enabled", "armed",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TableRecord(Remembered, Record):
    """What a stack remembers of a table that it backs up. Times are in hours.

    A key that it does not tell has its default: there was none when it was deployed.
    """

    engine: str = field(default="", metadata=NOT_STORED)  # that of the stack
    window: int = 0  # that the missed-run alarm looks back
    echo: int = 0  # for which a heartbeat is kept alive, so that the window covers max_age
    schedule: str = ""  # the id of what starts it together with others; empty if it is not enabled
    armed: bool = False  # its alarm counts, since it had a first heartbeat
    drill_armed: bool = False  # the same of the alarm of its stack's drills, if it asks for them
    own: Mapping[str, Any] = field(default_factory=dict, metadata=NOT_STORED)  # what only its engine knows

    @classmethod
    def from_json(cls, told: Mapping[str, Any], **more: Any) -> Self:
        """Read what `to_json` wrote; what is not known here is for the engine."""
        known = {SHORT.get(each.name, each.name) for each in fields(cls)}
        own = {key: value for key, value in told.items() if key not in known}
        return super().from_json(told, **{"own": own, **more})

    def to_json(self) -> dict[str, Any]:
        """The members that all stacks have, what else is not as by default, and what only the engine knows.

        So a stack that asks for nothing new stays as it is.
        """
        told = super().to_json()
        first = {key: told.pop(key) for key in ORDER}
        usual = {each.name: each.default for each in fields(self)}
        more = {key: value for key, value in told.items() if value != usual[key]}
        return {**first, **more, **self.own}


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """The outputs of the store, or of a stack of machinery; what a stack does not have is empty."""

    raw: Mapping[str, str] = field(default_factory=dict)  # as CloudFormation returns them
    digest: str | None = None  # of what was deployed; None: it was before there was such an output
    tag_keys: tuple[str, ...] = ()  # of the tags that are not somebody else's
    # Of the store:
    bucket_name: str = ""
    log_bucket_name: str = ""
    alerts_topic_arn: str = ""
    kms_key_arn: str = ""
    object_lock: str = ""  # mode and days
    retention_days: tuple[int, ...] = ()  # all that ever were, since backups may be left
    last_stacks: tuple[str, ...] | None = None  # the last of each engine; None: it was before that was told
    inventory_host: str = ""
    # Of machinery:
    state_machine_arn: str = ""
    heartbeat_machine_arn: str = ""
    dead_letter_queue_arn: str = ""

    @classmethod
    def from_raw(cls, raw: Mapping[str, str]) -> Self:
        """Read what CloudFormation returned."""
        keys = {each.name: _key(each.name) for each in fields(cls)}
        told: dict[str, Any] = {name: raw[key] for name, key in keys.items() if key in raw}
        for name in ("tag_keys", "last_stacks"):
            if name in told:
                told[name] = _listed(told[name])
        if "retention_days" in told:
            told["retention_days"] = tuple(map(int, _listed(told["retention_days"])))
        return cls(**{**told, "raw": raw})

    def tables(self, engine: str = "") -> tuple[TableRecord, ...]:
        """The records of the tables of a stack of machinery."""
        return tuple(TableRecord.from_json(each, engine=engine) for each in self._records("Tables"))

    def own(self) -> dict[str, list[dict[str, Any]]]:
        """The other lists of records, which only the stack's engine knows, by their name."""
        names = sorted(key.removesuffix("0") for key, text in self.raw.items() if text.startswith("[{"))
        return {name: self._records(name) for name in names if name != "Tables" and f"{name}0" in self.raw}

    def _records(self, what: str) -> list[dict[str, Any]]:
        """What is in the outputs Tables0, Tables1 and so on: as many as their length asks for."""
        records: list[dict[str, Any]] = []
        number = 0
        while (text := self.raw.get(f"{what}{number}")) is not None:
            records.extend(json.loads(text))
            number += 1
        return records


def _key(name: str) -> str:
    """The name of an output, which CloudFormation has in camel case: bucket_name is BucketName."""
    return "".join(map(str.capitalize, name.split("_")))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def listing(records: Iterable[Record]) -> tuple[str, ...]:
    """Records as texts that fit an output each."""
    texts = (json.dumps(each.to_json(), separators=(",", ":")) for each in records)
    return tuple(f"[{','.join(each)}]" for each in cut(texts, lambda text: len(text) + 1, LISTING_CHARS - 2))
