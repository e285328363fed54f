# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the backup_info module returns, as people and notification templates read it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from . import _size
from ._duration import words
from ._reasons import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable

HEADINGS = (
    "TABLE",
    "VERDICT",
    "LAST GOOD BACKUP",
    "AGE",
    "ALLOWED",
    "ITEMS",
    "SIZE",
    "LAST RUN",
    "ALARM",
    "WHY",
)
NAMED = 20  # tables that a message names
LONGEST = 1000


def lines(answer: dict[str, Any]) -> list[str]:
    """An aligned text table, a line for each table, the worst first."""
    rows = [HEADINGS, *(_row(table) for table in answer["tables"])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def reasons(answer: dict[str, Any]) -> list[str]:
    """How many tables are not healthy, and every reason; what several share is told with the first."""
    told: dict[tuple[str, str], list[str]] = {}
    for table in answer["tables"]:
        for reason in table["reasons"] if not table["healthy"] else ():
            name, message = table["table"], reason["message"]
            key = ("", message.replace(name, "", 1)) if reason["code"] in SHARED else (name, message)
            told.setdefault(key, []).append(message)
    why = [reason["message"] for reason in answer["reasons"]]
    return [_message(answer), *why, *(_once(messages) for messages in told.values())]


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it."""
    told = " ".join(reason["message"] for reason in answer["reasons"])
    codes = Counter(reason["code"] for each in [answer, *answer["tables"]] for reason in each["reasons"])
    return {
        "succeeded": answer["healthy"],
        "healthy": answer["healthy"],
        "msg": _message(answer) if answer["tables"] or not told else told[:LONGEST],
        "tables": len(answer["tables"]),
        "unhealthy": [table["table"] for table in answer["tables"] if not table["healthy"]],
        "codes": dict(sorted(codes.items())),
    }


def _once(messages: list[str]) -> str:
    others = len(messages) - 1
    more = f" The same holds for {others} more {'table' if others == 1 else 'tables'}." if others else ""
    return messages[0] + more


def _message(answer: dict[str, Any]) -> str:
    sick = [table["table"] for table in answer["tables"] if not table["healthy"]]
    if not answer["tables"]:
        absent = all(reason["code"] == "not_deployed" for reason in answer["reasons"])
        return "There is no table to judge." if absent else "Nothing could be judged:"
    if not sick:
        return "Every table is healthy."
    named = ", ".join(sick[:NAMED]) + (f" and {len(sick) - NAMED} more" if len(sick) > NAMED else "")
    verb = "is" if len(sick) == 1 else "are"
    return f"{len(sick)} of {len(answer['tables'])} tables {verb} not healthy ({named})."


def _row(table: dict[str, Any]) -> tuple[str, ...]:
    success, point = table["last_success"], table["point"] or {}
    finished, age, allowed = success["finished"], success["age_hours"], success["max_age_hours"]
    return (
        table["table"],
        _verdict(table),
        finished[:16].replace("T", " ") if finished else "-",
        "-" if age is None else _age(age),
        words(allowed) if allowed else "-",
        _told(point.get("items"), "{:,}".format),
        _told(point.get("bytes"), _size.words),
        table["run"]["state"] if table["run"] else "-",
        table["alarm"]["state"] if table["alarm"] else "-",
        ", ".join(reason["code"] for reason in table["reasons"]),
    )


def _verdict(table: dict[str, Any]) -> str:
    if not table["healthy"]:
        return "UNHEALTHY"
    return "disabled" if table["enabled"] is False else "healthy"


def _told(count: int | None, shown: Callable[[int], str]) -> str:
    return "-" if count is None else shown(count)


def _age(hours: float) -> str:
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"
