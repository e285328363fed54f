# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: a failed result to the reason for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: failure
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say why a task failed
description:
  - Takes C(ansible_failed_result), which C(rescue) has, and returns its message, or those of the items of a
    loop that failed, without the addresses of webhooks.
  - If AWS could not be reached or let nobody in, a sentence follows that says what to do.
positional: _input, secrets
options:
  _input:
    description: The result.
    type: dict
    required: true
  secrets:
    description: Addresses that must not be shown, as P(tablekeeper.dynamodb.webhooks#filter) returns them.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Keep why it failed
  ansible.builtin.set_fact:
    my_failure: "{{ ansible_failed_result | tablekeeper.dynamodb.failure }}"
  when: ansible_failed_result is defined
"""

RETURN = r"""
_value:
  description: The message, at most 2000 characters of it, and what to do about it.
  type: str
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"failure": failure}
