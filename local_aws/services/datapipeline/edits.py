# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may still be changed once a pipeline has been activated.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-manage-pipeline-modify-console.html, under
"Limitations". An output field is nothing the embedded AWS has, so that limitation cannot be met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .model import Component, Definition


def refusals(active: Definition, wanted: Definition) -> dict[str, list[str]]:
    """Problems by object id."""
    found: dict[str, list[str]] = {}
    for old in active.objects.values():
        for problem in _changed(old, wanted.objects.get(old.id)):
            found.setdefault(old.id, []).append(problem)
    return found


def _changed(old: Component, new: Component | None) -> Iterator[str]:
    if new is None:
        yield "An object cannot be removed from a pipeline that has been activated"
        return
    if _references(old) != _references(new):
        yield "Reference fields of an existing object cannot be added, removed or changed"
    if new.type != old.type:
        yield "The type of an existing object cannot be changed"
    if old.type == "Schedule":
        if old.text("period") != new.text("period"):
            yield "The period of an existing schedule cannot be changed"
        if (old.text("startDateTime"), old.text("startAt")) != (
            new.text("startDateTime"),
            new.text("startAt"),
        ):
            yield "The start of an existing schedule cannot be changed"


def _references(one: Component) -> list[tuple[str, str]]:
    return sorted((each.key, each.value) for each in one.fields if each.is_reference)
