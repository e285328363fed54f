# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The least that is an engine: it copies nothing, and says so. The suite takes it as it takes the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.daily import Told
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Past
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.history import Listed
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.preparation import Preparation
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import (
    Look,
    MachineError,
    Watch,
    lost_result,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.survey import Looked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Findings, Point
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack

NAME = "toy"
SERVICE = "sts"
ENDS = ("/toy",)


def survey(aws: Aws, tables: Sequence[str], place: str) -> Looked:
    del aws, place
    return Looked(known={"count": len(tables)})


def prepare(aws: Aws, wanted: Mapping[str, Any]) -> Preparation:
    del aws
    return Preparation(tuple(wanted["toys"]), ("in a corner", "on the table"), lambda _wait: {})


def latest_runs(
    aws: Aws,
    stack: Stack,
    bucket: str,
    tables: Collection[str],
    *,
    first: int = 0,
    last: int | None = None,
    since: datetime | None = None,
    young: Mapping[str, datetime] | None = None,
) -> dict[str, Past]:
    del aws, stack, bucket, first, last, since, young
    return {table: Past() for table in tables}


def failed_runs(
    aws: Aws, stack: Stack, bucket: str, since: Mapping[str, datetime], known: Collection[str]
) -> dict[str, Past]:
    del aws, stack, bucket, since, known
    return {}


def reported_points(
    aws: Aws, stack: Stack, bucket: str, since: datetime, most: int
) -> Iterator[tuple[str, Point]]:
    del aws, stack, bucket, since, most
    return iter(())


def daily_runs(aws: Aws, stack: Stack, bucket: str, tables: Collection[str], since: datetime) -> Told:
    del aws, stack, bucket, tables, since
    return Told()


def holds(folder: str) -> bool:
    return folder.endswith("-toy/")


def read_point(aws: Aws, bucket: str, folder: str, *, empty: bool = False) -> Point | None:
    del aws, bucket, folder, empty
    return None


def bulk(key: str) -> str:
    del key
    return ""


def listed_points(
    aws: Aws, bucket: str, folder: str, objects: Mapping[str, Mapping[str, Any]]
) -> Iterator[Listed]:
    del aws, bucket, folder, objects
    yield Listed(None, why_not="a toy keeps nothing")


def end_keys(client: Any, bucket: str, folder: str) -> list[str]:
    del client, bucket
    return [f"{folder}toy"]


def looks(aws: Aws, point: Point, *, content: bool) -> dict[str, Callable[[], Findings]]:
    del aws, point, content
    return {}


def check(stack: Stack) -> None:
    if "Toy" not in stack.outputs.raw:
        raise MachineError(f"Stack {stack.name} has no toy: run the backup playbook to finish it.")


def start(aws: Aws, stack: Stack, tables: Collection[str], started_by: str, now: datetime) -> Iterator[Watch]:
    del aws, stack, started_by, now
    yield Watch("toy", tuple(sorted(tables)), engine=NAME)


def look(aws: Aws, watch: Watch) -> Look:
    del aws
    results = tuple(lost_result(table, "TOY", "") for table in watch.tables)
    return Look(watch, "TOY", ended=True, results=results)
