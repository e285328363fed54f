# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starts backups of many tables, each in the engine it has, and looks how they are getting on."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .._aws.datapipeline import RefusedDefinitionError
from .._base.advice import advice
from .._engines.registry import ENGINES
from .._model.run import Look, StartError, Watch
from .._plan.selection import Selection, select
from .._stacks.gather import read_deployment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .._aws.client import Aws
    from .._model.stack import Stack

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError


@dataclass(frozen=True)
class Share:
    """The tables of one stack that are to be backed up."""

    stack: Stack
    tables: list[str]


def share_out(
    client: Any,
    prefix: str,
    region: str | None,
    wanted: list[str],
    listed: Collection[str] = (),
    others: Mapping[str, Collection[str]] | None = None,
) -> tuple[list[Share], Selection]:
    """The stacks at work, each with its share of the wanted tables (none wanted: all enabled ones)."""
    stacks = read_deployment(client, prefix).machinery
    for stack in stacks:
        ENGINES[stack.engine].check(stack)
    deployed = {table.name: table.enabled for stack in stacks for table in stack.tables}
    selected = select(deployed, wanted, f'under the prefix "{prefix}" in {region}', listed, others)
    shares = [Share(stack, _mine(stack, selected.chosen)) for stack in stacks]
    return [share for share in shares if share.tables], selected


def _mine(stack: Stack, chosen: Collection[str]) -> list[str]:
    held = {table.name for table in stack.tables}
    return [name for name in chosen if name in held]


def begin(aws: Aws, share: Share, started_by: str) -> list[dict[str, Any]]:
    """Start a share. What AWS refuses has failed; what was started before, and other shares, have not."""
    now = aws.now or datetime.now(UTC)
    runs: list[dict[str, Any]] = []
    left = list(share.tables)
    start = ENGINES[share.stack.engine].start
    try:
        for watch in start(aws, share.stack, share.tables, started_by, now):
            runs.append(_run(share.stack, watch.execution, "RUNNING", list(watch.tables)))
            left = [table for table in left if table not in watch.tables]
    except StartError as error:
        runs.append(_run(share.stack, "", "NOT_STARTED", left, str(error)))
    except (BotoCoreError, ClientError, RefusedDefinitionError) as error:
        cause = " ".join([f"The backup could not be started: {str(error).rstrip('.')}.", *advice(str(error))])
        runs.append(_run(share.stack, "", "NOT_STARTED", left, cause))
    except Exception as error:  # whatever it is, what was started before has to be told of
        cause = (
            f"It is not known whether the backup was started, after an error that was not expected: {error!r}"
        )
        runs.append(_run(share.stack, "", "NOT_STARTED", left, cause))
    return runs


def _run(stack: Stack, execution: str, state: str, tables: list[str], cause: str = "") -> dict[str, Any]:
    return {
        "stack": stack.name,
        "engine": stack.engine,
        "execution": execution,
        "state": state,
        "tables": tables,
        "cause": cause,
    }


def look(aws: Aws, watch: Watch) -> Look:
    """See how a run is getting on; when it has ended, every one of its tables has a result."""
    return ENGINES[watch.engine].look(aws, watch)
