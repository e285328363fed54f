# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The lookup tablekeeper.dynamodb.first_failure. What it says is in module_utils/_report/failure.py.

Each task of a role asks it: it reads the results as they are, where an expression would template them all.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: first_failure
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say why the first task failed of those that let the play go on
description:
  - Looks at what tasks have registered. A variable that is not there counts as a task that was not run.
options:
  _terms:
    description: The names of variables with results, in the order of their tasks.
    type: list
    elements: str
    required: true
  stack:
    description:
      - The names of two of them, of what M(amazon.aws.cloudformation) and M(tablekeeper.dynamodb.stack_state)
        said of a stack. Of a stack that could not be created the first one has the reasons.
    type: list
    elements: str
    default: []
  secrets:
    description: The name of a variable that lists addresses of webhooks, which are hidden.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Look whether there is a table
  tablekeeper.dynamodb.deployment_info:
    region: eu-west-1
    tables: [orders]
  register: my_found
  failed_when: my_found is failed and my_found.msg is not defined

- name: Say why that failed
  ansible.builtin.debug:
    msg: "{{ lookup('tablekeeper.dynamodb.first_failure', 'my_found') }}"
"""

RETURN = r"""
_raw:
  description: The message of the failure and what to do about it, or an empty text.
  type: list
  elements: str
"""
from typing import Any

from ansible.plugins.lookup import LookupBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import failure


class LookupModule(LookupBase):
    """What Ansible looks for."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **options: Any) -> list[str]:
        """One text."""
        self.set_options(var_options=variables, direct=options)
        known, stack = variables or {}, self.get_option("stack")
        results = [known.get(name) or {} for name in terms]
        if stack:
            results.append(failure.of_stack(*(known.get(name) or {} for name in stack)))
        found = failure.first_failure(results)
        if found is None:
            return [""]
        secrets = self._templar.template(known.get(self.get_option("secrets"), []))
        return [failure.failure(found, secrets)]
