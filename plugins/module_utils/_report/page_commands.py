# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The commands that do what reasons advise; none where somebody has to decide or to write something first."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Reason = Mapping[str, Any]

# What a message advises. What a run says of itself is in there too, so that nothing else is taken from it.
_ADVICE = re.compile(r"(?:[Rr]un|then|true and) the (backup|run|drill) playbook\b")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_PITR = ("-e", "tablekeeper_enable_pitr=true")
# An input that has to be written before `backup` changes anything; the one above stands in the command.
_WRITTEN = re.compile(r"\btablekeeper_(?!enable_pitr\b)\w+")
_WRITES = frozenset({
    "not_listed", "no_confirmed_subscriber", "subscriber_unreachable", "key_missing", "key_unusable",
    "last_run_failed", "last_run_timed_out", "last_run_aborted",
})  # fmt: skip
# Somebody has to look first, or `backup` would only be the second half of a choice.
_DECIDED = frozenset(
    {"table_missing", "table_key_unusable", "run_stuck", "start_missed", "stack_stuck", "listing_wrong"}
)
# As long as that is so no backup succeeds, and no command ends it.
_STOPS = frozenset({"table_key_unusable", "run_stuck"})
_KEYS = frozenset({"key_missing", "key_unusable"})
# What a restore would read is not there.
_NOTHING_TO_READ = frozenset({"bucket_missing", "point_missing", "point_corrupt", "point_incomplete"}) | _KEYS


def commands(
    reasons: Iterable[Reason], target: str, tables: Sequence[str] = (), points: Iterable[str] = ()
) -> tuple[str, ...]:
    """Each playbook that helps, as it is started, in the order in which they help.

    `points` are those of the tables that have a good backup.
    """
    given = list(reasons)
    codes = {each["code"] for each in given}
    advised = {playbook for each in given for playbook in _advised(each)}
    held = not _STOPS.isdisjoint(codes) or any(_is_somebodys_key(each) for each in given)
    back: Sequence[str] = ()
    if "table_missing" in codes:
        known = frozenset() if _NOTHING_TO_READ & codes else frozenset(points)
        back = tables = [name for name in tables if name in known]
        held = held or not back
    named = ",".join(name for name in tables if _NAME.fullmatch(name))
    chosen = ("-e", f"tables={named}") if named else ()
    found = [
        _line("restore", target, "-e", f"restore_table={name}", "-e", f"restore_to={name}")
        for name in back
        if _NAME.fullmatch(name)
    ]
    if "backup" in advised:
        found.append(_line("backup", target, *(_PITR if "recovery_off" in codes else ())))
    if ("run" in advised or back) and not held:
        found.append(_line("run", target, *chosen))
    if "drill" in advised:
        found.append(_line("drill", target, *chosen))
    return tuple(found)


def _advised(reason: Reason) -> set[str]:
    code, message = reason["code"], reason["message"]
    if code in _DECIDED:
        return set()
    if code == "recovery_off":
        return {"backup"}
    found = set(_ADVICE.findall(message))
    if code in _WRITES and _WRITTEN.search(message):
        found.discard("backup")
    return found


def _is_somebodys_key(reason: Reason) -> bool:
    return reason["code"] in _KEYS and "backup" not in _advised(reason)


def _line(playbook: str, target: str, *more: str) -> str:
    words = ("ansible-playbook", f"tablekeeper.dynamodb.{playbook}", "-i", "INVENTORY", "--limit", target)
    return shlex.join((*words, *more))
