# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The definition of a pipeline on demand, from that of the scheduled one beside which it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._base import naming
from .records import read_ratio
from .runs import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._model.outputs import TableRecord

Json = dict[str, Any]
# What belongs to a schedule. AWS ignores lateness on demand.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-concepts-schedules.html
CLOCK_OBJECTS = frozenset({"Schedule", "Late"})
CLOCK_FIELDS = frozenset({"schedule", "lateAfterTimeout", "onLateAction"})


def on_demand(
    scheduled: Sequence[Json], name: str, rows: Sequence[TableRecord], model: TableRecord
) -> list[Json]:
    """The objects that back up the tables of these records once.

    The model is the record of a table that the scheduled pipeline, of that name, backs up.
    """
    objects = {each["id"]: each for each in scheduled}
    tables = {each for each in objects if _type(objects[each]) == "EmrActivity"}
    beats = {each for each in objects if each.startswith("B") and each[1:] in tables}
    common = [objects[each] for each in objects if each not in tables | beats | CLOCK_OBJECTS]
    wanted: list[Json] = []
    for row in rows:
        activity = naming.logical_id(row.name)
        if activity in objects:
            wanted += [objects[activity], *(objects[each] for each in (f"B{activity}",) if each in objects)]
        else:
            wanted.append(_another(objects[naming.logical_id(model.name)], model, row))
    return [_timeless(each, name) for each in (*common, *wanted)]


def _type(each: Json) -> str:
    return next((str(field.get("stringValue")) for field in each["fields"] if field["key"] == "type"), "")


def _timeless(each: Json, name: str) -> Json:
    fields = [
        field for field in each["fields"] if field["key"] not in CLOCK_FIELDS and field["key"][0] != "@"
    ]
    return {**each, "fields": [_renamed(field, name) for field in fields]}


def _renamed(field: Json, name: str) -> Json:
    if field["key"] == "scheduleType":
        return {**field, "stringValue": "ondemand"}
    if field["key"] == "preStepCommand":
        text = field["stringValue"].replace(f"execution='{name}/", f"execution='{name}{BY_HAND}/", 1)
        return {**field, "stringValue": text}
    return field


def _another(activity: Json, model: TableRecord, row: TableRecord) -> Json:
    """The activity of a table that no pipeline backs up: as that of the model, but without a heartbeat.

    Whether the table may be empty is not known, so it may not.
    """
    table = row.name
    old, new = (naming.points(each.name, each.retention_days) for each in (model, row))
    fields = []
    for field in activity["fields"]:
        text = str(field.get("stringValue", ""))
        if field["key"] == "myDirectory":
            text = text.replace(f"/{old}/", f"/{new}/", 1)
        elif field["key"] == "step":
            text = ",".join([*text.split(",")[:-2], table, f"{read_ratio(row):.2f}"])
        elif field["key"] == "preStepCommand":
            text = text.replace(f"table={model.name} ", f"table={table} ", 1)
            text = text.replace(f":table/{model.name} ", f":table/{table} ", 1)
        elif field["key"] == "postStepCommand":
            head, _line, rest = text.partition("\n")
            run = head.split(" ")[1]
            text = f"table={table} {run} empty=no\n{rest}"
        if field["key"] != "onSuccess":
            fields.append({**field, "stringValue": text} if "stringValue" in field else field)
    return {"id": naming.logical_id(table), "name": table, "fields": fields}
