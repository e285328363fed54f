# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what is left as it is, since only some tables were judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.columns import wrapped
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import selects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: status_left
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say what a run of status leaves as it is
description:
  - Pages and metrics tell of whole targets. A run that judges only tables that were named writes none of
    them, and the last target of the play says so.
positional: _input, batch, host
options:
  _input:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  batch:
    description: Those that do this task, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description: The target, C(inventory_hostname).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say what was not written
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_left(ansible_play_batch, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: A sentence as lines; none if nothing is left, or another target says it.
  type: list
  elements: str
"""

# The inputs that tell of whole targets, by their names in the role.
_WHOLE = {"html": "status_html", "publish": "status_publish", "prometheus_file": "status_prometheus_file"}


def status_left(hostvars: Mapping[str, Any], batch: Sequence[str], host: str) -> list[str]:
    """The lines."""
    if host != batch[-1]:
        return []
    inputs = [hostvars[name]["__status_inputs"] for name in batch if selects(hostvars[name])]
    left = [name for key, name in _WHOLE.items() if any(each.get(key) for each in inputs)]
    if not left:
        return []
    names = " and ".join(filter(None, (", ".join(left[:-1]), left[-1])))
    tells = "tells" if len(left) == 1 else "tell"
    said = (
        f"{names} {tells} of whole targets, and only the tables that were named are judged here: what is"
        " written there stays as it was. To renew it, run the status playbook without naming tables."
    )
    return wrapped(said, "", "  ")


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        """Filters by name."""
        return {"status_left": status_left}
