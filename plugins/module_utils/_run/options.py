# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the modules run and run_progress."""

from __future__ import annotations

from .._base import options

# What the action plugin acts on.
WAIT: options.Options = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 86400},
    "wait_sleep": {"type": "float", "default": 15},
    "fail_on_failed_tables": {"type": "bool", "default": True},
}
START: options.Options = {
    **options.PREFIXED,
    "tables": {"type": "raw"},
    "listed": {"type": "list", "elements": "str", "default": []},
    "others": {"type": "dict", "default": {}},
    "started_by": {"type": "str", "default": "ansible"},
    **options.ACCOUNT,
    **WAIT,
}
LOOK: options.Options = {
    "watches": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "execution": {"type": "str", "required": True},
            "tables": {"type": "list", "elements": "str", "required": True},
            "engine": {"type": "str", "required": True},
            "map_run": {"type": "str", "default": ""},
            "seen": {"type": "list", "elements": "str", "default": []},
        },
    },
}
