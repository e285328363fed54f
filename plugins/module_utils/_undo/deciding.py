# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is done about a change, now that its item was read: filter, rule, and whether a write has a guard.

This file is also shipped with the job that does the same on many machines: it knows neither AWS nor Ansible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._find.plain import plain
from .._items.expiry import has_expired
from .change import Planned, digest_of
from .condition import unguarded
from .rule import CHANGED, CONFLICT, MISSING, UNEXPECTED, WRITES, action

if TYPE_CHECKING:
    from .._find.condition import Condition
    from .._find.keys import Keys
    from .._items.size import Item
    from .change import Change


@dataclass(frozen=True)
class Taking:
    """What of the changes is taken, and how it is written."""

    keys: tuple[str, ...]  # the names of the key's attributes, the partition key first
    now: float  # seconds since 1970
    ttl_attribute: str = ""  # empty: nothing expires
    version_attribute: str = ""
    only: Keys | None = None  # these items
    where: Condition | None = None  # of before, incident and now
    choose: tuple[str, ...] = field(
        default=()
    )  # of a point alone, where what is now counts as the incident's

    def takes(self, key: Item) -> bool:
        """Whether an item is taken as far as its key tells."""
        return self.only is None or self.only.holds(key)


def asks_before_reading(taking: Taking) -> bool:
    """Whether the condition can be asked before an item is read, which then is left out without its price."""
    where = taking.where
    if where is None or taking.choose or "now" in where.names:
        return False
    return not any(each in where.text for each in "@*")  # these take all three images


def met(change: Change, now: Item | None, where: Condition) -> bool:
    """Whether an item in its three states meets a condition."""
    images = {"before": change.before, "incident": change.incident, "now": now}
    return where.holds({name: None if image is None else plain(image) for name, image in images.items()})


def decided(change: Change, now: Item | None, taking: Taking) -> Planned | None:
    """What is planned of an item that is `now` there; None if it is left out."""
    if taking.choose:
        change = change._replace(incident=now)
        if _kind(change) not in taking.choose and now != change.before:
            return None
    if taking.where and not met(change, now, taking.where):
        return None
    return _ruled(change, now, taking)


def _kind(change: Change) -> str:
    if change.before is None:
        return UNEXPECTED
    return MISSING if change.incident is None else CHANGED


def _ruled(change: Change, now: Item | None, taking: Taking) -> Planned:
    before = change.before
    expired = before is not None and has_expired(before, taking.ttl_attribute, taking.now)
    found = action(digest_of(before), digest_of(change.incident), digest_of(now), expired=expired)
    if found in WRITES and (why := unguarded(now, taking.keys, taking.version_attribute)):
        return Planned(change, CONFLICT, now, why)
    return Planned(change, found, now)
