# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes on while an import runs: the log, the objects, the items, and how it ends.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html: items with one
key "will be overwritten in random order, are not counted as errors"; one that "fails validation" is skipped
and told in the log; what is wrong with S3, CloudWatch or KMS ends the import, without a table if none was
begun, and with what is in it otherwise. An object that somebody removes meanwhile counts as an error
(DDB-IMPORT-007 of docs/api-quirks/import.md in aws-controllers-k8s/dynamodb-controller).
"""

from __future__ import annotations

import json
import logging
import math
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server import clock

from . import import_items, states
from .failures import FailedError
from .import_log import Log

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.server.answers import Answer

    from .import_source import Origin

Json = dict[str, Any]

_log = logging.getLogger("local_aws.dynamodb_imports")


def _nothing() -> Json:
    return {"ProcessedSizeBytes": 0, "ProcessedItemCount": 0, "ImportedItemCount": 0, "ErrorCount": 0}


@dataclass
class Job:
    """An import that runs."""

    described: Json
    table: Json | None  # None where another import takes the name
    put: Callable[[Json], Answer]
    origin: Origin
    seed: int | None  # of the order in which items are written
    counts: Json = field(default_factory=_nothing)

    def run(self) -> Json:
        """Run to the end; how DescribeImport tells of it then."""
        failure: Json = {}
        try:
            self._fill()
        except FailedError as error:
            failure = {"FailureCode": error.code, "FailureMessage": str(error)}
        except Exception:  # a bug here must show as a failed import, not as one that never ends
            _log.exception("An import broke.")
            failure = {"FailureCode": "UNKNOWN", "FailureMessage": "See the log of the embedded AWS."}
        if self.table and self.table["_appears_at"] == math.inf:
            dynamodb._tables.pop(self.table["TableName"], None)
        states.finish(self.table or {})
        self._wait("finish")
        ended = {"ImportStatus": "FAILED" if failure else "COMPLETED", "EndTime": time.time()}
        return self.described | self.counts | failure | ended

    def _wait(self, part: str) -> None:
        """Until this part's time is over, however far the clock was moved meanwhile."""
        seconds = max(0.0, self.described["_due"][part] - time.time())
        clock.wait(seconds, real_seconds=seconds)

    def _fill(self) -> None:
        self._wait("reserve")
        if self.table is None:
            name = self.described["TableCreationParameters"]["TableName"]
            raise FailedError("TableAlreadyExists", f"Table already exists: {name}")
        log = Log(self.described["ImportArn"], self.origin.refused)
        log.begin()
        keys = self.origin.keys()
        self.table["_appears_at"] = time.time()
        self._wait("import")
        found: list[tuple[str, import_items.Read]] = []
        try:
            for key in keys:
                found += [(key, each) for each in self._read(key)]
        finally:  # what was read until then is imported
            errors = self._write(found)
            log.errors(errors)
        if errors:
            raise FailedError(
                "ItemValidationError",
                "Some of the items failed validation checks and were not imported. Please check CloudWatch "
                "error logs for more details.",
            )

    def _read(self, key: str) -> list[import_items.Read]:
        try:
            stored = self.origin.read(key)
        except FailedError as error:
            if error.code != "S3NoSuchKey":
                raise
            return [import_items.Read(0, None, str(error))]
        content, cut = import_items.unpacked(stored, self.described["InputCompressionType"])
        self.counts["ProcessedSizeBytes"] += len(content)
        found = list(import_items.read(content, self.described))
        if cut and not any(each.error for each in found):
            found.append(import_items.Read(len(found), None, cut))
        return found

    def _write(self, found: list[tuple[str, import_items.Read]]) -> list[Json]:
        """Write all items, in an order that is another each time; what was none."""
        random.Random(self.seed).shuffle(found)
        errors = []
        for key, each in found:
            message = each.error if each.item is None else self._put(each.item)
            if message:
                where = {"bucket": self.origin.bucket, "key": key, "itemIndex": each.place}
                errors.append({**where, "message": message})
        self.counts["ProcessedItemCount"] = len(found)
        self.counts["ErrorCount"] = len(errors)
        self.counts["ImportedItemCount"] = len(found) - len(errors)
        return errors

    def _put(self, item: Json) -> str:
        """Write an item; why it is refused."""
        if "" in item:
            return "One or more parameter values were invalid: An attribute name is empty"
        name = self.described["TableCreationParameters"]["TableName"]
        status, _headers, body = self.put({"TableName": name, "Item": item})
        return "" if status == 200 else str(json.loads(body)["message"])
