# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what tables can be brought back to, to what is said and told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.history import report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

DOCUMENTATION = r"""
name: history_report
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Tell what tables can be brought back to
description:
  - Lays out the points of each table as text, newest first, and says what is wrong.
  - A table that is named and of which nothing is kept is no mistake as long as another target of the play has
    points of it.
positional: _input, inputs, trouble, hostvars, hosts, host
options:
  _input:
    description: What M(tablekeeper.dynamodb.point_info) returned.
    type: dict
    required: true
  inputs:
    description: The inputs of the role history, as P(tablekeeper.dynamodb.inputs#filter) returns them.
    type: dict
    required: true
  trouble:
    description: Why AWS could not be asked, empty if it could.
    type: str
    default: ""
  hostvars:
    description: The variables of all hosts, C(hostvars).
    type: dict
    default: {}
  hosts:
    description: The names of the targets of the play.
    type: list
    elements: str
    default: []
  host:
    description: The name of this target.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Show what is kept
  ansible.builtin.debug:
    msg: "{{ (kept | tablekeeper.dynamodb.history_report(my_inputs)).lines }}"
"""

RETURN = r"""
_value:
  description:
    - C(lines) is text for people, C(problems) sentences on what is wrong, C(told) what later jobs are told.
  type: dict
  sample:
    lines:
      - "orders: 1 point"
    problems: []
    told:
      msg: "In account 123456789012, eu-west-1: 1 point of 1 table, of which 1 can be restored."
      account_id: "123456789012"
      region: eu-west-1
      bucket: tablekeeper-123456789012-eu-west-1
      tables: 1
      points: 1
      restorable: 1
      unread: 0
      latest: {orders: 20261123T020003Z-1a2b3c4d}
      nothing: []
"""

_ANSWER = "__history_answer"


def history_report(
    answer: Mapping[str, Any],
    inputs: Mapping[str, Any],
    trouble: str = "",
    hostvars: Mapping[str, Any] | None = None,
    hosts: Iterable[str] = (),
    host: str = "",
) -> dict[str, Any]:
    """The report."""
    others = [name for name in hosts if name != host]
    elsewhere = {
        table["table"]
        for name in others
        for table in ((hostvars or {})[name].get(_ANSWER) or {}).get("tables", ())
        if table["points"]
    }
    return report(answer, inputs, trouble=trouble, elsewhere=elsewhere, limit=host if others else "")


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """Filters by name."""
        return {"history_report": history_report}
