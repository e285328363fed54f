# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module item_info returns, as people and later jobs read it.

Values of items are in the lines for people alone, as many as were asked for.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .._find.spelled import cell, key_text, shown
from .columns import WIDTH, aligned, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Sample = Mapping[str, Any]

LONGEST_MESSAGE = 1000
# What a cell shows of a value where lines are narrow.
LONGEST_KEY, LONGEST_CELL = 36, 20
MOST_TOLD = 20
TAKEN, CHANGE = "_taken", "_change"
_NESTED = frozenset({"M", "L", "SS", "NS", "BS"})


def lines(answer: Mapping[str, Any], inputs: Mapping[str, Any], *, failed: bool = False) -> list[str]:
    """Where was looked, and a table of what is shown. A play that fails tells the result as its message."""
    if "found" not in answer:
        return []
    if plan := answer.get("plan"):
        told = (("PRICE", plan["price"]), ("RIGHTS", ", ".join(plan["rights"])))
        return [*wrapped(plan["text"], "", ""), *(line for each in told for line in _part(*each))]
    parts = [
        [] if failed else wrapped(sentence(answer), "", ""),
        list(_points(answer["points"])),
        list(_samples(answer, inputs)),
        list(_rest(answer)),
    ]
    apart = [line for part in parts if part for line in ("", *part)]
    return apart[1:]


def summary(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it, without items."""
    points = [
        {name: each[name] for name in ("id", "taken", "items", "read", "found", "missing")}
        for each in answer.get("points", ())
    ]
    return {
        "msg": (sentence(answer) if "found" in answer else "")[:LONGEST_MESSAGE],
        "account_id": answer.get("place", {}).get("account", ""),
        "region": inputs.get("region", ""),
        "table": inputs.get("table", ""),
        "found": answer.get("found", 0),
        "missing": len(answer.get("missing", ())),
        "points": points[:MOST_TOLD],
        "file": answer.get("file", ""),
    }


def sentence(answer: Mapping[str, Any]) -> str:
    """The result in one."""
    if plan := answer.get("plan"):
        return str(plan["text"])
    if not answer["found"]:
        return str(answer["nothing"])
    points, count = answer["points"], answer["found"]
    place = f"{points[0]['id']} of {points[0]['taken']}" if len(points) == 1 else f"{len(points)} points"
    read = _many(sum(each["read"] for each in points))
    file = f" {'It is' if count == 1 else 'They are'} in {answer['file']}." if answer["file"] else ""
    return f"{_many(count)} found in {place} of {answer['table']}, where {read} were read.{file}"


def _part(head: str, text: str) -> list[str]:
    return ["", head, *wrapped(text, "  ", "  ")]


def _many(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def _points(points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What each of several points has."""
    if len(points) < 2:
        return
    heads = ["POINT", "TAKEN", "ITEMS", "READ", "FOUND", "NOT THERE"]
    rows = [
        {
            "POINT": each["id"],
            "TAKEN": each["taken"],
            "ITEMS": "-" if each["items"] is None else f"{each['items']:,}",
            "READ": f"{each['read']:,}",
            "FOUND": f"{each['found']:,}",
            "NOT THERE": f"{each['missing']:,}",
        }
        for each in points
    ]
    if not any(each["missing"] for each in points):
        heads = heads[:-1]
    yield from aligned(heads, rows)


def _samples(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> Iterator[str]:
    samples: Sequence[Sample] = answer["samples"]
    if not samples:
        return
    wide = inputs.get("format") == "wide"
    keys = list(answer["table_keys"]) or sorted({name for each in samples for name in each["key"]})
    first = [TAKEN] if len(answer["points"]) > 1 else []
    change = [CHANGE] if any(each["change"] for each in samples) else []
    others = _others(answer, keys)
    wanted = [name for name in inputs.get("columns") or others if name not in keys]
    rows = [_row(each, keys, wanted, wide=wide) for each in samples]
    always = [*first, *map(_head, keys), *change]
    fitting = wanted if wide else _fitting(always, wanted, rows)
    yield from aligned([*always, *map(_head, fitting)], rows)
    if left := [shown(name) for name in others if name not in fitting]:
        more = f" and {len(left) - MOST_TOLD} more" if len(left) > MOST_TOLD else ""
        hint = "" if wide else " find_format=wide shows whole lines, find_columns=NAME,NAME others."
        yield from wrapped(f"Not shown: {', '.join(left[:MOST_TOLD])}{more}.{hint}", "", "  ")


def _others(answer: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    """The attributes beside the keys: first those that it is about, then what fits into a cell."""
    items = [each["item"] for each in answer["samples"] if each["item"]]
    names = Counter(name for item in items for name in item if name not in keys)
    about = {*answer["looked_at"], *(name for each in answer["samples"] for name in each["attributes"])}
    nested = {name for item in items for name, value in item.items() if not value.keys().isdisjoint(_NESTED)}
    return sorted(names, key=lambda name: (name not in about, name in nested, -names[name], name))


def _row(sample: Sample, keys: Sequence[str], others: Iterable[str], *, wide: bool) -> dict[str, str]:
    item = sample["item"] or {}
    change = ": ".join(filter(None, (sample["change"], ", ".join(sample["attributes"]))))
    row = {TAKEN: sample["taken"], CHANGE: _cut(change, LONGEST_KEY, wide=wide)}
    for name in keys:
        row[_head(name)] = _cut(cell(item.get(name, sample["key"].get(name))), LONGEST_KEY, wide=wide)
    return row | {_head(name): _cut(cell(item.get(name)), LONGEST_CELL, wide=wide) for name in others}


def _head(name: str) -> str:
    """An attribute as the head of a column, which none of ours can be."""
    return f"{shown(name)}'" if name in {TAKEN, CHANGE} else shown(name)


def _fitting(always: list[str], others: list[str], rows: list[dict[str, str]]) -> list[str]:
    """As many attributes as a line has room for, in their order."""
    fitting: list[str] = []
    for name in others:
        heads = [*always, *map(_head, [*fitting, name])]
        if max(len(line) for line in aligned(heads, rows)) <= WIDTH:
            fitting.append(name)
    return fitting


def _cut(text: str, most: int, *, wide: bool) -> str:
    text = shown(text)
    return text if wide or len(text) <= most else f"{text[: most - 3]}..."


def _rest(answer: Mapping[str, Any]) -> Iterator[str]:
    """What is not shown, and what was not found."""
    if count := answer["not_shown"]:
        where = f"all are in {answer['file']}" if answer["file"] else "find_file=found.csv writes all"
        yield from wrapped(f"{count:,} more {'was' if count == 1 else 'were'} found: {where}.", "", "  ")
    if missing := answer["missing"]:
        told = "; ".join(key_text(each) for each in missing[:MOST_TOLD])
        more = f" and {len(missing) - MOST_TOLD:,} more" if len(missing) > MOST_TOLD else ""
        yield from wrapped(f"In none of the points: {told}{more}.", "", "  ")
