# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: why a target could not be asked to the code of that reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.advice import denied

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_code
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell by which code a target counts that could not be asked
description:
  - A refusal of AWS's, such as that of a role that cannot be assumed, is C(access_denied). Whatever else
    keeps a target from being judged is C(not_answered).
options:
  _input:
    description: Why nothing is known, as P(tablekeeper.dynamodb.failure#filter) tells it.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Count what was refused
  ansible.builtin.debug:
    msg: "{{ ansible_failed_result | tablekeeper.dynamodb.failure | tablekeeper.dynamodb.status_code }}"
"""

RETURN = r"""
_value:
  description: The code.
  type: str
  sample: access_denied
"""


def status_code(why: str) -> str:
    """The code."""
    return "access_denied" if denied(why) else "not_answered"


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"status_code": status_code}
