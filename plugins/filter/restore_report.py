# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the module restore returned to what people and later jobs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import restored
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.elsewhere import (
    elsewhere as of_another,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: restore_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what a restore did, or would do
description:
  - Makes text and data of what M(tablekeeper.dynamodb.restore) returned, or of why it was not called.
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
    description: The other target that the restore is for, if so.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Tell what was done
  ansible.builtin.debug:
    msg: "{{ (my_restore | tablekeeper.dynamodb.restore_report({'table': 'orders'})).said }}"
"""

RETURN = r"""
_value:
  description: Why it failed (C(problems)), lines for people (C(said)), and what later jobs get (C(told)).
  type: dict
  sample: {problems: [], said: [orders is back as orders-2 with 3 items], told: {table: orders}}
"""


def restore_report(
    answer: Mapping[str, Any], inputs: Mapping[str, Any], problem: str = "", elsewhere: str = ""
) -> dict[str, Any]:
    """What is told."""
    told = restored.summary(answer, inputs)
    if elsewhere:
        return of_another(told, elsewhere, "restored")
    why = problem or ("" if answer.get("succeeded") else failure(answer))
    return {
        "problems": [why] if why else [],
        "said": restored.lines(answer),
        "told": {**told, "msg": why[: restored.LONGEST_MESSAGE] or told["msg"]},
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"restore_report": restore_report}
