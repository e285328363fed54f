# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: what the targets of a play found to those whose store gets the page, where a host puts it there."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import is_complete, is_left, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DOCUMENTATION = r"""
name: status_publishers
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: (internal) Say for which targets a host publishes pages of status
description:
  - Targets that name the same file share one page. It goes into the store of one of those that publish it,
    the first that has a store, or else the first that could be asked, or the first of all.
  - That target puts it there itself. In a play with C(serial) none does before the last batch, in which the
    last host does it for those of earlier ones.
  - With the strategy free, hosts do not wait for each other. Who comes when all have been asked publishes it
    again if some had not been.
  - If one of them judges only tables that were named, the page is left as it is, and not published.
positional: _input, hosts, active, batch, host
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
  active:
    description: Those that have not failed, C(ansible_play_hosts).
    type: list
    elements: str
    required: true
  batch:
    description: Those that do this task, C(ansible_play_batch).
    type: list
    elements: str
    required: true
  host:
    description: The host that asks, C(inventory_hostname).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Say for whom this host publishes
  ansible.builtin.debug:
    msg: "{{ hostvars | tablekeeper.dynamodb.status_publishers(
      ansible_play_hosts_all, ansible_play_hosts, ansible_play_batch, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: >-
    The targets, each with whether all that share its page have been asked,
    and whether it is too early to publish.
  type: list
  elements: dict
  sample: [{name: shop-eu, complete: true, early: false}]
"""


def status_publishers(
    hostvars: Mapping[str, Any],
    hosts: Sequence[str],
    active: Sequence[str],
    batch: Sequence[str],
    host: str,
) -> list[dict[str, Any]]:
    """The targets into whose stores this host puts pages."""
    named = list(_own(hostvars, hosts, active, host))
    earlier = [name for name in hosts if name not in set(batch)]
    if earlier and (named or host == batch[-1]):
        if any(not _has_come(hostvars[name]) for name in reversed(active) if name not in set(batch)):
            return []  # there is a batch that does it later
        if host == batch[-1]:
            named += _of_earlier(hostvars, hosts, earlier)
    kept = (name for name in named if not is_left(hostvars, hosts, wanted(hostvars[name]) or ""))
    return [_told(hostvars, active, name) for name in kept]


def _told(hostvars: Mapping[str, Any], active: Sequence[str], name: str) -> dict[str, Any]:
    """One without a store is too early while another may come that has one."""
    complete = is_complete(hostvars, active, wanted(hostvars[name]) or "")
    return {"name": name, "complete": complete, "early": not complete and not _has_store(hostvars[name])}


def _own(
    hostvars: Mapping[str, Any], hosts: Sequence[str], active: Sequence[str], host: str
) -> Iterator[str]:
    """The publisher of the page that this host asks for, if that is this host, or did not wait for all."""
    page = wanted(hostvars[host])
    if page and _asks(hostvars[host], page):
        name = _publisher(hostvars, hosts, page)
        hurried = hostvars[name].get("__status_hurried") and is_complete(hostvars, active, page)
        if name == host or hurried:
            yield name


def _of_earlier(hostvars: Mapping[str, Any], hosts: Sequence[str], earlier: Sequence[str]) -> Iterator[str]:
    """Those of earlier batches, each the publisher of its page."""
    pages = dict.fromkeys(
        wanted(hostvars[name]) for name in earlier if _asks(hostvars[name], wanted(hostvars[name]) or "")
    )
    for page in filter(None, pages):
        name = _publisher(hostvars, hosts, page)
        if name in earlier:
            yield name


def _publisher(hostvars: Mapping[str, Any], hosts: Sequence[str], page: str) -> str:
    """One by one: of many targets, to read the variables of all for each of them would take minutes."""
    asking = (name for name in hosts if _asks(hostvars[name], page))
    seen: list[str] = []
    for name in asking:
        if _has_store(hostvars[name]):
            return name
        seen.append(name)
    answered = (name for name in seen if _was_asked(hostvars[name]))
    return next(chain(answered, seen))


def _asks(variables: Mapping[str, Any], page: str) -> bool:
    return bool(page) and wanted(variables) == page and bool(variables["__status_inputs"]["publish"])


def _has_come(variables: Mapping[str, Any]) -> bool:
    """Whether the role of a host in another batch has begun, and so ended."""
    return "__status_inputs" in variables


def _was_asked(variables: Mapping[str, Any]) -> bool:
    """Of a target that could not be asked its role says so."""
    answer = variables.get("__status_found") or {}
    return bool(answer) and answer.get("asked") is not False


def _has_store(variables: Mapping[str, Any]) -> bool:
    answer = variables.get("__status_found") or {}
    store = naming.store(str(variables["__status_inputs"].get("prefix")))
    return any(each["name"] == store for each in answer.get("stacks", ()))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"status_publishers": status_publishers}
