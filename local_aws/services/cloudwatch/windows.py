# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How an alarm begins, and where the range that it looks at ends: WarmUpConfiguration and EvaluationWindow.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_WarmUpConfiguration.html: the alarm
stays in INSUFFICIENT_DATA, and does nothing, for so long after it was created or, unless told otherwise,
until it has data for its whole window.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: windows slide, or
end where a period of the clock ends.
"""

from __future__ import annotations

import math
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ministack.core.responses import AccountRegionScopedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

Alarm = dict[str, Any]
SETTINGS = ("EvaluationWindow", "WarmUpConfiguration")
DAY = 86_400
_created = AccountRegionScopedDict()
_OFFSET = re.compile(r"(?:UTC)?([+-])(\d{1,2}):(\d{2})")


def keep(alarm: Alarm, given: Alarm, *, new: bool) -> None:
    """Give an alarm that was put the settings that ministack does not know."""
    for name in SETTINGS:
        alarm.pop(name, None)
        if given.get(name):
            alarm[name] = given[name]
    if new:
        _created[alarm["AlarmName"]] = time.time()


def warms_up(alarm: Alarm, datapoints: Sequence[object], now: float) -> bool:
    """Is it too early to judge the alarm?"""
    warm_up = alarm.get("WarmUpConfiguration")
    if not warm_up:
        return False
    if now >= _created.get(alarm["AlarmName"], 0) + int(warm_up["WarmUpPeriodDurationInMinutes"]) * 60:
        return False
    only = str(warm_up.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds", False)).lower() == "true"
    return only or len(datapoints) < alarm["EvaluationPeriods"]


def end(alarm: Alarm, now: float) -> float:
    """Where the newest period ends."""
    period = int(alarm["Period"])
    if (window := alarm.get("EvaluationWindow", {}).get("WallClockWindow")) is not None:
        offset = _offset(str(window.get("Timezone", "UTC")), now)
        return math.floor((now + offset) / period) * period - offset
    if period * alarm["EvaluationPeriods"] > DAY:
        return math.floor(now / 3600) * 3600
    return math.ceil(now / 60) * 60


def _offset(timezone: str, now: float) -> float:
    if found := _OFFSET.fullmatch(timezone):
        seconds = int(found[2]) * 3600 + int(found[3]) * 60
        return seconds if found[1] == "+" else -seconds
    ahead = datetime.fromtimestamp(now, ZoneInfo(timezone)).utcoffset()
    return ahead.total_seconds() if ahead else 0
