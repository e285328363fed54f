# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: table entries to the plan of a target."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import set_by_users
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import (
    PlanError,
    as_data,
    make_plan,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.variables import cut_off

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import Mistake
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

DOCUMENTATION = r"""
name: plan
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Plan the backups of DynamoDB tables
description:
  - Checks the tables of a target and its settings, completes them, and cuts the tables into stacks.
  - Every mistake is reported at once, one per line, each with table or variable, value, and what is allowed.
  - Values may be text, as surveys and C(-e) deliver it. An empty text means that the value is not given.
  - A table keeps the stack it has in O(existing), so adding or removing one never moves another.
positional: _input
options:
  _input:
    description:
      - What to back up, one name or mapping per table.
      - >-
        A mapping has C(name) and any of the keys that the README's table C(What you can say about a table)
        explains, each with its default.
      - >-
        The starts of backups are never further apart than C(every). A time that clocks skip when they go
        forward is refused if that leaves a longer gap, since EventBridge Scheduler would drop the start.
        When clocks go back, the gap is one hour longer.
    type: list
    elements: raw
    required: true
  defaults:
    description: What tables share, with the keys of a table except C(name).
    type: dict
  settings:
    description:
      - >-
        The C(tablekeeper_*) variables of the target, named without that prefix: C(region) (required),
        C(prefix), C(alerts), C(encryption), C(kms_key_arn), C(alerts_kms_key_arn), C(table_key_arns),
        C(object_lock), C(expire_backups), C(read_resource_policy), C(dashboard), C(tags),
        C(log_retention_days), C(bucket_name), C(max_concurrency), C(table_timeout), C(poll_seconds),
        C(enable_pitr), C(data_pipeline), C(stop_running_pipelines), C(stop_backups_of),
        C(expire_old_backups), C(previous_host), C(beside), C(stack_timeout), C(alarm_timeout),
        C(alarm_poll_seconds).
    type: dict
    required: true
  variables:
    description: The names of the C(tablekeeper_*) variables that are set. One that is not known is a mistake.
    type: list
    elements: str
    default: []
  existing:
    description:
      - >-
        What is deployed, as read from stack outputs: C(retention_days), a list of the retention classes of
        the store, C(log_bucket), whether the store has one, C(object_lock), its mode and days, and C(stacks),
        a mapping of each stack's name to a mapping with C(tables), their records, and C(own), what only its
        engine remembers; C(gone), the names of what somebody has deleted.
    type: dict
  now:
    description:
      - What time it is, with its time zone. A new pipeline starts at the first C(at) after it.
      - By default, what this machine's clock says.
    type: str
  armed:
    description: Whether the alarms of all tables count, because each has had its first heartbeat.
    type: bool
    default: false
  words:
    description:
      - What Ansible cut off from an C(-e) since it stands after a blank, C(_raw_params). No variable has it,
        so it is a mistake.
    type: str
    default: ""
  also:
    description: Sentences on what else is wrong, which are told in the same list.
    type: list
    elements: str
    default: []
  tell:
    description: Whether to return what is wrong as C(mistakes), in place of failing.
    type: bool
    default: false
seealso:
  - plugin: tablekeeper.dynamodb.describe
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Plan two tables, one with the defaults and one every six hours
  ansible.builtin.set_fact:
    my_plan: "{{ tables | tablekeeper.dynamodb.plan(settings={'region': 'eu-west-1'}) }}"
  vars:
    tables:
      - orders
      - name: sessions
        every: 6 hours
        retention_days: 7
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    prefix:
      description: The beginning of all names.
      type: str
      sample: tablekeeper
    region:
      description: The region of the target.
      type: str
      sample: eu-west-1
    store:
      description: The name of the stack that holds bucket, topic and keys.
      type: str
      sample: tablekeeper-store
    retention_days:
      description: The retention classes of the store, those of the tables and those it has already.
      type: list
      elements: int
      sample: [7, 35]
    settings:
      description:
        - The settings, completed and in their own types.
        - C(object_lock) is a mapping or null. C(engines) has what only one engine knows, by its name, such as
          C(max_concurrency).
      type: dict
    stacks:
      description:
        - >-
          The stacks of machinery, each with C(name), C(engine), C(number), C(role) (the end of the name of
          the role that publishes failures), C(tables), C(policies) (names of tables, cut so that each list's
          ARNs fit a managed policy), C(listing) (the tables' records, as JSON texts that fit an output) and
          C(own).
        - >-
          A table has its own values, with durations in hours, and the names of what is made for it: C(key)
          (logical id), C(topic), C(alarm), C(prefix) (in the bucket), C(schedule), C(window), C(echo),
          C(armed) and C(own).
        - What is C(own) is for the engine and its template only.
      type: list
      elements: dict
    enabled:
      description: The names of the tables that are to be backed up, in a list for each engine.
      type: dict
      sample: {export: [orders]}
    log_bucket:
      description: The bucket for logs that an engine writes in files, C(name) and C(retention_days), or null.
      type: dict
      sample: null
"""


def plan(
    tables: object,
    defaults: object = None,
    settings: object = None,
    variables: Iterable[str] = (),
    existing: dict[str, Any] | None = None,
    armed: bool = False,
    now: str | None = None,
    tell: bool = False,
    words: str = "",
    also: Iterable[str] = (),
) -> dict[str, Any]:
    """The plan as mappings and lists, or every mistake."""
    time = dt.datetime.fromisoformat(now) if now else dt.datetime.now(dt.UTC)
    found: list[Mistake | str] = [*also, *cut_off(words)]
    try:
        planned: Plan | None = make_plan(
            tables,
            defaults=defaults,
            settings=settings,
            variables=set_by_users(variables),
            existing=existing,
            armed=armed,
            now=time,
        )
    except PlanError as error:
        found += error.mistakes
        planned = None
    if planned and not found:
        return as_data(planned)
    told = str(PlanError(found))
    if tell:
        return {"mistakes": told}
    raise AnsibleFilterError(told)


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"plan": plan}
