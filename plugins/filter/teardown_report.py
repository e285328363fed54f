# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what was removed to what is said and told of it in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.removing import report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: teardown_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what was removed
description:
  - Tells it also if something else could not be removed.
positional: _input, inputs, expiry, gone, check
options:
  _input:
    description: What M(tablekeeper.dynamodb.deployment_info) returned, empty if it could not be asked.
    type: dict
    required: true
  inputs:
    description: The inputs of the role teardown, as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
  expiry:
    description: What M(tablekeeper.dynamodb.backup_expiry) returned.
    type: dict
    default: {}
  gone:
    description: What M(tablekeeper.dynamodb.remove_stacks) returned.
    type: dict
    default: {}
  check:
    description: Whether nothing was removed, only told.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what was removed
  ansible.builtin.debug:
    msg: "{{ (deployment | tablekeeper.dynamodb.teardown_report(my_inputs, expiry, gone)).said }}"
"""

RETURN = r"""
_value:
  description: C(said) is a sentence, C(told) what later jobs are told.
  type: dict
  sample:
    said: Removed tablekeeper-export-1 from account 123456789012 in eu-west-1.
    told:
      account_id: "123456789012"
      region: eu-west-1
      stacks: {tablekeeper-export-1: removed}
      tables: 2
      deleted_on: {orders: "2026-12-24"}
"""


def teardown_report(
    deployment: Mapping[str, Any],
    inputs: Mapping[str, Any],
    expiry: Mapping[str, Any] | None = None,
    gone: Mapping[str, Any] | None = None,
    check: bool = False,
) -> dict[str, Any]:
    """The report."""
    return report(inputs, deployment, expiry or {}, list((gone or {}).get("removed", ())), check=check)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """Filters by name."""
        return {"teardown_report": teardown_report}
