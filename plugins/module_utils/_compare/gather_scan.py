# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table's items by parallel Scan: raw pages, at a limited rate, patient with throttling."""

from __future__ import annotations

import queue
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

from .._aws.dynamodb_items import ItemReads, as_parameter
from .._aws.retry import THROTTLED
from .._base.rate import Rate
from .._items.strict_json import loads_trusted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._items.size import Item

# Without one page, beyond what each call is tried again for.
PATIENCE_SECONDS = 900
# A page that was throttled is asked for again in smaller ones.
FIRST_LIMIT, WHOLE_PAGE = 512, 4096
_LOOK_SECONDS = 0.2


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

    def pages(self) -> Iterator[Page]:
        """All pages, each once, in no order; what a segment raises is raised here."""
        # One page takes about 15 MB once it is parsed, and each thread holds another.
        ready: queue.Queue[Page | BaseException | None] = queue.Queue(maxsize=1)
        stop = threading.Event()
        reads = ItemReads(self.client)
        threads = [
            threading.Thread(target=self._work, args=(reads, number, ready, stop), daemon=True)
            for number in range(self.segments)
        ]
        for thread in threads:
            thread.start()
        try:
            yield from _until_all_end(ready, self.segments)
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _work(self, reads: ItemReads, segment: int, ready: queue.Queue[Any], stop: threading.Event) -> None:
        last: BaseException | None = None
        try:
            for page in self._segment(reads, segment, stop):
                _put(ready, page, stop)
        except BaseException as error:  # raised again by pages()
            last = error
        _put(ready, last, stop)

    def _segment(self, reads: ItemReads, segment: int, stop: threading.Event) -> Iterator[Page]:
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
            answer = loads_trusted(body)
            self.rate.pay(1, float(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0)))
            yield Page(answer["Count"], answer.get("Items", []), len(body))
            if not answer.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = as_parameter(answer["LastEvaluatedKey"])


def _until_all_end(ready: queue.Queue[Page | BaseException | None], running: int) -> Iterator[Page]:
    while running:
        page = ready.get()
        if isinstance(page, BaseException):
            raise page
        if page is None:
            running -= 1
        else:
            yield page


def _put(ready: queue.Queue[Any], page: Page | BaseException | None, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            ready.put(page, timeout=_LOOK_SECONDS)
        except queue.Full:
            continue
        return
