# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reasons that a verdict can have: their codes, and words that they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._model.refusal import Refusal

# Every code, the worst first: this is the order of a table's reasons, and of the tables.
CODES = (
    # there is no backup, or it is about to be lost
    "not_deployed", "not_listed", "bucket_missing", "retention_shortened", "points_deleted",
    "point_missing", "point_corrupt", "point_incomplete", "point_filtered", "point_expired",
    "point_expires_soon",
    "no_good_point", "never_ran", "too_old", "drill_failed", "not_drilled",
    "last_run_failed", "last_run_timed_out", "last_run_aborted", "start_missed", "run_stuck",
    "run_state_unknown",
    # the next backup will not be made, or not as it should be
    "table_missing", "table_key_unusable", "recovery_off", "store_missing",
    "stack_missing", "stack_foreign", "stack_stuck", "stack_empty", "stack_changed_by_hand",
    "machine_missing", "role_missing", "schedule_missing", "schedule_stopped", "schedule_state_unknown",
    "key_missing", "key_unusable", "machine_altered", "role_altered", "schedule_altered", "bucket_altered",
    "key_altered", "not_as_listed", "listing_wrong", "settings_missing", "settings_unreadable",
    "export_state_unknown", "access_denied", "not_answered",
    # nobody would hear of it
    "alarm_missing", "alarm_altered", "alarm_actions_disabled", "alarm_actions_missing",
    "alarm_points_elsewhere", "alarm_muted", "alarm_firing", "alarm_state_unknown", "heartbeat_missing",
    "heartbeat_altered",
    "alert_topic_missing", "no_confirmed_subscriber", "subscriber_unreachable", "subscriber_missing",
    "subscriber_pending", "subscriber_filtered",
    "alert_policy_blocks_cloudwatch", "alert_key_blocks_cloudwatch", "alert_topic_altered",
    "stack_alarm_missing", "stack_alarm_altered", "stack_alarm_disabled",
    "queue_missing", "queue_altered", "log_group_missing", "log_group_altered",
    # notes
    "waiting_for_first_run", "stack_moving", "deployment_rolled_back", "no_longer_listed", "items_fell",
    "made_anew", "policy_extended", "dashboard_missing", "dashboard_altered", "nobody_listed",
    "export_expired", "disabled", "no_longer_backed_up",
    "alert_key_not_known", "not_looked_at", "told_elsewhere",
)  # fmt: skip
NOTES = frozenset(CODES[CODES.index("waiting_for_first_run") :])
REPAIR = "run the backup playbook to restore it"


@dataclass(frozen=True)
class Reason:
    """Why a table is not healthy, or what there is to note about it."""

    code: str
    message: str
    note: bool = False  # whatever its code: it does not make a table unhealthy

    @property
    def is_note(self) -> bool:
        """Whether a table can be healthy with it."""
        return self.note or self.code in NOTES


@dataclass(frozen=True)
class Rules:
    """What whoever asks for a verdict may choose."""

    max_age: int | None = None  # in place of the age that a table's own settings allow
    subscribers: str = "all"  # who has to have confirmed, of those that are listed: all or any
    expires_soon_days: float = 7
    items_fell_percent: int = 90


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


def in_region(arn: str | None) -> str:
    """The option of the AWS CLI that says where what the ARN names is; none without an ARN."""
    region = (arn or "").split(":")[3:4]
    return f" --region {region[0]}" if region and region[0] else ""


def shown(moment: datetime) -> str:
    """A time as people read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def day(moment: datetime) -> str:
    """A day as people read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d")
