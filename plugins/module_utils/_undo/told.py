# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several exports tell of one item, made into what the incident did to it.

An incident of more than a day is told by several windows, one after the other: the first one's old image is
what was before, the last one's new image what was at the end. One of less than 15 minutes is a part of its
window; what else is in there is told by a second export, which ends where the incident begins (LEAD) or
begins where it ends (TRAIL). See _exports/windows.py.

This file is also shipped with the job that does the same on many machines: it imports only _items and what
lies beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._items.canonical import content_digest
from .._items.strict_json import loads_trusted
from .change import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._items.size import Item

# In the order of time. Windows of a chain are WINDOW, WINDOW + 1 and so on.
LEAD, WINDOW, TRAIL = 0, 1, 1 << 20


class Told(NamedTuple):
    """What one export tells of an item."""

    at: int
    key: bytes
    old: bytes | None
    new: bytes | None


def change_of(told: Sequence[Told]) -> Change | None:
    """What an item was before and at the end, by what is told in the order of time; None if that is equal."""
    before, incident = _images(told)
    if before == incident:
        return None
    change = Change(loads_trusted(told[0].key), _item(before), _item(incident))
    if change.before is None or change.incident is None:
        return change
    # Sets may be in another order, and numbers spelled otherwise.
    return None if content_digest(change.before) == content_digest(change.incident) else change


def _images(told: Sequence[Told]) -> tuple[bytes | None, bytes | None]:
    """Before the incident, and at its end.

    What only the lead tells is as it was at the lead's begin again when the incident ended: the window, which
    begins with the lead, tells no change of it. In the same way what only the trail tells was at the begin of
    the incident as it was at the trail's end.
    """
    windows = [each for each in told if LEAD < each.at < TRAIL]
    lead = told[0] if told[0].at == LEAD else None
    trail = told[-1] if told[-1].at == TRAIL else None
    if lead:
        return lead.new, windows[-1].new if windows else lead.old
    if trail:
        return windows[0].old if windows else trail.new, trail.old
    return windows[0].old, windows[-1].new


def _item(image: bytes | None) -> Item | None:
    return None if image is None else loads_trusted(image)
