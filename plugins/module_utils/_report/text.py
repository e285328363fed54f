# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status_info module returns, as people and notification templates read it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from .._base import grouping, sizes
from .._base.durations import words
from .columns import WIDTH, aligned, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NARROW = ("TABLE", "VERDICT", "LAST GOOD BACKUP", "AGE", "ITEMS", "SIZE")
WIDE = (
    *("TABLE", "VERDICT", "LAST GOOD BACKUP", "AGE", "ALLOWED", "ITEMS", "SIZE"),
    *("KEPT UNTIL", "LAST RUN", "ALARM", "WHY"),
)
NAMED = 20  # tables that a message names
ALIKE = 5  # of those for which the same holds
LONGEST = 1000
# A day or a minute as people read it.
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2} UTC|(?![T ]\d))")
# In the order in which they are shown: what is wrong comes last, where it is read first.
_SHOWN = ("retired", "disabled", "healthy", "waiting", "unhealthy")


def lines(answer: dict[str, Any], *, wide: bool = False) -> list[str]:
    """Notes, then a text table: what is not healthy comes last, the worst of it on top."""
    tables = sorted(answer["tables"], key=lambda table: _SHOWN.index(table["verdict"]))
    rows = [_row(table) for table in tables]
    shown = [] if not rows else _wide(rows) if wide else _narrow(rows)
    noted = _grouped(tables, answer["now"], notes=True) + [note["message"] for note in answer["notes"]]
    notes = [line for note in noted for line in wrapped(f"Note: {note}", "", "  ")]
    return [*notes, *([""] if notes and shown else []), *shown]


def reasons(answer: dict[str, Any]) -> list[str]:
    """How many tables are not healthy, and every reason; what several share is told with the first."""
    why = [reason["message"] for reason in answer["reasons"]]
    unhealthy = [table for table in answer["tables"] if not table["healthy"]]
    return [message(answer), *why, *_grouped(unhealthy, answer["now"], notes=False)]


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it."""
    told = " ".join(reason["message"] for reason in answer["reasons"])
    everything = [answer["reasons"], answer["notes"], *(table["reasons"] for table in answer["tables"])]
    codes = Counter(reason["code"] for each in everything for reason in each)
    unhealthy = [table["table"] for table in answer["tables"] if not table["healthy"]]
    begin = message(answer) if answer["summary"]["tables"] else ""  # the reason says where that is
    return {
        "succeeded": answer["healthy"],
        "healthy": answer["healthy"],
        "msg": message(answer) if unhealthy or not told else " ".join(filter(None, (begin, told)))[:LONGEST],
        "account_id": answer["place"]["account"],
        "region": answer["place"]["region"],
        "tables": answer["summary"]["tables"],
        "unhealthy": unhealthy,
        "waiting": [table["table"] for table in answer["tables"] if table["verdict"] == "waiting"],
        "codes": dict(sorted(codes.items())),
    }


def _grouped(tables: Iterable[dict[str, Any]], now: str, *, notes: bool) -> list[str]:
    """The reasons of many tables; one that is the same but for the table is told once."""
    told: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for table in tables:
        for reason in table["reasons"]:
            if reason["note"] == notes:
                alike = grouping.core(reason["message"], table["table"])
                told.setdefault((reason["code"], alike), []).append((reason["message"], table["table"]))
    return [_once(group, now) for group in told.values()]


def _once(group: list[tuple[str, str]], now: str) -> str:
    """What is still to come has its own time for each table: the first is told, and when the last is over."""
    (message, _table), *others = ordered = sorted(group, key=lambda each: _ahead(each[0], now))
    if all(told == message for told, _name in others):
        return message  # of a single table, or of none: of the target
    number = f"{len(others)} more {'table' if len(others) == 1 else 'tables'}"
    last = _ahead(ordered[-1][0], now)
    until = "" if last == _ahead(message, now) else f", with times up to {last}"
    named = _listed([table for _message, table in others], ALIKE)
    return f"{message} The same holds for {number} ({named}){until}."


def _ahead(message: str, now: str) -> str:
    """The latest day or minute in it that is not over; empty if there is none."""
    dates: list[str] = _DATE.findall(message)
    return max((date for date in dates if date >= now.replace("T", " ")[: len(date)]), default="")


def _listed(names: list[str], most: int) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def message(answer: dict[str, Any]) -> str:
    """How many tables of the target are not healthy, in a sentence that begins with where it is."""
    account, region = answer["place"]["account"], answer["place"]["region"]
    where = ", ".join(filter(None, (account and f"account {account}", region)))
    told = _verdict(answer)
    return f"In {where}: {told}" if where else told[0].upper() + told[1:]


def _verdict(answer: dict[str, Any]) -> str:
    unhealthy = [table["table"] for table in answer["tables"] if not table["healthy"]]
    waiting = [table["table"] for table in answer["tables"] if table["verdict"] == "waiting"]
    count = answer["summary"]["tables"]
    tables = "table" if count == 1 else "tables"
    if unhealthy:
        verb = "is" if len(unhealthy) == 1 else "are"
        return f"{len(unhealthy)} of {count} {tables} {verb} not healthy ({_listed(unhealthy, NAMED)})."
    if not count and answer["healthy"]:
        return "none of the named tables is of this target."
    if not count:
        absent = all(reason["code"] == "not_deployed" for reason in answer["reasons"])
        return "there is no table to judge." if absent else "nothing could be judged:"
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        others = f"no table is unhealthy, and {len(waiting)} of {count} {verb} for a first backup"
        return f"{others} ({_listed(waiting, NAMED)})."
    return "every table is healthy." if not answer["reasons"] else "every table is healthy, but:"


def _row(table: dict[str, Any]) -> dict[str, str]:
    success, point = table["last_success"], table["point"] or {}
    taken, age, allowed = point.get("taken"), success["age_hours"], success["max_age_hours"]
    expires = point.get("expires")
    verdict = table["verdict"]
    return {
        "TABLE": table["table"],
        "VERDICT": verdict.upper() if verdict == "unhealthy" else verdict,
        "LAST GOOD BACKUP": taken[:16].replace("T", " ") if taken else "-",
        "AGE": "-" if age is None else aged(age),
        "ALLOWED": words(allowed) if allowed else "-",
        "ITEMS": _told(point.get("items"), "{:,}".format),
        "SIZE": _told(point.get("bytes"), sizes.words),
        "KEPT UNTIL": expires[:10] if expires else "-",
        "LAST RUN": table["run"]["state"] if table["run"] else "-",
        "ALARM": table["alarm"]["state"] if table["alarm"] else "-",
        "WHY": ", ".join(dict.fromkeys(reason["code"] for reason in table["reasons"])),
    }


def _wide(rows: list[dict[str, str]]) -> list[str]:
    return aligned(WIDE, rows)


def _narrow(rows: list[dict[str, str]]) -> list[str]:
    """Names are cut in their middle to fit, and why stands below."""
    others = sum(max(len(row[head]) for row in [*rows, {head: head}]) + 2 for head in NARROW[1:])
    short = [{**row, "TABLE": cut(row["TABLE"], WIDTH - others)} for row in rows]
    head, *shown = aligned(NARROW, short)
    found = [head]
    for line, row in zip(shown, rows, strict=True):
        found.append(line)
        found += wrapped(row["WHY"], "    ", "    ")
    return found


def _told(count: int | None, shown: Callable[[int], str]) -> str:
    return "-" if count is None else shown(count)


def aged(hours: float) -> str:
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"
