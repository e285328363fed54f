# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans of undos, with their files, and the schema of plan.json."""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import plan_document as doc
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Change, Planned
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import (
    GROUPS,
    PartFile,
    Parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/undo-plan-1.json").read_text(encoding="utf-8"))
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
ID = "20261129T140003Z-1a2b"


def invalid(document: Any) -> list[str]:
    """What a document has against the schema."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(document)]


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def planned(action: str, key: str = "a", now: str = "2") -> Planned:
    """A change of an item n=1 to n=2 by the incident, and what is to be done about it."""
    images = {count: {"id": {"S": key}, "n": {"N": count}} for count in ("1", "2", now)}
    return Planned(Change({"id": {"S": key}}, images["1"], images["2"]), action, images[now])


def written(
    changes: Iterable[Planned], folder: str = doc.folder("orders", ID)
) -> tuple[tuple[PartFile, ...], dict[str, bytes]]:
    """The files of planned changes, and their contents by key."""
    contents: dict[str, bytes] = {}
    writers = {
        group: Parts(folder, group, lambda file, content: contents.update({file.key: content}))
        for group in dict.fromkeys(GROUPS.values())
    }
    for change in changes:
        writers[GROUPS[change.action]].add(change)
    for writer in writers.values():
        writer.end()
    return tuple(file for writer in writers.values() for file in writer.files), contents


def plan(changes: Iterable[Planned] = (), **over: Any) -> doc.Plan:
    """A plan of these changes, of an incident of twenty minutes."""
    changes = list(changes)
    files, _contents = written(changes)
    made = doc.Plan(
        version=doc.VERSION,
        id=ID,
        made="2026-11-29T14:00:03Z",
        made_by="ansible",
        table=doc.Table(
            name="orders",
            arn=ARN,
            id="0a1b2c3d-0000-1111-2222-333344445555",
            created="2026-01-01T00:00:00Z",
            keys=(doc.Key("id", "S"),),
            time_to_live="",
            on_demand=True,
            write_units=0,
        ),
        images=doc.Images(
            kind=doc.WINDOWS,
            from_="2026-11-29T13:00:00Z",
            until="2026-11-29T13:20:00Z",
            origins=(
                doc.Origin(
                    id=f"{ARN}/export/01",
                    location="s3://store/exports/orders",
                    from_="2026-11-29T13:00:00Z",
                    until="2026-11-29T13:20:00Z",
                    items=len(changes),
                ),
            ),
            undo="",
        ),
        filter=doc.Filter(keys=0, where="", choose=()),
        counts=dict.fromkeys(doc.COUNTED, 0) | Counter(change.action for change in changes),
        work=doc.Work(
            items=0,
            bytes=0,
            write_units=0,
            read_units=0,
            dollars=0.0,
            seconds=0.0,
            write_units_per_second=500.0,
            told="nothing",
        ),
        effects=tuple(doc.Effect(name, doc.NONE, ()) for name in doc.EFFECTS),
        version_attribute="",
        protection="Point-in-time recovery is on.",
        notes=(),
        files=files,
    )
    return replace(made, **over)


def stored(account: Any, bucket: str, changes: Iterable[Planned], **over: Any) -> doc.Plan:
    """A plan in a bucket, with its files."""
    changes = list(changes)
    made = plan(changes, **over)
    _files, contents = written(changes)
    contents[f"{made.folder}plan.json"] = doc.to_json(made)
    for key, content in contents.items():
        account.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return made
