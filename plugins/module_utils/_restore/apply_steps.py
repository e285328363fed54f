# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls that bring settings back, one at a time, each when the table is ACTIVE.

A call that finds things as they should be has succeeded: whoever goes on with a restore repeats some. One
that AWS refuses for good is told, and the others are made all the same.
"""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base import naming
from .apply_making import wait_active

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .state import State
    from .steps import Step

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

# "Already so", in the words of the calls that may be repeated.
ALREADY = re.compile(
    r"already (enabled|enabling|has an enabled stream|has|in|set|the)|is already|nothing to update|"
    r"no updates|at least one of|same as",
    re.IGNORECASE,
)
# What passes by itself. A new table has no continuous backups for some minutes; policies and deletion
# protection can be changed again after 15 seconds, which botocore does not wait.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
PASSING = (
    "ConcurrentUpdateException",
    "ContinuousBackupsUnavailableException",
    "LimitExceededException",
    "ResourceInUseException",
    "TableInUseException",
    "ThrottlingException",
)
# What passes so late that nobody waits for it: TTL once an hour, the class twice in 30 days, less throughput.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
LATER = re.compile(r"within a fixed interval|are limited (to|within|in)", re.IGNORECASE)
# A stream may not show yet.
PASSING_FOR_POLICIES = ("PolicyNotFoundException", "ResourceNotFoundException")
PATIENCE_SECONDS = 900
STALE = 5 * 365 * 24 * 3600  # older than that, TTL leaves items alone


@dataclass
class Bringing:
    """Brings settings back, and notes which are done."""

    aws: Aws
    state: State
    save: Callable[[], None]
    lines: Lines
    seconds: float  # between two looks
    patience: float = PATIENCE_SECONDS

    def all(self, steps: Iterable[Step]) -> dict[str, str]:
        """Make all calls that are not done yet; returns what AWS refused, by setting."""
        refused: dict[str, str] = {}
        for step in steps:
            mark = _mark(step)
            if mark in self.state.done:
                continue
            if step.setting == "ttl" and refused:
                refused["ttl"] = "it deletes items, so that it is not switched on before all else is right"
                continue
            table = wait_active(self.aws, self.state, self.lines, self.seconds)
            self._announce(step, table)
            stream = str(table.get("LatestStreamArn", ""))
            if step.needs_stream and not stream:
                refused[step.setting] = "the new table has no stream"
                continue
            if why := self._make(step.on(stream)):
                refused[step.setting] = why
                self.lines.say(f"settings: {step.setting} could not be brought back: {why}")
                continue
            self.state.done.append(mark)
            self.save()
        if self.state.done:
            wait_active(self.aws, self.state, self.lines, self.seconds)
        return refused

    def _announce(self, step: Step, table: Mapping[str, Any]) -> None:
        more = step.note
        if step.setting == "ttl":
            attribute = step.arguments["TimeToLiveSpecification"]["AttributeName"]
            count = expired(self.aws, str(table["TableName"]), attribute, self.aws.time())
            more = f"AWS begins to delete {count:,} items at once, which have expired since the backup"
        self.lines.say(f"settings: {step.setting} ({step.call})" + (f": {more}" if more else ""))

    def _make(self, step: Step) -> str:
        """Make a call; returns why AWS refuses it."""
        call = getattr(self.aws(step.service), _method(step.call))
        passing = (*PASSING, *(PASSING_FOR_POLICIES if step.call == "PutResourcePolicy" else ()))
        end = time.monotonic() + self.patience
        while True:
            try:
                call(**step.arguments)
            except ClientError as error:
                code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
                if code in ("ValidationException", "ResourceInUseException") and ALREADY.search(message):
                    return ""
                if LATER.search(message):
                    return (
                        f"{step.call} was refused for now ({code}: {message}). Run the restore again when "
                        "AWS allows it: it then makes what is left"
                    )
                if code not in passing or time.monotonic() > end:
                    return f"{step.call} was refused ({code}: {message})"
                self.lines.at_work("settings", f"{step.setting} has to wait ({code})")
                time.sleep(self.seconds)
            except ParamValidationError as error:
                return f"the boto3 in use is too old for {step.call}: {_one_line(error)}"
            except BotoCoreError as error:
                return f"{step.call} cannot be made ({_one_line(error)})"
            else:
                return ""


def expired(aws: Aws, table: str, attribute: str, now: datetime) -> int:
    """How many items TTL would delete at once."""
    second = int(now.timestamp())
    pages = (
        aws("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=table,
            Select="COUNT",
            FilterExpression="#t BETWEEN :oldest AND :now",
            ExpressionAttributeNames={"#t": attribute},
            ExpressionAttributeValues={":oldest": {"N": str(second - STALE)}, ":now": {"N": str(second)}},
        )
    )
    return sum(page["Count"] for page in pages)


def count(aws: Aws, table: str) -> int:
    """How many items a table has, which DescribeTable tells hours later."""
    pages = (
        aws("dynamodb").get_paginator("scan").paginate(TableName=table, Select="COUNT", ConsistentRead=True)
    )
    return sum(page["Count"] for page in pages)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _mark(step: Step) -> str:
    """What tells a step from others, also the next time."""
    return f"{step.setting} {naming.digest(f'{step.call} {sorted(step.arguments.items())}', 8)}"


def _method(call: str) -> str:
    """The method of boto3's for a call: UpdateTimeToLive is update_time_to_live."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", call).lower()
