# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: verdicts to what a later job needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import text

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_summary
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Shorten the verdicts on backups to what a later job needs
description:
  - Takes what M(tablekeeper.dynamodb.status_info) returns and keeps the verdict, the names of the
    tables that are not healthy, and how often each code was given.
  - The result is small enough for C(set_stats), whose data AWX keeps with the job and gives to notifications.
options:
  _input:
    description: What M(tablekeeper.dynamodb.status_info) returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Publish how the backups are
  ansible.builtin.set_stats:
    data:
      my_backups: "{{ backups | tablekeeper.dynamodb.status_summary }}"
"""

RETURN = r"""
_value:
  description:
    - Whether all is well (twice, since C(succeeded) is what every playbook publishes), where, the names of
      the tables that are unhealthy or wait for a first backup, and how many there are in all and by code.
  type: dict
  sample:
    succeeded: false
    healthy: false
    msg: "In account 123456789012, eu-west-1: 1 of 2 tables is not healthy (orders)."
    account: "123456789012"
    region: eu-west-1
    tables: 2
    unhealthy: [orders]
    waiting: []
    codes: {last_run_failed: 1, too_old: 1}
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {"status_summary": text.summary}
