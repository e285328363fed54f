# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the module put_back."""

from __future__ import annotations

from .._base import options
from .plan_document import EFFECTS
from .rule import KINDS

AUTO, LOCAL, GLUE = "auto", "local", "glue"
ENGINES = (AUTO, LOCAL, GLUE)

PUT_BACK: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "table": {"type": "str", "required": True},
    "bucket": {"type": "str", "default": ""},
    "from": {"type": "str", "default": ""},
    "until": {"type": "str", "default": ""},
    "before": {"type": "str", "default": ""},
    "after": {"type": "str", "default": ""},
    "of": {"type": "str", "default": ""},
    "choose": {"type": "list", "elements": "str", "choices": list(KINDS), "default": []},
    "keys": {"type": "list", "elements": "dict", "default": [], "no_log": False},
    "where": {"type": "str", "default": ""},
    "ttl_attribute": {"type": "str", "default": ""},
    "version_attribute": {"type": "str", "default": ""},
    "plan": {"type": "str", "default": ""},
    "confirm": {"type": "str", "default": ""},
    "acknowledge": {"type": "list", "elements": "str", "choices": list(EFFECTS), "default": []},
    "engine": {"type": "str", "choices": list(ENGINES), "default": AUTO},
    "max_write_units_per_second": {"type": "int", "default": 0},
    "max_read_units_per_second": {"type": "int", "default": 0},
    "point_max_age": {"type": "str", "default": "1 hour"},
    "plan_file": {"type": "path", "default": ""},
    "conflicts_file": {"type": "path", "default": ""},
    "samples": {"type": "int", "default": 10},
    "started_by": {"type": "str", "default": "ansible"},
    "wait_sleep": {"type": "float", "default": 15},
    options.PROGRESS: {"type": "path"},
    options.OPTION_PREFIX: {"type": "str", "default": ""},
}
