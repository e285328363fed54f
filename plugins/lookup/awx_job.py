# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lookup: the job of AWX that a play runs in."""

from __future__ import annotations

DOCUMENTATION = r"""
name: awx_job
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Tell which job of AWX a play runs in
description:
  - Reads the variables that AWX and automation controller give to every job, C(awx_job_id), C(awx_user_name),
    C(awx_schedule_name) and others, or their twins that begin with C(tower_).
options:
  _terms:
    description: V(text) for the job in a few words, V(facts) for a mapping of what is known of it.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Say who asked
  ansible.builtin.debug:
    msg: "{{ lookup('tablekeeper.dynamodb.awx_job', 'text') or 'Not a job of AWX' }}"
"""

RETURN = r"""
_raw:
  description:
    - For V(text), text. It is empty outside AWX.
    - For V(facts), a mapping of any of C(id), C(template), C(launch_type), C(user), C(schedule), C(workflow)
      and C(revision) to text. It is empty outside AWX.
  type: list
  elements: raw
  sample: [AWX job 42 (schedule nightly)]
"""
from typing import Any

from ansible.plugins.lookup import LookupBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.awx_job import awx_job, in_words


class LookupModule(LookupBase):
    """What Ansible looks for."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **_options: Any) -> list[Any]:
        """An answer for each term."""
        job = awx_job(variables or {})
        return [in_words(job) if term == "text" else job for term in terms]
