# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells people, while a task is at work, how it gets on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.utils.display import Display

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.wrapping import fitting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Callbacks whose output another program reads: what people are to see must not come between.
FOR_PROGRAMS = re.compile(r"json|null|xml|junit|logstash|syslog")


def tell(lines: Iterable[str], task_vars: Mapping[str, Any]) -> None:
    """Show lines at once, with the target's name where a play has several."""
    several = len(task_vars.get("ansible_play_hosts_all", [])) > 1
    target = f"[{task_vars['inventory_hostname']}] " if several else ""
    stderr = for_programs(constants.DEFAULT_STDOUT_CALLBACK)
    for line in lines:
        for each in fitting(line, target):
            Display().display(each, stderr=stderr)


def explain(answer: Mapping[str, Any]) -> None:
    """Show at -vvv where something failed that was not expected."""
    if "traceback" in answer:
        Display().vvv(answer["traceback"])


def for_programs(callback: str | None) -> bool:
    """Whether what goes to the standard output is read by a program, told from the name of its callback."""
    return bool(FOR_PROGRAMS.search(callback or ""))
