# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what is deployed to what is to be done to remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.removing import work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: teardown_work
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what is to be done to remove a deployment
description:
  - Tells what engines want done before, which stacks go in which order, and whose runs are stopped.
  - What is at work in pipelines is not canceled without a word, and pipelines that are in no stack go, too.
positional: _input, inputs
options:
  _input:
    description: What M(tablekeeper.dynamodb.deployment_info) returns.
    type: dict
    required: true
  inputs:
    description: The inputs of the role teardown, as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Have the engines ready for it
  tablekeeper.dynamodb.prepare_deployment:
    engines: "{{ (deployment | tablekeeper.dynamodb.teardown_work(my_inputs)).preparation }}"
    region: eu-west-1
"""

RETURN = r"""
_value:
  description:
    - C(preparation) is what M(tablekeeper.dynamodb.prepare_deployment) takes, empty if there is none.
    - C(stack_names) and C(state_machine_arns) are what M(tablekeeper.dynamodb.remove_stacks) takes.
  type: dict
  sample:
    preparation: {}
    stack_names: [tablekeeper-export-1, tablekeeper-store]
    state_machine_arns: []
"""


def teardown_work(deployment: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The work."""
    return work(inputs, deployment)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """Filters by name."""
        return {"teardown_work": teardown_work}
