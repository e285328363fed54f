# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's exports to S3: ExportTableToPointInTime, DescribeExport, ListExports.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html

What the table and its settings forbid is answered at once; what S3 or KMS forbid only shows later, in
DescribeExport. A token that came with anything else before is refused in AWS's words
(test/alternator/test_export.py of scylladb/scylladb#30222, which is run against AWS). Not imitated, and
refused: ION.
"""

from __future__ import annotations

import contextvars
import copy
import logging
import secrets
import threading
import time
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    get_account_id,
    get_region,
)
from ministack.services import dynamodb

from local_aws.server import clock, control
from local_aws.server.answers import NotImitatedError, RefusedError, answering

from . import export_window
from .export_content import Content, content
from .export_files import Destination, partitions, write
from .failures import FailedError

PAGE = 25
KEPT_SECONDS = 90 * 86400
TOKEN_SECONDS = 8 * 3600
# AWS takes minutes for the smallest table; here that is over after a moment of real time, too.
VIRTUAL_SECONDS = 10 * 60
_limits = {"real_seconds": 1.5, "concurrent": 300.0}

_exports = AccountRegionScopedDict()
_lock = threading.Lock()
_log = logging.getLogger("local_aws.dynamodb_exports")


def caller() -> str:
    """Who makes the request being served. The embedded IAM replaces this."""
    return f"arn:aws:iam::{get_account_id()}:root"


def may_write(bucket: str, key: str, principal: str) -> bool:
    """May the principal write this object now? The embedded IAM replaces this."""
    return bool(bucket and key and principal)


def install() -> None:
    dynamodb._export_table_to_point_in_time = answering(_start)
    dynamodb._describe_export = answering(_describe)
    dynamodb._list_exports = answering(_list)
    clock.on_settle(_overdue)
    control.route("POST", "exports", _control)


def _control(arguments: dict[str, Any]) -> dict[str, float]:
    """How long an export takes when the clock is left alone, and how many an account runs at once."""
    if unknown := set(arguments) - set(_limits):
        raise ValueError(f"Exports know {', '.join(sorted(_limits))}, not {sorted(unknown)}.")
    _limits.update({name: float(value) for name, value in arguments.items()})
    return _limits


def _start(data: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        if replayed := _replay(data):
            return {"ExportDescription": _shown(replayed)}
        now = time.time()
        table = _exportable(data)
        with dynamodb._lock:
            found = content(data, table, now)
        running = [e for e in _exports.values() if e["ExportStatus"] == "IN_PROGRESS"]
        if len(running) >= (limit := _limits["concurrent"]):
            raise RefusedError("LimitExceededException", f"Too many concurrent exports. Limit: {limit:.0f}")
        # An incremental export starts at a whole second, as its id says, too: tests/recorded has one.
        start = now if "ExportTime" in found.described else float(int(now))
        export = _description(data, table, start) | found.described
        _exports[export["ExportArn"]] = export
    work = contextvars.copy_context()
    arguments = (export, found, _destination(data, export))
    threading.Thread(target=work.run, args=(_run, *arguments), name="local-aws-export", daemon=True).start()
    return {"ExportDescription": _shown(export)}


def _replay(data: dict[str, Any]) -> dict[str, Any] | None:
    """The export that this ClientToken already started, whatever became of it."""
    for export in _exports.values():
        if export["ClientToken"] != data.get("ClientToken"):
            continue
        if time.time() - export.get("EndTime", time.time()) > TOKEN_SECONDS:
            continue
        if export["_request"] != data:
            raise RefusedError("ExportConflictException", "Duplicate request detected")
        return dict(export)
    return None


def _exportable(data: dict[str, Any]) -> dict[str, Any]:
    """The table, if it can be exported at all."""
    export_window.check_request(data)
    if "S3SseKmsKeyId" in data and data.get("S3SseAlgorithm") != "KMS":
        raise RefusedError(
            "ValidationException", "Invalid Request: KMS Key Id is not supported for this encryption type"
        )
    if data.get("ExportFormat", "DYNAMODB_JSON") != "DYNAMODB_JSON":
        raise NotImitatedError("ExportFormat other than DYNAMODB_JSON.")
    found = dynamodb._dynamodb_arn_spec(data["TableArn"])
    if found is None or not found.resource.startswith("table/"):
        raise RefusedError(
            "ValidationException", "One or more parameter values were invalid: tableArn is not a valid ARN"
        )
    if found.resource.count("/") > 1:
        raise RefusedError("ValidationException", "Invalid Request: Table ARN is invalid.")
    if found.account_id != get_account_id():
        raise RefusedError("AccessDeniedException", "Access is denied")
    table: dict[str, Any] | None = dynamodb._tables.get(found.resource.removeprefix("table/"))
    if table is None or found.region != get_region():
        raise RefusedError("TableNotFoundException", f"Table not found: {data['TableArn']}")
    return table


def _description(data: dict[str, Any], table: dict[str, Any], now: float) -> dict[str, Any]:
    asked = {
        name: data[name]
        for name in (
            "S3Bucket",
            "S3BucketOwner",
            "S3Prefix",
            "S3SseKmsKeyId",
            "FilterSpecification",
            "ExportType",
        )
        if name in data
    }
    return asked | {
        "ExportArn": f"{table['TableArn']}/export/{int(now * 1000):014d}-{secrets.token_hex(4)}",
        "ExportStatus": "IN_PROGRESS",
        "StartTime": now,
        "TableArn": table["TableArn"],
        "TableId": table["TableId"],
        "ClientToken": data.get("ClientToken") or secrets.token_hex(16),
        "S3SseAlgorithm": data.get("S3SseAlgorithm", "AES256"),
        "ExportFormat": "DYNAMODB_JSON",
        "_request": copy.deepcopy(data),
    }


def _destination(data: dict[str, Any], export: dict[str, Any]) -> Destination:
    principal = caller()
    encryption = {
        "x-amz-server-side-encryption": "aws:kms" if data.get("S3SseAlgorithm") == "KMS" else "AES256"
    }
    if "S3SseKmsKeyId" in data:
        encryption["x-amz-server-side-encryption-aws-kms-key-id"] = data["S3SseKmsKeyId"]
    prefix = data.get("S3Prefix", "").strip("/")
    folder = f"{prefix}/AWSDynamoDB".lstrip("/")
    root = f"{folder}/{export['ExportArn'].rsplit('/', 1)[1]}"
    shared = "IncrementalExportSpecification" in export
    return Destination(
        bucket=data["S3Bucket"],
        root=root,
        data=f"{folder if shared else root}/data",
        owner=data.get("S3BucketOwner", get_account_id()),
        region=get_region(),
        encryption=encryption if "S3SseAlgorithm" in data else {},
        allowed=lambda key: may_write(data["S3Bucket"], key, principal),
    )


def _run(export: dict[str, Any], found: Content, to: Destination) -> None:
    """Everything after the answer: a failure here is seen by DescribeExport only."""
    try:
        to.put(f"{to.root}/_started", b"")
        files = partitions(found.lines)
        clock.wait(VIRTUAL_SECONDS, real_seconds=_limits["real_seconds"])
        counts = {"ItemCount": len(found.lines), "BilledSizeBytes": found.size}
        finished = export | counts | {"EndTime": time.time(), "ExportStatus": "COMPLETED"}
        write(to, files, finished)
        finished["ExportManifest"] = f"{to.root}/manifest-summary.json"
    except FailedError as error:
        finished = export | {"EndTime": time.time(), "ExportStatus": "FAILED"}
        finished |= {"FailureCode": error.code, "FailureMessage": str(error)}
    except Exception:  # a bug here must show as a failed export, not as one that never ends
        _log.exception("An export broke.")
        finished = export | {"EndTime": time.time(), "ExportStatus": "FAILED"}
        finished |= {"FailureCode": "UNKNOWN", "FailureMessage": "See the log of the embedded AWS."}
    _exports[export["ExportArn"]] = finished


def _overdue() -> bool:
    """Is an export whose time is over still being written?"""
    latest = time.time() - VIRTUAL_SECONDS
    return any(e["ExportStatus"] == "IN_PROGRESS" and e["StartTime"] <= latest for e in _exports.all_values())


def _describe(data: dict[str, Any]) -> dict[str, Any]:
    if "/export/" not in data["ExportArn"]:
        raise RefusedError("ValidationException", "Invalid Export ARN")
    export = _exports.get(data["ExportArn"])
    if export is None or _forgotten(export):
        raise RefusedError("ExportNotFoundException", f"Export not found: {data['ExportArn']}")
    return {"ExportDescription": _shown(export)}


def _list(data: dict[str, Any]) -> dict[str, Any]:
    """Of one table the newest first, as AWS lists them; of many tables one after the other."""
    kept = [export for export in _exports.values() if not _forgotten(export)]
    if "TableArn" in data:
        kept = [export for export in kept if export["TableArn"] == data["TableArn"]]
    kept.sort(key=lambda export: export["ExportArn"], reverse=True)
    begin = next((n for n, e in enumerate(kept, 1) if e["ExportArn"] == data.get("NextToken")), 0)
    end = begin + min(int(data.get("MaxResults", PAGE)), PAGE)
    page = kept[begin:end]
    summaries = [_summary(export) for export in page]
    return {"ExportSummaries": summaries} | ({"NextToken": page[-1]["ExportArn"]} if end < len(kept) else {})


def _summary(export: dict[str, Any]) -> dict[str, Any]:
    kind = export.get("ExportType", "FULL_EXPORT")
    return {"ExportArn": export["ExportArn"], "ExportStatus": export["ExportStatus"], "ExportType": kind}


def _forgotten(export: dict[str, Any]) -> bool:
    return bool(time.time() - export["StartTime"] > KEPT_SECONDS)


def _shown(export: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in export.items() if not name.startswith("_")}
