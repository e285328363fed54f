# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stacks of a target, found by name: their outputs are all that later steps know of a deployment."""

from __future__ import annotations

import time
from typing import Any

from .._aws import cloudformation
from .._base import naming
from .._base.masking import masked_all
from .._engines.planners import PLANNERS
from .._model.outputs import Outputs
from .._model.stack import Deployment, Stack
from . import ownership, state
from .store_changes import store_settings

POLL_SECONDS = 5
# So many numbers without a stack end the search where no store tells which stack is the last.
HOLES = 3


def read_deployment(client: Any, prefix: str, wait_timeout: int | None = None) -> Deployment:
    """Ask for the store and for each engine's stacks 1, 2, ... up to the last one, and for one more.

    The store's output LastStacks tells which is the last. Where it tells nothing (it is older, or gone),
    three numbers without a stack are the end. AWS lists no stacks by the begin of their names: to list all of
    an account takes many calls, and a right to all of its stacks.

    With a time-out in seconds, stacks that CloudFormation is at work on are waited for; StuckStackError if
    that is not enough.
    """
    named = read_stack(client, naming.store(prefix), wait_timeout=wait_timeout)
    store = named if named and named.ours else None
    engines = [
        name
        for name, planner in PLANNERS.items()
        if not (planner.NEEDS and store) or getattr(store.outputs, planner.NEEDS)
    ]
    found: list[Stack] = []
    absent: list[str] = []
    for engine in engines:
        last = _last(store, prefix, engine)
        stacks, holes = _numbered(client, prefix, engine, last, wait_timeout)
        found += stacks
        absent += holes
    machinery = tuple(each for each in found if each.ours)
    foreign = tuple(each for each in (named, *found) if each and not each.ours)
    return Deployment(store, machinery, foreign, tuple(absent) if machinery else ())


def _last(store: Stack | None, prefix: str, engine: str) -> int | None:
    """The number of an engine's last stack, as the store tells it; None if it tells nothing."""
    told = store.outputs.last_stacks if store else None
    if told is None:
        return None
    numbers = (naming.stack_number(prefix, engine, name) for name in told)
    return next((number for number in numbers if number is not None), 0)


def _numbered(
    client: Any, prefix: str, engine: str, last: int | None, wait_timeout: int | None
) -> tuple[list[Stack], list[str]]:
    """The stacks of an engine, and the names of those that are missing before its last."""
    found: list[Stack] = []
    absent: list[int] = []
    number, end, highest = 1, last or 0, last or 0
    while number <= end + (HOLES if last is None else 1):
        name = naming.stack(prefix, engine, number)
        stack = read_stack(client, name, engine, wait_timeout=wait_timeout)
        if stack is None:
            absent.append(number)
        else:
            found.append(stack)
            end = max(end, number)
            highest = max(highest, number) if stack.ours else highest
        number += 1
    return found, [naming.stack(prefix, engine, each) for each in absent if each <= highest]


def read_stack(client: Any, name: str, engine: str = "", *, wait_timeout: int | None = None) -> Stack | None:
    """One stack, None if there is none of that name."""
    stack = settled_stack(client, name, wait_timeout)
    if stack is None:
        return None
    outputs, ours = Outputs.from_raw(cloudformation.outputs(stack)), is_ours(stack)
    return Stack(
        name=name,
        status=str(stack["StackStatus"]),
        outputs=outputs,
        tables=outputs.tables(engine) if ours else (),
        engine=engine,
        parameters=cloudformation.parameters(stack),
        tags=cloudformation.tags(stack),
        protected=bool(stack.get("EnableTerminationProtection")),
        id=str(stack["StackId"]),
        ours=ours,
    )


def is_ours(stack: dict[str, Any]) -> bool:
    """Whether a stack, as DescribeStacks tells of it, is one of ours."""
    told = cloudformation.tags(stack), str(stack.get("Description", "")), cloudformation.outputs(stack)
    return ownership.is_ours(stack["StackName"], *told)


def read_template(client: Any, stack: Stack) -> dict[str, Any]:
    """The deployed template; empty if the stack is but a shell."""
    return {} if stack.status in state.SHELLS else cloudformation.get_template(client, stack.name)


def record(stack: Stack, template: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """A stack with fingerprints of its template, which holds what may not be shown; whole with it, masked."""
    told = {
        "name": stack.name,
        "engine": stack.engine,
        "status": stack.status,
        "outputs": dict(stack.outputs.raw),
        "parameters": stack.parameters,
        "tags": stack.tags,
        "protected": stack.protected,
        "fingerprints": state.fingerprints(template),
        "types": {name: each["Type"] for name, each in template.get("Resources", {}).items()},
        "settings": store_settings(template),
    }
    return told | ({"template": masked_all(template)} if whole else {})


def settled_stack(client: Any, name: str, timeout: int | None) -> dict[str, Any] | None:
    """The stack once CloudFormation is not at work on it; None if there is none.

    A stack that somebody else made is not waited for.
    """
    end = time.monotonic() + (timeout or 0)
    while True:
        stack = cloudformation.describe_stack(client, name)
        if stack is None or timeout is None or not _is_moving(stack):
            return stack
        if time.monotonic() >= end:
            raise state.StuckStackError(
                f"The stack {name} cannot be deployed to: it is still {stack['StackStatus']} after"
                f" {timeout} seconds, so somebody else is deploying it or removing it. Wait for that to end,"
                " then run this again."
            )
        time.sleep(min(POLL_SECONDS, max(0.0, end - time.monotonic())))


def _is_moving(stack: dict[str, Any]) -> bool:
    return state.is_moving(stack["StackStatus"]) and is_ours(stack)
