# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a restore that was begun before means for another call, as its state tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base import at_work
from . import asked as asking
from .options import AUTO, CONTENT
from .state import COMPARE, DIFF, FINISHED
from .target import NotRestorableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .asked import Asked
    from .state import State
    from .target import Target


def require_alone(
    target: Target, location: str, before: State | None, table: Mapping[str, Any] | None, now: datetime
) -> None:
    """Refuse what would overwrite the state of another restore, or go on with one that is going on."""
    if table is not None and table.get("TableStatus") == "DELETING":
        raise NotRestorableError(f"the table {target.name} is being deleted: run it again when it is gone")
    if before is None:
        return
    if before.target_arn != target.arn:
        raise NotRestorableError(
            f"{location} is the state of a restore as {before.target_arn}: choose another name for the"
            f" table in {target.region} with O(to)"
        )
    if before.phase != FINISHED and (other := at_work.other(before.at_work, now)):
        raise NotRestorableError(
            f"another call is at work on {target.name} ({other}): wait for its end, or, if it was killed, for"
            " three minutes after it was seen last"
        )


def otherwise(asked: Asked, region: str, before: State) -> list[str]:
    """What is asked otherwise than before."""
    found = asking.differences(before.same, asked.same(region))
    if asked.point not in (before.asked_point, before.point["id"]):
        found.append(f"O(point) was {before.point['id']} and is {asked.point}")
    if asked.way not in (AUTO, before.way):
        found.append(f"O(way) was {before.way} and is {asked.way}")
    return found


def taken(target: Target, asked: Asked, location: str, before: State | None, region: str) -> str:
    """Why a table that exists is not touched."""
    start = f"the table {target.name} exists in {target.region}, and a restore never touches a table"
    another = "choose another name for the new one with O(to)"
    if before is None:
        return f"{start} that it has not made itself: {another}"
    if changes := otherwise(asked, region, before):
        return (
            f"{start} of another restore, whose state is {location}. Here {'; '.join(changes)}. To go "
            f"on with that one, give what it was given; or {another}"
        )
    return f"{start} that it has not made itself. The one of {location} was another: {another}"


def reopened(before: State, asked: Asked) -> None:
    """Of a restore that is finished, what this call asks for beyond that: a closer look, a parameter."""
    if before.phase != FINISHED:
        return
    compared, told = before.result.get("compared", {}), before.result.get("cut_over", {})
    if asked.verify == CONTENT and compared.get("verify") != CONTENT and "bucket" in before.point:
        before.phase = COMPARE
    elif asked.parameter and told.get("parameter") != asked.parameter:
        before.phase = DIFF
