# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: verdicts to an aligned text table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import text

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_lines
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Lay out the verdicts on backups as a text table
description:
  - Takes what M(tablekeeper.dynamodb.status_info) returns and tells its notes, then lays its tables out in
    columns. What is not healthy comes last, the worst of it on top.
  - A line fits 100 columns within Ansible's output, unless it is wide.
options:
  _input:
    description: What M(tablekeeper.dynamodb.status_info) returned.
    type: dict
    required: true
  wide:
    description: Show every column, however long the lines become.
    type: bool
    default: false
seealso:
  - plugin: tablekeeper.dynamodb.status_reasons
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show how the backups are
  ansible.builtin.debug:
    msg: "{{ backups | tablekeeper.dynamodb.status_lines }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"status_lines": text.lines}
