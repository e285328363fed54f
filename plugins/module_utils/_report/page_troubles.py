# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is unhealthy: reasons, since when, and the commands that help; what many tables have alike, once."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base import grouping
from .._status.reasons import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Answer = Mapping[str, Any]
    Table = Mapping[str, Any]

NAMED = 12  # tables that a heading names

# What helps with a reason: by its code, never by its message, which holds what a run says of itself.
_RUN = frozenset((
    "bucket_missing", "key_missing", "point_missing", "point_corrupt", "point_incomplete", "point_filtered",
    "point_expired", "point_expires_soon", "no_good_point", "never_ran", "too_old", "last_run_failed",
    "last_run_timed_out", "last_run_aborted", "start_missed", "run_stuck", "settings_missing",
    "settings_unreadable", "alarm_firing", "alarm_state_unknown",
))  # fmt: skip
_BACKUP = frozenset((
    "not_deployed", "not_listed", "bucket_missing", "retention_shortened", "recovery_off", "store_missing",
    "stack_missing", "stack_stuck", "stack_empty", "stack_changed_by_hand", "machine_missing",
    "role_missing", "schedule_missing", "schedule_stopped", "key_missing", "key_unusable",
    "machine_altered", "role_altered", "schedule_altered", "bucket_altered", "key_altered", "not_as_listed",
    "listing_wrong", "alarm_missing", "alarm_altered", "alarm_actions_disabled", "alarm_actions_missing",
    "alarm_points_elsewhere", "heartbeat_missing", "heartbeat_altered", "alert_topic_missing",
    "no_confirmed_subscriber", "subscriber_unreachable", "subscriber_missing", "subscriber_pending",
    "subscriber_filtered", "alert_policy_blocks_cloudwatch", "alert_topic_altered", "stack_alarm_missing",
    "stack_alarm_altered", "stack_alarm_disabled", "queue_missing", "queue_altered", "log_group_missing",
    "log_group_altered",
))  # fmt: skip
_DRILL = frozenset({"drill_failed", "not_drilled"})
_STEPS = (("backup", _BACKUP), ("run", _RUN), ("drill", _DRILL))
_ONCE = frozenset({"backup"})  # for all tables of a target
_WORST = {code: place for place, code in enumerate(CODES)}
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Trouble:
    """One reason, worst of all that these tables have, and the others that they have as well."""

    target: str
    tables: tuple[str, ...]  # none: the target as a whole
    code: str
    message: str
    others: tuple[tuple[str, str], ...]  # code and message
    since: str | None
    commands: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The tables, as many as a line holds."""
        more = f" and {len(self.tables) - NAMED} more tables" if len(self.tables) > NAMED else ""
        return ", ".join(self.tables[:NAMED]) + more if self.tables else self.target


def troubles(target: str, answer: Answer) -> list[Trouble]:
    """What is wrong with a target, then with its tables, the worst first."""
    whole = [_whole(target, each, asked=answer.get("asked", True)) for each in answer["reasons"]]
    groups: dict[tuple[str, ...], list[Table]] = {}
    for table in answer["tables"]:
        if not table["healthy"]:
            worst, codes = wrong(table)[0], (each["code"] for each in wrong(table))
            groups.setdefault((grouping.core(worst["message"], table["table"]), *codes), []).append(table)
    return [*whole, *(_trouble(target, group) for group in groups.values())]


def urgency(trouble: Trouble) -> tuple[bool, int]:
    """What sorts by: a target as a whole first, then the worst."""
    return bool(trouble.tables), _WORST.get(trouble.code, len(CODES))


def wrong(table: Table) -> Sequence[Mapping[str, Any]]:
    """The reasons why a table is unhealthy."""
    found = [each for each in table["reasons"] if not each["note"]]
    return found or [{"code": "unknown", "message": "No reason is known.", "note": False}]


def since(code: str, table: Table) -> str | None:
    """Since when that has been so, where it is known; without a good backup, since the last good one."""
    alarm, drill, run = table["alarm"] or {}, table["drill"] or {}, table["run"] or {}
    if code.startswith("alarm_"):
        found = alarm.get("since") if code in {"alarm_firing", "alarm_state_unknown"} else None
    elif code in {"drill_failed", "not_drilled"}:
        found = drill.get("last_failed" if code == "drill_failed" else "last_passed")
    elif code in {"last_run_failed", "last_run_timed_out", "last_run_aborted", "run_stuck"}:
        found = run.get("finished") or run.get("started")
    elif code in _RUN:
        found = table["last_success"]["finished"]
    else:
        found = None
    return found


def commands(codes: Iterable[str], target: str, tables: Sequence[str] = ()) -> tuple[str, ...]:
    """Each playbook that helps, as it is started, in the order in which they help."""
    present = set(codes)
    named = [name for name in tables if _NAME.fullmatch(name)]
    found = []
    for playbook, helped in _STEPS:
        if not present & helped:
            continue
        words = ["ansible-playbook", f"tablekeeper.dynamodb.{playbook}", "-i", "inventory", "--limit", target]
        if named and playbook not in _ONCE:
            words += ["-e", f"tables={','.join(named)}"]
        found.append(shlex.join(words))
    return tuple(found)


def _whole(target: str, reason: Mapping[str, Any], *, asked: bool) -> Trouble:
    helps = commands([reason["code"]], target) if asked else ()
    return Trouble(target, (), reason["code"], reason["message"], (), None, helps)


def _trouble(target: str, group: Sequence[Table]) -> Trouble:
    first, names = group[0], tuple(str(table["table"]) for table in group)
    worst, *others = wrong(first)
    times = [moment for table in group if (moment := since(worst["code"], table))]
    return Trouble(
        target,
        names,
        worst["code"],
        worst["message"],
        tuple((each["code"], each["message"]) for each in others),
        min(times, default=None),
        commands((each["code"] for each in (worst, *others)), target, names),
    )
