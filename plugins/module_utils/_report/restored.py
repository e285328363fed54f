# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module restore returns, or would do in check mode, as people and later jobs read it."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from .columns import aligned, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HEADS = ("SETTING", "EXPECTED", "ACTUAL")
LONGEST_MESSAGE = 1000
# What a cell shows of a value.
LONGEST_CELL = 24
MOST_ROWS = 40


def lines(answer: Mapping[str, Any]) -> list[str]:
    """What was done, what differs and what is next; in check mode what would be done."""
    if not answer.get("way"):
        return []
    return list(_planned(answer) if "plan" in answer else _done(answer))


def summary(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it."""
    compared = answer.get("compared", {})
    arn = answer.get("target_arn", "")
    return {
        "msg": str(answer.get("msg", ""))[:LONGEST_MESSAGE],
        "account_id": arn.split(":")[4] if arn else "",
        "region": inputs.get("region", ""),
        "table": inputs.get("table", ""),
        "target_table": answer.get("target_table", ""),
        "target_arn": arn,
        "way": answer.get("way", ""),
        "point": answer.get("point", {}),
        "item_count": answer.get("item_count"),
        "compared": {name: compared.get(name) for name in compared if name != "samples"},
        "settings": list(answer.get("settings", ()))[:MOST_ROWS],
        "left": list(answer.get("left", ()))[:MOST_ROWS],
        "report": list(answer.get("report", ())),
        "resume": answer.get("resume", ""),
        "remove": list(answer.get("remove", ())),
    }


def _planned(answer: Mapping[str, Any]) -> Iterator[str]:
    plan = answer["plan"]
    yield from wrapped(answer["msg"].partition(" Time: ")[0], "", "")
    yield from ("", "STEPS")
    for number, step in enumerate(plan["steps"], 1):
        yield from wrapped(step, f"{number:3}. ", "     ")
    for head, told in (
        ("TIME", plan["time"]),
        ("PRICE", plan["price"]),
        ("RIGHTS", ", ".join(plan["rights"])),
    ):
        yield from ("", head, *wrapped(told, "  ", "  "))
    yield from _left(answer["left"], "WOULD NOT BE BROUGHT BACK")


def _done(answer: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(answer["msg"], "", "")
    if answer["settings"]:
        yield ""
        yield from _differences(answer["settings"])
    shown = {each["path"] for each in answer["settings"]}
    yield from _left([each for each in answer["left"] if each["path"] not in shown], "NOT BROUGHT BACK")
    if cut_over := answer.get("cut_over"):
        yield from ("", "TO USE IT", *wrapped(cut_over["text"], "  ", "  "))
    if report := answer.get("report"):
        yield from ("", "REPORT, with what CloudFormation and Terraform need to take the table over")
        yield from (f"  {each}" for each in report)


def _differences(settings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A row for each setting that differs, and below those that differ for one reason, the reason."""
    shown = list(_by_reason(settings[:MOST_ROWS]))
    rows = [
        {"SETTING": each["path"], "EXPECTED": _cell(each["expected"]), "ACTUAL": _cell(each["actual"])}
        for _why, group in shown
        for each in group
    ]
    head, *lines_of = aligned(HEADS, rows)
    yield head
    told = iter(lines_of)
    for why, group in shown:
        yield from islice(told, len(group))
        yield from wrapped(why or "Nobody knows why.", "    ", "    ")
    if len(settings) > MOST_ROWS:
        yield f"and {len(settings) - MOST_ROWS} more, which the report tells"


def _by_reason(found: Sequence[Mapping[str, Any]]) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for each in found:
        groups.setdefault(each["why"], []).append(each)
    return groups.items()


def _cell(value: object) -> str:
    if isinstance(value, dict) and "unknown" in value:
        return "unknown"
    if value in (None, "", [], {}):
        return "-"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 3]}..."


def _left(left: Sequence[Mapping[str, Any]], head: str) -> Iterator[str]:
    if left:
        yield from ("", head)
    for why, group in _by_reason(left):
        yield from wrapped(f"{', '.join(each['path'] for each in group)}: {why}", "  ", "    ")
