# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A key of a table entry is a field in `_model/keys.py`; what is done with every key follows from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.engines.checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path

KEYS = "plugins/module_utils/_model/keys.py"
# Beside the last key that stacks remember.
FIELD = "    cold: bool = field(default=False, metadata=_key(flag, _yes_or_no))\n"
LAST = "    enabled: bool ="
TRIED = """
import datetime as dt, json
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.listing import read_listing, unlike
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import make
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.table_changes import table_lines

def plan(*tables, **given):
    return make.make_plan(list(tables), region="eu-west-1", **given)

def records(plan):
    texts = {f"Tables{number}": text for number, text in enumerate(plan.stacks[0].listing)}
    return {each.name: each for each in Outputs.from_raw(texts).tables("export")}

def refused(*tables):
    try:
        plan(*tables)
    except make.PlanError as error:
        return str(error)

cold = {"name": "orders", "cold": "yes"}
before, after = plan("orders"), plan(cold)
text = before.stacks[0].listing[0].replace(',"cold":false', "")
(older,) = Outputs.from_raw({"Tables0": text}).tables("export")
print(json.dumps({
    "by default": plan("orders", defaults={"cold": True}).stacks[0].tables[0].cold,
    "of a stack of before": older.cold,
    "in the template's hands": make.as_data(after)["stacks"][0]["tables"][0]["cold"],
    "remembered": json.loads(after.stacks[0].listing[0])[0]["cold"],
    "told": table_lines(after, records(before), dt.date(2026, 11, 28)),
    "unlike": unlike(read_listing([cold]).entries["orders"], records(before)["orders"]),
    "refused": refused({"name": "orders", "cold": "icy"}),
}))
"""


def test_a_key_is_checked_planned_remembered_and_told_where_it_is_declared(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout", "plugins", "galaxy.yml")
    checkout.insert(KEYS, LAST, FIELD)
    done = checkout.run("python", "-c", TRIED, PYTHONPATH=str(checkout.collections))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert "cold" in told.pop("refused")
    assert told == {
        "by default": True,
        "of a stack of before": False,
        "in the template's hands": True,
        "remembered": True,
        "told": ["orders: cold false becomes true"],
        "unlike": ["cold is listed as true and deployed as false"],
    }
