# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play found to a status page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_files import page_of
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import found, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: status_page
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Write a status page
description:
  - Takes what the targets found that share a page, and writes one of its files.
positional: _input, hosts, host, path
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
    description: A target whose page it is, C(inventory_hostname).
    type: str
    required: true
  path:
    description: The file, one of those that P(tablekeeper.dynamodb.status_pages#filter) has named.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Write a page
  ansible.builtin.copy:
    content: "{{ hostvars | tablekeeper.dynamodb.status_page(
      ansible_play_hosts_all, inventory_hostname, path) }}"
    dest: "{{ path }}"
    mode: "0644"
  vars:
    path: /srv/www/backups.html
"""

RETURN = r"""
_value:
  description: HTML with all that it needs.
  type: str
"""


def status_page(hostvars: Mapping[str, Any], hosts: Sequence[str], host: str, path: str) -> str:
    """The page as HTML."""
    own, answers = found(hostvars, hosts, host)
    return rendered(page_of(own, path, answers))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"status_page": status_page}
