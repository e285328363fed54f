# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""RestoreTableToPointInTime and RestoreTableFromBackup.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.Tutorial.html: settings
that a restore leaves off, indexes that "should match existing"

Everything is decided when the call is answered; then the table is CREATING for a while, with its items in it.
Billing, throughput, maxima and encryption are those that the source has now: so says one page of AWS's, and
another "from that time". A new index, or an old one with other keys or another projection, is refused.
"""

from __future__ import annotations

import copy
import json
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering
from local_aws.services.kms import key_states

from . import backups, imports, journal, pace, states
from .settings import moment, recovery_window
from .sources import Source, source

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.server.answers import Answer

Json = dict[str, Any]
AT_ONCE = 50
ON_DEMAND = "PAY_PER_REQUEST"
MAXIMA = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
# "Dependent actions" of both calls, on the table that is made:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
ITEMS = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")
INDEXES = {
    "GlobalSecondaryIndexes": "GlobalSecondaryIndexOverride",
    "LocalSecondaryIndexes": "LocalSecondaryIndexOverride",
    "VectorIndexes": "VectorIndexOverride",
}


def install() -> None:
    create = dynamodb._create_table
    dynamodb._restore_table_to_point_in_time = answering(lambda data: _to_point_in_time(create, data))
    dynamodb._restore_table_from_backup = answering(lambda data: _from_backup(create, data))


def _to_point_in_time(create: Callable[[Json], Answer], data: Json) -> Json:
    """In this order AWS refuses: the request, the source, its recovery, the time, the target."""
    _check_times(data)
    region, name = _source_table(data)
    table = dynamodb._tables.get_scoped(get_account_id(), region, name)
    if table is None:
        raise RefusedError("TableNotFoundException", f"Table not found: {name}")
    window = recovery_window(name, time.time(), region)
    if window is None:
        raise RefusedError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{name}'",
        )
    asked = moment(data.get("RestoreDateTime"), window.latest)
    if not window.earliest <= asked <= window.latest:
        raise RefusedError(
            "InvalidRestoreTimeException",
            f"RestoreDateTime '{_time(asked)}' must be within EarliestRestorableDateTime "
            f"'{_time(window.earliest)}' and LatestRestorableDateTime '{_time(window.latest)}'",
        )
    summary = {"SourceTableArn": table["TableArn"], "RestoreDateTime": asked, "RestoreInProgress": True}
    return _made(create, data, source(table, journal.items_at(table, asked)), summary)


def _check_times(data: Json) -> None:
    if "RestoreDateTime" in data and data.get("UseLatestRestorableTime"):
        raise _invalid(
            "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
            "request. Please specify one of them."
        )
    if "RestoreDateTime" not in data and not data.get("UseLatestRestorableTime"):
        raise _invalid(
            "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
        )


def _source_table(data: Json) -> tuple[str, str]:
    """Where the source table is, and its name."""
    arn, name = data.get("SourceTableArn"), data.get("SourceTableName")
    if arn and name:
        raise _invalid("Must provide exactly one of: sourceTableArn, sourceTableName")
    if name and not str(name).startswith("arn:"):
        return get_region(), str(name)
    if not (arn or name):
        raise RefusedError(
            "ValidationException", "The parameter 'TableName' is required but was not present in the request"
        )
    found = dynamodb._dynamodb_arn_spec(str(arn or name))
    if found is None or not found.resource.startswith("table/"):
        raise _invalid("sourceTableArn is not a valid ARN")
    if found.account_id != get_account_id():
        raise RefusedError(
            "ValidationException",
            "This action is only supported by accounts that match the resource owner's account.",
        )
    _check_region(data, found.region)
    return found.region, found.resource.removeprefix("table/")


def _from_backup(create: Callable[[Json], Answer], data: Json) -> Json:
    arn = data["BackupArn"]
    region = backups.check_arn(arn)
    _check_region(data, region)
    backup = backups.found(arn, region)
    details = backup["BackupDetails"]
    summary = {
        "SourceBackupArn": arn,
        "SourceTableArn": backup["SourceTableDetails"]["TableArn"],
        "RestoreDateTime": details["BackupCreationDateTime"],
        "RestoreInProgress": True,
    }
    _check_target(data["TargetTableName"])
    backups.refuse_used(backup, "another table")
    answer = _made(create, data, backup["_source"], summary)
    backup["_used_until"] = time.time() + pace.seconds("restore")
    return answer


def _check_region(data: Json, region: str) -> None:
    if region != get_region() and not data.get("SSESpecificationOverride"):
        raise _invalid("sseSpecificationOverride must be provided for cross-region restores")


def _check_target(name: str) -> None:
    table = dynamodb._tables.get(name)
    making = states.made_by(table) if table else None
    if making and making["how"] == states.RESTORE:
        origin = making["summary"].get("SourceBackupArn") or making["summary"]["SourceTableArn"]
        raise RefusedError(
            "TableInUseException", f"Table: {name} is already being restored from backup: {origin}"
        )
    if table is not None:
        raise RefusedError("TableAlreadyExistsException", f"Table already exists: {name}")


def _made(create: Callable[[Json], Answer], data: Json, origin: Source, summary: Json) -> Json:
    """The table, CREATING, with all that AWS brings back."""
    name = data["TargetTableName"]
    _check_rights(name)
    _check_target(name)
    wanted = {"TableName": name, "KeySchema": origin.details["KeySchema"]} | _settings(data, origin)
    wanted |= _indexes(data, origin, str(wanted["BillingMode"]))
    wanted["AttributeDefinitions"] = _attributes(wanted, origin)
    _check_number()
    status, _headers, body = create(copy.deepcopy(wanted))
    if status != 200:
        refused = json.loads(body)
        raise RefusedError(refused["__type"], refused["message"])
    table = dynamodb._tables[name]
    table["items"] = defaultdict(dict, {partition: dict(rows) for partition, rows in origin.items.items()})
    dynamodb._items_replaced(table)
    states.begin(table, states.RESTORE, pace.seconds("restore"), summary)
    return {"TableDescription": dynamodb._table_description(name)}


def _check_rights(table: str) -> None:
    """Who has DynamoDB restore a table may have to write and read its items, too."""
    account = get_account_id()
    arn = f"arn:aws:dynamodb:{get_region()}:{account}:table/{table}"
    for action in ITEMS:
        if why := imports.refused(imports.caller(), f"dynamodb:{action}", arn, account):
            raise RefusedError("AccessDeniedException", why)


def _check_number() -> None:
    """Restores under way."""
    made = [states.made_by(table) for table in dynamodb._tables.values()]
    if sum(1 for making in made if making and making["how"] == states.RESTORE) >= AT_ONCE:
        raise RefusedError(
            "LimitExceededException",
            f"Subscriber limit exceeded: Only {AT_ONCE} restore operations can be done simultaneously",
        )


def _settings(data: Json, origin: Source) -> Json:
    """How the table is billed and encrypted."""
    asked = data.get("BillingModeOverride")
    billing = asked or origin.billing
    units, maxima = data.get("ProvisionedThroughputOverride"), data.get("OnDemandThroughputOverride")
    if units and asked == ON_DEMAND:
        raise _invalid(
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST"
        )
    if units and billing == ON_DEMAND:
        raise _invalid("Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED")
    if asked == "PROVISIONED" and not units:
        raise _invalid("Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED")
    for member in MAXIMA:
        if maxima and member in maxima and billing != ON_DEMAND:
            raise _invalid(
                f"Cannot override {member} for OnDemandThroughput unless BillingModeOverride is {ON_DEMAND}"
            )
        if maxima and int(maxima.get(member, 1)) < 1:
            raise _invalid(f"Requested {member} for OnDemandThroughput is outside of valid range")
    made: Json = {"BillingMode": billing}
    if billing == ON_DEMAND and (limits := maxima or origin.details.get("OnDemandThroughput")):
        made["OnDemandThroughput"] = limits
    if billing != ON_DEMAND:
        made["ProvisionedThroughput"] = units or origin.details["ProvisionedThroughput"]
    return made | _encryption(data, origin)


def _encryption(data: Json, origin: Source) -> Json:
    asked: Json = data.get("SSESpecificationOverride") or {}
    if "SSESpecificationOverride" not in data and (was := origin.features.get("SSEDescription")):
        asked = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": was["KMSMasterKeyArn"]}
    if not asked.get("Enabled"):
        return {}
    key = str(asked.get("KMSMasterKeyId", ""))
    if key and not key.endswith("alias/aws/dynamodb") and (fault := key_states.problem(key)):
        raise RefusedError(
            "ValidationException",
            f"KMS validation error: com.amazonaws.services.kms.model.{fault[0]}: {fault[1]}",
        )
    return {"SSESpecification": asked}


def _indexes(data: Json, origin: Source, billing: str) -> Json:
    """The indexes of the source, or those of them that are asked for; an empty list leaves all off."""
    made = {}
    for kind, override in INDEXES.items():
        had = origin.indexes(kind)
        wanted = data.get(override)
        for index in wanted or ():
            if not any(_same(index, each) for each in had):
                raise _invalid(
                    f"Index {index['IndexName']} does not match a secondary index that existed in the source "
                    "table and cannot be created during the restore operation"
                )
        made[kind] = had if wanted is None else copy.deepcopy(wanted)
    for index in made["GlobalSecondaryIndexes"]:
        _bill(index, billing, origin, overridden="GlobalSecondaryIndexOverride" in data)
    return {kind: indexes for kind, indexes in made.items() if indexes}


def _same(asked: Json, had: Json) -> bool:
    """Other names are allowed, other keys or projections are not."""
    projections = []
    for index in (asked, had):
        projection = dict(index.get("Projection", {}))
        projection["NonKeyAttributes"] = sorted(projection.get("NonKeyAttributes") or ())
        projections.append(projection)
    return projections[0] == projections[1] and asked.get("KeySchema") == had.get("KeySchema")


def _bill(index: Json, billing: str, origin: Source, *, overridden: bool) -> None:
    """An index is billed as its table is."""
    units = index.get("ProvisionedThroughput")
    if billing == ON_DEMAND:
        if units and overridden:
            raise _invalid(
                "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for "
                f"index {index['IndexName']}"
            )
        index.pop("ProvisionedThroughput", None)
        return
    if overridden and not units:
        same = next(each for each in origin.indexes("GlobalSecondaryIndexes") if _same(index, each))
        units = index["ProvisionedThroughput"] = same["ProvisionedThroughput"]
    if not units or not units.get("ReadCapacityUnits"):
        raise _invalid(f"Must specify provisioned throughput for index {index['IndexName']}")


def _attributes(wanted: Json, origin: Source) -> list[Json]:
    """The definitions of those attributes that are keys of something."""
    keyed = [wanted, *wanted.get("GlobalSecondaryIndexes", ()), *wanted.get("LocalSecondaryIndexes", ())]
    keys = {key["AttributeName"] for each in keyed for key in each["KeySchema"]}
    for index in wanted.get("VectorIndexes", ()):
        keys |= dynamodb._vector_search_attrs(index)
    return [each for each in origin.attributes if each["AttributeName"] in keys]


def _time(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _invalid(message: str) -> RefusedError:
    return RefusedError("ValidationException", f"Invalid Request: {message}")
