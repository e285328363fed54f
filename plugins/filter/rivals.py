# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the variables of all hosts to the targets that are in one place, as AWS has told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.place import (
    CHECKS,
    Place,
    place,
    rivals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DOCUMENTATION = r"""
name: rivals
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say which other targets are in the account that AWS has told
description:
  - Variables need not tell which account a target is in. When AWS has told it, two targets of a play may turn
    out to be in one account, region and prefix, where each would remove what the other deploys.
positional: _input, hosts, host
options:
  _input:
    description: The variables of all hosts, C(hostvars).
    type: dict
    required: true
  hosts:
    description: The hosts of the play, C(ansible_play_hosts_all).
    type: list
    elements: str
    required: true
  host:
    description: The target, C(inventory_hostname).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Stop if another target is in the same place
  ansible.builtin.assert:
    that: others == ''
    fail_msg: "{{ others }}"
  vars:
    others: "{{ hostvars | tablekeeper.dynamodb.rivals(ansible_play_hosts_all, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: A sentence, empty if there is none.
  type: str
  sample: ""
"""

_FOUND = "__backup_found"


def shared_place(hostvars: Mapping[str, Any], hosts: Iterable[str], host: str) -> str:
    """The sentence."""
    asked = {name: hostvars[name] for name in hosts if name in hostvars}
    found = {name: variables for name, variables in asked.items() if _account(variables)}
    if host not in found or len(found) < 2:
        return ""
    return rivals(_place(host, found[host]), [_place(name, variables) for name, variables in found.items()])


def _account(variables: Mapping[str, Any]) -> str:
    answer = variables.get(_FOUND) or {}
    return str(answer.get("account_id") or "")


def _place(name: str, variables: Mapping[str, Any]) -> Place:
    """Where AWS has said that the host is."""
    known = [key for key in (*CHECKS, "region", "prefix") if f"tablekeeper_{key}" in variables]
    there = place(name, {key: variables[f"tablekeeper_{key}"] for key in known})
    return replace(there, account=_account(variables))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"rivals": shared_place}
