# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module item_info returns, and how it says that nothing was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.mistakes import meant
from .._items.key_order import key_order
from .spelled import key_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .asked import Asked
    from .keys import Keys
    from .looking import Looking

TOLD = 5


def result(
    asked: Asked,
    states: Sequence[Mapping[str, Any]],
    looking: Looking,
    keys: Keys | None,
    names: Sequence[str],
) -> dict[str, Any]:
    """What was found, the newest state first. `states`, the oldest first, is what else is told of each.

    `names` are those of the table's key, the partition key first, as far as they are known.
    """
    points = [
        {**state, "read": seen.read, "found": seen.found, "missing": seen.missing}
        for state, seen in zip(states, looking.seen, strict=True)
    ]
    found = sum(each.found for each in looking.seen)
    shown = [each.to_json() for seen in reversed(looking.seen) for each in seen.samples]
    return {
        "table": asked.table,
        "found": found,
        "points": points[::-1],
        "samples": _by_key(shown, names),
        "not_shown": found - sum(each["item"] is not None for each in shown),
        "nothing": "" if found else " ".join(_nothing(asked, points, looking)),
        "missing": _missing(looking, keys) if found else [],
        "looked_at": sorted(asked.where.names) if asked.where else [],
        "notes": list(_notes(looking)) if found else [],
    }


def nothing_yet(asked: Asked) -> dict[str, Any]:
    """The same where nothing was looked at."""
    empty: dict[str, Any] = {name: [] for name in ("points", "samples", "missing", "notes")}
    looked_at = sorted(asked.where.names) if asked.where else []
    return {
        "table": asked.table,
        "found": 0,
        "not_shown": 0,
        "nothing": "",
        "file": "",
        "looked_at": looked_at,
        **empty,
    }


def _by_key(samples: list[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Those of one key beside each other, the newest first; those of one partition key by their sort keys.

    Partition keys stay in the order in which they were come by.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, each in enumerate(samples):
        groups.setdefault(key_text(each["key"]) or str(number), []).append(each)
    ordered = list(groups.values())
    if len(names) > 1 and all(name in each["key"] for each in samples for name in names):
        places = {text: key_order(group[0]["key"], names) for text, group in groups.items()}
        partitions = {part: number for number, (part, _sort) in reversed([*enumerate(places.values())])}
        by_place = sorted(places, key=lambda text: (partitions[places[text][0]], places[text][1]))
        ordered = [groups[text] for text in by_place]
    return [each for group in ordered for each in group]


def _missing(looking: Looking, keys: Keys | None) -> list[dict[str, Any]]:
    """Wanted keys of which there is no item in any state."""
    return (
        [keys.wanted[number] for number in keys.numbers if number not in looking.found_keys] if keys else []
    )


def _nothing(asked: Asked, points: Sequence[Mapping[str, Any]], looking: Looking) -> Iterator[str]:
    """Where was looked, and what may be wrong with the question."""
    read = sum(each["read"] for each in points)
    if asked.at and not read:
        yield f"Nothing was found in {asked.table}: it had no such item at {points[0]['taken']}."
        yield "Correct O(keys) or O(where), or ask for another time with O(at)."
        return
    places = ", ".join(f"{each['id']} ({each['taken']})" for each in points[: -TOLD - 1 : -1])
    more = f" and {len(points) - TOLD} more" if len(points) > TOLD else ""
    what = "has one of the keys" if asked.keys and not asked.where else "meets the condition"
    if asked.keys and asked.where:
        what = "has one of the keys and meets the condition"
    yield f"Nothing was found in {asked.table}: of {many(read, 'item')} in {places}{more} none {what}."
    if asked.keys and asked.where and looking.found_keys:
        yield f"Items with {len(looking.found_keys):,} of the keys are there, and do not meet it."
    yield from _notes(looking)
    if asked.keys and not asked.where:
        other = "ask for another time with O(at)" if asked.at else "look in other points with O(points)"
        yield f"Correct O(keys), or {other}."


def _notes(looking: Looking) -> Iterator[str]:
    """What is odd about the condition."""
    for name in sorted(looking.unseen)[:TOLD]:
        near = meant(name, looking.names)
        yield f"No item has the attribute {name}{f': is {near} meant?' if near else '.'}"
    if looking.where and looking.where.unclear:
        items = many(looking.where.unclear, "item")
        yield f"The condition could not be asked of {items}: {looking.where.why}."


def many(count: int, what: str) -> str:
    """Such as 1 item, or 1,000 items."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
