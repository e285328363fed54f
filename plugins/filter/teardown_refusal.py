# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what is deployed to why it may not be removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.leaving import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: teardown_refusal
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say why a deployment may not be removed
description:
  - It may be when somebody has typed the prefix and the account again, when there is something to remove,
    and when a preview has shown the target, if there was one.
positional: _input, inputs, host, check, shown
options:
  _input:
    description: What M(tablekeeper.dynamodb.deployment_info) returns.
    type: dict
    required: true
  inputs:
    description: The inputs of the role teardown, as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
  host:
    description: The name of the target.
    type: str
    required: true
  check:
    description: Whether nothing is removed, only told, for which no confirmation is needed.
    type: bool
    default: false
  shown:
    description: The targets that a preview has shown. Left out if there was none.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Stop unless it was confirmed
  ansible.builtin.assert:
    that: why == ''
    fail_msg: "{{ why }}"
  vars:
    why: "{{ deployment | tablekeeper.dynamodb.teardown_refusal(my_inputs, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: A sentence, empty if it may be removed.
  type: str
  sample: ""
"""


def teardown_refusal(
    deployment: Mapping[str, Any],
    inputs: Mapping[str, Any],
    host: str,
    check: bool = False,
    shown: Iterable[str] | None = None,
) -> str:
    """The sentence."""
    return refusal(inputs, deployment, host, check=check, shown=shown)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"teardown_refusal": teardown_refusal}
