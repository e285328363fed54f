# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: subscribers to the addresses among them that must not be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import webhooks

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: webhooks
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Find the web addresses among the subscribers of alerts
description:
  - Whoever knows the address of a webhook can use it, so it must not be in the events of a job.
options:
  _input:
    description: The list of mappings of C(protocol) and C(endpoint).
    type: list
    elements: raw
    required: true
"""

EXAMPLES = r"""
- name: Keep what must not be shown
  ansible.builtin.set_fact:
    my_secrets: "{{ tablekeeper_alerts | tablekeeper.dynamodb.webhooks }}"
  no_log: true
"""

RETURN = r"""
_value:
  description: The addresses that begin with http:// or https://.
  type: list
  elements: str
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[object], list[str]]]:
        """Filters by name."""
        return {"webhooks": webhooks}
