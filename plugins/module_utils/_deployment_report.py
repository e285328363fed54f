# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployment did, or would do, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DONE = {"create": "created", "recreate": "created", "update": "updated", "remove": "removed"}


def report(work: Mapping[str, Any], done: Mapping[str, str], *, check: bool) -> list[str]:
    """Sentences on the stacks and on the tables; `done` has what was done to each stack."""
    return list(_report(work, done, check=check))


def _report(work: Mapping[str, Any], done: Mapping[str, str], *, check: bool) -> Iterator[str]:
    acted = {name: _DONE[action] for name, action in done.items() if action != "none"}
    if not acted:
        yield "Nothing had to be changed."
    for name, what in acted.items():
        yield f"{name} {'would be' if check else 'was'} {what}."
    yield from work.get("lines", ())
