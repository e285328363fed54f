# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the inputs of what is done with one table to whether this target is the one that it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.one_target import (
    elsewhere,
    undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

DOCUMENTATION = r"""
name: one_target
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Find the target that something is done in with one table
description:
  - A restore or a comparison is of one table. Where a play has several targets, it is for the one that lists
    the table.
positional: _input, others, targets, done
options:
  _input:
    description: The inputs of the role, or its mistakes.
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
  done:
    description: What nothing was, if nobody knows which target it is for.
    type: str
    default: made
"""

EXAMPLES = r"""
- name: See where orders is restored
  ansible.builtin.debug:
    msg: >-
      {{ {'table': 'orders', 'expected': ['orders']}
         | tablekeeper.dynamodb.one_target({'us': ['carts']}, ['eu', 'us']) }}
"""

RETURN = r"""
_value:
  description: The other target that it is for (C(elsewhere)), or why nobody knows which (C(problem)).
  type: dict
  sample: {elsewhere: "", problem: ""}
"""


def one_target(
    inputs: Mapping[str, Any],
    others: Mapping[str, Collection[str]],
    targets: Collection[str],
    done: str = "made",
) -> dict[str, str]:
    """The other target, or the problem."""
    if "mistakes" in inputs:
        return {"elsewhere": "", "problem": inputs["mistakes"]}
    table, mine = inputs["table"], inputs["expected"]
    return {
        "elsewhere": elsewhere(table, mine, others),
        "problem": undecided(table, mine, others, targets, done),
    }


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"one_target": one_target}
