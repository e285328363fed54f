# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventories for tests: made by hypothesis, planned, and planned again over what is deployed."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import zones
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.settings import CHECKS

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

REGION = "eu-west-1"
_LETTERS = string.ascii_letters + string.digits + "_.-"

# Few letters, so that names which differ only in a dot, a hyphen or in case do occur.
names = st.one_of(
    st.text("aAb._-", min_size=3, max_size=5),
    st.text(_LETTERS, min_size=3, max_size=255),
    st.builds(lambda tail: "x" * 250 + tail, st.text("aA._-", min_size=1, max_size=5)),
)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
intervals = st.one_of(
    st.builds("{} hours".format, st.integers(1, 744)),
    st.builds("{} days".format, st.integers(1, 31)),
    st.builds("{} weeks".format, st.integers(1, 4)),
)
# Without a time, so that none falls into an hour that clocks skip.
entries = st.fixed_dictionaries(
    {"name": names},
    optional={
        "every": intervals,
        "timezone": st.sampled_from(sorted(zones())),
        "retention_days": st.integers(40, 400),
        "enabled": st.booleans(),
        "allow_empty": st.booleans(),
        "tags": st.dictionaries(st.text("abc", min_size=1), st.text("xyz", max_size=9), max_size=3),
    },
)
inventories = st.lists(entries, min_size=1, max_size=12, unique_by=lambda entry: entry["name"])


def planned(tables: object, **more: Any) -> Plan:
    """The plan of tables in the test region."""
    return make_plan(tables, **{"region": REGION, **more})


def planned_from(variables: dict[str, Any], **more: Any) -> Plan:
    """The plan of an inventory's tablekeeper_* variables."""
    return make_plan(
        variables.get("tablekeeper_tables"),
        defaults=variables.get("tablekeeper_defaults"),
        settings={key: variables.get(f"tablekeeper_{key}") for key in CHECKS},
        variables=variables,
        **more,
    )


def deployed(plan: Plan) -> dict[str, Any]:
    """What stack outputs tell once the plan is deployed."""
    stacks = {
        stack.name: {
            "tables": _listed(stack.listing),
            "own": {"Pipelines": _listed(getattr(stack.own, "listing", ()))},
        }
        for stack in plan.stacks
    }
    return {
        "retention_days": list(plan.retention_days),
        "log_bucket": bool(plan.log_bucket),
        "stacks": stacks,
    }


def _listed(texts: tuple[str, ...]) -> list[Any]:
    return [each for text in texts for each in json.loads(text)]


def homes(plan: Plan) -> dict[str, str]:
    """Each table's stack."""
    return {table.name: stack.name for stack in plan.stacks for table in stack.tables}
