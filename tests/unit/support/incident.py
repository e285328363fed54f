# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An incident with its exports in a bucket, and what must become of each item, told in the plainest way."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import rule
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import (
    Change,
    Planned,
    digest_of,
    planned_line,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Key
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.told import WINDOW

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, Any]
TABLE = "orders"
KEYS = (Key("pk", "S"), Key("sk", "N"))
TTL, MOMENT = "expires", 1_790_000_000
_BINARY = base64.b64encode(b"\x00\xff").decode()


def item(number: int, version: str = "good", **more: Any) -> Item:
    """One of many, with a value of every type."""
    return {
        "pk": {"S": f"customer-{number % 37}\u2028é"},
        "sk": {"N": str(number)},
        "version": {"S": version},
        "price": {"N": "1.5"},
        "tags": {"SS": ["a", "b"]},
        "sizes": {"NS": ["1", "20"]},
        "raw": {"B": _BINARY},
        "deep": {"M": {"l": {"L": [{"BS": [_BINARY]}, {"NULL": True}, {"BOOL": False}]}}},
        **more,
    }  # fmt: skip


def spelled_otherwise(held: Item) -> Item:
    """The same item in other words."""
    return {
        **dict(reversed(held.items())),
        "price": {"N": "1.50"},
        "tags": {"SS": ["b", "a"]},
        "sizes": {"NS": ["20.0", "1"]},
    }


@dataclass
class Incident:
    """What each item was before, at the end of the incident, and is now; None: it was not there."""

    bucket: str
    states: dict[int, tuple[Item | None, Item | None, Item | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, bucket: str, items: int) -> Incident:
        """Each kind of change there is, and many items that nothing happened to."""
        made = cls(bucket)
        for number in range(items):
            before, ruined = item(number), item(number, "ruined")
            late = item(number, expires={"N": str(MOMENT - 1)})
            made.states[number] = {
                0: (before, ruined, ruined),
                1: (before, ruined, spelled_otherwise(ruined)),
                2: (before, None, None),  # deleted
                3: (None, ruined, ruined),  # inserted
                4: (before, ruined, item(number, "rightly changed since")),
                5: (None, ruined, None),  # inserted, and gone since
                6: (late, ruined, ruined),
                7: (before, ruined, spelled_otherwise(before)),  # put right by someone
            }.get(number % 20, (before, before, before))
        return made

    def plan(self, live: Mapping[str, Item] | None = None) -> Counter[bytes]:
        """The lines of all files of a plan, by one rule and no machinery; `live` as the table spells it."""
        lines: Counter[bytes] = Counter()
        for number, (before, incident, expected) in self.states.items():
            now = expected if live is None or expected is None else live[str(number)]
            images = [digest_of(each) for each in (before, incident, now)]
            assert images[2] == digest_of(expected)
            if images[0] == images[1]:
                continue
            late = before is not None and TTL in before
            found = rule.action(*images, expired=late)
            key = {name: (before or incident or {})[name] for name in ("pk", "sk")}
            if found != rule.SAME:
                lines[planned_line(Planned(Change(key, before, incident), found, now))] += 1
        return lines

    def windows(self, s3: Any, count: int = 2) -> tuple[document.Window, ...]:
        """Incremental exports: what changes in several of them, is told in each."""
        windows = []
        for window in range(count):
            lines = []
            for number, (before, incident, _now) in self.states.items():
                if before == incident:
                    continue
                between = item(number, "between")
                old = before if window == 0 else between
                new = incident if window == count - 1 else between
                told = {"Metadata": {"WriteTimestampMicros": {"N": str(10**15 + window)}}}
                told["Keys"] = {name: between[name] for name in ("pk", "sk")}
                told |= {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
                lines.append(json.dumps(told, ensure_ascii=False).encode())
            windows.append(
                document.Window(WINDOW + window, files(s3, self.bucket, f"exports/window-{window}", lines))
            )
        return tuple(windows)

    def point(self, s3: Any, state: int) -> tuple[document.File, ...]:
        """A full export: 0 before, 1 at the end of the incident, 2 now."""
        held = [each[state] for each in self.states.values() if each[state] is not None]
        lines = [json.dumps({"Item": each}, ensure_ascii=False).encode() for each in held]
        return files(s3, self.bucket, f"exports/point-{state}", lines)

    def live(self) -> list[Item]:
        """The items of the table."""
        return [now for _before, _incident, now in self.states.values() if now is not None]


def files(s3: Any, bucket: str, folder: str, lines: list[bytes], count: int = 3) -> tuple[document.File, ...]:
    """Lines as the data files of an export, in any order; one of the files is empty, as AWS's may be."""
    random.Random(len(lines)).shuffle(lines)
    made = []
    for number in range(count + 1):
        some = lines[number::count] if number < count else []
        body = gzip.compress(b"".join(line + b"\n" for line in some))
        key = f"{folder}/data/{number:04d}.json.gz"
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
        made.append(document.File(bucket, key, len(body), len(some), md5))
    return tuple(made)


def request(work: str, bucket: str, region: str, images: document.Images, **more: Any) -> document.Request:
    """What a job is asked about it."""
    asked: dict[str, Any] = {
        "version": document.VERSION, "work": work, "region": region, "table": TABLE, "keys": KEYS,
        "bucket": bucket, "folder": f"undo/{TABLE}/x/job/{work}/", "output": f"undo/{TABLE}/x/",
        "images": images, "plan": (), "taken": document.Taken((), "", ()), "time_to_live": TTL,
        "moment": MOMENT, "version_attribute": "", "slots": 2, "parts": 3, "read_units_per_second": 0.0,
        "write_units_per_second": 0.0,
    }  # fmt: skip
    return document.Request(**asked | more)


def images(**given: Any) -> document.Images:
    """Where the images are from; none, unless they are given."""
    none: dict[str, Any] = {
        "windows": (), "before": (), "incident": (), "now": (), "now_is_exported": False, "two_states": False,
    }  # fmt: skip
    return document.Images(**none | given)
