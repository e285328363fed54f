# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a target says of a table that another target of the play lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .columns import wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping


def elsewhere(told: Mapping[str, Any], target: str, done: str) -> dict[str, Any]:
    """No problem, the lines for people, and what later jobs get; `done` says what is done there."""
    said = f"{told['table']} is listed by {target}: it is {done} there."
    return {"problems": [], "said": wrapped(said, "", ""), "told": {**told, "msg": said}}
