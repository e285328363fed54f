# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the plan of an undo from two points as put_back does, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_differences import (
    Wanted,
    compared,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import Files
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.export import (
    FORMAT,
    read_line,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.parts import (
    Lines,
    Proof,
    Reading,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    Object,
    Source,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.deciding import Taking, decided
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.gather_live import with_now
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.merged import merging
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import GROUPS, Parts
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.told import WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import PartFile


def main(path: str) -> None:
    request = document.of_json(Path(path).read_bytes())
    s3 = boto3.client("s3")
    names = tuple(key.name for key in request.keys)
    taking = Taking(names, request.moment)

    def keep(file: PartFile, content: bytes) -> None:
        s3.put_object(Bucket=request.bucket, Key=file.key, Body=content)

    parts = {group: Parts(request.output, group, keep) for group in dict.fromkeys(GROUPS.values())}
    keys = {key.name: key.type for key in request.keys}
    points = request.images.before, request.images.incident
    sides = [Files(reading(s3, files), keys) for files in points]
    with merging(names) as merged:
        with compared(*sides, Wanted(all=True), lambda _progress: None, what=request.table) as outcome:
            for each in outcome.differing():
                merged.add(WINDOW, each.key, each.expected, each.found)
        reads = ItemReads(boto3.client("dynamodb"))
        for change, now in with_now(reads, request.table, names, merged.changes(), Rate(None)):
            planned = decided(change, now, taking)
            if planned and (group := GROUPS.get(planned.action)):
                parts[group].add(planned)
    for writer in parts.values():
        writer.end()


def reading(s3: Any, files: Iterable[document.File]) -> Reading:
    """A point in the bucket."""
    found = {file.key: file for file in files}
    bucket = next(iter(found.values())).bucket

    def opened(name: str) -> BinaryIO:
        body: BinaryIO = s3.get_object(Bucket=bucket, Key=name)["Body"]
        return body

    source = Source(f"s3://{bucket}", tuple(Object(key, file.size) for key, file in found.items()), opened)
    parts = tuple(
        Lines(source, Object(key, file.size), read_line, Proof(file.items, file.md5))
        for key, file in found.items()
    )
    return Reading(FORMAT, parts, items=sum(file.items for file in found.values()))


main(sys.argv[1])
