# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the inputs of a restore to whether this target is the one that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.one_target import (
    elsewhere,
    undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

DOCUMENTATION = r"""
name: restore_target
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Find the target that a table is restored in
description:
  - A restore is of one table. Where a play has several targets, it is for the one that lists the table.
positional: _input, others, targets
options:
  _input:
    description: The inputs of the role C(restore), or its mistakes.
    type: dict
    required: true
  others:
    description: The tables of the other targets, as P(tablekeeper.dynamodb.listed_elsewhere#filter) tells.
    type: dict
    required: true
  targets:
    description: The names of all targets of the play.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: See where orders is restored
  ansible.builtin.debug:
    msg: >-
      {{ {'table': 'orders', 'expected': ['orders']}
         | tablekeeper.dynamodb.restore_target({'us': ['carts']}, ['eu', 'us']) }}
"""

RETURN = r"""
_value:
  description: The other target that it is for (C(elsewhere)), or why nobody knows which (C(problem)).
  type: dict
  sample: {elsewhere: "", problem: ""}
"""


def restore_target(
    inputs: Mapping[str, Any], others: Mapping[str, Collection[str]], targets: Collection[str]
) -> dict[str, str]:
    """The other target, or the problem."""
    if "mistakes" in inputs:
        return {"elsewhere": "", "problem": inputs["mistakes"]}
    table, mine = inputs["table"], inputs["expected"]
    return {
        "elsewhere": elsewhere(table, mine, others),
        "problem": undecided(table, mine, others, targets),
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"restore_target": restore_target}
