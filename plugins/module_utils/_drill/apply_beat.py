# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tells the alarms of missed drills that drills have passed: the heartbeat of a stack's drills."""

from __future__ import annotations

import contextlib
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from .._aws import cloudwatch, stepfunctions
from .._base import naming
from .._base.durations import DAY
from .._model import drill

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.drill import Drilled
    from .._model.stack import Stack
    from .gather import Place

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# That the alarm looks back: so much earlier the last heartbeat has to be than a table is due.
WINDOW = timedelta(hours=DAY)


def beat(
    aws: Aws, where: Place, passed: Mapping[str, Drilled], tables: Collection[str], now: datetime
) -> list[str]:
    """Have the stacks of these tables, whose drills just passed, send a heartbeat until the first is due.

    Returns why that could not be. A stack of which a table is overdue all the same gets none.
    """
    trouble = []
    for stack in where.stacks:
        if not any(each.name in tables for each in drill.asking(stack.tables)):
            continue
        try:
            _beat(aws, where.prefix, stack, passed, now)
        except (ClientError, BotoCoreError) as error:
            trouble.append(
                f"The alarm {naming.drills_alarm(stack.name)} could not be told that drills passed: {error}."
            )
    return trouble


def _beat(aws: Aws, prefix: str, stack: Stack, passed: Mapping[str, Drilled], now: datetime) -> None:
    due = drill.first_due(stack.tables, passed, _asked(aws, stack, passed, now))
    if due is None or due <= now:
        return
    machine = stack.outputs.heartbeat_machine_arn
    topic = naming.arn(machine, "sns", naming.drills_topic(prefix, stack.name))
    until = max(due - WINDOW, now).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"beats": [{"topic": topic, "until": until}]}
    stepfunctions.start_execution(aws("stepfunctions"), machine, f"drilled-{uuid.uuid4()}", told)


def _asked(aws: Aws, stack: Stack, passed: Mapping[str, Drilled], now: datetime) -> datetime:
    """Since when drills are asked for, as far as that is needed: since when their alarm is as it is."""
    if all(each.name in passed for each in drill.asking(stack.tables)):
        return now
    found = cloudwatch.describe_named_alarms(aws("cloudwatch"), [naming.drills_alarm(stack.name)])
    return min((each["AlarmConfigurationUpdatedTimestamp"] for each in found), default=now)
