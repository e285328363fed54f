# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The eight kinds of states, in both query languages.

Imitates "Transforming data with JSONata in Step Functions" and "Workflow states"
(docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html, workflow-states.html).
JSONPath transformations are ministack's own; JSONata's are completed here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from ministack.services import stepfunctions as sf

from .engine import assign, handlers, inner, retrying, together, wait, walk
from .map import run_map
from .run import Context, Json, Run, State, error, jsonata
from .tasks import perform

Left = tuple[Json, str | None]
Work = Callable[[Run, State, Json, Context], Json]


def install() -> None:
    """Give the engine the states' work."""
    handlers.update(Pass=_pass, Succeed=_succeed, Fail=_fail, Choice=_choice, Wait=_wait)
    for kind, work in {"Task": perform, "Parallel": _parallel, "Map": run_map}.items():
        handlers[kind] = partial(_retried, work)


def _retried(work: Work, run: Run, state: State, data: Json, ctx: Context) -> Left:
    return retrying(run, state, data, ctx, lambda: _with_assign(work, run, state, data, ctx))


def _with_assign(work: Work, run: Run, state: State, data: Json, ctx: Context) -> Left:
    result = work(run, state, data, ctx)
    if jsonata(state, ctx):
        output = sf._apply_jsonata_output(state, data, ctx, result=result, default=result)
        assign(state, data, ctx, result=result)
    else:
        selected = sf._apply_result_selector(state, result)
        output = sf._apply_output_path(state, sf._apply_result_path(state, data, selected), ctx)
    return output, sf._next_or_end(state)


def _pass(_run: Run, state: State, data: Json, ctx: Context) -> Left:
    if not jsonata(state, ctx):
        left: Left = sf._execute_pass(state, data, ctx)
        return left
    output = sf._apply_jsonata_output(state, data, ctx, default=data)
    assign(state, data, ctx)
    return output, sf._next_or_end(state)


def _succeed(_run: Run, state: State, data: Json, ctx: Context) -> Left:
    if jsonata(state, ctx):
        return sf._apply_jsonata_output(state, data, ctx, default=data), None
    return sf._apply_output_path(state, sf._apply_input_path(state, data, ctx), ctx), None


def _fail(_run: Run, state: State, data: Json, ctx: Context) -> Left:
    raise error(*sf._fail_state_error(state, data, ctx))


def _choice(_run: Run, state: State, data: Json, ctx: Context) -> Left:
    if not jsonata(state, ctx):
        left: Left = sf._execute_choice(state, data, ctx)
        return left
    for rule in state["Choices"]:
        decision = sf._apply_jsonata_template(rule["Condition"], data, ctx)
        if not isinstance(decision, bool):
            raise error(
                "States.QueryEvaluationError",
                "The JSONata expression specified for the field 'Condition' returned an unexpected result "
                f"type. Expected 'boolean', but was '{sf._json_type(decision)}' for value: {decision}",
            )
        if decision:
            return _chosen(rule, state, data, ctx), rule["Next"]
    if "Default" not in state:
        raise error("States.NoChoiceMatched", "No choice rule matched and no Default")
    return _chosen(state, state, data, ctx), state["Default"]


def _chosen(rule: State, state: State, data: Json, ctx: Context) -> Json:
    source = rule if "Output" in rule else state
    output = sf._apply_jsonata_output(source, data, ctx, default=data)
    assign(rule, data, ctx)
    return output


def _wait(run: Run, state: State, data: Json, ctx: Context) -> Left:
    if jsonata(state, ctx):
        seconds = _jsonata_seconds(state, data, ctx)
        wait(run, seconds)
        output = sf._apply_jsonata_output(state, data, ctx, default=data)
        assign(state, data, ctx)
        return output, sf._next_or_end(state)
    effective = sf._apply_input_path(state, data, ctx)
    wait(run, _path_seconds(state, effective))
    return sf._apply_output_path(state, effective, ctx), sf._next_or_end(state)


def _jsonata_seconds(state: State, data: Json, ctx: Context) -> float:
    if "Seconds" in state:
        return float(sf._jsonata_wait_seconds(state, data, ctx))
    return _until(sf._jsonata_wait_timestamp(state, data, ctx))


def _path_seconds(state: State, effective: Json) -> float:
    for key in ("Seconds", "SecondsPath"):
        if key in state:
            value = state[key] if key == "Seconds" else sf._resolve_path(state[key], effective)
            if not sf._is_num(value) or value < 0:
                raise error(
                    "States.Runtime", f"The {key} parameter does not reference a non-negative integer."
                )
            return float(value)
    key = "Timestamp" if "Timestamp" in state else "TimestampPath"
    stamp = state[key] if key == "Timestamp" else sf._resolve_path(state[key], effective)
    if sf._parse_ts(stamp) is None:
        raise error("States.Runtime", f"The {key} parameter cannot be parsed as a valid timestamp: {stamp}")
    return _until(stamp)


def _until(stamp: str) -> float:
    moment: datetime = sf._parse_ts(stamp)
    return (moment - datetime.now(UTC)).total_seconds()


def _arguments(state: State, data: Json, ctx: Context) -> Json:
    if jsonata(state, ctx):
        return sf._apply_jsonata_arguments(state, data, ctx)
    return sf._apply_parameters(state, sf._apply_input_path(state, data, ctx), ctx)


def _parallel(run: Run, state: State, data: Json, ctx: Context) -> Json:
    effective = _arguments(state, data, ctx)
    run.event("ParallelStateStarted")
    branches = state["Branches"]
    results = together(run, [partial(_branch, branch, effective, ctx) for branch in branches], len(branches))
    run.event("ParallelStateSucceeded")
    return results


def _branch(branch: State, data: Json, ctx: Context, run: Run) -> Json:
    return walk(run, branch, data, inner(ctx))
