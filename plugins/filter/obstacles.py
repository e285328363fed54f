# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what may block the first stack, for stack_state to clear."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.obstacles import FRESH_SECONDS, first

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: obstacles
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what may block the first stack
description:
  - Tells whether M(tablekeeper.dynamodb.stack_state) is to look at the first stack that is deployed, since
    something may block it or another job may have deployed it since it was read.
options:
  _input:
    description: What P(tablekeeper.dynamodb.deployment#filter) told.
    type: dict
    required: true
  read_at:
    description: When the deployment was read, in seconds of this machine's clock.
    type: float
    required: true
  fresh:
    description: For how many seconds that counts.
    type: float
    default: 30
  check:
    description: Whether nothing is really done.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Clear what blocks the first stack
  tablekeeper.dynamodb.stack_state:
    next: "{{ work | tablekeeper.dynamodb.obstacles(read_at) }}"
    region: eu-west-1
"""

RETURN = r"""
_value:
  description:
    - What that module takes as O(tablekeeper.dynamodb.stack_state#module:next), empty if there is no need.
  type: dict
"""


def obstacles(
    work: dict[str, Any], read_at: float, fresh: float = FRESH_SECONDS, check: bool = False
) -> dict[str, Any]:
    """What may block it."""
    return first(work, float(read_at), time.time(), float(fresh), check=check)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"obstacles": obstacles}
