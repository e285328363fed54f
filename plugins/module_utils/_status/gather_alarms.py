# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The alarms of a target: a call for each 100, one for the rules that mute alarms, one for each of those."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .._aws import cloudwatch
from .._aws.client import ask
from .._base import naming
from .._engines.planners import PLANNERS
from .._model.evidence import Alarm, Mute
from .._model.refusal import Refusal
from .._model.standing import ALTERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.outputs import TableRecord
    from .._model.standing import Standing

_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
OLD_BOTO = "the boto3 in use is too old to ask, 1.43 can"
# Where AWS does not offer them, there are no such rules.
UNOFFERED = {"InvalidAction", "UnknownOperationException"}
# What is told with reasons of its own.
_TOLD = ("ActionsEnabled ", "AlarmActions ")


class Alarms:
    """What is known of the alarms of a target; those that a template has were read with what stands."""

    def __init__(self, aws: Aws, prefix: str, standing: Standing) -> None:
        self._aws, self._prefix = aws, prefix
        self._altered = {
            each.name: tuple(detail for detail in each.details if not detail.startswith(_TOLD))
            for each in standing.deviations
            if each.type == "AWS::CloudWatch::Alarm" and each.kind == ALTERED
        }
        read = [answer for (look, _of), answer in standing.seen.items() if look == "alarms"]
        self._found: Mapping[str, Any] | Refusal = read[0] if read else ask("cloudwatch", self._read)
        self.blind: list[str] = []  # what could not be asked
        self._mutes = self._read_mutes()

    def _read(self) -> dict[str, Any]:
        client, names = self._aws("cloudwatch"), naming.alarm(self._prefix, "")
        return {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms(client, names)}

    def of(self, record: TableRecord) -> Alarm | Refusal | None:
        """The missed-run alarm of a table."""
        if isinstance(self._found, Refusal):
            return self._found
        alarm = self._found.get(naming.alarm(self._prefix, record.name, PLANNERS[record.engine].MARK))
        return self._alarm(alarm) if alarm else None

    def firing(self, name: str) -> datetime | None:
        """Since when an alarm fires; None: it does not, as far as is known."""
        found = {} if isinstance(self._found, Refusal) else self._found.get(name, {})
        since: datetime | None = found.get("StateUpdatedTimestamp")
        return since if found.get("StateValue") == "ALARM" else None

    def configured(self, name: str) -> datetime | None:
        """Since when an alarm is as it is; None: there is none, as far as is known."""
        found = {} if isinstance(self._found, Refusal) else self._found.get(name, {})
        since: datetime | None = found.get("AlarmConfigurationUpdatedTimestamp")
        return since

    def _alarm(self, alarm: Mapping[str, Any]) -> Alarm:
        return Alarm(
            name=alarm["AlarmName"],
            state=alarm["StateValue"],
            since=alarm["StateUpdatedTimestamp"],
            configured=alarm["AlarmConfigurationUpdatedTimestamp"],
            actions=tuple(alarm.get("AlarmActions", [])),
            actions_enabled=alarm["ActionsEnabled"],
            deviations=self._altered.get(alarm["AlarmName"], ()),
        )

    def mutes(self, *names: str) -> tuple[Mute, ...] | Refusal:
        """The rules that mute one of these alarms now."""
        if isinstance(self._mutes, Refusal):
            return self._mutes
        found = [mute for name in names for mute in self._mutes.get(name, ())]
        return tuple(dict.fromkeys(found))

    def _read_mutes(self) -> dict[str, list[Mute]] | Refusal:
        client = self._aws("cloudwatch")
        if unseen := cloudwatch.unseen_settings(client):
            told = " and ".join(unseen)
            self.blind.append(f"whether somebody set {told} of an alarm, which may keep it quiet: {OLD_BOTO}")
        if not cloudwatch.knows_mute_rules(client):
            self.blind.append(f"whether a rule mutes the alarms: {OLD_BOTO}")
            return {}
        rules = ask("cloudwatch", lambda: list(cloudwatch.active_mute_rules(client)))
        if isinstance(rules, Refusal):
            return {} if rules.code in UNOFFERED else rules
        muted: dict[str, list[Mute]] = defaultdict(list)
        for rule in rules:
            for name in rule.get("MuteTargets", {}).get("AlarmNames", []):
                muted[name].append(_mute(rule))
        return muted


def _mute(rule: Mapping[str, Any]) -> Mute:
    schedule = rule["Rule"]["Schedule"]
    zone = schedule.get("Timezone", "UTC")
    when = f"from {schedule['Expression']} for {schedule['Duration']}, {zone}"
    if expires := rule.get("ExpireDate"):
        when += f", for the last time before {expires:%Y-%m-%d %H:%M} UTC"
    return Mute(str(rule["Name"]), when, _end(schedule["Expression"], schedule["Duration"], zone))


def _end(expression: str, duration: str, zone: str) -> datetime | None:
    """When a rule that works once is over."""
    begin, length = _AT.fullmatch(expression), _DURATION.fullmatch(duration)
    if not begin or not length:
        return None
    days, hours, minutes = (int(each or 0) for each in length.groups())
    try:
        start = datetime.fromisoformat(begin[1]).replace(tzinfo=ZoneInfo(zone))
    except ZoneInfoNotFoundError:
        return None
    return start.astimezone(UTC) + timedelta(days=days, hours=hours, minutes=minutes)
