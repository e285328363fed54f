# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a Map state works on: its items, what each iteration is given, and how many run at once.

Imitates the fields of "Map workflow state" (docs.aws.amazon.com/step-functions/latest/dg/state-map.html).
"""

from __future__ import annotations

from ministack.services import stepfunctions as sf

from .run import Context, Json, State, error, jsonata


def items_of(state: State, data: Json, ctx: Context) -> list[Json]:
    if "ItemReader" in state:
        return _read(state, data, ctx)
    if jsonata(state, ctx):
        items = sf._apply_jsonata_template(state["Items"], data, ctx) if "Items" in state else data
        if isinstance(items, dict):
            return [{"Key": key, "Value": value} for key, value in items.items()]
        problem, name = "States.QueryEvaluationError", "Items"
    else:
        effective = sf._apply_input_path(state, data, ctx)
        items = sf._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, ctx)
        problem, name = "States.Runtime", "ItemsPath"
    if not isinstance(items, list):
        raise error(problem, f"The field '{name}' must be an array, but was '{sf._json_type(items)}'.")
    return items


def _read(state: State, data: Json, ctx: Context) -> list[Json]:
    reader = dict(state["ItemReader"])
    if jsonata(state, ctx):
        reader["Arguments"] = sf._apply_jsonata_template(reader.get("Arguments", {}), data, ctx)
    items: list[Json] = sf._read_map_items(reader, sf._apply_input_path(state, data, ctx), ctx)
    return items


def item_input(state: State, item: Json, data: Json, scope: Context) -> Json:
    selector = state.get("ItemSelector") or state.get("Parameters")
    if not selector:
        return item
    if jsonata(state, scope):
        return sf._apply_jsonata_template(selector, data, scope)
    return sf._resolve_params_obj(selector, sf._apply_input_path(state, data, scope), scope)


def number(state: State, name: str, data: Json, ctx: Context) -> float:
    if f"{name}Path" in state:
        return float(sf._resolve_path_or_ctx(state[f"{name}Path"], data, ctx))
    if name not in state:
        return 0
    if jsonata(state, ctx):
        return float(sf._jsonata_state_field(state, name, "number", data, ctx))
    return float(state[name])
