# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a plan is not executed: another table, an old plan, nobody who agreed, or no way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .plan_document import FOUND, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .asked import Asked
    from .plan_document import Effect, Plan, Table

# Items are read again before each write; whether the undo still is what anybody wants is not.
OLDEST = timedelta(hours=24)
# A table in any other state takes no writes, or will be gone.
WRITABLE = ("ACTIVE", "UPDATING")
ANEW = "have a plan made anew, without O(plan)"


@dataclass(frozen=True)
class Found:
    """What is found out a moment before a plan is executed."""

    at: datetime  # by AWS's clock
    table: Table | None  # None: there is none
    status: str  # of the table
    effects: tuple[Effect, ...]
    recovery: str  # of a moment, ENABLED or DISABLED; else why that is not known
    newest_point: datetime | None


def refusals(plan: Plan, found: Found, asked: Asked, account: str, *, begun: bool) -> list[str]:
    """Why a plan is not executed now, each a sentence. One that is `begun` may go on whatever its age."""
    return [
        *_not_confirmed(plan, asked, account),
        *_of_table(plan, found),
        *([] if begun else _too_old(plan, found.at)),
        *_unprotected(plan, found, asked),
        *_not_acknowledged(found.effects, asked),
    ]


def to_acknowledge(effects: Iterable[Effect]) -> list[str]:
    """The effects that must be acknowledged: those that there are, and those that nobody knows of."""
    return [each.name for each in effects if each.state in {FOUND, UNKNOWN}]


def _not_confirmed(plan: Plan, asked: Asked, account: str) -> Iterator[str]:
    if plan.table.account != account:
        yield f"the plan is of a table of the account {plan.table.account}, and this is {account}"
    elif asked.confirm != (wanted := asked.confirmation(account)):
        yield f"O(confirm) is {asked.confirm!r}: to write this plan it must be {wanted}"


def _of_table(plan: Plan, found: Found) -> Iterator[str]:
    then, now = plan.table, found.table
    if now is None:
        yield f"there is no table {then.name} here any more"
    elif (now.arn, now.id) != (then.arn, then.id):
        yield (
            f"{then.name} is another table than the one that was planned for: it was made {now.created[:19]}."
            f" If it is the right one, {ANEW}"
        )
    elif now.keys != then.keys:
        yield f"the keys of {then.name} are others than when it was planned: {ANEW}"
    elif found.status not in WRITABLE:
        yield f"{then.name} is {found.status}: it is written only while it is ACTIVE"


def _too_old(plan: Plan, now: datetime) -> Iterator[str]:
    age = now - datetime.fromisoformat(plan.made)
    if age > OLDEST:
        hours = age.total_seconds() / 3600
        yield (
            f"the plan {plan.id} is {hours:,.0f} hours old, and may be {OLDEST.total_seconds() / 3600:.0f}: "
            f"{ANEW}"
        )


def _unprotected(plan: Plan, found: Found, asked: Asked) -> Iterator[str]:
    """So that the undo itself can be undone, also where the writes of others are in the way of that."""
    if found.recovery == "ENABLED":
        return
    oldest = found.at - asked.point_max_age
    if found.newest_point is not None and found.newest_point >= oldest:
        return
    recovery = "is off" if found.recovery == "DISABLED" else f"is not known ({found.recovery})"
    point = (
        "there is no point of it"
        if found.newest_point is None
        else f"its newest point is of {found.newest_point.isoformat()[:19]}Z, older than O(point_max_age)"
    )
    remedy = (
        f"switch it on (aws dynamodb update-continuous-backups --region {plan.table.region} "
        f"--table-name {plan.table.name} "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true)"
        if found.recovery == "DISABLED"
        else "allow dynamodb:DescribeContinuousBackups"
    )
    yield (
        f"point-in-time recovery of {plan.table.name} {recovery}, and {point}: {remedy}, or, if its engine "
        "does without, have the table backed up now. The plan stays as it is"
    )


def _not_acknowledged(effects: Iterable[Effect], asked: Asked) -> Iterator[str]:
    open_ = [each for each in effects if each.name in to_acknowledge([each])]
    for each in open_:
        if each.name not in asked.acknowledge:
            told = "; ".join(each.told)
            what = "is not known" if each.state == UNKNOWN else "hears of each write"
            yield f"{each.name} {what} ({told}): if that may be, name it in O(acknowledge)"
