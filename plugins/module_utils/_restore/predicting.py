# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What check mode tells: the way, every step, how long it takes, what it costs, and which rights it needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import rights
from .estimate import estimate
from .options import BACKUP, CONVERT, IMPORT, LOAD, PITR
from .plan import on_demand
from .state import CHECK, FINISHED

if TYPE_CHECKING:
    from .asked import Asked
    from .gather_beginning import Beginning

CALLS = {
    PITR: "RestoreTableToPointInTime",
    BACKUP: "RestoreTableFromBackup",
    IMPORT: "ImportTable",
    CONVERT: "ImportTable",
    LOAD: "CreateTable",
}


def predicted(beginning: Beginning) -> dict[str, Any]:
    """What the module returns in check mode."""
    state, asked = beginning.state, beginning.asked
    wanted, _left = asked.overrides.over(beginning.saved)
    filled = on_demand(wanted) if state.filled_on_demand else wanted
    told = estimate(state.way, filled, state.point["items"], state.point["bytes"], asked.units_per_second)
    needed = rights.needed(
        state.way,
        wanted,
        beginning.plan.steps,
        verify=asked.verify,
        files=beginning.found is not None and beginning.found.reading is not None,
        bucket=asked.bucket,
        parameter=asked.parameter,
    )
    steps = list(_steps(beginning))
    done = state.phase == FINISHED
    return {
        "changed": not done,
        "succeeded": True,
        "msg": _sentence(beginning, told.time, told.price),
        "way": state.way,
        "reasons": state.reasons,
        "point": state.point,
        "target_table": beginning.target.name,
        "target_arn": beginning.target.arn,
        "phases": [],
        "plan": {"steps": steps, "rights": needed, **asdict(told)},
        "keys": {each.name: each.type for each in beginning.saved.keys},
        "left": [each._asdict() for each in beginning.plan.left],
        "notes": beginning.notes,
        "resume": "",
        "remove": [],
    }


def _sentence(beginning: Beginning, time: str, price: str) -> str:
    state = beginning.state
    new = f"{beginning.target.name} in {beginning.target.region}"
    if state.phase == FINISHED:
        return f"{new} is restored already."
    start = (
        f"Would restore {state.same['table']} as {new} by {state.way}"
        if state.phase == CHECK
        else f"Would go on at {state.phase} with the restore of {state.same['table']} as {new} by {state.way}"
    )
    told = f"{start}, from {state.point['location']}."
    other = f" {under_another_name(beginning.asked)}" if beginning.gone else ""
    return f"{told}{other} Time: {time}. Price: {price}."


def under_another_name(asked: Asked) -> str:
    """Of a table that is gone, whose backups look for it under its name."""
    return (
        f"{asked.table} is gone: to have it back under its old name, so that applications and backups find "
        f"it, give {asked.under_its_name}."
    )


def _steps(beginning: Beginning) -> list[str]:
    """Every step, in order, in words with the call that does it."""
    state, asked = beginning.state, beginning.asked
    found = []
    if state.way == CONVERT:
        found.append("convert: write the items as DynamoDB JSON beside the state of the restore (PutObject)")
    found.append(f"make: {beginning.target.name} ({CALLS[state.way]})")
    found.append("wait: until the table and its indexes are ACTIVE")
    if state.way == LOAD:
        found.append("fill: write every item (BatchWriteItem)")
    found.append(f"compare: {asked.verify} of the items (Scan)")
    found += [
        f"settings: {each.setting} ({each.call})" + (f": {each.note}" if each.note else "")
        for each in beginning.plan.steps
    ]
    found.append("diff: read the settings of the new table and compare them")
    if asked.parameter:
        found.append(f"parameter: let {asked.parameter} name the new table (PutParameter)")
    return found
