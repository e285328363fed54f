# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module item_compare_info returns, as people and later jobs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .columns import WIDTH, aligned, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COUNTS = ("expected", "found", "same", "changed", "missing", "unexpected", "expired", "meantime")
SAYS = {
    "expected": "items there should be",
    "found": "items there are",
    "same": "are equal, by key and content",
    "changed": "are there, with another content",
    "missing": "are not there",
    "unexpected": "are there, and were not expected: added since",
    "expired": "are not there, and had expired: that is no damage",
    "meantime": "differed at first, and not when they were read again",
}
HEADS = ("KIND", "KEY", "ATTRIBUTES THAT DIFFER")
LONGEST_MESSAGE = 1000
LONGEST_KEY = 50


def lines(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str = "") -> list[str]:
    """What differs, and what can be done about it; in check mode what a comparison would take.

    `limit` is the target's name where the play has several.
    """
    if "plan" not in answer:
        return []
    if not answer["compared"]:
        return list(_planned(answer))
    return [*_done(answer), *_next(answer, inputs, limit)]


def summary(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it."""
    compared = answer.get("compared", {})
    place = answer.get("place", {})
    return {
        "msg": str(answer.get("msg", ""))[:LONGEST_MESSAGE],
        "account_id": place.get("account", ""),
        "region": inputs.get("region", ""),
        "table": inputs.get("table", ""),
        "equal": answer.get("equal"),
        "expected": answer.get("expected", {}),
        "found": answer.get("found", {}),
        "compared": {name: compared[name] for name in COUNTS if name in compared},
        "file": answer.get("file", ""),
    }


def _planned(answer: Mapping[str, Any]) -> Iterator[str]:
    plan = answer["plan"]
    yield from wrapped(answer["msg"].partition(" Calls: ")[0], "", "")
    calls = [f"  {number:>9,}  {_call(name)}" for name, number in plan["calls"].items()]
    yield from ("", "CALLS", *calls)
    for head, told in (
        ("TIME", plan["time"]),
        ("PRICE", plan["price"]),
        ("RIGHTS", ", ".join(plan["rights"])),
    ):
        yield from ("", head, *wrapped(told, "  ", "  "))
    yield from _notes(answer)


def _call(name: str) -> str:
    """A call, and when it is made more often than is told beside it, or less."""
    more = {"BatchGetItem": ", if everything differs", "GetObject": ", up to twice as many if items differ"}
    return f"{name}{more.get(name, '')}"


def _done(answer: Mapping[str, Any]) -> Iterator[str]:
    yield from wrapped(answer["msg"], "", "")
    yield ""
    compared = answer["compared"]
    told = [name for name in COUNTS if compared[name] or name in COUNTS[:3]]
    for name in told:
        yield f"  {compared[name]:>13,}  {name:<10}  {SAYS[name]}"
    if compared["samples"]:
        yield ""
        yield from _samples(compared["samples"])
    if answer["file"]:
        yield from ("", "ALL OF IT, with what both sides have", f"  {answer['file']}")
    yield from _notes(answer)


def _next(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str) -> Iterator[str]:
    """How the table gets back what its backup has, where it is such a pair that differs."""
    point, counts = answer["expected"], answer["compared"]
    is_live = answer["found"]["kind"] != "point" and not inputs.get("with_table")
    if answer["equal"] or point["kind"] != "point" or not is_live:
        return
    yield ""
    if counts["missing"]:
        yield "TO PUT BACK THE ITEMS THAT ARE MISSING, which shows them before anything is written:"
        yield _command("undo", inputs, limit, undo_before=point["id"])
    if counts["changed"] or counts["unexpected"]:
        kinds = " and ".join(name for name in ("changed", "unexpected") if counts[name])
        yield from wrapped(
            f"Items that are {kinds} may be rightly so: the undo playbook puts back those that you choose "
            f"by -e undo_before={point['id']} -e undo_choose={kinds.replace(' and ', ',')} and undo_keys or "
            "undo_where (docs/undo.md).",
            "",
            "  ",
        )
    yield "TO BRING THE WHOLE TABLE BACK, beside the one that is there:"
    yield _command("restore", inputs, limit, restore_point=point["id"])


def _command(verb: str, inputs: Mapping[str, Any], limit: str, **variables: str) -> str:
    given = {f"{verb}_table": inputs["table"], **variables, f"{verb}_bucket": inputs.get("bucket", "")}
    options = [f"-l {limit}"] if limit else []
    options += [f"-e {name}={value}" for name, value in given.items() if value]
    return f"ansible-playbook tablekeeper.dynamodb.{verb} -i INVENTORY {' '.join(options)}"


def _samples(samples: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A row for each, with the names of attributes cut to what a line holds."""
    longest = max(len(each["kind"]) for each in samples)
    room = WIDTH - longest - 2 - min(LONGEST_KEY, max(len(each["text"]) for each in samples)) - 2
    rows = [
        {
            HEADS[0]: each["kind"],
            HEADS[1]: cut(each["text"], LONGEST_KEY),
            HEADS[2]: _names(each.get("attributes", ()), max(room, len(HEADS[2]))),
        }
        for each in samples
    ]
    yield from aligned(HEADS, rows)


def _names(names: Sequence[str], room: int) -> str:
    text = ", ".join(names)
    return text if len(text) <= room else f"{text[: room - 3]}..."


def _notes(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer["notes"]:
        yield ""
    for note in answer["notes"]:
        yield from wrapped(f"Note: {note}", "", "  ")
