# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules that mute the actions of alarms for a while.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAlarmMuteRule.html and its
neighbours (Get, List, Delete). A muted alarm changes its state and does nothing else. "If those alarms are
in an ALARM state, their configured actions will trigger" once the rule is deleted; here they do, too, when
its window ends.

Not imitated, and refused: cron expressions with numbers for days of the week, or with days of the month and
of the week, of which AWS does not say what they mean.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, request_scope
from ministack.services import cloudwatch as cw

from local_aws.server import clock
from local_aws.server.answers import NotImitatedError, RefusedError
from local_aws.services.scheduler.checks import is_timezone
from local_aws.services.scheduler.expressions import next_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Rule = dict[str, Any]
DAY = 86_400
PAGE = 50
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_SHOWN = ("Name", "AlarmMuteRuleArn", "Description", "Rule", "MuteTargets", "StartDate", "ExpireDate",
          "Status", "LastUpdatedTimestamp", "MuteType")  # fmt: skip
_LISTED = ("AlarmMuteRuleArn", "ExpireDate", "Status", "MuteType", "LastUpdatedTimestamp")

_rules = AccountRegionScopedDict()
_silenced = AccountRegionScopedDict()  # by alarm: the last change of state that it told nobody of


def install(act: Callable[[dict[str, Any], str, str, str], None]) -> None:
    """``act`` does what an alarm does for a new state."""
    clock.on_tick(lambda: _unmute(act))


def is_muted(alarm: str) -> bool:
    return any(_status(rule) == "ACTIVE" for rule in _targeting(alarm))


def silence(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
    """Remember what a muted alarm did not tell."""
    _silenced[alarm["AlarmName"]] = (alarm, old, new, reason)


def _unmute(act: Callable[[dict[str, Any], str, str, str], None]) -> None:
    for (account, region, name), (alarm, old, new, reason) in list(_silenced.to_dict().items()):
        with request_scope(account, region):
            if not is_muted(name):
                _silenced.pop(name)
                if cw._alarms.get(name) is alarm and alarm["StateValue"] == new == "ALARM":
                    act(alarm, old, new, reason)


def _targeting(alarm: str) -> Iterator[Rule]:
    for rule in _rules.values():
        if alarm in rule.get("MuteTargets", {}).get("AlarmNames", ()):
            yield rule


def put(data: Rule) -> Rule:
    schedule = data["Rule"]["Schedule"]
    if not is_timezone(schedule.get("Timezone", "UTC")):
        raise RefusedError("ValidationError", f"Invalid time zone: {schedule['Timezone']}")
    if not 60 <= _seconds(schedule["Duration"]) <= 15 * DAY:
        raise RefusedError("ValidationError", "The duration must be between PT1M and P15D.")
    _expression(schedule["Expression"])
    alarms = data.get("MuteTargets", {}).get("AlarmNames", [])
    if missing := [each for each in alarms if each not in cw._alarms and each not in cw._composite_alarms]:
        raise RefusedError("ValidationError", f"There is no alarm of the name {missing[0]}.")
    arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm-mute-rule:{data['Name']}"
    if tags := data.get("Tags"):
        cw._resource_tags[arn] = {each["Key"]: each["Value"] for each in tags}
    _rules[data["Name"]] = {
        **{key: value for key, value in data.items() if key != "Tags"},
        "AlarmMuteRuleArn": arn,
        "LastUpdatedTimestamp": time.time(),
        "MuteType": "ONE_TIME" if schedule["Expression"].startswith("at(") else "RECURRING",
    }
    return {}


def get(data: Rule) -> Rule:
    rule = _rules.get(data["AlarmMuteRuleName"])
    if rule is None:
        raise RefusedError("ResourceNotFoundException", f"{data['AlarmMuteRuleName']} does not exist.")
    return _told(rule, _SHOWN)


def list_all(data: Rule) -> Rule:
    found = [
        rule
        for rule in sorted(_rules.values(), key=lambda each: str(each["Name"]))
        if data.get("AlarmName", "") in {"", *rule.get("MuteTargets", {}).get("AlarmNames", ())}
        and (not data.get("Statuses") or _status(rule) in data["Statuses"])
        and rule["Name"] > data.get("NextToken", "")
    ]
    page = found[: data.get("MaxRecords", PAGE)]
    more = {"NextToken": page[-1]["Name"]} if len(found) > len(page) else {}
    return {"AlarmMuteRuleSummaries": [_told(rule, _LISTED) for rule in page], **more}


def delete(data: Rule) -> Rule:
    _rules.pop(data["AlarmMuteRuleName"], None)
    return {}


def _told(rule: Rule, names: tuple[str, ...]) -> Rule:
    shown = {**rule, "Status": _status(rule)}
    return {name: shown[name] for name in names if name in shown}


def _status(rule: Rule) -> str:
    now, schedule = time.time(), rule["Rule"]["Schedule"]
    if now >= rule.get("ExpireDate", float("inf")):
        return "EXPIRED"
    begun = next_due(
        _expression(schedule["Expression"]), schedule.get("Timezone", "UTC"),
        now - _seconds(schedule["Duration"]), 0,
    )  # fmt: skip
    if begun is None:
        return "EXPIRED"
    return "ACTIVE" if begun <= now and now >= rule.get("StartDate", 0) else "SCHEDULED"


def _seconds(duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        raise RefusedError("ValidationError", f"Invalid duration: {duration}")
    days, hours, minutes = (int(each or 0) for each in found.groups())
    return days * DAY + hours * 3600 + minutes * 60


def _expression(given: str) -> str:
    """A schedule's expression as EventBridge Scheduler would have it: with seconds, and with a year."""
    kind, _bracket, rest = given.partition("(")
    words = rest.removesuffix(")").split()
    if kind == "at" and len(words) == 1:
        expression = f"at({words[0]}:00)"
    elif kind == "cron" and len(words) == 5:
        minutes, hours, month_day, month, week_day = words
        if re.search(r"\d", week_day) or (month_day != "*" and week_day != "*"):
            raise NotImitatedError(f"the days of {given}.")
        days = (month_day, "?") if week_day == "*" else ("?", week_day)
        expression = f"cron({minutes} {hours} {days[0]} {month} {days[1]} *)"
    else:
        raise RefusedError("ValidationError", f"Invalid schedule expression: {given}")
    try:
        next_due(expression, "UTC", 0, 0)
    except ValueError as fault:
        raise RefusedError("ValidationError", f"Invalid schedule expression: {given}") from fault
    return expression


OPERATIONS: dict[str, Callable[[Rule], Rule]] = {
    "PutAlarmMuteRule": put,
    "GetAlarmMuteRule": get,
    "ListAlarmMuteRules": list_all,
    "DeleteAlarmMuteRule": delete,
}
