# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The end of a restore: what the new table's settings are, the report, and the parameter that names it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, ssm
from . import gather_settings, report
from .apply_making import NotMadeError
from .cut_over import cut_over
from .state import COMPARE, FINISHED

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._model.lines import Lines
    from .._settings.compare import Difference
    from .._settings.document import Settings
    from .asked import Asked
    from .gather_beginning import Beginning

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# Tags and policies show late, by seconds.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
LOOKS = 6
NOT_BROUGHT = "settings are not brought back to a table whose items differ"


def end(aws: Aws, beginning: Beginning, refused: dict[str, str], lines: Lines) -> dict[str, Any]:
    """What the module returns. A restore that is not whole is begun again at comparing."""
    state, asked = beginning.state, beginning.asked
    actual, found = _differing(aws, beginning, refused)
    if not report.is_whole(state.found):
        found = [replace(each, why=each.why or NOT_BROUGHT) for each in found]
    whole = report.is_whole(state.found) and not report.unexplained(found) and not refused
    if whole and asked.parameter and (why := _parameter(aws, asked.parameter, actual.name)):
        refused, whole = {**refused, "parameter": why}, False
    result = {
        "changed": True,
        "succeeded": whole,
        "msg": report.message(state, state.found, found, refused),
        "way": state.way,
        "reasons": state.reasons,
        "point": state.point,
        "target_table": actual.name,
        "target_arn": actual.arn,
        "phases": [{"phase": name, "seconds": seconds} for name, seconds in state.seconds.items()],
        "item_count": state.items,
        "bytes": state.point["bytes"],
        "compared": state.found,
        "settings": report.shown(found),
        "left": [each._asdict() for each in beginning.plan.left],
        "cut_over": cut_over(asked.table, actual, asked.parameter if whole else "", _again(aws, asked)),
        "ended": aws.time().isoformat(),
        "resume": "",
        "remove": [],
    }
    state.phase = FINISHED if whole else COMPARE
    beside = (state.point["bucket"], state.point["prefix"]) if "bucket" in state.point else None
    document = report.document(state, result, asked.started_by, aws.time().isoformat())
    result["report"] = beginning.keeper.report(document, beside)
    state.result = result if whole else {}
    state.at_work = {}
    beginning.keeper.write(state)
    lines.say(result["msg"])
    return result


def _differing(aws: Aws, beginning: Beginning, refused: dict[str, str]) -> tuple[Settings, list[Difference]]:
    """The settings of the new table, and how they differ; looked at again while that may be but late."""
    for again in range(LOOKS):
        actual = gather_settings.of_table(aws, beginning.target.name, new=True)
        if actual is None:
            raise NotMadeError(f"The table {beginning.target.name} is gone")
        found = report.differing(beginning.plan, actual, beginning.plan_tags, refused)
        if not report.unexplained(found) or refused or again == LOOKS - 1:
            return actual, found
        time.sleep(min(beginning.asked.wait_sleep, 5))
    raise NotMadeError(f"Nobody has looked at {beginning.target.name}")


def _again(aws: Aws, asked: Asked) -> str:
    """What restores the table under its old name, if that is free."""
    with contextlib.suppress(ClientError, BotoCoreError):
        if dynamodb.describe_table(aws("dynamodb"), asked.table) is None:
            return asked.under_its_name
    return ""


def _parameter(aws: Aws, name: str, value: str) -> str:
    """Let a parameter name the new table; returns why that cannot be."""
    try:
        client = aws("ssm")
        ssm.put_parameter(client, name, value, exists=ssm.get_parameter(client, name) is not None)
    except (ClientError, BotoCoreError) as error:
        return f"{name} does not name the new table ({error})"
    return ""
