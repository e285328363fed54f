# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table's items by parallel Scan: raw pages, at a limited rate, patient with throttling."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

from .._aws.dynamodb_items import ItemReads, as_parameter
from .._base.rate import Rate
from .._base.threads import thread_pool
from .._items.strict_json import loads_trusted
from .._model.codes import THROTTLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._items.size import Item

# Without one page, beyond what each call is tried again for.
PATIENCE_SECONDS = 900
# A page that was throttled is asked for again in smaller ones.
FIRST_LIMIT, WHOLE_PAGE = 512, 4096


@dataclass(frozen=True)
class Page:
    """What one call brought."""

    count: int
    items: list[Item]
    bytes: int  # of the answer


@dataclass(frozen=True)
class Scan:
    """How a table is read."""

    client: Any
    table: str
    segments: int = 1
    consistent: bool = True
    only_count: bool = False
    rate: Rate = field(default_factory=lambda: Rate(None))

    def read(self, take: Callable[[Page], None]) -> None:
        """Give every page to be taken, once and one at a time; what a segment raises is raised here.

        Pages are parsed one at a time as well: many small values take many times the bytes of a page.
        """
        reads, stop, alone = ItemReads(self.client), threading.Event(), threading.Lock()

        def taken(body: bytes) -> dict[str, Any]:
            with alone:
                answer: dict[str, Any] = loads_trusted(body)
                take(Page(answer["Count"], answer.pop("Items", []), len(body)))
            return answer

        with thread_pool(self.segments) as pool:
            work = [pool.submit(self._segment, reads, each, taken, stop) for each in range(self.segments)]
            try:
                for each in as_completed(work):
                    each.result()
            finally:
                stop.set()

    def _segment(
        self, reads: ItemReads, segment: int, taken: Callable[[bytes], dict[str, Any]], stop: threading.Event
    ) -> None:
        parameters: dict[str, Any] = {"ConsistentRead": self.consistent}
        if self.segments > 1:
            parameters |= {"Segment": segment, "TotalSegments": self.segments}
        if self.only_count:
            parameters["Select"] = "COUNT"
        limit, since = WHOLE_PAGE, time.monotonic()
        while not stop.is_set():
            if (seconds := self.rate.wait(1)) > 0:
                stop.wait(seconds)
                continue
            smaller = {"Limit": limit} if limit < WHOLE_PAGE else {}
            try:
                body = reads.scan(self.table, **parameters, **smaller)
            except is_boto3_error_code(THROTTLED):
                self.rate.pay(1, 0)
                if time.monotonic() - since > PATIENCE_SECONDS:
                    raise
                limit = max(1, min(limit // 2, FIRST_LIMIT))
                stop.wait(random.uniform(0.1, 1))  # noqa: S311 - no secret
                continue
            since, limit = time.monotonic(), min(limit * 2, WHOLE_PAGE)
            answer = taken(body)
            self.rate.pay(1, float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)))
            if not answer.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = as_parameter(answer["LastEvaluatedKey"])
