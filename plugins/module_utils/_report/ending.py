# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a verb ended for a target, as later jobs and notifications read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 1000
_UNENDED = re.compile(r"(?<![.:])$")


def ending(
    problems: Sequence[str],
    said: str | Sequence[str],
    told: Mapping[str, Any],
    *,
    check_mode: bool,
    job: Mapping[str, Any],
) -> dict[str, Any]:
    """What every verb tells alike, and what it tells beside that, which counts more."""
    sentences = problems or ([said] if isinstance(said, str) else said)
    msg = " ".join(_UNENDED.sub(".", each, count=1) for each in sentences if each)
    return {
        "succeeded": not problems,
        "msg": msg if len(msg) <= LONGEST else f"{msg[: LONGEST - 3]}...",
        "check_mode": check_mode,
        "job": dict(job),
        **told,
    }
