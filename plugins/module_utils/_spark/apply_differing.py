# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what differs, as far as one task of the job has found it, in the lines that a comparison has."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .._compare.compared import CHANGED, EXPIRED, MISSING, UNEXPECTED
from .._compare.differing import Differing
from .._compare.lines import line
from .._items.expiry import has_expired
from .._undo.plan_files import Parts
from .gather_files import client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._undo.plan_files import PartFile
    from .document import Request
    from .merge import Stated

GROUP = "differing"


class DifferingWriter:
    """Takes items of which one side has another image than the other, or none."""

    def __init__(self, request: Request, number: int) -> None:
        self._request = request
        self._counts: Counter[str] = Counter()
        self._parts = Parts(request.output, GROUP, self._keep, f"-{number}")

    def written(self, found: Iterable[Stated]) -> Iterator[int]:
        """Keep all of them; told is how many there were, one after another."""
        for each in found:
            expected, other = each.change.before, each.change.incident
            kind = self._kind(each)
            self._counts[kind] += 1
            self._parts.add_line(line(Differing(kind, each.change.key, expected, other)).encode() + b"\n")
            yield 1

    def end(self) -> dict[str, Any]:
        """Write what is left, and tell what there was."""
        self._parts.end()
        return {"counts": dict(self._counts), "files": [asdict(each) for each in self._parts.files]}

    def _kind(self, each: Stated) -> str:
        expected, other = each.change.before, each.change.incident
        if expected is None:
            return UNEXPECTED
        if other is not None:
            return CHANGED
        request = self._request
        return EXPIRED if has_expired(expected, request.time_to_live, request.moment) else MISSING

    def _keep(self, file: PartFile, content: bytes) -> None:
        client("s3", self._request.region).put_object(
            Bucket=self._request.bucket, Key=file.key, Body=content, ChecksumAlgorithm="SHA256"
        )
