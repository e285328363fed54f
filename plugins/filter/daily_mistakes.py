# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: times of day to what is wrong with them in a time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.daily import mistakes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: daily_mistakes
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Tell which times of day cannot be used in a time zone
description:
  - Clocks that go forward skip an hour once a year, and a schedule of AWX that would start in it skips that
    day. This tells so, and names a time that is never skipped.
  - A time zone that does not exist is a mistake, too, and so is a time that would have to be corrected first.
positional: _input, timezones
options:
  _input:
    description: The times as C(HH:MM), each by the name of the variable that has it.
    type: dict
    required: true
  timezones:
    description: The time zone, by the name of the variable that has it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Require times that no clock skips
  ansible.builtin.assert:
    that: wrong == []
    fail_msg: "{{ wrong | join(' ') }}"
  vars:
    wrong: "{{ {'my_time': my_time} | tablekeeper.dynamodb.daily_mistakes({'my_timezone': my_timezone}) }}"
"""

RETURN = r"""
_value:
  description: A sentence for each mistake; none if every time can be used.
  type: list
  elements: str
  sample:
    - >-
      my_time is "01:00", but clocks in Europe/Dublin skip it on 2026-03-29, and what starts then with it:
      choose another time, such as 02:00.
"""


def daily_mistakes(times: Mapping[str, object], timezones: Mapping[str, object]) -> list[str]:
    """The sentences."""
    return [str(mistake) for mistake in mistakes(times, timezones)]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., list[str]]]:
        """Filters by name."""
        return {"daily_mistakes": daily_mistakes}
