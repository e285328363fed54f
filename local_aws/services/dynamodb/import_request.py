# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ImportTable refuses at once, and the table that it makes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html, and DDB-IMPORT-009 of
docs/api-quirks/import.md in aws-controllers-k8s/dynamodb-controller, which measured it

Decided here, since no page says it: members that TableCreationParameters does not have, local indexes among
them, are refused and not passed over. Not imitated, and refused: ZSTD.
"""

from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import NotImitatedError, RefusedError

from . import states

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.server.answers import Answer

Json = dict[str, Any]
PARAMETERS = {
    "TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput",
    "OnDemandThroughput", "SSESpecification", "GlobalSecondaryIndexes", "VectorIndexes",
}  # fmt: skip


def check(data: Json) -> None:
    """What AWS refuses at once, besides what CreateTable refuses."""
    if not data.get("ClientToken"):
        raise invalid(
            "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: Member "
            "must not be null"
        )
    if data.get("InputFormatOptions") and data["InputFormat"] != "CSV":
        kind = data["InputFormat"]
        raise invalid(f"Invalid Request: Unsupported InputFormatOptions for the given input format: {kind}.")
    if refusal := dynamodb._validate_csv_import_options(data):
        raise _passed_on(refusal)
    if unknown := sorted(set(data["TableCreationParameters"]) - PARAMETERS):
        raise invalid(f"tableCreationParameters does not have {', '.join(unknown)}")
    if data.get("InputCompressionType") == "ZSTD":
        raise NotImitatedError("imports of what is compressed with ZSTD.")


def made(create: Callable[[Json], Answer], wanted: Json) -> Json:
    """The table, CREATING and not seen yet."""
    units = wanted.get("ProvisionedThroughput") or {}
    if wanted.get("BillingMode", "PROVISIONED") == "PROVISIONED" and len(units) < 2:
        raise invalid(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both "
            "be specified when BillingMode is PROVISIONED"
        )
    for limit in ("MaxReadRequestUnits", "MaxWriteRequestUnits"):
        if len(units) == 2 and limit in (wanted.get("OnDemandThroughput") or {}):
            raise invalid(
                f"One or more parameter values were invalid: {limit} for OnDemandThroughput cannot be "
                "specified when table BillingMode is PROVISIONED."
            )
    answer = create(copy.deepcopy(wanted))
    if answer[0] != 200:
        raise _passed_on(answer)
    table: Json = dynamodb._tables[wanted["TableName"]]
    states.begin(table, states.IMPORT)
    table["_appears_at"] = math.inf
    return table


def _passed_on(answer: Answer) -> RefusedError:
    """An error of ministack's."""
    told = json.loads(answer[2])
    return RefusedError(told["__type"], told["message"])


def invalid(message: str) -> RefusedError:
    return RefusedError("ValidationException", message)
