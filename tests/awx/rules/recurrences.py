# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX 24.6.1 wants of a schedule's recurrence (awx/api/serializers.py, SchedulePreviewSerializer)."""

from __future__ import annotations

import re

from dateutil import rrule

RULES = ("RRULE", "EXRULE")
NUMBERED_DAY = re.compile(r"BYDAY=([^;]*,)?[+-]?\d")
MOST = 999


def errors(text: str) -> list[str]:
    """Why AWX would refuse the recurrence."""
    parts = [part.partition(":")[::2] for part in text.split()]
    found = list(_start_errors([(name, value) for name, value in parts if name.startswith("DTSTART")]))
    rules = [value for name, value in parts if name in RULES]
    if not any(name == "RRULE" for name, _value in parts):
        found.append("there must be an RRULE")
    found += [
        f"{name} is not allowed" for name, _value in parts if name.partition(";")[0] in {"EXDATE", "RDATE"}
    ]
    for rule in rules:
        found += _rule_errors(rule)
    return found or _reading_errors(text)


def _start_errors(starts: list[tuple[str, str]]) -> list[str]:
    if len(starts) != 1:
        return ["there must be one DTSTART"]
    ((name, value),) = starts
    if "TZID=" not in name and not value.endswith("Z"):
        return ["DTSTART must end in Z or have a TZID"]
    return []


def _rule_errors(rule: str) -> list[str]:
    keys = dict(part.partition("=")[::2] for part in rule.split(";"))
    wrong = {
        "INTERVAL is required": "INTERVAL" not in keys,
        "SECONDLY is not supported": keys.get("FREQ") == "SECONDLY",
        "a number before a day is not supported: use BYSETPOS": bool(NUMBERED_DAY.search(rule)),
        "COUNT and UNTIL do not go together": {"COUNT", "UNTIL"} <= set(keys),
        f"COUNT is above {MOST}": int(keys.get("COUNT") or 0) > MOST,
    }
    return [f"{sentence}: {rule}" for sentence, is_so in wrong.items() if is_so]


def _reading_errors(text: str) -> list[str]:
    try:
        read = rrule.rrulestr(text, forceset=True)
        first = next(iter(read), None)
        if first is None:
            return [f"it never happens: {text}"]
        if first.tzinfo is None:
            return [f"its TZID is no time zone: {text}"]
    except (ValueError, TypeError) as error:
        return [f"it cannot be read: {error}"]
    return []
