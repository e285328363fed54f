# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Has DynamoDB export what is asked for, or finds the export that was made of it before, and waits for it.

An export takes minutes, however small, and cannot be stopped: who was killed between begins nothing twice.
What lies in the folder of the question is taken if it is whole, and waited for if it is under way. Otherwise
DynamoDB is asked, with a token that it answers with the same export for 8 hours.
"""

from __future__ import annotations

import contextlib
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from .._aws import dynamodb
from .._base.times import told
from .._model.codes import DENIED, THROTTLED
from .._points.formats.source import UnreadableError
from . import failures, filters
from .gather import begun, opened, reach
from .windows import require_past, require_reached, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .._aws.client import Aws
    from .gather import Export
    from .request import Place, Request

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    import botocore
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

PHASE = "export"
IN_PROGRESS, COMPLETED, FAILED = "IN_PROGRESS", "COMPLETED", "FAILED"
# "Later": so many exports are under way, or the call was made too often.
BUSY = ("LimitExceededException", *THROTTLED)
# For as long as no export is free, or calls are refused as too many.
PATIENCE_SECONDS = 6 * 3600
# DynamoDB may not tell yet of what it has just begun.
SETTLING_SECONDS = 120
# Tokens that are tried one after the other: each export that has failed within 8 hours has used one up.
MOST_ATTEMPTS = 50


class NotExportedError(Exception):
    """Why there is no such export, as a sentence that says what to do."""


class Telling(Protocol):
    """Shows people that something is getting on."""

    def say(self, text: str) -> None:
        """At once."""

    def at_work(self, phase: str, doing: str) -> None:
        """Now and then."""


def exported(
    aws: Aws, requests: Sequence[Request], place: Place, lines: Telling, *, seconds: float = 15
) -> list[Export]:
    """The exports, in the order of the requests; all are under way at once.

    NotExportedError, WindowError and UnreadableError say why one cannot be had. Who calls again with the same
    requests goes on with the exports that were begun. Looks are so many seconds apart.
    """
    if any(each.filter for each in requests):
        known = dynamodb.exports_with_filters(aws("dynamodb"))
        if why := filters.too_old(botocore.__version__, known=known):
            raise NotExportedError(why)
    all_of_them = [_Exporting(aws, each, place, lines, seconds) for each in requests]
    # What can be had at once does not wait for what is too young.
    for each in sorted(all_of_them, key=lambda one: one.reaches):
        each.begin()
    return [each.end() for each in all_of_them]


class _Exporting:
    """One export, from the question to its files."""

    def __init__(self, aws: Aws, request: Request, place: Place, lines: Telling, seconds: float) -> None:
        self._aws, self._client = aws, aws("dynamodb")
        self._request, self._place, self._lines, self._seconds = request, place, lines, seconds
        self._arn = ""
        self._export: Export | None = None

    @property
    def reaches(self) -> float:
        """The moment that point-in-time recovery must have reached, in seconds since 1970."""
        return self._request.reaches.timestamp() if self._request.reaches else 0

    def begin(self) -> None:
        """Find it, or have it begun."""
        with _allowed(lambda why: failures.unlisted(self._request, self._place, why)):
            before = begun(self._aws, self._request, self._place)
        for arn in before:
            described = self._described(arn) or {}  # DynamoDB knows all that it made within 90 days
            status = described.get("ExportStatus")
            if status == IN_PROGRESS:
                self._arn = arn
                self._lines.say(f"{PHASE}: goes on with the export {_name(arn)}, which was begun before")
                return
            if status == COMPLETED and self._take(described):
                return
        self._wait_until_reached()
        self._ask()

    def end(self) -> Export:
        """Wait until it has ended."""
        began = time.monotonic()
        while self._export is None:
            waited = time.monotonic() - began
            described = self._described(self._arn)
            status = described["ExportStatus"] if described else ""
            if described and status == COMPLETED:
                self._export = self._opened(described)
            elif described and status == FAILED:
                raise NotExportedError(failures.failed(self._request, described, self._place))
            elif status == IN_PROGRESS or (described is None and waited < SETTLING_SECONDS):
                minutes = f"{waited // 60:.0f} minutes so far"
                self._lines.at_work(PHASE, f"DynamoDB exports {self._request}, for {minutes}")
                time.sleep(self._seconds)
            else:
                raise NotExportedError(failures.unknown_status(self._request, status))
        return self._export

    def _take(self, described: dict[str, Any]) -> bool:
        """Whether an export that has ended is whole; otherwise another is asked for."""
        try:
            self._export = self._opened(described)
        except UnreadableError as error:
            self._lines.say(f"{PHASE}: {described['ExportArn']} is not taken: {error}")
            return False
        self._lines.say(f"{PHASE}: takes {self._export.location}, which was made before")
        return True

    def _opened(self, described: dict[str, Any]) -> Export:
        """What lies there, if it is what DynamoDB says that it wrote."""
        with _allowed(lambda why: failures.unreadable(self._request, self._place, why)):
            found = opened(self._aws, self._request, self._place, described["ExportArn"])
        if found.items != described.get("ItemCount", found.items):
            raise UnreadableError(
                f"it has {found.items:,} items, and DynamoDB wrote {described['ItemCount']:,}", found.location
            )
        return found

    def _ask(self) -> None:
        """With the first token whose export has not failed."""
        for attempt in range(MOST_ATTEMPTS):
            described = self._start(attempt)
            self._arn = described["ExportArn"]
            if described.get("TableId", self._request.table.id) != self._request.table.id:
                raise NotExportedError(
                    f"The table {self._request.table.name} is another one than it was a moment ago: somebody "
                    "has deleted it and made it anew. Nothing of the earlier one can be exported."
                )
            status = described["ExportStatus"]
            if status == FAILED or (status == COMPLETED and not self._take(described)):
                continue
            if status != COMPLETED:
                self._lines.say(
                    f"{PHASE}: DynamoDB begins to export {self._request} (export {_name(self._arn)})"
                )
            return
        raise NotExportedError(
            f"The export of {self._request} has failed {MOST_ATTEMPTS} times within 8 hours, {self._arn} "
            "last. See what DynamoDB's console says of it, and try again tomorrow."
        )

    def _start(self, attempt: int) -> dict[str, Any]:
        parameters = self._request.parameters(self._place, attempt)
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return dynamodb.start_export(self._client, parameters)
            except ClientError as error:
                problem = error.response["Error"]
                code, message = problem["Code"], problem.get("Message", "")
                if code not in BUSY or time.monotonic() > end:
                    raise NotExportedError(failures.refused(self._request, code, message)) from error
                self._lines.at_work(PHASE, f"{self._request} has to wait until DynamoDB takes more ({code})")
            time.sleep(self._seconds)

    def _described(self, arn: str) -> dict[str, Any] | None:
        """What DynamoDB says of an export, which outlives refused looks; None if it has forgotten it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with _allowed(lambda why: failures.unseen(self._request, arn, why)):
                    return dynamodb.describe_export(self._client, arn)
            except ClientError as error:
                why = str(error.response["Error"]["Code"])
                if why not in BUSY or time.monotonic() > end:
                    raise
            except (ConnectionError, HTTPClientError) as error:
                why = str(error)
                if time.monotonic() > end:
                    raise
            self._lines.at_work(PHASE, f"DynamoDB does not tell of the export {_name(arn)} for now ({why})")
            time.sleep(self._seconds)

    def _wait_until_reached(self) -> None:
        """An export of what was a moment ago can be had a few minutes later."""
        request = self._request
        while until := request.reaches:
            found = reach(self._aws, request.table.name)
            require_past(until, found)
            require_reached(request.window.begin if request.window else until, found)
            left = wait_for(until, found)
            if not left:
                return
            self._lines.at_work(
                PHASE,
                f"point-in-time recovery of {request.table.name} reaches {told(found.latest)}, and "
                f"{told(until)} is needed: about {left.total_seconds() // 60 + 1:.0f} minutes more",
            )
            time.sleep(self._seconds)


@contextmanager
def _allowed(sentence: Callable[[str], str]) -> Iterator[None]:
    """Says which right is missing, if one is: the sentence is given what AWS says."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        raise NotExportedError(sentence(str(error))) from error


def _name(arn: str) -> str:
    """An export as a line of progress has room for it: the line begins with its table."""
    return arn.rpartition("/")[2]
