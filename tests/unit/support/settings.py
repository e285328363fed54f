# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of tables: one that has everything, any that there may be, and the schema of what is saved."""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    Encryption,
    EventSource,
    Index,
    Insight,
    Key,
    KinesisStream,
    Pipe,
    ScalableTarget,
    ScalingPolicy,
    ScheduledAction,
    Settings,
    Units,
    Unknown,
    VectorIndex,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.read_table import NOT_TOLD

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/settings-2.json").read_text(encoding="utf-8"))
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
STREAM = f"{ARN}/stream/2026-11-01T00:00:00.000"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"
READS, WRITES = "dynamodb:table:ReadCapacityUnits", "dynamodb:index:WriteCapacityUnits"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/reader"},
            "Action": "dynamodb:GetItem",
            "Resource": [ARN, f"{ARN}/index/*", f"{ARN}-archive"],
        }
    ],
}


def invalid(document: Any) -> list[str]:
    """What a document has against the schema."""
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(document)]


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


def everything(**changes: Any) -> Settings:
    """A table that has everything that a table may have."""
    customer = Key("customer", "HASH", "S")
    target = {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "X"}}
    has: dict[str, Any] = {
        "arn": ARN,
        "id": "0f0f",
        "keys": (Key("id", "HASH", "S"), Key("at", "RANGE", "N")),
        "billing": "PROVISIONED",
        "throughput": Units(5, 6),
        "warm_throughput": Units(12000, 4000),
        "local_indexes": (
            Index("by-size", (Key("id", "HASH", "S"), Key("size", "RANGE", "N")), "KEYS_ONLY"),
        ),
        "global_indexes": (
            Index(
                "by-customer",
                (customer, Key("shop", "HASH", "S"), Key("day", "RANGE", "S"), Key("at", "RANGE", "N")),
                "INCLUDE",
                ("note", "total"),
                throughput=Units(3, 4),
                warm=Units(13000, 5000),
            ),
            Index("by-day", (Key("day", "HASH", "S"),), "ALL", throughput=Units(1, 2)),
        ),
        "vector_indexes": (
            VectorIndex("near", "picture", 128, "COSINE", "ALL", search=(("customer", "HASH", "S"),)),
        ),
        "table_class": "STANDARD_INFREQUENT_ACCESS",
        "encryption": Encryption(KEY, "CUSTOMER"),
        "tags": {"aws:cloudformation:stack-name": "shop", "team": "shop"},
        "stream": "NEW_AND_OLD_IMAGES",
        "stream_arn": STREAM,
        "kinesis": (KinesisStream("arn:aws:kinesis:eu-west-1:111122223333:stream/changes", "MICROSECOND"),),
        "insights": (Insight("", "THROTTLED_KEYS"), Insight("by-day", "ACCESSED_AND_THROTTLED_KEYS")),
        "scalable_targets": (
            ScalableTarget("table/orders", READS, 5, 50),
            ScalableTarget("table/orders/index/by-day", WRITES, 1, 10, {"ScheduledScalingSuspended": True}),
        ),
        "scaling_policies": (
            ScalingPolicy("$orders-scaling-policy", "table/orders", READS, "TargetTrackingScaling", target),
        ),
        "scheduled_actions": (
            ScheduledAction("orders-night", "table/orders", READS, "cron(0 2 * * ? *)", "Asia/Tokyo", 5, 9),
            ScheduledAction("once", "table/orders", READS, "at(2020-01-01T00:00:00)", "", 5, None),
            ScheduledAction(
                "season", "table/orders", READS, "rate(1 day)", "", None, 9,
                datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC),
            ),
        ),
        "point_in_time_recovery": 14,
        "policy": json.dumps(POLICY),
        "stream_policy": json.dumps({"Version": "2012-10-17", "Statement": [{"Resource": STREAM}]}),
        "ttl": "expires",
        "deletion_protection": True,
        "replicas": ("eu-central-1",),
        "consistency": "EVENTUAL",
        "replica_scaling": ({"RegionName": "eu-central-1"},),
        "alarms": ("orders-throttled",),
        "event_sources": (EventSource("e1", "arn:aws:lambda:eu-west-1:111122223333:function:f", "Enabled"),),
        "pipes": (Pipe("orders-pipe", "arn:aws:sqs:eu-west-1:111122223333:queue"),),
        "saved_at": "2026-11-23T02:00:00Z",
        "execution": "arn:aws:states:eu-west-1:111122223333:execution:tablekeeper-export-1:x",
    }  # fmt: skip
    return Settings(**(has | changes))


def plain(**changes: Any) -> Settings:
    """A table that has nothing but its key."""
    return Settings(ARN, "0f0f", (Key("id", "HASH", "S"),), "PAY_PER_REQUEST", **changes)


def _either(value: Any, *others: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([value, *others])


@st.composite
def any_settings(draw: Any) -> Settings:
    """Any of the settings that a table may have, each with or without."""
    full, changes = everything(), {}
    for name, without in OPTIONAL.items():
        unknown = Unknown(NOT_TOLD if name == "vector_indexes" else "denied")
        others = [without, unknown] if name in UNKNOWABLE else [without]
        changes[name] = draw(_either(getattr(full, name), *others))
    if draw(st.booleans()):
        changes |= {"billing": "PAY_PER_REQUEST", "throughput": None, "maximum": Units(100, -1)}
        changes["global_indexes"] = tuple(
            Index(each.name, each.keys, each.projection, each.attributes, maximum=Units(7, 8))
            for each in changes["global_indexes"]
        )
    if not changes["stream"]:
        changes |= {"stream_arn": "", "stream_policy": "", "event_sources": (), "pipes": ()}
    return everything(**changes)


OPTIONAL: dict[str, Any] = {
    "warm_throughput": Unknown(NOT_TOLD),
    "local_indexes": (),
    "global_indexes": (),
    "vector_indexes": (),
    "table_class": "STANDARD",
    "encryption": None,
    "tags": {},
    "stream": "",
    "kinesis": (),
    "insights": (),
    "scalable_targets": (),
    "scaling_policies": (),
    "scheduled_actions": (),
    "point_in_time_recovery": 0,
    "policy": "",
    "stream_policy": "",
    "ttl": "",
    "deletion_protection": False,
    "replicas": (),
    "witnesses": (),
    "consistency": "",
    "replica_scaling": (),
    "alarms": (),
    "event_sources": (),
    "pipes": (),
}
UNKNOWABLE = {
    "vector_indexes", "kinesis", "insights", "scheduled_actions", "policy", "stream_policy",
    "replica_scaling", "alarms", "event_sources", "pipes",
}  # fmt: skip
