# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: a plan to the time and price of its clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._cost.estimate import estimate

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: estimate
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Estimate time and price of the clusters of a plan
description:
  - Tells how long each cluster of AWS Data Pipeline takes for its tables and what that costs, with prices of
    us-east-1 that are in the collection. Nothing is asked of AWS.
  - Finds what cannot work, a cluster that is stopped before it is done or too many pipelines for an account.
positional: _input
options:
  _input:
    description: The result of the filter P(tablekeeper.dynamodb.plan#filter).
    type: dict
    required: true
  known:
    description:
      - What is known of the account, by engine, as M(tablekeeper.dynamodb.deployment_info) returns it.
      - Without it the sizes are not known, and the parts of each price are told.
    type: dict
seealso:
  - module: tablekeeper.dynamodb.deployment_info
"""

EXAMPLES = r"""
- name: Show what a run costs
  ansible.builtin.debug:
    msg: "{{ (my_plan | tablekeeper.dynamodb.estimate).lines }}"
  vars:
    my_tables: [{name: ledger, engine: data_pipeline}]
    my_plan: "{{ my_tables | tablekeeper.dynamodb.plan(settings={'region': 'eu-west-1'}) }}"
"""

RETURN = r"""
_value:
  description: What was found; two empty lists for a plan without pipelines.
  type: dict
  contains:
    lines:
      description: A table of text, and what it is based on.
      type: list
      elements: str
    problems:
      description: A sentence for each reason not to deploy the plan.
      type: list
      elements: str
      sample: []
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"estimate": estimate}
