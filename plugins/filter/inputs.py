# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: a role's variables as they came to the same in their own types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import PlanError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCUMENTATION = r"""
name: inputs
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Cast and check what a role was given
description:
  - Answers of surveys and C(-e) come as text, and YAML makes numbers, dates and yes or no of text that looks
    so. This gives every input its own type again, and a default to what is empty.
  - Every mistake is reported at once, one per line, each with the variable, its value, and what is allowed.
    A value that cannot be made out any more is one.
  - Paths become absolute. A relative one begins where Ansible was started, and C(~) is the home.
  - A variable whose name is nearly one of the role's is a mistake, too, since it would be ignored. So is one
    that begins with C(tablekeeper_) and is none of the collection's.
  - A play that says at its end why it failed would say so twice if a task failed here as well. With O(tell)
    the mistakes are returned, and no task fails.
positional: _input, role, variables, tell, words
options:
  _input:
    description: The inputs, named without the role's prefix.
    type: dict
    required: true
  role:
    description: Whose inputs they are, by the name of the playbook.
    type: str
    required: true
  variables:
    description: The names of the variables that are set and begin as the role's do, or with C(tablekeeper_).
    type: list
    elements: str
    default: []
  tell:
    description:
      - Return the mistakes in C(mistakes), and each of them in C(told), with nothing else, instead of
        failing.
    type: bool
    default: false
  words:
    description:
      - What Ansible cut off from an C(-e) since it stands after a blank, C(_raw_params). No variable has it,
        so it is a mistake.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Read the inputs
  ansible.builtin.set_fact:
    my_inputs: "{{ answers | tablekeeper.dynamodb.inputs('run') }}"
  vars:
    answers: {region: eu-west-1, wait: "false", tables: "orders, 123"}
"""

RETURN = r"""
_value:
  description: The inputs in their own types, completed.
  type: dict
  sample: {region: eu-west-1, prefix: tablekeeper, tables: [orders, "123"], wait: false, timeout: 86400.0}
"""


def inputs(
    given: Mapping[str, object],
    role: str,
    variables: Iterable[str] = (),
    tell: bool = False,
    words: str = "",
) -> dict[str, Any]:
    """The inputs, or every mistake in them."""
    try:
        return cast(given, role, variables, words)
    except PlanError as error:
        if tell:
            return {"mistakes": str(error), "told": [str(each) for each in error.mistakes]}
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"inputs": inputs}
