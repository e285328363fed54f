# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: the variables of all hosts to what is wrong with them, or with what was given by hand."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleError
from ansible.utils.vars import load_extra_vars

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.credentials import ambiguous
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.given import misspelt
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import ROLES
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.place import (
    CHECKS,
    is_target,
    mistakes,
    place,
    shared,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.variables import CUT_OFF, cut_off

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

DOCUMENTATION = r"""
name: check_targets
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Say what is wrong before a playbook does anything
description:
  - Looks at the variables of every host of the inventory, at the limit, at the environment, and at the names
    of what was given with C(-e) or by a survey, and at words after a blank in C(-e), which Ansible drops.
  - A host is a target if it has C(tablekeeper_region) or C(tablekeeper_tables).
  - No two targets may have one account, region and prefix, since each would remove what the other deploys.
    That counts for all hosts of the inventory, also for those that a limit leaves out.
positional: _input, hosts, role, limit
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
  role:
    description: The name of the playbook.
    type: str
    required: true
  groups:
    description: The groups of the inventory, C(groups).
    type: dict
    default: {}
  limit:
    description: The limit of this run, C(ansible_limit).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Check the inventory
  ansible.builtin.assert:
    that: my_check.mistakes == []
    fail_msg: "{{ my_check.mistakes | join('\n') }}"
  vars:
    my_check: "{{ hostvars | tablekeeper.dynamodb.check_targets(ansible_play_hosts_all, 'run', groups) }}"
  run_once: true
"""

RETURN = r"""
_value:
  description: A mapping of C(mistakes), sentences, and of C(left_out), hosts of the play that are no targets.
  type: dict
  sample: {mistakes: [], left_out: [web1]}
"""

_NAMES = [*CHECKS, "region", "prefix"]


def check_targets(
    hostvars: Mapping[str, Any],
    hosts: Collection[str],
    role: str,
    groups: Mapping[str, Collection[str]] | None = None,
    limit: str = "",
) -> dict[str, list[str]]:
    """Every mistake, and the hosts that are left out."""
    inventory = groups or {"all": list(hostvars)}
    if not inventory["all"]:
        return _alone(
            "Nothing was done, since the inventory has no host. A host is an account in a region: write one "
            "with its tablekeeper_region, or give the job an inventory that has one (-i)."
        )
    if unknown := _unknown(limit, inventory):
        return _alone(
            f"Nothing was done, since the limit {limit} names what is no host and no group of the inventory: "
            f"{', '.join(unknown)}."
        )
    given = load_extra_vars(None)
    targets = {
        name: _own(hostvars[name]) for name in inventory["all"] if is_target(hostvars[name], by_hand=given)
    }
    mine = [name for name in hosts if name in targets]
    left_out = [name for name in hosts if name not in targets]
    if not mine:
        return _alone(
            f"Nothing was done, since none of these hosts is a target: {', '.join(left_out)}. A target is an "
            "account in a region: give it a tablekeeper_region."
        )
    lost = cut_off(given.get(CUT_OFF), "tables" if "tables" in ROLES.get(role, ()) else "NAME")
    found = [*map(str, lost), *_by_hand(given), *misspelt(given, role)]
    if ambiguous(os.environ) and not all(targets[name].get("profile") for name in mine):
        found.append(
            "The environment has AWS_PROFILE beside access keys, and tools do not agree which counts: unset "
            "AWS_PROFILE and AWS_DEFAULT_PROFILE, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
            "AWS_SESSION_TOKEN."
        )
    found += [str(each) for name in mine for each in mistakes(name, targets[name])]
    found += shared([place(name, variables) for name, variables in targets.items()], mine)
    return {"mistakes": [f"Nothing was done: {found[0]}", *found[1:]] if found else [], "left_out": left_out}


def _alone(mistake: str) -> dict[str, list[str]]:
    return {"mistakes": [mistake], "left_out": []}


def _unknown(limit: str, groups: Mapping[str, Collection[str]]) -> list[str]:
    """Of a limit that names two, Ansible would take the one that is there."""
    names = [name.strip() for name in re.split("[:,]", limit)]
    plain = [name for name in names if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name)]
    return [name for name in plain if name not in groups and name not in groups["all"]]


def _own(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What tells the place of a host. What cannot be rendered is left to the role, which tells that, too."""
    found = {}
    for name in _NAMES:
        if f"tablekeeper_{name}" in variables:
            try:
                value = variables[f"tablekeeper_{name}"]
                found[name] = value if value is None else str(value)
            except AnsibleError:
                continue
    return found


def _by_hand(given: Mapping[str, Any]) -> list[str]:
    """What nothing in a play could overrule."""
    wrong = []
    if str(given.get("ansible_connection", "local")) not in ("local", "ansible.builtin.local"):
        wrong.append("ansible_connection")
    if str(given.get("ansible_become", "")).lower() in ("true", "yes", "1", "on"):
        wrong.append("ansible_become")
    return [
        f"-e {name} cannot be: the playbook asks AWS from this machine, as the user you are."
        for name in wrong
    ]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"check_targets": check_targets}
