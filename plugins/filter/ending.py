# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what a verb did, and why it failed, to what later jobs are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import ending as report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: ending
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell later jobs how a playbook ended for a target
description:
  - Makes what every playbook publishes for a target with M(ansible.builtin.set_stats).
options:
  _input:
    description: Sentences on why it failed, none if it did not.
    type: list
    elements: str
    required: true
  said:
    description: What was done, a text or lines.
    type: raw
    required: true
  told:
    description: What else is told, which counts more.
    type: dict
    required: true
  check_mode:
    description: Whether nothing was really done.
    type: bool
    default: false
  job:
    description: What the lookup P(tablekeeper.dynamodb.awx_job#lookup) tells of the job.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Publish how it ended
  ansible.builtin.set_stats:
    data: "{{ {'mine': [] | tablekeeper.dynamodb.ending('All is well', {'region': 'eu-west-1'})} }}"
"""

RETURN = r"""
_value:
  description: Whether it C(succeeded), what to say (C(msg)), C(check_mode), C(job), and what else is told.
  type: dict
  sample: {"succeeded": true, "msg": All is well., "check_mode": false, "job": {}, "region": eu-west-1}
"""


def ending(
    problems: Sequence[str],
    said: str | Sequence[str],
    told: Mapping[str, Any],
    check_mode: bool = False,
    job: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The mapping."""
    return report.ending(problems, said, told, check_mode=check_mode, job=job or {})


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"ending": ending}
