# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the module item_info returned to what people and later jobs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import found
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.elsewhere import (
    elsewhere as of_another,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: find_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell which items were found
description:
  - Makes text and data of what M(tablekeeper.dynamodb.item_info) returned, or of why it was not called.
  - What later jobs get has no items.
positional: _input, inputs, problem, elsewhere
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
    description: The other target that the table is in, if so.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Tell what was found
  ansible.builtin.debug:
    msg: "{{ (my_items | tablekeeper.dynamodb.find_report({'table': 'orders'})).said }}"
"""

RETURN = r"""
_value:
  description: Why it failed (C(problems)), lines for people (C(said)), and what later jobs get (C(told)).
  type: dict
  sample: {problems: [], said: [1 item found], told: {table: orders, found: 1}}
"""


def find_report(
    answer: Mapping[str, Any], inputs: Mapping[str, Any], problem: str = "", elsewhere: str = ""
) -> dict[str, Any]:
    """What is told."""
    told = found.summary(answer, inputs)
    if elsewhere:
        return of_another(told, elsewhere, "looked for")
    why = problem or ("" if "found" in answer else failure(answer))
    if not why and inputs["fail_if_none"]:
        why = answer["nothing"]
    return {
        "problems": [why] if why else [],
        "said": found.lines(answer, inputs, failed=bool(why)),
        "told": {**told, "msg": why[: found.LONGEST_MESSAGE] or told["msg"]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"find_report": find_report}
