# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what is deployed to what engines want done before it is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.preparation import before_removing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: teardown_preparation
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what engines want done before a deployment is removed
description:
  - What is at work in pipelines is not canceled without a word, and pipelines that are in no stack go, too.
positional: _input, prefix
options:
  _input:
    description: What M(tablekeeper.dynamodb.deployment_info) returns.
    type: dict
    required: true
  prefix:
    description: The prefix of the deployment.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Have the engines ready for it
  tablekeeper.dynamodb.prepare_deployment:
    engines: "{{ deployment | tablekeeper.dynamodb.teardown_preparation('tablekeeper') }}"
    region: eu-west-1
"""

RETURN = r"""
_value:
  description: What M(tablekeeper.dynamodb.prepare_deployment) takes, empty if there is nothing to do.
  type: dict
  sample: {}
"""


def teardown_preparation(deployment: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What each engine wants."""
    return before_removing(deployment["existing"], prefix)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """Filters by name."""
        return {"teardown_preparation": teardown_preparation}
