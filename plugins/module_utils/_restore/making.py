# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a table is made with, in each of the ways to make one: CreateTable, ImportTable, and native restores.

Streams, policies, TTL and deletion protection are never among it: nothing may read, delete or hold on to a
table that is being filled. Tags are, where the call takes them: they tell whose the table is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._settings import write
from .._settings.document import STANDARD, known
from .target import NotRestorableError

if TYPE_CHECKING:
    from .._settings.document import Index, Settings

Json = dict[str, Any]


def creation(settings: Settings, *, warm: bool = False) -> Json:
    """The arguments of CreateTable."""
    found = _table(settings, warm=warm)
    if settings.local_indexes:
        found["LocalSecondaryIndexes"] = [_local(each) for each in settings.local_indexes]
    if settings.table_class != STANDARD:
        found["TableClass"] = settings.table_class
    if settings.tags:
        found["Tags"] = tags(settings)
    if warm and (asked := write.warm(known(settings.warm_throughput, None))):
        found["WarmThroughput"] = asked
    return found


def import_parameters(settings: Settings, *, warm: bool = False) -> Json:
    """TableCreationParameters of ImportTable."""
    if settings.local_indexes:
        names = ", ".join(each.name for each in settings.local_indexes)
        raise NotRestorableError(f"ImportTable makes no local secondary indexes ({names}): use another way")
    return _table(settings, warm=warm)


def restore_overrides(settings: Settings, before: Settings, *, warm: bool = False) -> Json:
    """What RestoreTableToPointInTime and RestoreTableFromBackup take beside source and target.

    All that they take is said: AWS's pages differ on what it would be otherwise. Indexes that the table had
    before and that are not named are not restored.
    """
    more = {
        "ProvisionedThroughputOverride": write.capacity(settings.throughput),
        "OnDemandThroughputOverride": _positive(write.limits(settings.maximum)),
    }
    found: Json = {name: value for name, value in more.items() if value}
    found["BillingModeOverride"] = settings.billing
    found["SSESpecificationOverride"] = _encryption(settings) or {"Enabled": False}
    if before.local_indexes:
        found["LocalSecondaryIndexOverride"] = [_local(each) for each in settings.local_indexes]
    if before.global_indexes:
        found["GlobalSecondaryIndexOverride"] = [_global(each, warm=warm) for each in settings.global_indexes]
    # Who is older than vector indexes refuses to be told of them.
    if known(before.vector_indexes, ()):
        vectors = known(settings.vector_indexes, ())
        found["VectorIndexOverride"] = [write.vector_index(each) for each in vectors]
    return found


def _positive(limits: Json) -> Json:
    """Limits without those of -1, by which UpdateTable takes one away: a restore refuses them."""
    return {name: value for name, value in limits.items() if value > 0}


def tags(settings: Settings) -> list[Json]:
    """The table's tags, as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in settings.tags.items()]


def _table(settings: Settings, *, warm: bool) -> Json:
    found: Json = {
        "TableName": settings.name,
        "AttributeDefinitions": write.attribute_definitions(settings),
        "KeySchema": write.key_schema(settings.keys),
        "BillingMode": settings.billing,
    }
    more = {
        "ProvisionedThroughput": write.capacity(settings.throughput),
        "OnDemandThroughput": write.limits(settings.maximum),
        "SSESpecification": _encryption(settings),
        "GlobalSecondaryIndexes": [_global(each, warm=warm) for each in settings.global_indexes],
        "VectorIndexes": [write.vector_index(each) for each in known(settings.vector_indexes, ())],
    }
    return found | {name: value for name, value in more.items() if value}


def _local(index: Index) -> Json:
    return {
        "IndexName": index.name,
        "KeySchema": write.key_schema(index.keys),
        "Projection": write.projection(index),
    }


def _global(index: Index, *, warm: bool) -> Json:
    found = write.index(index)
    if not warm:
        found.pop("WarmThroughput", None)
    return found


def _encryption(settings: Settings) -> Json:
    """AWS refuses the key that it manages itself if it is named."""
    key = settings.encryption
    if key is None:
        return {}
    named = {"KMSMasterKeyId": key.key_arn} if key.key_arn and key.manager != "AWS" else {}
    return {"Enabled": True, "SSEType": "KMS"} | named
