# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play found to the pages that are published for one of them."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_files import files, page_of
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import found, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: status_published
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Write the pages of status that are published
description:
  - Targets that name the same file share one page, which may be an index with a page for each of them.
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
    description: The target whose page it is.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say what is published by this target
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_published(
      ansible_play_hosts_all, inventory_hostname) | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: The pages as M(tablekeeper.dynamodb.publish_status) takes them, the index first.
  type: list
  elements: dict
  sample: [{name: backups.html, content: "<!doctype html>..."}]
"""


def status_published(hostvars: Mapping[str, Any], hosts: Sequence[str], host: str) -> list[dict[str, str]]:
    """The pages that are published for this host."""
    path, answers = found(hostvars, hosts, host)
    return [
        {"name": PurePath(each).name, "content": rendered(page_of(path, each, answers))}
        for each in files(path, answers)
    ]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"status_published": status_published}
