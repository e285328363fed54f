# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that several modules take. The documentation fragments of the same names describe them."""

from __future__ import annotations

import re
from typing import Any

from .naming import PREFIX

Options = dict[str, dict[str, Any]]

# Of what begins by looking whether it is in the right account.
ACCOUNT: Options = {"account_id": {"type": "str"}, "target": {"type": "str"}}
PREFIXED: Options = {"prefix": {"type": "str", "default": PREFIX}}
WAITING: Options = {"wait_timeout": {"type": "int", "default": 1800}}
# What an action plugin gives its module by itself: a file for lines that people are to see at once.
PROGRESS = "progress_file"
OPTION_PREFIX = "option_prefix"

_OPTION = re.compile(r"\bO\(([a-z_.]+)\)")


def named(text: str, prefix: str) -> str:
    """A sentence in which an option is written O(to), as users call that: to, or restore_to."""
    return _OPTION.sub(rf"{prefix}\1", text)
