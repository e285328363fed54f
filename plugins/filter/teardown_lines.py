# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what is deployed to what is said to somebody who removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.leaving import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: teardown_lines
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say what goes with a deployment, and what stays until when
description:
  - Names the stacks, the tables that nothing backs up any more, what stays, and the day on which each
    table's last backup is deleted.
positional: _input, inputs, expiry, check
options:
  _input:
    description: What M(tablekeeper.dynamodb.deployment_info) returns.
    type: dict
    required: true
  inputs:
    description: The inputs of the role teardown, as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
  expiry:
    description: What M(tablekeeper.dynamodb.backup_expiry) returns.
    type: dict
    default: {}
  check:
    description: Whether nothing is removed, only told.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what would go
  ansible.builtin.debug:
    msg: "{{ deployment | tablekeeper.dynamodb.teardown_lines(my_inputs, expiry, check=true) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "This would remove from account 123456789012 in eu-west-1:"
    - "  tablekeeper-export-1: schedules, alarms and runs of orders, sessions"
"""


def teardown_lines(
    deployment: Mapping[str, Any],
    inputs: Mapping[str, Any],
    expiry: Mapping[str, Any] | None = None,
    check: bool = False,
) -> list[str]:
    """The lines."""
    return lines(inputs, deployment, expiry or {}, check=check)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        """Filters by name."""
        return {"teardown_lines": teardown_lines}
