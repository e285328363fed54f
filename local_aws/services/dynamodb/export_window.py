# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which moments an export may ask for: one, or the window of an incremental one.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_IncrementalExportSpecification.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html: 15 minutes to 24 hours

The codes, the texts and what comes first are from docs/api-quirks of aws-controllers-k8s/dynamodb-controller,
which measured them (DDB-EXPORT-001, 003, 004, 019). Nobody saw AWS's texts for a window of more than 24
hours, for one that begins before the recovery window does, and for ``ExportTime`` of an incremental export;
they are refused as their neighbours are. AWS was seen to take a window that ended at the moment of the call
(019, and test/alternator/test_export.py of scylladb/scylladb#30222); here it must end where the table can be
restored to at the latest, as the moment of a full export does. Fractions of seconds are kept, as AWS was seen
to keep them (tests/recorded/incremental_manifest_summary.json of the repository).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local_aws.server.answers import RefusedError

from .settings import Window, moment, recovery_window

Json = dict[str, Any]
FULL, INCREMENTAL = "FULL_EXPORT", "INCREMENTAL_EXPORT"
BOTH_IMAGES, NEW_IMAGE = "NEW_AND_OLD_IMAGES", "NEW_IMAGE"
SHORTEST_SECONDS, LONGEST_SECONDS = 15 * 60, 24 * 3600
_PERIOD = "Difference between export period from time and export period to time is"


@dataclass(frozen=True)
class Period:
    """The window of an incremental export: its first moment belongs to it, its last does not."""

    begin: float
    end: float
    view: str

    def described(self) -> Json:
        return {"ExportFromTime": self.begin, "ExportToTime": self.end, "ExportViewType": self.view}


def check_request(data: Json) -> None:
    """Refuse members that do not go together."""
    kind, specification = data.get("ExportType"), data.get("IncrementalExportSpecification")
    if kind is None and specification is not None:
        raise _invalid(
            "Export Type expected to be Incremental Export when incremental export specification is provided"
        )
    if kind == FULL and specification is not None:
        raise _invalid(
            "When Export Type is Full Export , Incremental Export Specification should not be provided"
        )
    if kind != INCREMENTAL:
        return
    if specification is None:
        raise _invalid(
            "Incremental Export Specification expected when export type is set as Incremental Export"
        )
    if specification.get("ExportFromTime") is None:
        raise _invalid("ExportFromTime must be provided in IncrementalExportSpecification")
    if "ExportTime" in data:
        raise _invalid("When Export Type is Incremental Export, Export Time should not be provided")


def asked_moment(data: Json, table: Json, now: float) -> float:
    """The moment of a full export; without ExportTime it is now."""
    window = _window(table, now)
    if "ExportTime" not in data:
        return now
    asked = moment(data["ExportTime"], now)
    if not window.earliest <= asked <= now:
        raise _wrong_time("Export Time is invalid")
    if asked > window.latest:
        raise _unavailable()
    return asked


def asked_period(data: Json, table: Json, now: float) -> Period:
    """The window of an incremental export."""
    specification = data["IncrementalExportSpecification"]
    begin = moment(specification["ExportFromTime"], now)
    if begin < int(table["CreationDateTime"]):
        raise _wrong_time(
            "Incremental export period from time cannot be less than the table creation time : "
            f"{_time(begin)}"
        )
    window = _window(table, now)
    end = moment(specification.get("ExportToTime"), float(int(window.latest)))
    if end > now:
        raise _wrong_time(
            f"Incremental export period to time cannot be greater than the current time : {_time(end)}"
        )
    if end - begin < SHORTEST_SECONDS:
        raise _wrong_time(f"{_PERIOD} less than {SHORTEST_SECONDS // 60} minutes")
    if end - begin > LONGEST_SECONDS:
        raise _wrong_time(f"{_PERIOD} greater than {LONGEST_SECONDS // 3600} hours")
    if begin < window.earliest or end > window.latest:
        raise _unavailable()
    return Period(begin, end, specification.get("ExportViewType", BOTH_IMAGES))


def _window(table: Json, now: float) -> Window:
    window = recovery_window(table["TableName"], now)
    if window is None:
        raise RefusedError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table['TableName']}'",
        )
    return window


def _time(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unavailable() -> RefusedError:
    return _wrong_time("Point in Time Recovery is not available for specified export time")


def _wrong_time(problem: str) -> RefusedError:
    return RefusedError("InvalidExportTimeException", problem)


def _invalid(problem: str) -> RefusedError:
    return RefusedError("ValidationException", f"Invalid Request: {problem}")
