# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the variables of all hosts to the tables that other targets of a play list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import NotAllowedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.selection import entry_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCUMENTATION = r"""
name: listed_elsewhere
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Find the tables that the other targets of a play list
description:
  - Where somebody names tables and the play has several targets, a table need not be in each of them. It is
    no mistake as long as another target lists it.
positional: _input, hosts, host
options:
  _input:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  hosts:
    description: The hosts of the play, C(ansible_play_hosts_all).
    type: list
    elements: str
    required: true
  host:
    description: The target that the others are others of, C(inventory_hostname).
    type: str
    required: true
  named:
    description:
      - The names that somebody gave. Those that no target lists are left to the first of the hosts, so that
        only one target tells of them.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Back up a table, wherever it is
  tablekeeper.dynamodb.run:
    region: "{{ tablekeeper_region }}"
    tables: [orders]
    others: "{{ hostvars | tablekeeper.dynamodb.listed_elsewhere(ansible_play_hosts_all, inventory_hostname)
    }}"
"""

RETURN = r"""
_value:
  description: The names of tables by target.
  type: dict
  sample: {shop-us: [orders, customers]}
"""


def listed_elsewhere(
    hostvars: Mapping[str, Any], hosts: Iterable[str], host: str, named: Iterable[str] = ()
) -> dict[str, list[str]]:
    """The names that each other target lists, and to the first those that were given and nobody lists."""
    listed = {name: _listed(hostvars[name]) for name in hosts}
    everywhere = {table for tables in listed.values() for table in tables}
    found = {name: tables for name, tables in listed.items() if name != host}
    if (first := next(iter(listed), host)) != host:
        found[first] = [*found[first], *(name for name in named if name not in everywhere)]
    return {name: tables for name, tables in found.items() if tables}


def _listed(variables: Mapping[str, Any]) -> list[str]:
    """What cannot be read is told by the target that it belongs to."""
    try:
        return entry_names(variables.get("tablekeeper_tables", []))
    except (AnsibleError, NotAllowedError):
        return []


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"listed_elsewhere": listed_elsewhere}
