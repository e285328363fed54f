# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the module restore."""

from __future__ import annotations

from .._base import options
from .._points.formats import read

AUTO = "auto"
PITR, BACKUP, IMPORT, CONVERT, LOAD, BULK = "pitr", "backup", "import", "convert", "load", "bulk"
WAYS = (PITR, BACKUP, IMPORT, CONVERT, LOAD, BULK)
CONTENT, COUNT = "content", "count"
LATEST = "latest"
STATE_PREFIX = "restores/"
# An import takes minutes at least, however small.
LOAD_UP_TO_MB = 100

FROM: options.Options = {
    "bucket": {"type": "str", "required": True},
    "prefix": {"type": "str", "default": ""},
    "format": {"type": "str", "default": read.AUTO, "choices": list(read.FORMATS)},
    "chosen": {"type": "str", "default": ""},
    "owner": {"type": "str", "default": ""},
}
OVERRIDES: options.Options = {
    "billing_mode": {"type": "str", "choices": ["PAY_PER_REQUEST", "PROVISIONED"]},
    "read_capacity": {"type": "int"},
    "write_capacity": {"type": "int"},
    "max_read_units": {"type": "int"},
    "max_write_units": {"type": "int"},
    "table_class": {"type": "str", "choices": ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]},
    "kms_key": {"type": "str", "no_log": False},
}
RESTORE: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "table": {"type": "str", "required": True},
    "to": {"type": "str", "default": ""},
    "point": {"type": "str", "default": LATEST},
    "from": {"type": "dict", "options": FROM},
    "keys": {"type": "dict", "default": {}, "no_log": False},
    "bucket": {"type": "str", "default": ""},
    "overrides": {"type": "dict", "options": OVERRIDES},
    "skip": {"type": "list", "elements": "str", "default": []},
    "way": {"type": "str", "default": AUTO, "choices": [AUTO, *WAYS]},
    "load_up_to_mb": {"type": "int", "default": LOAD_UP_TO_MB},
    "warm_throughput": {"type": "bool", "default": False},
    "verify": {"type": "str", "default": CONTENT, "choices": [CONTENT, COUNT]},
    "max_write_units_per_second": {"type": "int", "default": 0},
    "parameter": {"type": "str", "default": ""},
    "started_by": {"type": "str", "default": "ansible"},
    "state_prefix": {"type": "str", "default": STATE_PREFIX},
    "wait_sleep": {"type": "float", "default": 15},
    "fail_on_differences": {"type": "bool", "default": True},
    options.PROGRESS: {"type": "path"},
    options.OPTION_PREFIX: {"type": "str", "default": ""},
}
