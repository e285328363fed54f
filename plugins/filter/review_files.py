# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: a plan to the files that a person reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import plain
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import templates

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: review_files
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Render the templates and state machines of a plan for review
description:
  - Needs no account. The addresses of webhooks are masked, so that what is written may be shown to anybody.
options:
  _input:
    description: The result of the filter P(tablekeeper.dynamodb.plan#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Write each file
  ansible.builtin.copy:
    dest: "/tmp/review/{{ item.key }}"
    content: "{{ item.value }}"
    mode: "0644"
  loop: "{{ my_plan | tablekeeper.dynamodb.review_files | dict2items }}"
  vars:
    my_plan: "{{ ['orders'] | tablekeeper.dynamodb.plan(settings={'region': 'eu-west-1'}) }}"
"""

RETURN = r"""
_value:
  description: The contents of each file, by its name.
  type: dict
  sample: {"heartbeat.asl.json": "{}"}
"""


def review_files(plan: object) -> dict[str, str]:
    """The contents by name."""
    return templates.files(plain(plan))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, str]]]:
        """Filters by name."""
        return {"review_files": review_files}
