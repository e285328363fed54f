# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play found to the pages that one of them publishes."""

from __future__ import annotations

from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_files import files, page_of
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import (
    found,
    is_left,
    rendered,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: status_published
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Write the pages of status that a target publishes
description:
  - Targets that name the same file share one page. Of those that publish it the first that could be asked
    does, or the first of all if none could. The others publish nothing.
  - If one of them judges only tables that were named, none publishes it.
positional: _input, hosts, batch, host
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
  batch:
    description: Those that do this task, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description: The target, C(inventory_hostname).
    type: str
    required: true
  names:
    description: Only the names of the pages, which takes no time.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what is published by this target
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_published(
      ansible_play_hosts_all, ansible_play_batch, inventory_hostname, names=true) }}"
"""

RETURN = r"""
_value:
  description: The pages as M(tablekeeper.dynamodb.publish_status) takes them, the index first, or names.
  type: list
  elements: raw
  sample: [{name: backups.html, content: "<!doctype html>..."}]
"""


def status_published(
    hostvars: Mapping[str, Any],
    hosts: Sequence[str],
    batch: Sequence[str],
    host: str,
    names: bool = False,
) -> list[Any]:
    """The pages that this host publishes, none if another does."""
    page = wanted(hostvars[host])
    if not page or _publisher(hostvars, batch, page) != host or is_left(hostvars, batch, page):
        return []
    path, answers = found(hostvars, hosts, host)
    paths = files(path, answers)
    if names:
        return [PurePath(each).name for each in paths]
    return [
        {"name": PurePath(each).name, "content": rendered(page_of(path, each, answers))} for each in paths
    ]


def _publisher(hostvars: Mapping[str, Any], batch: Sequence[str], page: str) -> str:
    """One by one: of many targets, to read the variables of all for each of them would take minutes."""
    asking = (name for name in batch if _asks(hostvars[name], page))
    first = next(asking, "")
    answered = (name for name in chain([first], asking) if name and _was_asked(hostvars[name]))
    return next(answered, first)


def _asks(variables: Mapping[str, Any], page: str) -> bool:
    return wanted(variables) == page and bool(variables["__status_inputs"]["publish"])


def _was_asked(variables: Mapping[str, Any]) -> bool:
    """Of a target that could not be asked its role says so."""
    answer = variables.get("__status_found") or {}
    return bool(answer) and answer.get("asked") is not False


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"status_published": status_published}
