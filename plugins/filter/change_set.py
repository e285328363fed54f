# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what CloudFormation would do to a stack to lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import change_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: change_set
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say in lines what CloudFormation would do to a stack
description:
  - Takes what M(amazon.aws.cloudformation) returns in check mode, when it has CloudFormation make a change
    set.
  - Resources that would be replaced by new ones stand first.
options:
  _input:
    description: What M(amazon.aws.cloudformation) returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Have CloudFormation compare the template with the stack
  amazon.aws.cloudformation:
    stack_name: my-stack
    template_body: "{{ lookup('ansible.builtin.file', 'stack.yaml') }}"
  check_mode: true
  register: my_stack

- name: Show what it would do
  ansible.builtin.debug:
    msg: "{{ my_stack | tablekeeper.dynamodb.change_set }}"
"""

RETURN = r"""
_value:
  description:
    - A line for each change of a resource, or what CloudFormation said instead.
    - What only refers to a changed resource is listed with what would have to change for it.
  type: list
  elements: str
  sample:
    - "REPLACE Bucket (AWS::S3::Bucket): a new one is made, and the old one kept"
    - Modify LogBucket (AWS::S3::Bucket)
    - Modify LogBucketPolicy (AWS::S3::BucketPolicy) if LogBucket.Arn changes
"""


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[[Mapping[str, Any]], list[str]]]:
        """Filters by name."""
        return {"change_set": change_set.lines}
