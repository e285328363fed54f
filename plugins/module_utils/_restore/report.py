# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What came of a restore: the settings that differ, the items that do, and all of it as a report."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from .._model.restored import RESTORE_TAG
from .._settings import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._settings.compare import Difference
    from .._settings.document import Encryption, Key, Settings
    from .plan import Plan
    from .state import State

VERSION = 1
MOST_TOLD = 5


def differing(
    plan: Plan, actual: Settings, tags: Mapping[str, str], refused: Mapping[str, str]
) -> list[Difference]:
    """The settings of the new table that are not what they should be, each with the reason, if there is one.

    The tags that the restore adds are none of them. What AWS refused is no reason: somebody has to act.
    """
    expected = replace(
        _typed(plan.expected, actual),
        tags={**plan.expected.tags, **tags},
        encryption=_told_alike(plan.expected.encryption, actual.encryption),
    )
    reasons = {path: why for path, why in plan.reasons.items() if not path.startswith("tags[tablekeeper:")}
    found = compare.differences(expected, actual, reasons)
    return [replace(each, why="") if _setting(each.path) in refused else each for each in found]


def _told_alike(expected: Encryption | None, actual: Encryption | None) -> Encryption | None:
    """The expected key, where only one side tells who manages it, or AWS has another one of its own there."""
    if expected is None or actual is None:
        return expected
    if expected.manager == actual.manager == "AWS":
        return actual
    is_same = expected.key_arn == actual.key_arn
    return actual if is_same and "" in (expected.manager, actual.manager) else expected


def _typed(expected: Settings, actual: Settings) -> Settings:
    """The settings with the types of keys, where a backup of DynamoDB's own has told none."""
    if all(each.type for each in expected.keys):
        return expected
    indexes = (*actual.local_indexes, *actual.global_indexes)
    every = (*actual.keys, *(key for each in indexes for key in each.keys))
    types = {key.name: key.type for key in every}

    def keys(found: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(replace(each, type=types.get(each.name, "")) for each in found)

    return replace(
        expected,
        keys=keys(expected.keys),
        local_indexes=tuple(replace(each, keys=keys(each.keys)) for each in expected.local_indexes),
        global_indexes=tuple(replace(each, keys=keys(each.keys)) for each in expected.global_indexes),
    )


def _setting(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]


def unexplained(found: list[Difference]) -> list[Difference]:
    """Those for which nobody knows a reason."""
    return [each for each in found if not each.why]


def is_whole(compared: Mapping[str, Any]) -> bool:
    """Whether all items are there, and none is another, as far as anybody looked."""
    if compared.get("expected") is not None and compared["expected"] != compared["found"]:
        return False
    return not any(compared.get(each) for each in ("missing", "unexpected", "changed"))


def message(
    state: State, compared: Mapping[str, Any], settings: list[Difference], refused: Mapping[str, str]
) -> str:
    """What came of it, in a few sentences."""
    table, new = state.same["table"], state.target_arn.rpartition("/")[2]
    sentences = [f"{table} is back as {new}: {items(compared)}"]
    bad = unexplained(settings)
    sentences += [f"AWS refused {setting}: {why}." for setting, why in refused.items()]
    told = [f"{each.path} is {each.actual!r} and should be {each.expected!r}" for each in bad]
    if told:
        more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
        sentences.append(f"Settings differ, and nobody knows why: {'; '.join(told[:MOST_TOLD])}{more}.")
    unknown = sum(_is_unknown(each) for each in settings)
    known = len(settings) - len(bad) - unknown
    if known:
        differ = "settings differ" if known > 1 else "setting differs"
        sentences.append(f"{known} {differ} for a known reason.")
    if not known and not bad:
        sentences.append("All settings that were saved are as they were.")
    if unknown:
        were = "setting was" if unknown == 1 else "settings were"
        sentences.append(
            f"{unknown} {were} not saved with the point, and may have been another: see whether "
            f"{'it is' if unknown == 1 else 'they are'} as you want."
        )
    return " ".join(sentences)


def _is_unknown(found: Difference) -> bool:
    return isinstance(found.expected, dict) and "unknown" in found.expected


def items(compared: Mapping[str, Any]) -> str:
    """What is said of the items."""
    found, expected = compared["found"], compared.get("expected")
    if not is_whole(compared):
        wrong = ", ".join(
            f"{compared[name]:,} {name}"
            for name in ("missing", "unexpected", "changed")
            if compared.get(name)
        )
        return (
            f"it has {found:,} items, and {expected:,} are in the point" + (f" ({wrong})" if wrong else "")
            if expected is not None
            else f"its items differ: {wrong}"
        ) + ". Do not use it before you know why."
    if found == 0:
        return (
            "no items, as the point has none."
            if expected == 0
            else "it has NO ITEMS. If the table had some at that moment, choose another point."
        )
    if compared["verify"] == "content":
        return f"{found:,} items, each as it was."
    if expected is None:
        return f"{found:,} items. AWS restored them, and there is nothing to compare them with."
    return f"{found:,} items, as many as in the point; what is in them was not compared."


def document(state: State, result: Mapping[str, Any], started_by: str, finished: str) -> dict[str, Any]:
    """The report: all that the module returns, and who did what when."""
    return {
        "version": VERSION,
        "table": state.same["table"],
        "begun": state.begun,
        "ended": finished,
        "verify": result["compared"]["verify"],
        "started_by": started_by,
        "inputs": state.same,
        RESTORE_TAG: state.digest,
        **result,
    }


def shown(found: list[Difference]) -> list[dict[str, Any]]:
    """As data."""
    return [asdict(each) for each in found]
