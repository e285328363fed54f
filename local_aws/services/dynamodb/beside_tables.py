# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hangs on a table: the modes of insights, the policies of streams, the auto scaling of replicas.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html

Replicas have no auto scaling of their own here: UpdateTableReplicaAutoScaling is not imitated.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Call = Any

MODE = "ACCESSED_AND_THROTTLED_KEYS"  # "the default mode"

_modes = AccountRegionScopedDict()  # by table, or table and index


def install() -> None:
    dynamodb._update_contributor_insights = answering(_keeping_mode(dynamodb._update_contributor_insights))
    dynamodb._describe_contributor_insights = answering(_with_mode(dynamodb._describe_contributor_insights))
    dynamodb._list_contributor_insights = answering(_with_modes(dynamodb._list_contributor_insights))
    dynamodb._resource_arn_exists = _has_such(dynamodb._resource_arn_exists)
    app.SERVICE_HANDLERS["dynamodb"] = _more(app.SERVICE_HANDLERS["dynamodb"])


def _told(call: Call, data: Json) -> Json:
    """What a call of ministack's answers."""
    status, _headers, body = call(data)
    answer: Json = json.loads(body)
    if status != 200:
        raise RefusedError(answer["__type"], answer["message"])
    return answer


def _key(data: Json) -> str:
    return str(dynamodb._ci_key(dynamodb._normalize_table_name(data["TableName"]), data.get("IndexName")))


def _moded(answer: Json) -> Json:
    """With the mode of insights that are on."""
    if answer["ContributorInsightsStatus"] in ("ENABLED", "ENABLING"):
        answer["ContributorInsightsMode"] = _modes.get(_key(answer), MODE)
    return answer


def _keeping_mode(update: Call) -> Callable[[Json], Json]:
    def updated(data: Json) -> Json:
        answer = _told(update, data)
        _modes[_key(data)] = data.get("ContributorInsightsMode", _modes.get(_key(data), MODE))
        return _moded(answer)

    return updated


def _with_mode(describe: Call) -> Callable[[Json], Json]:
    return lambda data: _moded(_told(describe, data))


def _with_modes(listing: Call) -> Callable[[Json], Json]:
    def listed(data: Json) -> Json:
        answer = _told(listing, data)
        summaries = [_moded(each) for each in answer["ContributorInsightsSummaries"]]
        return answer | {"ContributorInsightsSummaries": summaries}

    return listed


def _has_such(exists: Callable[[str], bool]) -> Callable[[str], bool]:
    """A policy is of a table, or of its stream, which has the label it has and no other."""

    def there(arn: str) -> bool:
        table, found, label = str(arn).partition("/stream/")
        if not found or not exists(table):
            return exists(arn)
        stream = dynamodb._tables[table.rpartition("/")[2]].get("LatestStreamArn")
        return bool(label) and arn == stream

    return there


def _more(handler: Call) -> Call:
    async def handle(method: str, path: str, headers: Json, body: bytes, query: Json) -> Any:
        if headers.get("x-amz-target", "").endswith(".DescribeTableReplicaAutoScaling"):
            return answering(_replica_scaling)(json.loads(body or b"{}"))
        return await handler(method, path, headers, body, query)

    return handle


def _replica_scaling(data: Json) -> Json:
    name = dynamodb._normalize_table_name(data["TableName"])
    if name not in dynamodb._tables:
        raise RefusedError(
            "ResourceNotFoundException", f"Requested resource not found: Table: {name} not found"
        )
    table = dynamodb._table_description(name)
    replicas = [
        {"RegionName": each["RegionName"], "ReplicaStatus": each.get("ReplicaStatus", "ACTIVE")}
        for each in table.get("Replicas") or []
    ]
    found = {"TableName": name, "TableStatus": table["TableStatus"], "Replicas": replicas}
    return {"TableAutoScalingDescription": found}
