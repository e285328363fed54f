# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NO_TABLE = ("TableNotFoundException", "ResourceNotFoundException")


def describe_table(client: Any, table: str) -> dict[str, Any] | None:
    """What DynamoDB tells of a table; None if there is no such table. It counts bytes every six hours."""
    try:
        description: dict[str, Any] = client.describe_table(TableName=table)["Table"]
    except is_boto3_error_code(NO_TABLE):
        return None
    return description


def point_in_time_recovery(client: Any, table: str) -> str | None:
    """ENABLED or DISABLED; None if there is no such table."""
    recovery = describe_recovery(client, table)
    return None if recovery is None else recovery_state(recovery)


def recovery_state(described: Mapping[str, Any]) -> str:
    """ENABLED or DISABLED, of what describe_recovery told."""
    return str(described.get("PointInTimeRecoveryStatus", "DISABLED"))


def describe_recovery(client: Any, table: str) -> dict[str, Any] | None:
    """Point-in-time recovery with the moments that it reaches; None if there is no such table."""
    try:
        answer = client.describe_continuous_backups(TableName=table)
    except is_boto3_error_code(NO_TABLE):
        return None
    found: dict[str, Any] = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return found


def list_backups(client: Any, table: str = "") -> Iterator[dict[str, Any]]:
    """DynamoDB's own backups of a table, or of all, also those that it made when a table was deleted.

    It is not told of the latter unless all are asked for:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
    """
    only = {"TableName": table} if table else {}
    for page in client.get_paginator("list_backups").paginate(BackupType="ALL", **only):
        yield from page["BackupSummaries"]


class Unexportable(NamedTuple):
    """Tables that cannot be exported."""

    missing: list[str]
    disabled: list[str]  # point-in-time recovery is off


def unexportable(client: Any, tables: Iterable[str]) -> Unexportable:
    """Which of the tables cannot be exported. One DescribeContinuousBackups for each."""
    states = {table: point_in_time_recovery(client, table) for table in tables}
    return Unexportable(
        missing=[table for table, state in states.items() if state is None],
        disabled=[table for table, state in states.items() if state == "DISABLED"],
    )


def enable_point_in_time_recovery(client: Any, table: str) -> None:
    """Switch it on, with AWS's default window of 35 days."""
    client.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def start_export(client: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Have a table exported; a ClientToken that DynamoDB knows is answered with the export it began."""
    description: dict[str, Any] = client.export_table_to_point_in_time(**parameters)["ExportDescription"]
    return description


def exports_with_filters(client: Any) -> bool:
    """Whether this boto3 can ask for a filter, by its model of the call."""
    model = client.meta.service_model.operation_model("ExportTableToPointInTime")
    return "FilterSpecification" in model.input_shape.members


def describe_export(client: Any, export: str) -> dict[str, Any] | None:
    """The export of an ARN, None if DynamoDB does not know it: it forgets exports after 90 days."""
    client.meta.events.register("response-received.dynamodb.DescribeExport", _keep_filter, _KEEP_FILTER)
    try:
        description: dict[str, Any] = client.describe_export(ExportArn=export)["ExportDescription"]
    except is_boto3_error_code("ExportNotFoundException"):
        return None
    return description


_KEEP_FILTER = "tablekeeper-keep-filter"


def _keep_filter(
    response_dict: dict[str, Any] | None, parsed_response: dict[str, Any] | None, **_event: Any
) -> None:
    """Exports have filters since October 2026: an older boto3 drops from the answer that there is one."""
    if response_dict and parsed_response and "ExportDescription" in parsed_response:
        told = json.loads(response_dict["body"])["ExportDescription"].get("FilterSpecification")
        if told:
            parsed_response["ExportDescription"]["FilterSpecification"] = told


def list_tables(client: Any) -> Iterator[str]:
    """The names of all tables, 100 a call."""
    for page in client.get_paginator("list_tables").paginate():
        yield from page["TableNames"]


def delete_table(client: Any, table: str) -> bool:
    """Have a table deleted; False if AWS is still at work on it, so that it has to be asked again.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
    """
    try:
        client.delete_table(TableName=table)
    except is_boto3_error_code("ResourceInUseException"):
        return False
    except is_boto3_error_code(NO_TABLE):
        return True
    return True
