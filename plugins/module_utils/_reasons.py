# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reasons that a verdict can have: their codes, and words that they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._evidence import Refusal

# Every code, the worst first: this is the order of a table's reasons, and of the tables.
CODES = (
    "not_deployed", "not_listed",
    "point_missing", "point_corrupt", "point_incomplete", "point_filtered", "point_expired",
    "no_good_point", "never_ran", "too_old",
    "last_run_failed", "last_run_timed_out", "last_run_aborted", "run_stuck", "run_state_unknown",
    "schedule_missing", "schedule_stopped", "schedule_state_unknown",
    "export_state_unknown", "access_denied", "not_answered",
    "alarm_missing", "alarm_altered", "alarm_actions_disabled", "alarm_actions_missing",
    "alarm_points_elsewhere", "alarm_firing", "alarm_state_unknown",
    "alert_topic_missing", "no_confirmed_subscriber", "subscriber_pending",
    "alert_policy_blocks_cloudwatch", "alert_key_blocks_cloudwatch",
    "waiting_for_first_run", "export_expired", "disabled",
)  # fmt: skip
# What can be the same for every table of a target.
SHARED = frozenset(
    {
        "not_deployed", "access_denied", "not_answered",
        "alert_topic_missing", "no_confirmed_subscriber", "subscriber_pending",
        "alert_policy_blocks_cloudwatch", "alert_key_blocks_cloudwatch",
    }
)  # fmt: skip
NOTES = frozenset({"waiting_for_first_run", "export_expired", "disabled"})
REPAIR = "run the backup playbook to restore it"


@dataclass(frozen=True)
class Reason:
    """Why a table is not healthy, or what there is to note about it."""

    code: str
    message: str


def refused(table: str, refusal: Refusal) -> Reason:
    """Something is not known, because AWS would not tell."""
    if refusal.denied:
        return Reason(
            "access_denied",
            f"{table} cannot be judged: the credentials may not call {refusal.call}; "
            f"allow it, as the status role's README lists ({refusal.message}).",
        )
    return Reason(
        "not_answered",
        f"{table} cannot be judged: {refusal.call} was refused with {refusal.code}; "
        f"ask again, or see AWS's health page ({refusal.message}).",
    )


def shown(moment: datetime) -> str:
    """A time as people read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
