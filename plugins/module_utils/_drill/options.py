# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options of the module drill."""

from __future__ import annotations

from .._base import options
from .._base.options import OPTION_PREFIX, PROGRESS
from .._restore.options import LOAD_UP_TO_MB, STATE_PREFIX
from .choose import NEWEST, RANDOM

COUNT = 1
DRILL: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "tables": {"type": "list", "elements": "str", "default": []},
    "others": {"type": "dict", "default": {}},
    "count": {"type": "int", "default": COUNT},
    "points": {"type": "str", "default": NEWEST, "choices": [NEWEST, RANDOM]},
    "budget_dollars": {"type": "float", "default": 0},
    "budget_minutes": {"type": "int", "default": 0},
    "rto_minutes": {"type": "int", "default": 0},
    "compare_live": {"type": "bool", "default": False},
    "started_by": {"type": "str", "default": "ansible"},
    "wait_sleep": {"type": "float", "default": 15},
    "fail_on_failed_drills": {"type": "bool", "default": True},
    PROGRESS: {"type": "path"},
    OPTION_PREFIX: {"type": "str", "default": ""},
}


INFO: options.Options = {
    **options.PREFIXED,
    **options.ACCOUNT,
    "bucket": {"type": "str", "default": ""},
    "tables": {"type": "list", "elements": "str", "default": []},
    "days": {"type": "int", "default": 365},
}


def of_a_restore(table: str, to: str, point: str, bucket: str, given: dict[str, object]) -> dict[str, object]:
    """The options by which the module restore would do what a drill does."""
    return {
        "prefix": given["prefix"],
        "account_id": given["account_id"],
        "target": given["target"],
        "table": table,
        "to": to,
        "point": point,
        "from": None,
        "keys": {},
        "bucket": bucket,
        # Nothing that costs while nobody uses it.
        "overrides": {"billing_mode": "PAY_PER_REQUEST"},
        "skip": None,
        "way": "auto",
        "load_up_to_mb": LOAD_UP_TO_MB,
        "warm_throughput": False,
        "verify": "content",
        "max_write_units_per_second": 0,
        "parameter": "",
        "started_by": given["started_by"],
        "state_prefix": STATE_PREFIX,
        "wait_sleep": given["wait_sleep"],
        "fail_on_differences": False,
        PROGRESS: given[PROGRESS],
        OPTION_PREFIX: given[OPTION_PREFIX],
    }
