# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Executions written to the log group of a state machine.

Imitates "Using CloudWatch Logs to log execution history in Step Functions": level FATAL logs how executions
ended badly, ERROR failed tasks as well, ALL everything
(docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
AWS writes events as they happen; here they are written when the execution has ended.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from ministack.services import cloudwatch_logs

from local_aws.services.iam import permissions

_LEVELS = ("ALL", "ERROR", "FATAL", "OFF")
_LOG_GROUP = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:([.\-_/#A-Za-z0-9]{1,512}):\*")
# "Creating an IAM policy for logging to CloudWatch Logs": log delivery knows no resources.
_DELIVERY = (
    "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
    "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
)  # fmt: skip
_FATAL = frozenset({"ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})


def refusal(configuration: dict[str, Any] | None) -> str:
    """Why AWS refuses a loggingConfiguration; empty if it does not."""
    if not configuration:
        return ""
    level = configuration.get("level", "OFF")
    if level not in _LEVELS:
        return f"Invalid Logging Configuration: level '{level}' is not one of {', '.join(_LEVELS)}."
    groups = [_group(one) for one in configuration.get("destinations") or []]
    if level != "OFF" and len(groups) != 1:
        return "Invalid Logging Configuration: Must specify exactly one Log Destination."
    if not all(groups):
        return "Invalid Logging Configuration: the ARN of the Log Group must end with :*"
    missing = [group for group in groups if group not in cloudwatch_logs._log_groups]
    return f"Invalid Logging Configuration: the log group {missing[0]} does not exist." if missing else ""


def refused_role(role: str, configuration: dict[str, Any] | None) -> str:
    """Why the machine's role may not deliver logs; empty if it may, or need not."""
    if not configuration or configuration.get("level", "OFF") == "OFF":
        return ""
    if all(permissions.role_allows(role, f"logs:{action}", "*").allowed for action in _DELIVERY):
        return ""
    return "The state machine IAM Role is not authorized to access the Log Destination"


def _group(destination: dict[str, Any]) -> str:
    found = _LOG_GROUP.fullmatch(destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", ""))
    return found[1] if found else ""


def execution_ended(record: dict[str, Any]) -> None:
    """Write the events that the machine's level asks for."""
    configuration = record.get("_logging") or {}
    level = configuration.get("level", "OFF")
    if level == "OFF" or not configuration.get("destinations"):
        return
    group = _group(configuration["destinations"][0])
    events = [event for event in record["events"] if _wanted(event["type"], level)]
    if group not in cloudwatch_logs._log_groups or not events:
        return
    machine = record["stateMachineArn"].rsplit(":", 1)[1]
    stream = f"states/{machine}/{record['startDate'][:16]}/{record['name'][:8]}"
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    with_data = configuration.get("includeExecutionData", False)
    lines = [_line(record, event, with_data) for event in events]
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": lines})


def _wanted(kind: str, level: str) -> bool:
    if level == "ALL" or kind in _FATAL:
        return True
    return level == "ERROR" and kind.endswith(("Failed", "TimedOut", "Aborted"))


def _line(record: dict[str, Any], event: dict[str, Any], with_data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next(
        (value for key, value in event.items() if key.endswith("EventDetails")), {}
    )
    if not with_data:
        details = {
            key: value for key, value in details.items() if key not in ("input", "output", "parameters")
        }
    stamp = int(datetime.fromisoformat(event["timestamp"]).timestamp() * 1000)
    message = {
        "id": str(event["id"]), "type": event["type"], "details": details,
        "previous_event_id": str(event["previousEventId"]) if "previousEventId" in event else "0",
        "event_timestamp": str(stamp), "execution_arn": record["executionArn"],
    }  # fmt: skip
    return {"timestamp": stamp, "message": json.dumps(message)}
