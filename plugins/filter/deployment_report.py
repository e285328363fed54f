# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what was to be done and what was done, to sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.deployment import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCUMENTATION = r"""
name: deployment_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say in sentences what a deployment did
description:
  - Tells what was done to each stack, what changed for each table, and what is still waited for.
options:
  _input:
    description: What P(tablekeeper.dynamodb.deployment#filter) told.
    type: dict
    required: true
  done:
    description: What was done to each stack.
    type: dict
    required: true
  repaired:
    description:
      - What M(tablekeeper.dynamodb.stack_repair) returned each time it was asked, the last time at the end.
    type: list
    elements: dict
    required: true
  failure:
    description: Why it ended before its end, if it did.
    type: str
    default: ""
  check:
    description: Whether nothing was really done.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what was done
  ansible.builtin.debug:
    msg: "{{ work | tablekeeper.dynamodb.deployment_report({'tablekeeper-store': 'update'}, []) }}"
"""

RETURN = r"""
_value:
  description: What to say (C(lines)), what was put right (C(repaired)), and what is wrong (C(problems)).
  type: dict
  sample: {"lines": [3 tables unchanged], "repaired": [], "problems": []}
"""


def deployment_report(
    work: Mapping[str, Any],
    done: Mapping[str, str],
    repaired: Iterable[Mapping[str, Any]],
    failure: str = "",
    check: bool = False,
) -> dict[str, Any]:
    """Sentences of three kinds."""
    return report(work, done, repaired, failure, check=check)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"deployment_report": deployment_report}
