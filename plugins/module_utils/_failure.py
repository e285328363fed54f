# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a task failed, in text that may be shown to anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ._advice import advice
from ._webhooks import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 2000

# What Ansible puts before the words of a filter that refused something.
_BEFORE_FILTER = re.compile(r"^.*?The filter plugin '[\w.]+' failed: ", re.DOTALL)
_UNKNOWN = "A task failed without saying why: its output tells more."


def failure(result: Mapping[str, Any], secrets: Iterable[str] = ()) -> str:
    """The message of a failed result, or of the items of a loop that failed, and what to do about it."""
    looped = [each for each in result.get("results") or [] if each.get("failed")]
    messages = dict.fromkeys(_message(each) for each in looped or [result])
    told = hidden("\n".join(messages), secrets)
    short = told if len(told) <= LONGEST else f"{told[:LONGEST]}..."
    to_do = advice(told)
    return f"{short.rstrip('.')}. {to_do}" if to_do else short


def _message(result: Mapping[str, Any]) -> str:
    told = result.get("msg") or _UNKNOWN
    text = "\n".join(str(each) for each in told) if isinstance(told, (list, tuple)) else str(told)
    return _BEFORE_FILTER.sub("", text)
