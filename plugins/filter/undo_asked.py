# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the inputs of an undo, with the plan that the job before has made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.planned_before import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: undo_asked
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Find the plan that an undo is to write
description:
  - In a workflow of AWX one job plans, somebody approves the plan, and the next job writes it. What the first
    one has published names the plan.
  - In check mode without a plan one is made, and what confirms the plan of the next job is not looked at.
positional: _input, published, host, check
options:
  _input:
    description: The inputs of the role C(undo), as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
  published:
    description: What the job before has published as C(tablekeeper_undo). Empty if there was none.
    type: dict
    default: {}
  host:
    description: The name of the target.
    type: str
    required: true
  check:
    description: Whether it runs in check mode.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See which plan would be written
  ansible.builtin.debug:
    msg: "{{ (my_inputs | tablekeeper.dynamodb.undo_asked(tablekeeper_undo, inventory_hostname)).plan }}"
"""

RETURN = r"""
_value:
  description: The inputs, as M(tablekeeper.dynamodb.put_back) takes them.
  type: dict
  sample: {table: orders, plan: 20261129T140003Z-1a2b, confirm: "orders@123456789012"}
"""


def undo_asked(
    inputs: Mapping[str, Any], published: Mapping[str, Any], host: str, check: bool = False
) -> dict[str, Any]:
    """The inputs with the plan."""
    return dict(inputs) if "mistakes" in inputs else asked(inputs, published, host, check=check)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"undo_asked": undo_asked}
