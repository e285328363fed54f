# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: table entries, and what is deployed, to what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import plain
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import PlanError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.surveying import RefusedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import StuckStackError
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import deployment as work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: deployment
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what deploying the backups of a target has to do
description:
  - Plans the tables, renders the templates and compares them with what is deployed.
  - Fails, with every reason, if nothing may be deployed.
options:
  _input:
    description: The table entries, as in P(tablekeeper.dynamodb.plan#filter).
    type: list
    elements: raw
    required: true
  defaults:
    description: What a table entry leaves out.
    type: dict
  settings:
    description: The settings of the target.
    type: dict
    required: true
  found:
    description: What M(tablekeeper.dynamodb.deployment_info) returned.
    type: dict
    required: true
  host:
    description: The name of the target in the inventory.
    type: str
    required: true
  armed:
    description: Whether the alarms of all tables count, because each has had its first heartbeat.
    type: bool
    default: false
  rivals:
    description: Why another target keeps from deploying, as P(tablekeeper.dynamodb.rivals#filter) returns it.
    type: str
    default: ""
  diff:
    description: Whether to tell the whole difference, too.
    type: bool
    default: false
  tell:
    description: Whether to return why nothing may be deployed as C(refused), in place of failing.
    type: bool
    default: false
  was:
    description:
      - C(was) of an earlier answer, so that C(lines) go on to tell what changed for the whole target once its
        store is deployed.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: See what would be done
  ansible.builtin.debug:
    msg: "{{ (tablekeeper_tables | tablekeeper.dynamodb.deployment({}, settings, found,
    inventory_hostname)).lines }}"
  vars:
    settings: {region: eu-west-1}
"""

RETURN = r"""
_value:
  description:
    - C(plan), the plan of P(tablekeeper.dynamodb.plan#filter).
    - C(store) and C(machinery), what is to be done to each stack.
    - C(unneeded), stacks that no table needs any more.
    - C(preparation), what M(tablekeeper.dynamodb.prepare_deployment) has to do before.
    - C(lines), what changes for each table, in words.
    - C(diff), lines that show the whole difference.
    - C(estimate), what clusters take, in lines; C(refused), why nothing may be deployed because of that.
    - C(was), what the store was before anything was done to it.
    - C(problems), sentences on tables that cannot be backed up now.
  type: dict
"""


def deployment(
    tables: object,
    defaults: object,
    settings: object,
    found: Mapping[str, Any],
    host: str,
    armed: bool = False,
    diff: bool = False,
    tell: bool = False,
    rivals: str = "",
    was: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The work as mappings and lists."""
    try:
        if rivals:
            raise RefusedError(rivals)
        return work.deployment(
            tables, defaults, settings, plain(found), host=host, armed=armed, diff=diff, was=plain(was)
        )
    except (PlanError, RefusedError, StuckStackError) as error:
        if tell:
            return {"refused": str(error), "todo": {"anything": False}}
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"deployment": deployment}
