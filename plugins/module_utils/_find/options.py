# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the module item_info."""

from __future__ import annotations

from .._base import options

LATEST = "latest"
# Of each point, so many items are shown if nobody says.
SAMPLES = 20
PROGRESS, OPTION_PREFIX = "progress_file", "option_prefix"
FIND: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "table": {"type": "str", "required": True},
    "keys": {"type": "list", "elements": "dict", "default": [], "no_log": False},
    "where": {"type": "str", "default": ""},
    "points": {"type": "list", "elements": "str", "default": [LATEST]},
    "at": {"type": "str", "default": ""},
    "bucket": {"type": "str", "default": ""},
    "file": {"type": "path"},
    "columns": {"type": "list", "elements": "str", "default": []},
    "samples": {"type": "int", "default": SAMPLES},
    "wait_sleep": {"type": "float", "default": 15},
    PROGRESS: {"type": "path"},
    OPTION_PREFIX: {"type": "str", "default": ""},
}
