# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module point_info returns, as people and later jobs read it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .._base import sizes
from .columns import WIDTH, aligned, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

NARROW = ("TAKEN", "KIND", "ITEMS", "SIZE", "EXPIRES", "VERIFIED", "WAY")
WIDE = (*NARROW[:-1], "WAYS", "ID", "LOCATION")
# What goes first where numbers are so large that a line would be too long.
_LESS = ("VERIFIED", "SIZE")
_NAMED = 5
_LONGEST = 1000
_PITR = "pitr"


def report(
    answer: Mapping[str, Any],
    inputs: Mapping[str, Any],
    *,
    trouble: str = "",
    elsewhere: Collection[str] = (),
    limit: str = "",
) -> dict[str, Any]:
    """Lines for people, sentences on what is wrong, and what later jobs are told.

    `trouble` is why AWS could not be asked, `elsewhere` the tables that other targets have points of, `limit`
    the target's name where the play has several.
    """
    if trouble:
        told = {"account_id": "", "region": inputs.get("region", ""), **_counts({}), "nothing": []}
        return {"lines": [], "problems": [trouble], "told": told}
    wrong = list(_problems(answer, inputs, elsewhere))
    place = answer["place"]
    told = {
        "msg": (" ".join(wrong) or _sentence(answer))[:_LONGEST],
        "account_id": place["account"],
        "region": place["region"],
        "bucket": answer["bucket"]["name"],
        **_counts(answer["summary"]),
        "latest": {each["table"]: each["latest"] for each in answer["tables"] if each["latest"]},
        "nothing": [each["table"] for each in _lost(answer, elsewhere)],
    }
    return {"lines": lines(answer, inputs, limit), "problems": wrong, "told": told}


def _counts(summary: Mapping[str, int]) -> dict[str, int]:
    return {key: summary.get(key, 0) for key in ("tables", "points", "restorable", "unread")}


def _sentence(answer: Mapping[str, Any]) -> str:
    place, found = answer["place"], answer["summary"]
    where = ", ".join(filter(None, (place["account"] and f"account {place['account']}", place["region"])))
    points, tables = _many(found["points"], "point"), _many(found["tables"], "table")
    return f"In {where}: {points} of {tables}, of which {found['restorable']:,} can be restored."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _lost(answer: Mapping[str, Any], elsewhere: Collection[str]) -> list[dict[str, Any]]:
    """The named tables of which nothing is kept, here or at another target of the play."""
    return [each for each in answer["tables"] if each["nothing"] and each["table"] not in elsewhere]


def _problems(
    answer: Mapping[str, Any], inputs: Mapping[str, Any], elsewhere: Collection[str]
) -> Iterator[str]:
    """Why the play fails, and what to do."""
    bucket = answer["bucket"]
    if bucket["exists"] is False:
        told = (
            "correct history_bucket" if inputs["bucket"] else "somebody deleted it, with all that was in it"
        )
        yield f"There is no bucket {bucket['name']}: {told}."
    for (code, denied), calls in _refused(answer["refusals"]).items():
        leave = " Or do without what DynamoDB and AWS Backup have: -e history_native=false."
        native = not all(each.startswith("s3:") for each in calls)
        yield (
            f"There may be more points: AWS refused {', '.join(calls)} ({code})."
            f" {'docs/iam/history.json has the rights that are needed.' if denied else 'Run this again.'}"
            f"{leave if native else ''}"
        )
    for each in _lost(answer, elsewhere):
        yield each["nothing"]
    if (
        bucket["exists"]
        and not inputs["tables"]
        and not answer["refusals"]
        and not answer["summary"]["points"]
    ):
        yield (
            f"Nothing is kept of any table in {bucket['name']}: run the run playbook, which backs the tables"
            " up, or correct the region, the prefix or history_bucket."
        )


def _refused(refusals: Iterable[Mapping[str, Any]]) -> dict[tuple[str, bool], list[str]]:
    """The calls that were refused alike."""
    found: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for each in refusals:
        calls = found[each["code"], each["denied"]]
        calls += [each["call"]] if each["call"] not in calls else []
    return found


def lines(answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str) -> list[str]:
    """Each table with its points, newest first, and the command that restores one."""
    wide = inputs["format"] == "wide"
    told: list[str] = []
    for each in answer["tables"]:
        told += ["", *_table(each, wide=wide)] if told else _table(each, wide=wide)
    return [*told, *_command(answer, inputs, limit, wide=wide)]


def _table(table: Mapping[str, Any], *, wide: bool) -> list[str]:
    points = table["points"]
    windows = [each for each in points if each["kind"] == _PITR]
    kept = [each for each in points if each["kind"] != _PITR]
    count = _many(len(points), "point") if points else "nothing is kept"
    unread = table["unread"]
    more = f", {_many(unread, 'older backup')} not read (-e history_newest=0 reads all)" if unread else ""
    name = table["table"] if wide else cut(table["table"], WIDTH - len(f": {count}{more}"))
    found = [f"{name}: {count}{more}"]
    found += [f"  from {each['taken']} to {each['until']}  every second, by {_PITR}" for each in windows]
    found += _rows(kept, wide=wide)
    return [*found, *_left_out(table["left_out"])]


def _rows(points: list[dict[str, Any]], *, wide: bool) -> Iterator[str]:
    """A row for each; why one cannot be restored stands below, once for all of which the same holds."""
    if not points:
        return
    rows = [_row(each) for each in points]
    head, *shown = aligned(WIDE if wide else _fitting(rows), rows)
    yield f"  {head}"
    alike: dict[str, int] = defaultdict(int)
    for each in points:
        alike[each["why_not"]] += 1
    for line, each in zip(shown, points, strict=True):
        yield f"  {line}"
        if why := each["why_not"]:
            others = alike.pop(why, 0) - 1
            more = (
                f" The same holds for {others} older {'one' if others == 1 else 'ones'}."
                if others > 0
                else ""
            )
            yield from wrapped(f"{why}{more}", "    ", "    ") if others >= 0 else ()


def _fitting(rows: list[dict[str, str]]) -> tuple[str, ...]:
    heads: tuple[str, ...] = NARROW
    for head in _LESS:
        if max(len(line) for line in aligned(heads, rows)) <= WIDTH - 2:
            break
        heads = tuple(each for each in heads if each != head)
    return heads


def _row(point: Mapping[str, Any]) -> dict[str, str]:
    verified, expires = point["verified"], point["expires"]
    return {
        "TAKEN": point["taken"],
        "KIND": point["kind"],
        "ITEMS": "-" if point["items"] is None else f"{point['items']:,}",
        "SIZE": "-" if point["bytes"] is None else sizes.words(point["bytes"]),
        "EXPIRES": expires[:10] if expires else "never",
        "VERIFIED": verified["how"] if verified else "-",
        "WAY": next(iter(point["ways"]), "none"),
        "WAYS": ", ".join(point["ways"]) or "none",
        "ID": point["id"],
        "LOCATION": point["location"],
    }


def _left_out(left_out: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """What is no point, the newest of each cause."""
    causes: dict[str, list[str]] = defaultdict(list)
    for each in left_out:
        causes[each["why"]].append(each["location"].rstrip("/").rpartition("/")[2])
    for why, names in causes.items():
        newest = sorted(names, reverse=True)
        more = f" and {len(newest) - _NAMED} older ones" if len(newest) > _NAMED else ""
        yield from wrapped(f"No point, {why.rstrip('.')}: {', '.join(newest[:_NAMED])}{more}.", "  ", "    ")


def _command(
    answer: Mapping[str, Any], inputs: Mapping[str, Any], limit: str, *, wide: bool
) -> Iterator[str]:
    """How to restore what is newest, of the table that was named, or of one of them."""
    tables = [each for each in answer["tables"] if each["latest"]]
    if not tables:
        return
    table, *others = tables
    alike = ", and others in the same way" if others else ""
    yield ""
    yield from wrapped(f"To restore the newest point of {table['table']}{alike}:", "", "  ")
    options = [f"-l {limit}"] if limit else []
    options += [f"-e restore_table={table['table']}"]
    options += [f"-e restore_point={_PITR}"] if table["latest"] == _PITR else []
    options += [f"-e restore_bucket={inputs['bucket']}"] if inputs["bucket"] else []
    yield f"ansible-playbook tablekeeper.dynamodb.restore -i INVENTORY {' '.join(options)}"
    yield f"For another point, add -e restore_point= and its {'id' if wide else 'time'}."
