# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the verdicts of all targets of a play, as the last of them tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import targets

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_said
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Lay out the verdicts of all targets of a play
description:
  - Of several targets that wait for each other the last tells of all, so that what is wrong stands together
    and comes last, the worst of it on top. Alone, a target tells what M(tablekeeper.dynamodb.status_info)
    returned as the filter P(tablekeeper.dynamodb.status_lines#filter) lays it out.
positional: _input, hosts, host, answer
options:
  _input:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  hosts:
    description: The names of the targets that are asked together, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description: The name of this target.
    type: str
    required: true
  answer:
    description: What M(tablekeeper.dynamodb.status_info) returned of it.
    type: dict
    required: true
  wide:
    description: Show every column, however long the lines become.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Show how the backups are
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_said(ansible_play_batch, inventory_hostname, backups) }}"
"""

RETURN = r"""
_value:
  description: The lines; none if another target tells them.
  type: list
  elements: str
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"status_said": targets.said}
