# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: verdicts to the reasons for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import text

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_reasons
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say why backups are not healthy
description:
  - Takes what M(tablekeeper.dynamodb.status_info) returns and says how many tables are not healthy, then
    every reason of each of them, the worst first.
  - What is not known, or would reach nobody, for the same cause is told once.
options:
  _input:
    description: What M(tablekeeper.dynamodb.status_info) returned.
    type: dict
    required: true
seealso:
  - plugin: tablekeeper.dynamodb.status_lines
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Stop unless all backups are healthy
  ansible.builtin.assert:
    that: backups.healthy
    fail_msg: "{{ backups | tablekeeper.dynamodb.status_reasons }}"
"""

RETURN = r"""
_value:
  description: One sentence each.
  type: list
  elements: str
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[dict[str, Any]], list[str]]]:
        return {"status_reasons": text.reasons}
