# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Walk a state machine: transitions, retries, catches, variables, branches.

Imitates "Handling errors in Step Functions workflows" (what States.ALL catches, MaxDelaySeconds,
JitterStrategy, TimeoutSeconds) and "Passing data between states with variables"
(docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, workflow-variables.html).
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future
from concurrent.futures import wait as wait_for
from dataclasses import replace
from queue import Empty, Queue
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions as sf

from local_aws.server import clock

from .run import Context, Json, Run, State, StoppedError, TerminalError, error, limited, workers  # fmt: skip

UNCATCHABLE = frozenset({"States.Runtime", "States.DataLimitExceeded"})

Handler = Callable[[Run, State, Json, Context], "tuple[Json, str | None]"]
# The states' own work, by type; stepfunctions_states fills it.
handlers: dict[str, Handler] = {}


def wait(run: Run, seconds: float) -> None:
    """Let virtual time pass for an execution."""
    run.check()
    if seconds > 0:
        clock.wait(seconds, over=run.over, pausing=workers.counted(-1))
    run.check()


def walk(
    run: Run, machine: dict[str, Any], data: Json, ctx: Context, *, start: str = "", whole: bool = False
) -> Json:
    """Walk `machine` from a state, its first unless told, to its end and return the output.

    The walk of a whole execution is remembered state by state, for the execution to be redriven.
    """
    name: str | None = start or machine["StartAt"]
    while name:
        run.check()
        if whole:
            run.record["_at"] = (name, data, dict(ctx["variables"]))
        state = machine["States"].get(name)
        if state is None:
            raise TerminalError("States.Runtime", f"State '{name}' not found in definition")
        ctx["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
        kind = state["Type"]
        entered = limited(data, name)
        run.event(f"{kind}StateEntered", "stateEnteredEventDetails", name=name, input=entered)
        data, following = handlers[kind](run, state, data, ctx)
        left = limited(data, name)
        run.event(f"{kind}StateExited", "stateExitedEventDetails", name=name, output=left)
        name = following
    return data


def execute(run: Run, machine: dict[str, Any], data: Json, ctx: Context, *, start: str = "") -> Json:
    """Run a whole execution: walk it, then record how it ended."""
    try:
        output = walk(run, machine, data, ctx, start=start, whole=True)
    except StoppedError:
        return None
    except sf._ExecutionError as failure:
        if failure.error == "States.QueryEvaluationError":
            _evaluation_failed(run, failure, ctx)
        fail(run, failure.error, failure.cause)
        raise
    except Exception as broken:  # an interpreter fault must end the execution, as in AWS
        sf.logger.exception("execution %s", run.record["executionArn"])
        fail(run, "States.Runtime", str(broken))
        raise error("States.Runtime", str(broken)) from broken
    text = json.dumps(output)
    run.close("SUCCEEDED", "ExecutionSucceeded", "executionSucceededEventDetails", output=text)
    return output


def fail(run: Run, name: str, cause: str) -> None:
    """Record a failed execution; a timeout of the machine has its own status."""
    run.close("FAILED", "ExecutionFailed", "executionFailedEventDetails", error=name, cause=cause)


def time_out(run: Run) -> None:
    """Record an execution that outlived its machine's TimeoutSeconds."""
    run.close(
        "TIMED_OUT", "ExecutionTimedOut", "executionTimedOutEventDetails",
        error="States.Timeout", cause="State Machine timed out",
    )  # fmt: skip


def _evaluation_failed(run: Run, failure: Any, ctx: Context) -> None:
    try:
        run.event(
            "EvaluationFailed", "evaluationFailedEventDetails",
            error=failure.error, cause=failure.cause, state=ctx.get("State", {}).get("Name", ""),
        )  # fmt: skip
    except (StoppedError, TerminalError):
        return


def matches(names: list[str], name: str) -> bool:
    """Whether an ErrorEquals list names this error."""
    if name in names:
        return name != "States.Runtime"
    if name in UNCATCHABLE:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and name != "States.Timeout")


def delay(retrier: dict[str, Any], attempt: int) -> float:
    """Seconds to wait before retry number `attempt` (from 0)."""
    seconds: float = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** attempt
    seconds = min(seconds, retrier.get("MaxDelaySeconds", seconds))
    return random.uniform(0, seconds) if retrier.get("JitterStrategy") == "FULL" else seconds


def retrying(
    run: Run, state: State, data: Json, ctx: Context, attempt: Callable[[], tuple[Json, str | None]]
) -> tuple[Json, str | None]:
    """Run an attempt under the state's Retry and Catch."""
    counts: dict[int, int] = {}
    entered = dict(ctx["State"])
    while True:
        ctx["State"] = {**entered, "RetryCount": sum(counts.values())}
        try:
            return attempt()
        except sf._ExecutionError as failure:
            ctx["State"] = {**entered, "RetryCount": sum(counts.values())}
            if isinstance(failure, TerminalError):
                raise
            again = _retrier(state, failure.error, counts)
            if again is None:
                return _caught(state, data, ctx, failure)
            index, retrier = again
            wait(run, delay(retrier, counts.get(index, 0)))
            counts[index] = counts.get(index, 0) + 1


def _retrier(state: State, name: str, counts: dict[int, int]) -> tuple[int, dict[str, Any]] | None:
    for index, retrier in enumerate(state.get("Retry", [])):
        if matches(retrier["ErrorEquals"], name):
            return (index, retrier) if counts.get(index, 0) < retrier.get("MaxAttempts", 3) else None
    return None


def _caught(state: State, data: Json, ctx: Context, failure: Any) -> tuple[Json, str | None]:
    for catcher in state.get("Catch", []):
        if matches(catcher["ErrorEquals"], failure.error):
            told = {"Error": failure.error, "Cause": failure.cause}
            language = sf._state_query_language(state, ctx)
            output = _caught_output(catcher, data, ctx, told, language)
            return output, catcher["Next"]
    raise failure


def _caught_output(catcher: State, data: Json, ctx: Context, told: dict[str, str], language: str) -> Json:
    if language != "JSONata":
        return sf._apply_catcher(catcher, data, ctx, language, told)
    output = sf._apply_jsonata_output(catcher, data, ctx, error_output=told, default=told)
    assign(catcher, data, ctx, error_output=told)
    return output


def assign(state: State, data: Json, ctx: Context, **bound: Json) -> None:
    """Evaluate Assign as a whole, then bind: no expression sees another's new value."""
    wanted = state.get("Assign")
    if not wanted:
        return
    values = {name: sf._apply_jsonata_template(value, data, ctx, **bound) for name, value in wanted.items()}
    limited(values, ctx["State"]["Name"])
    ctx["variables"].update(values)


def together(run: Run, work: Sequence[Callable[[Run], Json]], limit: int) -> list[Json]:
    """Do the pieces of work side by side; the first failure stops the others, as in AWS."""
    if not work:
        return []
    group = replace(run, parent=run, sibling_failed=threading.Event())
    waiting: Queue[tuple[Future[Json], Callable[[Run], Json]]] = Queue()
    futures: list[Future[Json]] = [Future() for _call in work]
    for pair in zip(futures, work, strict=True):
        waiting.put(pair)
    going_on = threading.Event()
    for _worker in range(max(1, min(limit, len(work)))):
        workers.count(1)  # before it begins, as it ends only when this one goes on: time must not in between
        background(_work_off, waiting, group, futures, going_on)
    with workers.counted(-1):
        wait_for(futures, return_when=FIRST_EXCEPTION)
    going_on.set()
    failures = [failure for future in futures if future.done() and (failure := future.exception())]
    if failures:
        group.sibling_failed.set()
    for failure in sorted(failures, key=lambda one: not isinstance(one, StoppedError)):
        raise failure
    return [future.result() for future in futures]


def background(work: Callable[..., Any], *arguments: Any) -> None:
    """Run work in a thread that does not keep the process alive, in this account and region."""
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work, *arguments), daemon=True).start()


def _work_off(
    waiting: Queue[tuple[Future[Json], Callable[[Run], Json]]],
    group: Run,
    futures: list[Future[Json]],
    going_on: threading.Event,
) -> None:
    with contextlib.suppress(Empty):
        while not group.sibling_failed.is_set():
            future, piece = waiting.get_nowait()
            try:
                future.set_result(piece(group))
            except Exception as failure:
                future.set_exception(failure)
    ended = [future for future in futures if future.done()]
    if len(ended) == len(futures) or any(future.exception() for future in ended):
        going_on.wait()
    workers.count(-1)


def inner(ctx: Context, **more: Json) -> Context:
    """The scope of a branch or iteration: it reads the outer variables and assigns only its own."""
    return {**ctx, "variables": dict(ctx["variables"]), "State": dict(ctx["State"]), **more}
