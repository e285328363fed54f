# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills, one table after the other: sweep, choose, restore, compare, remove, keep a record, tell."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from .._base.options import OPTION_PREFIX, PROGRESS
from .._model.drill import PASSED, asking, last
from .._model.lines import shower
from . import answer, apply_beat, apply_one, apply_removal, gather, gather_remains, record
from .apply_removal import NotRemovedError
from .gather_planned import elsewhere, planned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._aws.client import Aws
    from .gather import Place
    from .gather_remains import Remains

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError


def drills(aws: Aws, region: str, params: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """What the module returns; NotDrillableError says why nothing can be drilled."""
    show = shower(params[PROGRESS], params[OPTION_PREFIX])
    where = gather.place(aws, params, region)
    wanted = planned(aws, where, params)
    if not wanted:
        return answer.nothing_to_do(elsewhere(where, params), check=check)
    found = gather_remains.remains(aws, where)
    for note in (*found.notes, *found.trouble):
        show(note)
    if check:
        return answer.predicted(wanted, found, params)
    swept, trouble = _sweep(aws, where, found, params["wait_sleep"], show)
    began, spent = time.monotonic(), 0.0
    done: list[dict[str, Any]] = []
    passed_over: list[dict[str, str]] = []
    for each in wanted:
        if why := answer.over_budget(params, time.monotonic() - began, spent, each):
            passed_over.append({"table": each.table, "why": why})
            show(f"{each.table}: not drilled, since {why}.")
            continue
        spent += each.dollars or 0
        one = apply_one.drill(aws, where, params, each, show)
        done.append(apply_one.keep(aws, where, one))
        show(record.sentence(one))
    trouble += _beat(aws, where, done)
    return answer.done(done, passed_over, swept, found, trouble, spent)


def _beat(aws: Aws, where: Place, done: list[dict[str, Any]]) -> list[str]:
    """Tell the alarms of missed drills of those that have passed, if any of the tables is watched by one."""
    tables = {each["table"] for each in done if each["verdict"] == PASSED}
    if not tables & {each.name for each in asking(where.tables.values())}:
        return []
    try:
        passed = last(each for each in gather.drilled(aws, where.bucket) if each.passed)
    except (ClientError, BotoCoreError) as error:
        return [f"The alarms of missed drills could not be told that drills passed: {error}."]
    return apply_beat.beat(aws, where, passed, tables, aws.time())


def _sweep(
    aws: Aws, where: Place, found: Remains, seconds: float, show: Callable[[str], None]
) -> tuple[list[str], list[str]]:
    """Remove what earlier drills have left; what could not be removed is told, and keeps no drill back."""
    swept, trouble = [], list(found.trouble)
    for left in found.ours:
        show(f"{left} was left by an earlier drill: it is removed first.")
        try:
            apply_removal.remove(aws, where, left, seconds)
            swept.append(left)
        except NotRemovedError as error:
            trouble.append(str(error))
            show(str(error))
    return swept, trouble
