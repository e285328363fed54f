# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the module drill returned to what people and later jobs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import drilled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: drill_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what came of drills, or what would be drilled
description:
  - Makes text and data of what M(tablekeeper.dynamodb.drill) returned, or of why it was not called.
positional: _input, inputs, problem
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
"""

EXAMPLES = r"""
- name: Tell what came of it
  ansible.builtin.debug:
    msg: "{{ (my_drill | tablekeeper.dynamodb.drill_report({'region': 'eu-west-1'})).said }}"
"""

RETURN = r"""
_value:
  description: Why it failed (C(problems)), lines for people (C(said)), and what later jobs get (C(told)).
  type: dict
  sample: {problems: [], said: [], told: {msg: "1 drill passed: orders."}}
"""


def drill_report(answer: Mapping[str, Any], inputs: Mapping[str, Any], problem: str = "") -> dict[str, Any]:
    """What is told."""
    told = drilled.summary(answer, inputs)
    why = problem or ("" if answer.get("succeeded") else failure(answer))
    return {
        "problems": [why] if why else [],
        "said": drilled.lines(answer),
        "told": {**told, "msg": why[: drilled.LONGEST_MESSAGE] or told["msg"]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"drill_report": drill_report}
