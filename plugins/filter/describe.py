# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: a plan to rows of words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.describe import describe

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: describe
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say in words what a plan does for each table
description:
  - Turns a plan into one row of words per table, in order of name.
positional: _input
options:
  _input:
    description: The result of the filter P(tablekeeper.dynamodb.plan#filter).
    type: dict
    required: true
seealso:
  - plugin: tablekeeper.dynamodb.plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what is planned
  ansible.builtin.debug:
    msg: "{{ my_plan | tablekeeper.dynamodb.describe }}"
  vars:
    my_plan: "{{ ['orders'] | tablekeeper.dynamodb.plan(settings={'region': 'eu-west-1'}) }}"
"""

RETURN = r"""
_value:
  description: A mapping of texts per table.
  type: list
  elements: dict
  sample:
    - table: orders
      engine: export
      schedule: every day at 02:00
      timezone: UTC
      retention: 35 days
      alarm: after 30 hours without a backup
      stack: tablekeeper-export-1
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"describe": describe}
