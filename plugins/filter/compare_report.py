# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the module item_compare_info returned to what people and later jobs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import compared
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.elsewhere import (
    elsewhere as of_another,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: compare_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what differs between a table and its backup
description:
  - Makes text and data of what M(tablekeeper.dynamodb.item_compare_info) returned, or of why it was not
    called.
positional: _input, inputs, problem, elsewhere, limit
options:
  _input:
    description: What the module returned, or how it failed. Empty if it was not called.
    type: dict
    required: true
  inputs:
    description: The inputs of the role.
    type: dict
    required: true
  problem:
    description: Why it was not called, if so.
    type: str
    default: ""
  elsewhere:
    description: The other target that the comparison is for, if so.
    type: str
    default: ""
  limit:
    description: The name of this target, where the play has several.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Tell what differs
  ansible.builtin.debug:
    msg: "{{ (my_comparison | tablekeeper.dynamodb.compare_report({'table': 'orders'})).said }}"
"""

RETURN = r"""
_value:
  description: Why it failed (C(problems)), lines for people (C(said)), and what later jobs get (C(told)).
  type: dict
  sample: {problems: [], said: ["orders: all 3 items are the same"], told: {table: orders, equal: true}}
"""


def compare_report(
    answer: Mapping[str, Any],
    inputs: Mapping[str, Any],
    problem: str = "",
    elsewhere: str = "",
    limit: str = "",
) -> dict[str, Any]:
    """What is told."""
    told = compared.summary(answer, inputs)
    if elsewhere:
        return of_another(told, elsewhere, "compared")
    why = problem or ("" if "plan" in answer else failure(answer))
    if not why and inputs.get("fail_on_differences") and answer.get("equal") is False:
        why = told["msg"]
    return {
        "problems": [why] if why else [],
        "said": compared.lines(answer, inputs, limit),
        "told": {**told, "msg": why[: compared.LONGEST_MESSAGE] or told["msg"]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"compare_report": compare_report}
