# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Points that DynamoDB and AWS Backup have of tables: a call for each table, and a few for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._aws import backup, dynamodb
from .._aws.client import ask
from .._base.threads import thread_pool
from .._model.refusal import Refusal
from . import native

if TYPE_CHECKING:
    from collections.abc import Collection

    from .._aws.client import Aws
    from .._model.history import RestorePoint

THREADS = 8


def native_points(aws: Aws, tables: Collection[str]) -> tuple[list[RestorePoint], list[Refusal]]:
    """The windows and backups of these tables, whether or not they still exist; each backup is told once."""
    with thread_pool(THREADS) as pool:
        backups = pool.submit(ask, "dynamodb", lambda: _backups(aws, tables))
        vaults = pool.submit(ask, "backup", lambda: _recovery_points(aws, tables))
        windows = pool.map(lambda table: ask("dynamodb", lambda: _window(aws, table)), tables)
        answers = [*windows, backups.result(), vaults.result()]
    found: dict[tuple[str, str], RestorePoint] = {}
    for answer in answers:
        for point in answer if isinstance(answer, list) else []:
            found.setdefault((point.table, point.id), point)
    return list(found.values()), [each for each in answers if isinstance(each, Refusal)]


def _window(aws: Aws, table: str) -> list[RestorePoint]:
    found = native.window(table, dynamodb.describe_recovery(aws("dynamodb"), table))
    return [found] if found else []


def _backups(aws: Aws, tables: Collection[str]) -> list[RestorePoint]:
    """All of the account are listed in fewer calls than those of several tables."""
    only = next(iter(tables)) if len(tables) == 1 else ""
    listed = dynamodb.list_backups(aws("dynamodb"), only)
    return [native.backup(each) for each in listed if each["TableName"] in tables]


def _recovery_points(aws: Aws, tables: Collection[str]) -> list[RestorePoint]:
    """Of the tables that AWS Backup knows, of which many need not be asked for one by one."""
    client = aws("backup")
    known = {arn: name for arn in backup.list_tables(client) if (name := arn.rpartition("/")[2]) in tables}
    with thread_pool(THREADS) as pool:
        listed = pool.map(lambda arn: list(backup.list_recovery_points(client, arn)), known)
        return [
            native.recovery_point(table, each)
            for table, found in zip(known.values(), listed, strict=True)
            for each in found
        ]
