# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch alarms that are evaluated as time passes and act only where they may.

Imitates the API reference of PutMetricAlarm and DescribeAlarms (docs.aws.amazon.com/AmazonCloudWatch/latest/
APIReference) and "Alarm actions" (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html).
How a state is decided stands in evaluation.py.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudwatch as cw
from ministack.services.cloudformation import provisioners

from local_aws.server import clock, silence
from local_aws.server.answers import answering
from local_aws.services.sns import topics

from . import dashboards, mutes, windows
from .checks import refused_alarm
from .evaluation import evaluate
from .query import speaking_query

if TYPE_CHECKING:
    from collections.abc import Callable

Alarm = dict[str, Any]
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_KEPT = ("StateReasonData", "StateTransitionedTimestamp")
_REGIONS = {
    "us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)", "us-west-2": "US West (Oregon)",
    "eu-west-1": "EU (Ireland)", "eu-central-1": "EU (Frankfurt)", "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
}  # fmt: skip


def install() -> None:
    """Evaluate on every tick, and never when an alarm or a metric is put."""
    cw._evaluate_alarm = _put_does_not_evaluate
    cw._evict_old_metrics = _keep_metrics
    cw._dispatch_alarm_actions = _act
    cw._put_metric_alarm = _putting(cw._put_metric_alarm)
    cw._describe_alarms = _describing(cw._describe_alarms)
    cw.cloudformation_put_metric_alarm = _provisioning(cw.cloudformation_put_metric_alarm)
    provisioners._cw_metric_alarm_record = _recording(provisioners._cw_metric_alarm_record)
    app.SERVICE_HANDLERS["monitoring"] = speaking_query(_adding(app.SERVICE_HANDLERS["monitoring"]))
    mutes.install(_act)
    dashboards.install()
    clock.on_tick(evaluate_all)
    silence.ends(cw._alarms)
    silence.ends(cw._composite_alarms)


def _put_does_not_evaluate(alarm: Alarm) -> None:  # ministack calls it with the alarm
    """A new alarm is INSUFFICIENT_DATA until the clock ticks; a changed one keeps its state until then."""


def _keep_metrics() -> None:
    """AWS keeps metrics for 15 months; ministack would drop them after two weeks."""


def evaluate_all() -> None:
    """Evaluate every alarm of every account and region."""
    now = time.time()
    for (account, region, _name), alarm in list(cw._alarms.to_dict().items()):
        with request_scope(account, region):
            _evaluate(alarm, now)


def _evaluate(alarm: Alarm, now: float) -> None:
    key = (
        alarm["Namespace"],
        alarm["MetricName"],
        cw._dims_key(cw._dims_from_list(alarm.get("Dimensions") or [])),
    )
    outcome = evaluate(alarm, list(cw._metrics.get(key) or []), now)
    old = alarm["StateValue"]
    if outcome is None or outcome.state == old:
        return
    alarm.update(
        StateValue=outcome.state, StateReason=outcome.reason, StateReasonData=json.dumps(outcome.data),
        StateUpdatedTimestamp=int(now), StateTransitionedTimestamp=int(now),
    )  # fmt: skip
    cw._record_history(alarm["AlarmName"], old, outcome.state, outcome.reason, reason_data=outcome.data)
    _act(alarm, old, outcome.state, outcome.reason)
    cw._evaluate_parent_alarms(alarm)


def _act(alarm: Alarm, old: str, new: str, reason: str) -> None:
    """Do what the alarm says for its new state, and write in its history how that went."""
    if not alarm.get("ActionsEnabled", True):
        return
    if mutes.is_muted(alarm["AlarmName"]):
        mutes.silence(alarm, old, new, reason)
        return
    subject = f'{new}: "{alarm["AlarmName"]}" in {_region(alarm)}'[:100]
    message = json.dumps(_message(alarm, old, new, reason))
    for action in alarm.get(_ACTIONS[new]) or []:
        problem = f"actions on {action} are not imitated by this embedded AWS"
        if cw._is_sns_action_arn(action):
            problem = topics.publish_as_service(
                "cloudwatch.amazonaws.com", action, subject, message, alarm["AlarmArn"]
            )
        told = f'Failed to execute action {action}. Received error: "{problem}"' if problem else ""
        _remember_action(
            alarm, action, told or f"Successfully executed action {action}", failed=bool(problem)
        )


def _remember_action(alarm: Alarm, action: str, summary: str, *, failed: bool) -> None:
    cw._history_entries().append({
        "AlarmName": alarm["AlarmName"], "AlarmType": "MetricAlarm", "Timestamp": cw._ts_iso(time.time()),
        "HistoryItemType": "Action", "HistorySummary": summary,
        "HistoryData": json.dumps({
            "actionState": "Failed" if failed else "Succeeded", "notificationResource": action,
        }),
    })  # fmt: skip


def _region(alarm: Alarm) -> str:
    region = str(alarm["AlarmArn"].split(":")[3])
    return _REGIONS.get(region, region)


def _message(alarm: Alarm, old: str, new: str, reason: str) -> dict[str, Any]:
    told = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    message: dict[str, Any] = {
        "AlarmName": alarm["AlarmName"], "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": alarm["AlarmArn"].split(":")[4], "NewStateValue": new, "NewStateReason": reason,
        "StateChangeTime": told, "Region": _region(alarm),
        "AlarmArn": alarm["AlarmArn"], "OldStateValue": old,
        "OKActions": alarm.get("OKActions", []), "AlarmActions": alarm.get("AlarmActions", []),
        "InsufficientDataActions": alarm.get("InsufficientDataActions", []),
    }  # fmt: skip
    if "MetricName" in alarm:
        message["Trigger"] = {
            "MetricName": alarm["MetricName"], "Namespace": alarm["Namespace"], "StatisticType": "Statistic",
            "Statistic": alarm["Statistic"].upper(), "Unit": alarm.get("Unit"),
            "Dimensions": [
                {"value": one["Value"], "name": one["Name"]} for one in alarm.get("Dimensions") or []
            ],
            "Period": alarm["Period"], "EvaluationPeriods": alarm["EvaluationPeriods"],
            "DatapointsToAlarm": alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]),
            "ComparisonOperator": alarm["ComparisonOperator"], "Threshold": alarm["Threshold"],
            "TreatMissingData": alarm.get("TreatMissingData", "missing"),
            "EvaluateLowSampleCountPercentile": "",
        }  # fmt: skip
    return message


def _request(params: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A request's top-level members, whichever of the three protocols carried them."""
    if data:
        return data
    request: dict[str, Any] = {}
    for key in params:
        name, _marker, member = key.partition(".member.")
        if not member:
            request[name] = cw._p(params, key)
        elif "." not in member:
            request.setdefault(name, []).append(cw._p(params, key))
    return request


def _putting(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        request = _request(params, data)
        problem = refused_alarm(request)
        if problem:
            return cw._error("ValidationError", problem, 400, use_json=is_json, use_cbor=is_cbor)
        before = cw._alarms.get(request["AlarmName"])
        tagged = "Tags" in request or any(key.startswith("Tags.") for key in params)
        arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{request['AlarmName']}"
        if before is None and tagged and (problem := dashboards.may_not_tag(arn)):
            return cw._error("AccessDenied", problem, 403, use_json=is_json, use_cbor=is_cbor)
        answer = original(params, data, is_cbor, is_json)
        if answer[0] == 200:
            after = cw._alarms[request["AlarmName"]]
            windows.keep(after, request, new=before is None)
            _keep_state(before, after)
        return answer

    return put


def _provisioning(original: Callable[[Alarm], None]) -> Callable[[Alarm], None]:
    def put(alarm: Alarm) -> None:
        problem = refused_alarm(alarm)
        if problem:
            raise ValueError(f"{problem} (Service: CloudWatch, Status Code: 400)")
        before = cw._alarms.get(alarm["AlarmName"])
        original(alarm)
        windows.keep(alarm, dict(alarm), new=before is None)
        _keep_state(before, alarm)

    return put


def _recording(original: Callable[..., Alarm]) -> Callable[..., Alarm]:
    def record(name: str, properties: Alarm) -> Alarm:
        settings = {key: properties[key] for key in windows.SETTINGS if key in properties}
        return {**original(name, properties), **settings}

    return record


def _adding(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(method: str, path: str, headers: Alarm, body: bytes, query: Alarm) -> Any:
        added = {**mutes.OPERATIONS, **dashboards.OPERATIONS}
        operation = added.get(headers.get("x-amz-target", "").rsplit(".", 1)[-1])
        if operation is not None:
            return answering(operation)(json.loads(body or b"{}"))
        return await original(method, path, headers, body, query)

    return handle


def _keep_state(before: Alarm | None, after: Alarm | None) -> None:
    """Changing an alarm overwrites its configuration; its state stays, with what told of it."""
    if before is not None and after is not None and before is not after:
        after.update({key: before[key] for key in _KEPT if key in before})


def _describing(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        names = _request(params, data).get("AlarmNames") or []
        if len(names) > 100:
            problem = (
                "1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: "
                "Member must have length less than or equal to 100"
            )
            return cw._error("ValidationError", problem, 400, use_json=is_json, use_cbor=is_cbor)
        return original(params, data, is_cbor, is_json)

    return describe
