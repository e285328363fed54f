# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play write to why reports would be mixed up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs import reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCUMENTATION = r"""
name: mixed_up_reports
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say which files several reports would be written to
description:
  - Looks at what a role was given for this target and for the others of the play.
positional: _input, hosts, host, role
options:
  _input:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  hosts:
    description: The names of the targets of the play.
    type: list
    elements: str
    required: true
  host:
    description: The name of this target.
    type: str
    required: true
  role:
    description: The role, whose inputs are in a variable of its name.
    type: str
    default: status
"""

EXAMPLES = r"""
- name: Say which files would be written twice
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.mixed_up_reports(ansible_play_hosts_all, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: A sentence, empty if each report has a file of its own.
  type: str
  sample: ""
"""


def mixed_up_reports(
    hostvars: Mapping[str, Any], hosts: Iterable[str], host: str, role: str = "status"
) -> str:
    """The sentence."""
    asked = {name: hostvars[name].get(f"__{role}_inputs") or {} for name in hosts}
    mine = asked.pop(host, {})
    return reports.mixed_up(mine, asked.values())


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"mixed_up_reports": mixed_up_reports}
