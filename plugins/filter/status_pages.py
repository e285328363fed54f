# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play found to the files of the page that one of them writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_files import files
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import found, is_left, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: status_pages
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say which files of a status page a target writes
description:
  - Targets that name the same file share one page, which the last of them writes when each has been asked.
    In a play with C(serial) it is written after each batch.
  - If one of them judges only tables that were named, none writes it.
positional: _input, hosts, batch, host
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
  batch:
    description: Those that do this task, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description: The target, C(inventory_hostname).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say which files are written here
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_pages(
      ansible_play_hosts_all, ansible_play_batch, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: The paths, none if another target writes them.
  type: list
  elements: str
  sample: [/srv/www/backups.html]
"""


def status_pages(
    hostvars: Mapping[str, Any], hosts: Sequence[str], batch: Sequence[str], host: str
) -> list[str]:
    """The files that this host writes."""
    path = wanted(hostvars[host])
    if not path or host != next(name for name in reversed(batch) if wanted(hostvars[name]) == path):
        return []
    if is_left(hostvars, batch, path):
        return []
    return files(*found(hostvars, hosts, host))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"status_pages": status_pages}
