# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's imports from S3: ImportTable, DescribeImport, ListImports.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html

Where those pages and AWS differ, it is as AWS was measured, by test/alternator/test_import.py of
scylladb/scylladb#31619 and in docs/api-quirks/import.md of aws-controllers-k8s/dynamodb-controller: a token
is compared with the name of the table alone, and not at all once there is a table; counters stay 0, and the
size and the end are absent, until an import has ended; no object at all makes an empty table; a second import
of a name is taken while the first goes on, and fails; once its table is deleted, an ended import answers for
its token, and makes nothing.

Decided here, since no page says it: the table of an import is hidden until it is known what there is to read.
"""

from __future__ import annotations

import contextvars
import copy
import itertools
import secrets
import threading
import time
import uuid
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb

from local_aws.server import clock, control
from local_aws.server.answers import RefusedError, answering

from . import import_log, import_request, pace, states
from .import_job import Job
from .import_source import Origin

Json = dict[str, Any]
Operation = Any
PARTS = ("reserve", "import", "finish")
PAGE = 10  # unless more are asked for, at most 25
KEPT_SECONDS = 90 * 86400
TOKEN_SECONDS = 8 * 3600
LONGEST_NAME = 255
SUMMARY = (
    "ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime",
    "CloudWatchLogGroupArn",
)  # fmt: skip
# "up to 50 concurrent import jobs", "up to 50,000 Amazon S3 objects"
_limits = {"concurrent": 50, "objects": 50_000}
_seeds: dict[str, int] = {}

_imports = AccountRegionScopedDict()
_lock = threading.Lock()


def caller() -> str:
    """Who makes the request being served. The embedded IAM replaces this."""
    return f"arn:aws:iam::{get_account_id()}:root"


def refused(principal: str, action: str, resource: str, owner: str) -> str:
    """Why the principal may not do this with a resource of this account. The embedded IAM replaces this."""
    return "" if principal and action and resource and owner else "Access Denied"


def install() -> None:
    """Before the states of tables, since an import writes into one that is being made."""
    create, put = dynamodb._create_table, dynamodb._put_item
    dynamodb._import_table = answering(lambda data: _start(create, put, data))
    dynamodb._describe_import = answering(_describe)
    dynamodb._list_imports = answering(_list)
    clock.on_settle(_overdue)
    control.route("POST", "imports", _control)


def _control(arguments: Json) -> Json:
    """Of items with the same key one wins, and nobody knows which: with a `seed`, always the same.

    ``concurrent`` imports an account may have, and ``objects`` an import.
    """
    if "seed" in arguments:
        _seeds[str(arguments["account"])] = int(arguments["seed"])
    if unknown := set(arguments) - {"account", "seed", *_limits}:
        raise ValueError(
            f"Imports know account, seed, {', '.join(_limits)}, not {', '.join(sorted(unknown))}."
        )
    _limits.update({name: int(arguments[name]) for name in _limits if name in arguments})
    return dict(_limits)


def _start(create: Operation, put: Operation, data: Json) -> Json:
    import_request.check(data)
    wanted = data["TableCreationParameters"]
    with _lock:
        if replayed := _replay(data):
            return {"ImportTableDescription": _shown(replayed)}
        running = [each for each in _imports.values() if each["ImportStatus"] == "IN_PROGRESS"]
        if len(running) >= _limits["concurrent"]:
            raise RefusedError(
                "LimitExceededException",
                f"Subscriber limit exceeded: Only {_limits['concurrent']} imports can be done simultaneously",
            )
        table = None if wanted["TableName"] in dynamodb._tables else import_request.made(create, wanted)
        described = _description(data, table)
        _imports[described["ImportArn"]] = described
    job = Job(described, table, put, _source(data), _seeds.get(get_account_id()))
    work = contextvars.copy_context()
    threading.Thread(target=work.run, args=(_run, job), name="local-aws-import", daemon=True).start()
    return {"ImportTableDescription": _shown(described)}


def _replay(data: Json) -> Json | None:
    """The import that this token has begun, as long as its table is not there."""
    name = data["TableCreationParameters"]["TableName"]
    table = dynamodb._tables.get(name)
    if table is not None and states.made_by(table) is None:
        raise RefusedError("ResourceInUseException", f"Table already exists: {name}")
    for each in _imports.values():
        ended = each.get("EndTime", time.time())
        if each["ClientToken"] != data["ClientToken"] or time.time() - ended > TOKEN_SECONDS:
            continue
        if each["TableCreationParameters"]["TableName"] != name:
            raise RefusedError(
                "ImportConflictException",
                "Import conflict: Duplicate request detected with conflicting parameters",
            )
        return dict(each)
    making = states.made_by(table) if table else None
    if making and making["how"] != states.IMPORT:
        raise RefusedError("ResourceInUseException", f"Table already exists: {name}")
    return None


def _description(data: Json, table: Json | None) -> Json:
    """What is told; where the name is taken by another import, of a table that will not be."""
    now, name = time.time(), data["TableCreationParameters"]["TableName"]
    if table is None:
        there = f"arn:aws:dynamodb:{get_region()}:{get_account_id()}:table"
        table = {"TableArn": f"{there}/{name}", "TableId": str(uuid.uuid4())}
    options = {name: data[name] for name in ("InputFormatOptions",) if name in data}
    return options | {
        "ImportArn": f"{table['TableArn']}/import/{int(now * 1000):014d}-{secrets.token_hex(4)}",
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table["TableArn"],
        "TableId": table["TableId"],
        "ClientToken": data["ClientToken"],
        "S3BucketSource": {"S3BucketOwner": get_account_id(), **data["S3BucketSource"]},
        "ErrorCount": 0,
        "CloudWatchLogGroupArn": f"{import_log.group_arn()}:*",
        "InputFormat": data["InputFormat"],
        "InputCompressionType": data.get("InputCompressionType", "NONE"),
        "TableCreationParameters": copy.deepcopy(data["TableCreationParameters"]),
        "StartTime": now,
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
        "_due": _due(now),
    }


def _due(now: float) -> Json:
    """When the parts of an import end."""
    ends = itertools.accumulate((pace.seconds(part) for part in PARTS), initial=now)
    return dict(zip(PARTS, itertools.islice(ends, 1, None), strict=True))


def _source(data: Json) -> Origin:
    asked, principal = data["S3BucketSource"], caller()
    return Origin(
        bucket=asked["S3Bucket"],
        prefix=asked.get("S3KeyPrefix", ""),
        owner=asked.get("S3BucketOwner", get_account_id()),
        region=get_region(),
        most=_limits["objects"],
        refused=lambda action, resource, owner: refused(principal, action, resource, owner),
    )


def _run(job: Job) -> None:
    """Everything after the answer: a failure here is seen by DescribeImport only."""
    _imports[job.described["ImportArn"]] = job.run()


def _overdue() -> bool:
    """Is an import whose time is over still at work?"""
    running = (each for each in _imports.all_values() if each["ImportStatus"] == "IN_PROGRESS")
    return any(each["_due"]["finish"] <= time.time() for each in running)


def _describe(data: Json) -> Json:
    arn = data["ImportArn"]
    parsed = dynamodb._dynamodb_arn_spec(arn)
    name, _import, identity = (parsed.resource if parsed else "").removeprefix("table/").partition("/import/")
    if not 3 <= len(name) <= LONGEST_NAME or not identity:
        raise import_request.invalid("Invalid Import ARN")
    if parsed and parsed.account_id != get_account_id():
        raise RefusedError("AccessDeniedException", "Access is denied")
    found = _imports.get(arn)
    if found is None or _forgotten(found):
        raise RefusedError("ImportNotFoundException", f"Import not found: {arn}")
    return {"ImportTableDescription": _shown(found)}


def _list(data: Json) -> Json:
    """The newest first; also those that go on."""
    kept = [each for each in _imports.values() if not _forgotten(each)]
    if "TableArn" in data:
        kept = [each for each in kept if each["TableArn"] == data["TableArn"]]
    kept.sort(key=lambda each: (each["StartTime"], each["ImportArn"]), reverse=True)
    begin = 0
    if "NextToken" in data:
        last = _from_token(data["NextToken"])
        begin = next((number for number, each in enumerate(kept, 1) if each["ImportArn"] == last), 0)
        if not begin:
            raise import_request.invalid("Invalid NextToken")
    end = begin + int(data.get("PageSize", PAGE))
    page = kept[begin:end]
    more = {"NextToken": _token(page[-1]["ImportArn"])} if end < len(kept) else {}
    return {"ImportSummaryList": [_summary(each) for each in page]} | more


def _token(arn: str) -> str:
    """Of the form that the model of the API has: 16 hexadecimal digits, 7 times or more."""
    return arn.encode().ljust(56 if len(arn) < 56 else -(-len(arn) // 8) * 8).hex()


def _from_token(token: str) -> str:
    return bytes.fromhex(token).decode(errors="replace").rstrip()


def _summary(described: Json) -> Json:
    return {name: described[name] for name in SUMMARY if name in described}


def _forgotten(described: Json) -> bool:
    return bool(time.time() - described["StartTime"] > KEPT_SECONDS)


def _shown(described: Json) -> Json:
    return {name: value for name, value in described.items() if not name.startswith("_")}
