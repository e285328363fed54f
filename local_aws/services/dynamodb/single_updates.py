# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One UpdateTable changes one thing.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html: "You can only perform one
of the following operations at once"

Which members go together was measured for docs/api-quirks/details/DDB-TABLE-174.md, 382 and 433 of
aws-controllers-k8s/dynamodb-controller, and so were the texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.server.answers import Answer

Json = dict[str, Any]

INVALID = "One or more parameter values were invalid: "
ALONE = {
    "DeletionProtectionEnabled": "DeletionProtection modification",
    "SSESpecification": "Server-Side Encryption modification",
    "TableClass": "TableClass modification",
    "WarmThroughput": "WarmThroughput",
    "ReplicaUpdates": "Replica modification",
}
BESIDE = {"TableName", "AttributeDefinitions"}


def install() -> None:
    """Before the states of tables, which refuse what must wait at all."""
    dynamodb._update_table = _single(dynamodb._update_table)


def _single(update: Callable[[Json], Answer]) -> Callable[[Json], Answer]:
    def checked(data: Json) -> Answer:
        why = too_much(data)
        return answering(_refusing(why))({}) if why else update(data)

    return checked


def too_much(data: Json) -> str:
    """What cannot be asked together; empty if it can."""
    members = {name for name in data if name not in BESIDE and data[name] is not None}
    for name, what in ALONE.items():
        if name in members and len(members) > 1:
            return f"{INVALID}{what} must be the only operation in the request"
    if "OnDemandThroughput" in members and members - {"OnDemandThroughput", "BillingMode"}:
        return f"{INVALID}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
    updates = data.get("GlobalSecondaryIndexUpdates") or ()
    makes = any("Create" in each or "Delete" in each for each in updates)
    provisions = "ProvisionedThroughput" in members or data.get("BillingMode") == "PROVISIONED"
    if "StreamSpecification" in members and provisions:
        return "You cannot modify stream status while updating table IOPS"
    if makes and "ProvisionedThroughput" in members:
        return "You cannot create or delete index while updating table IOPS"
    if makes and "StreamSpecification" in members:
        return "You cannot create or delete index while changing stream status"
    return ""


def _refusing(why: str) -> Callable[[Json], Json]:
    def refuse(_: Json) -> Json:
        raise RefusedError("ValidationException", why)

    return refuse
