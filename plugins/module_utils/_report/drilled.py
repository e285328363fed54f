# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module drill returns, or would do in check mode, as people and later jobs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import sizes
from .columns import aligned, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEADS = ("TABLE", "VERDICT", "POINT", "ITEMS", "SIZE", "BACK IN", "AGE OF POINT")
LONGEST_NAME = 28
LONGEST_MESSAGE = 1000
HOUR, MINUTE = 3600, 60


def lines(answer: Mapping[str, Any]) -> list[str]:
    """What came of each drill, what failed last; in check mode what would be done."""
    if "planned" in answer:
        return list(_planned(answer))
    if answer.get("drills") or answer.get("not_drilled"):
        return list(_done(answer))
    return wrapped(answer["msg"], "", "") if answer.get("succeeded") else []


def summary(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it."""
    drills = answer.get("drills", ())
    return {
        "msg": str(answer.get("msg", ""))[:LONGEST_MESSAGE],
        "region": inputs.get("region", ""),
        "tables": [
            {
                "table": each["table"],
                "verdict": each["verdict"],
                "point": each["point"].get("id", ""),
                "rto_seconds": each["rto"]["seconds"],
                "rpo_seconds": each["rpo"]["seconds"],
                "record": each["record"],
            }
            for each in drills
        ],
        "failed_tables": list(answer.get("failed_tables", ())),
        "not_drilled": [each["table"] for each in answer.get("not_drilled", ())],
        "swept": list(answer.get("swept", ())),
        "dollars": answer.get("dollars"),
    }


def _planned(answer: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(answer["msg"], "", "")
    for each in answer["planned"]:
        yield from ("", f"{each['table']}: {each['point'] or 'no point'}")
        if each["not_drilled"]:
            yield from wrapped(f"not drilled: {each['not_drilled']}", "  ", "  ")
            continue
        for number, step in enumerate([*each["steps"], "remove: the new table (DeleteTable)"], 1):
            yield from wrapped(step, f"{number:3}. ", "     ")
        yield from wrapped(f"Time: {each['time']}. Price: {each['price']}.", "  ", "  ")
    if answer["rights"]:
        yield from ("", "RIGHTS", *wrapped(", ".join(answer["rights"]), "  ", "  "))


def _done(answer: Mapping[str, Any]) -> Iterator[str]:
    drills = sorted(answer["drills"], key=lambda each: each["verdict"] != "passed")
    if drills:
        head, *rows = aligned(HEADS, [_row(each) for each in drills])
        yield head
        for row, each in zip(rows, drills, strict=True):
            yield row
            for why in each["why"]:
                yield from wrapped(why, "    ", "    ")
            if since := _since(each["changed_since"]):
                yield from wrapped(since, "    ", "    ")
    for each in answer["not_drilled"]:
        yield from wrapped(f"{each['table']} was not drilled, since {each['why']}.", "", "  ")
    if answer["swept"]:
        yield from wrapped(f"Left by earlier drills, and removed: {', '.join(answer['swept'])}.", "", "  ")
    if answer["left_alone"]:
        names = ", ".join(answer["left_alone"])
        yield from wrapped(f"Named as a drill's table, and left alone: {names}. Look whose it is.", "", "  ")
    yield f"Cost: about ${answer['dollars']:,.2f}."
    yield from (f"Record: {each['record']}" for each in drills if each["record"])


def _row(each: Mapping[str, Any]) -> dict[str, str]:
    found = each["items"]["found"]
    return {
        "TABLE": cut(each["table"], LONGEST_NAME),
        "VERDICT": each["verdict"] if each["verdict"] == "passed" else each["verdict"].upper(),
        "POINT": str(each["point"].get("taken", "-"))[:16].replace("T", " "),
        "ITEMS": "-" if found is None else f"{found:,}",
        "SIZE": sizes.words(each["bytes"]) if each["bytes"] else "-",
        "BACK IN": "-" if found is None else _span(each["rto"]["seconds"]),
        "AGE OF POINT": _span(each["rpo"]["seconds"]),
    }


def _since(changed: Mapping[str, Any] | None) -> str:
    """What is told of the table as it is now."""
    if not changed:
        return ""
    if "unknown" in changed:
        return f"What has changed since is not known: {changed['unknown']}."
    parts = [f"{changed[name] or 0:,} {word}" for name, word in _WORDS.items()]
    return f"Changed since the point: {', '.join(parts)} items."


_WORDS = {"unexpected": "new", "missing": "removed", "changed": "changed"}


def _span(seconds: float) -> str:
    if seconds >= 2 * HOUR:
        return f"{seconds / HOUR:.1f} hours"
    return f"{seconds:.0f} s" if seconds < 2 * MINUTE else f"{seconds / MINUTE:.0f} min"
