# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One item with its images, as it stands on a line of a plan, of a list of conflicts and of an undo log.

The lines have the members of an incremental export of DynamoDB's, so that whoever reads those reads them:
{"Keys": {...}, "OldImage": {...}, "NewImage": {...}}, an image that there was not is left out. A plan adds
the Action and the Digests of the images, in hexadecimal digits; a conflict the image that is there now, and
where that does not tell it Why it is one.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._items.canonical import content_digest
from .._items.strict_json import dumps_sorted, loads_trusted

if TYPE_CHECKING:
    from .._items.size import Item


class Change(NamedTuple):
    """What an incident did to an item: None where there was none."""

    key: Item
    before: Item | None
    incident: Item | None


class Planned(NamedTuple):
    """A change, what is to be done about it (rule.py), and what was there when that was decided."""

    change: Change
    action: str
    now: Item | None
    why: str = ""  # a conflict that the images do not tell


def planned_line(planned: Planned) -> bytes:
    """A line of a plan or of a list of conflicts, the same bytes wherever it is written."""
    change = planned.change
    images = {"Before": change.before, "Incident": change.incident, "Now": planned.now}
    line: dict[str, Any] = {
        "Action": planned.action,
        "Digests": {name: content_digest(image).hex() for name, image in images.items() if image is not None},
        "Keys": change.key,
    }
    told = {"OldImage": change.before, "NewImage": change.incident}
    if planned.now != change.incident:
        told["Now"] = planned.now
    if planned.why:
        line["Why"] = planned.why
    return dumps_sorted(line | {name: image for name, image in told.items() if image is not None}) + b"\n"


def of_planned_line(text: bytes) -> Planned:
    """What planned_line() wrote."""
    line = loads_trusted(text)
    change = Change(line["Keys"], line.get("OldImage"), line.get("NewImage"))
    has_now = "Now" in line["Digests"]
    now = line.get("Now", change.incident) if has_now else None
    return Planned(change, line["Action"], now, line.get("Why", ""))


def digest_of(image: Item | None) -> bytes | None:
    """The content digest of an image; None if there is none."""
    return None if image is None else content_digest(image)
