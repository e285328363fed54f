# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the groups of an inventory to the hosts that a playbook is for.

Ansible reads a play's hosts before it starts a process for each task, and reads all filters of a collection
when it needs one. Each of those processes would read them again, had the play not needed one by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible import context
from ansible.errors import AnsibleFilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

DOCUMENTATION = r"""
name: targets
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say which hosts a playbook is for
description:
  - Every host of the inventory is a target.
  - When it has none, the play is for C(localhost), where a task can fail with a sentence; Ansible would end
    well, having done nothing. With a limit that would match nothing again, and so the filter fails.
  - It fails, too, if C(--skip-tags always) or C(--start-at-task) leave out the tasks that check what is to
    be done.
positional: _input, limit
options:
  _input:
    description: The groups of the inventory, C(groups).
    type: dict
    required: true
  limit:
    description: The limit of this run, C(ansible_limit).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Do something for every target
  hosts: "{{ groups | tablekeeper.dynamodb.targets(ansible_limit | default('')) }}"
  connection: local
  gather_facts: false
  roles:
    - role: tablekeeper.dynamodb.backup
"""

RETURN = r"""
_value:
  description: A pattern of hosts.
  type: str
  sample: all
"""


def targets(groups: Mapping[str, Collection[str]], limit: str = "") -> str:
    """The pattern of hosts."""
    if left_out := _left_out():
        raise AnsibleFilterError(
            f"Nothing was done, since {left_out} leaves out what checks that it is right."
        )
    if groups["all"]:
        return "all"
    if limit:
        raise AnsibleFilterError(
            f"The inventory has no host. Give one (-i) that has what the limit {limit} names."
        )
    return "localhost"


def _left_out() -> str:
    """The option of ansible-playbook that leaves out what no tag of a task can bring back."""
    if "always" in (context.CLIARGS.get("skip_tags") or ()):
        return "--skip-tags always"
    return "--start-at-task" if context.CLIARGS.get("start_at_task") else ""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"targets": targets}
