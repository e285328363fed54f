# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a running object's fields are: its own, inherited ones, runtime ones, those of what it refers to.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-pipeline-expressions.html, under
"Referencing Fields and Objects" and "Node Expression".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .expressions import ExpressionError, evaluate
from .fields import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Component, Node

Seen = frozenset[tuple[str, str]]


def value(node: Node, text: str, of: Node | None = None) -> str:
    """The text of a field of a running object with its expressions evaluated.

    ``of`` is the object on whose behalf an alarm is sent: what ``node`` means there.
    """
    return evaluate(text, _reader(node.component, node, of, frozenset()))


def _reader(here: Component, node: Node, of: Node | None, seen: Seen) -> Callable[[tuple[str, ...]], str]:
    def look_up(path: tuple[str, ...]) -> str:
        if path[0] != "node":
            return _read(here, node, path, of, seen)
        if of is None:
            raise ExpressionError("'node' is known to alarms only")
        return _read(of.component, of, path[1:], None, seen)

    return look_up


def _read(here: Component, node: Node, path: tuple[str, ...], of: Node | None, seen: Seen) -> str:
    parameters = node.definition.parameters()
    for place, slot in enumerate(path):
        if slot in RUNTIME:
            holder = node if here.id == node.component.id else node.interval.get(here.id)
            return holder.runtime.get(slot, "") if holder else ""
        if slot in {"id", "name", "type"}:
            return str(getattr(here, slot))
        found = [one for one in here.fields if one.key == slot]
        if not found and place == 0 and slot in parameters:
            return parameters[slot]
        if len(found) != 1:
            raise ExpressionError(f"'{here.id}' has {len(found) or 'no'} values of a field '{slot}'")
        if place + 1 == len(path):
            if (here.id, slot) in seen:
                raise ExpressionError(f"'{slot}' of '{here.id}' needs itself")
            return evaluate(found[0].value, _reader(here, node, of, seen | {(here.id, slot)}))
        here = node.definition.resolved(node.definition.objects[found[0].value])
    raise ExpressionError("The path is empty")
