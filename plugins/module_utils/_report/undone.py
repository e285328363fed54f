# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module put_back returns, a plan or what came of one, as people and later jobs read it.

People see keys and names of attributes, never their values; later jobs get counts, and no item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .columns import WIDTH, aligned, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PLANNED = "planned"
HEADS = ("ACTION", "KEY", "ATTRIBUTES THAT DIFFER")
LONGEST_KEY = 50
LONGEST_MESSAGE = 1000
# In which order actions are shown: what is left alone comes last, where it is read first.
ACTIONS = ("put", "delete", "expired", "conflict")
WORDS = {
    "put": "to be put back as before the incident",
    "delete": "to be deleted, which the incident made",
    "conflict": "changed since by somebody: left alone",
    "expired": "would expire at once: left alone",
    "same": "as before already",
    "left_out": "left out by undo_keys, undo_where or undo_choose",
}
OF_UNDO = {
    "put": "to be put back as before that undo",
    "delete": "to be deleted, which that undo put there",
}
DONE = {**WORDS, "put": "put back as before the incident", "delete": "deleted, which the incident had made"}
DONE_OF_UNDO = {"put": "put back as before that undo", "delete": "deleted, which that undo had put there"}
_ITEM = {"gone": "the item is gone", "new": "the item is new", "": "none"}


def lines(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str = "") -> list[str]:
    """What would be written and the command that does it, or what was written and how that is undone.

    `limit` is the target's name where the play has several.
    """
    if not answer.get("plan"):
        return []
    told = _planned if answer["phase"] == PLANNED else _done
    return list(told(answer, inputs, limit))


def summary(answer: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What later jobs and notifications need of it: the next job of a workflow writes this plan."""
    plan = answer.get("plan") or {}
    return {
        "msg": str(answer.get("msg", ""))[:LONGEST_MESSAGE],
        "account_id": plan["table"]["arn"].split(":")[4] if plan else "",
        "region": inputs.get("region", ""),
        "table": inputs.get("table", ""),
        "plan": plan.get("id", ""),
        "phase": answer.get("phase", ""),
        "counts": dict(plan.get("counts", {})),
        "done": dict(answer.get("done", {})),
        "acknowledge": list(answer.get("acknowledge", ())),
        "dollars": plan["work"]["dollars"] if plan else None,
        "report": answer.get("report", ""),
        "log": answer.get("log", ""),
        "resume": answer.get("resume", ""),
    }


def _planned(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str) -> Iterator[str]:
    plan = answer["plan"]
    yield from wrapped(answer["msg"], "", "")
    yield from _table(answer["samples"], plan["counts"], answer["location"])
    yield from ("", "MADE FROM", *_made_from(plan))
    yield from ("", "ITEMS", *_counts(plan["counts"], _words(plan, WORDS, OF_UNDO)))
    yield from _files(plan["counts"], inputs)
    yield from ("", "EACH WRITE IS ALSO SEEN BY", *_effects(plan, answer["acknowledge"]))
    yield from ("", "TIME AND PRICE", *wrapped(plan["work"]["told"], "  ", "  "))
    if plan["protection"]:
        yield from ("", "IF THE UNDO ITSELF IS WRONG", *wrapped(plan["protection"], "  ", "  "))
    yield from _notes(plan["notes"])
    if reasons := answer["refusals"]:
        yield from ("", "IT WOULD BE REFUSED NOW")
        for each in reasons:
            yield from wrapped(each, "  - ", "    ")
    if _to_write(plan["counts"]):
        yield from ("", "TO WRITE EXACTLY THIS, within 24 hours of its making")
        yield command(
            limit,
            inputs,
            undo_plan=plan["id"],
            undo_confirm=answer["confirm"],
            undo_acknowledge=",".join(answer["acknowledge"]),
        )


def _done(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str) -> Iterator[str]:
    yield from wrapped(answer["msg"], "", "")
    yield from _table(answer["samples"], {}, "")
    yield from ("", "ITEMS", *_counts(answer["done"], _words(answer["plan"], DONE, DONE_OF_UNDO)))
    yield from _files(answer["done"], inputs)
    yield from _notes(answer["notes"])
    if answer["report"]:
        yield from ("", f"REPORT    {answer['report']}")
    if answer["log"]:
        yield from (f"UNDO LOG  {answer['log']}", "", "TO UNDO THE UNDO")
        yield command(limit, inputs, undo_of=answer["plan"]["id"])


def command(limit: str, inputs: Mapping[str, Any], **variables: str) -> str:
    """What to type next, of the same table."""
    given = {"undo_table": inputs["table"], "undo_bucket": inputs.get("bucket", ""), **variables}
    options = [f"-l {limit}"] if limit else []
    options += [f"-e {name}={value}" for name, value in given.items() if value]
    return f"ansible-playbook tablekeeper.dynamodb.undo -i INVENTORY {' '.join(options)}"


def _table(samples: Sequence[Mapping[str, Any]], counts: Mapping[str, int], location: str) -> Iterator[str]:
    """A row for each item that is shown, and below those of an action how many more there are."""
    if not samples:
        return
    ordered = sorted(samples, key=lambda each: ACTIONS.index(each["action"]))
    head, *shown = aligned(HEADS, list(_rows(ordered)))
    yield from ("", head)
    for line, each in zip(shown, ordered, strict=True):
        yield line
        yield from wrapped(each["why"], "    ", "    ")
    for action in ACTIONS:
        listed = sum(each["action"] == action for each in samples)
        if listed and (more := counts.get(action, listed) - listed):
            yield f"{_action(action)}: and {more:,} more"
    if location:
        yield from ("", f"All of them: {location}")


def _rows(samples: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """The last column is cut where the line would be too long."""
    rows = [
        {"ACTION": _action(each["action"]), "KEY": cut(_key(each["key"]), LONGEST_KEY)} for each in samples
    ]
    before = sum(max(len(row[head]) for row in [*rows, {head: head}]) + 2 for head in HEADS[:-1])
    for row, each in zip(rows, samples, strict=True):
        names = each["attributes"] or [_ITEM[each["item"]]]
        yield {**row, HEADS[-1]: _names(names, WIDTH - before)}


def _action(action: str) -> str:
    return action.upper() if action == "conflict" else action


def _key(key: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in key.items())


def _names(names: Sequence[str], room: int) -> str:
    """As many names as there is room for, and how many more there are."""
    told = ", ".join(names)
    kept = len(names)
    while len(told) > room and kept > 1:
        kept -= 1
        told = f"{', '.join(names[:kept])} and {len(names) - kept} more"
    return told if len(told) <= room else cut(told, max(room, len("...")))


def _counts(counts: Mapping[str, int], words: Mapping[str, str]) -> Iterator[str]:
    """How many items there are of each kind; what is to be written also if there is none."""
    shown = {name: counts.get(name, 0) for name in words}
    shown = {name: count for name, count in shown.items() if count or name in ("put", "delete", "conflict")}
    width = max(len(f"{count:,}") for count in shown.values())
    for name, count in shown.items():
        yield from wrapped(f"{count:>{width},} {words[name]}", "  ", "  " + " " * (width + 1))


def _made_from(plan: Mapping[str, Any]) -> Iterator[str]:
    """What the plan takes for the incident, and which items it was to take, so that others can judge it."""
    images, taken = plan["images"], plan["filter"]
    ids = " and ".join(each["id"] for each in images["origins"])
    told = {
        "windows": f"what was written from {images['from']} to {images['until']}",
        "points": f"the points {ids}",
        "point": f"the point {ids}, and the table as it is now",
        "undo": f"the log of the undo {images['undo']}",
    }
    yield from wrapped(told[images["kind"]], "  ", "    ")
    if taken["keys"]:
        yield from wrapped(f"only the items of {taken['keys']:,} keys that were named", "  ", "    ")
    if taken["where"]:
        yield from wrapped(f"only where {taken['where']}", "  ", "    ")
    if images["kind"] == "point":
        yield f"  only what is {' or '.join(taken['choose'])}"
    yield from wrapped(f"planned {plan['made']} by {plan['made_by']}", "  ", "    ")


def _words(
    plan: Mapping[str, Any], words: Mapping[str, str], of_undo: Mapping[str, str]
) -> Mapping[str, str]:
    """What is counted, in the words of what is undone."""
    return {**words, **of_undo} if plan["images"]["kind"] == "undo" else words


def _files(counts: Mapping[str, int], inputs: Mapping[str, Any]) -> Iterator[str]:
    """Where all items and their images are, or how they are had."""
    if inputs.get("plan_file"):
        yield from ("", f"PLAN FILE  {inputs['plan_file']}")
    if not counts.get("conflict"):
        return
    file = inputs.get("conflicts_file") or "add -e undo_conflicts_file=conflicts.jsonl"
    yield from (
        "",
        "CONFLICTS, with what each item was, what the incident made of it, and what it is",
        f"  {file}",
    )


def _effects(plan: Mapping[str, Any], acknowledge: Sequence[str]) -> Iterator[str]:
    """What hears of each write, or may; what is not there is not told."""
    heard = [each for each in plan["effects"] if each["state"] != "none"]
    if not heard:
        yield "  nobody: no stream, trigger, pipe, Kinesis stream, replica or insight was found"
    for each in heard:
        told = _short("; ".join(each["told"]), plan["table"]["arn"])
        said = f"could not be looked up: {told}" if each["state"] == "unknown" else told
        yield from wrapped(f"{each['name']}: {said}", "  ", "    ")
    if acknowledge:
        yield from wrapped(
            f"Say that this may happen: undo_acknowledge={','.join(acknowledge)}", "  ", "    "
        )


def _short(told: str, neighbour: str) -> str:
    """ARNs of the table's own account and region without what all of these begin with."""
    _arn, _partition, _service, region, account, _resource = neighbour.split(":", 5)
    return re.sub(rf"\barn:[\w-]+:[\w-]+:{region}:{account}:", "", told)


def _notes(notes: Sequence[str]) -> Iterator[str]:
    if notes:
        yield from ("", "NOTES")
    for each in notes:
        yield from wrapped(each, "  - ", "    ")


def _to_write(counts: Mapping[str, int]) -> int:
    return counts.get("put", 0) + counts.get("delete", 0)
