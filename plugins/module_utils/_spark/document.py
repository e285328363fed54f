# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a job on many machines is asked, and what it answers: JSON objects beside the plan that it works at.

Files are those that a manifest names, each with the proof that it is whole. Paths of objects are keys in the
store's bucket, unless a bucket stands beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .._undo.plan_document import Key  # noqa: TC001 - read() needs them
from .._undo.plan_files import PartFile  # noqa: TC001
from .._undo.records import NotReadableError, read, write

VERSION = 1
# What a job does: make a plan of an undo, write what a plan says, or compare what is expected (the images
# before) with what was found (those of the incident).
PLAN, PUT_BACK, COMPARE = "plan", "put_back", "compare"
# Its objects, below the folder of its run.
REQUEST, PROGRESS, RESULT, FAILURE = "request.json", "progress.json", "result.json", "failure.json"
# Counted in the progress: items of exports that were read; items that were planned, or written.
READ, DONE = "read", "done"
PHASES = {PLAN: "planning", PUT_BACK: "writing", COMPARE: "comparing"}


class RequestError(ValueError):
    """A text that is no request of a job, or none that this code can do."""


@dataclass(frozen=True)
class File:
    """A file of an export, as its manifest has it."""

    bucket: str
    key: str
    size: int  # bytes as they are stored
    items: int
    md5: str  # of its bytes as they are stored, in base64


@dataclass(frozen=True)
class Window:
    """An incremental export with both images."""

    at: int  # its place in the order of time, see _undo/told.py
    files: tuple[File, ...]


@dataclass(frozen=True)
class Images:
    """Where the images of items are from: either windows, in the order of time, or points.

    Without an export of now (`now_is_exported`), what is there now is read from the table, each item with
    strong consistency. Of `before` and `now` alone there are two states: what is now counts as what the
    incident made.
    """

    windows: tuple[Window, ...]
    before: tuple[File, ...]
    incident: tuple[File, ...]
    now: tuple[File, ...]
    now_is_exported: bool
    two_states: bool


@dataclass(frozen=True)
class Taken:
    """What of the changes is taken; without any of these all are."""

    only: tuple[str, ...]  # keys, or partition keys, each as DynamoDB JSON
    where: str  # in JMESPath
    choose: tuple[str, ...]  # of two states: missing, changed, unexpected


@dataclass(frozen=True)
class Request:
    """One run of the job."""

    version: int
    work: str  # PLAN, PUT_BACK or COMPARE
    region: str
    table: str
    keys: tuple[Key, ...]
    bucket: str  # of the store
    folder: str  # of this run, below the undo's, with a slash at the end
    output: str  # where the files that it makes lie, with a slash at the end
    images: Images
    plan: tuple[PartFile, ...]  # of PUT_BACK: what is to be written
    taken: Taken
    time_to_live: str  # the attribute; empty: items do not expire
    moment: int  # seconds since 1970: whose time to live is before has expired
    version_attribute: str
    slots: int  # how many tasks run at once, at most: they share what may be read and written a second
    parts: int  # into how many the items are divided
    read_units_per_second: float  # of all tasks together; 0: as fast as it goes
    write_units_per_second: float


def to_json(request: Request) -> bytes:
    """The text of a request."""
    return json.dumps(write(request), indent=1).encode() + b"\n"


def of_json(text: bytes) -> Request:
    """The request that a text holds; RequestError says why it holds none."""
    try:
        found: Any = json.loads(text)
        version = found["version"]
        if version != VERSION:
            raise RequestError(f"it is a request of version {version}, and this code does {VERSION}")
        request = read(Request, found)
    except (ValueError, KeyError, TypeError, NotReadableError) as error:
        raise (
            error if isinstance(error, RequestError) else RequestError(f"it is no request ({error})")
        ) from None
    if request.work not in PHASES or request.slots < 1 or request.parts < 1:
        raise RequestError(f"it asks for {request.work!r} in {request.parts} parts at {request.slots} places")
    return request
