# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is saved beside each point: written, read back, and held to its schema."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import read, write
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    Encryption,
    Index,
    Insight,
    Settings,
    SettingsError,
    Units,
    Unknown,
    VectorIndex,
    known_part,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.read_table import NOT_TOLD
from tests.unit.support.settings import (
    ARN,
    KEY,
    OPTIONAL,
    SCHEMA,
    UNKNOWABLE,
    any_settings,
    everything,
    invalid,
    plain,
)

# What the state machine wrote as version 1 of a table without anything.
FIRST: dict[str, Any] = {
    "Version": 1,
    "SavedAt": "2026-11-23T02:00:03.000Z",
    "Execution": "arn:aws:states:eu-west-1:111122223333:execution:tablekeeper-export-1:x",
    "Table": {
        "TableName": "orders",
        "TableArn": ARN,
        "TableId": "0f0f",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 0,
            "WriteCapacityUnits": 0,
        },
        "ItemCount": 3,
    },
    "TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"},
    "Tags": [],
    "ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"},
    },
    "ResourcePolicy": None,
    "KinesisDataStreamDestinations": [],
    "ContributorInsightsStatus": "ENABLED",
    "ScalableTargets": [],
    "ScalingPolicies": [],
}


@given(any_settings())
def test_what_is_written_is_read_as_it_was(settings: Settings) -> None:
    assert read.from_json(write.to_json(settings)) == settings


@given(any_settings())
def test_what_is_written_meets_the_schema(settings: Settings) -> None:
    assert invalid(write.document(settings)) == []


def test_the_schema_has_what_is_written_and_nothing_else() -> None:
    whole = write.document(everything(maximum=Units(1, 2), witnesses=("eu-north-1",)))
    assert SCHEMA["properties"].keys() == whole.keys()
    assert set(SCHEMA["required"]) == write.document(plain()).keys()
    shown = {
        "Table": whole["Table"],
        "Index": whole["Table"]["GlobalSecondaryIndexes"][0] | {"OnDemandThroughput": {}},
        "VectorIndex": whole["Table"]["VectorIndexes"][0],
        "KinesisDestination": whole["KinesisDataStreamDestinations"][0],
        "Insight": whole["ContributorInsights"][1],
        "ScalableTarget": whole["ScalableTargets"][1],
        "ScalingPolicy": whole["ScalingPolicies"][0],
        "ScheduledAction": whole["ScheduledActions"][0] | whole["ScheduledActions"][2],
        "EventSourceMapping": whole["EventSourceMappings"][0],
        "Pipe": whole["Pipes"][0],
    }
    for name, example in shown.items():
        assert SCHEMA["$defs"][name]["properties"].keys() == example.keys(), name


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_each_setting_is_written(name: str) -> None:
    with_it = everything(maximum=Units(1, 2), witnesses=("eu-north-1",))
    more = {"stream_arn": ""} if name == "stream" else {}
    without = replace(with_it, **{name: OPTIONAL[name]}, **more)
    assert write.document(with_it) != write.document(without)
    assert read.of(write.document(without)) == without


def test_every_field_but_those_of_the_table_itself_can_be_without() -> None:
    always = {"arn", "id", "keys", "billing", "throughput", "maximum", "stream_arn", "saved_at", "execution"}
    assert {each.name for each in fields(Settings)} == always | OPTIONAL.keys()


WRITTEN = {
    "alarms": "Alarms",
    "event_sources": "EventSourceMappings",
    "insights": "ContributorInsights",
    "kinesis": "KinesisDataStreamDestinations",
    "pipes": "Pipes",
    "policy": "ResourcePolicy",
    "replica_scaling": "ReplicaAutoScaling",
    "scheduled_actions": "ScheduledActions",
    "stream_policy": "StreamResourcePolicy",
    "vector_indexes": "VectorIndexes",
}


@pytest.mark.parametrize("name", sorted(UNKNOWABLE))
def test_what_is_missing_is_unknown_and_never_absent(name: str) -> None:
    document = write.document(plain())
    written = WRITTEN[name]
    del (document["Table"] if name == "vector_indexes" else document)[written]
    assert isinstance(getattr(read.of(document), name), Unknown)


def test_warm_throughput_that_was_not_told_is_unknown() -> None:
    assert isinstance(read.of(FIRST).warm_throughput, Unknown)


def test_the_mode_of_insights_that_was_not_told_is_unknown() -> None:
    document = write.document(everything())
    del document["ContributorInsights"][0]["ContributorInsightsMode"]
    found = read.of(document).insights
    assert isinstance(found, Unknown)
    assert NOT_TOLD in found.why
    assert known_part(found) == (Insight("", ""), Insight("by-day", "ACCESSED_AND_THROTTLED_KEYS"))
    document["ContributorInsights"][0]["ContributorInsightsStatus"] = "DISABLED"
    assert read.of(document).insights == (Insight("by-day", "ACCESSED_AND_THROTTLED_KEYS"),)


@pytest.mark.parametrize("version", [1, 2])
def test_encryption_is_read_as_step_functions_writes_it(version: int) -> None:
    document = write.document(everything()) | {"Version": version}
    told = document["Table"].pop("SSEDescription")
    renamed = {"Status": told["Status"], "SseType": "KMS", "KmsMasterKeyArn": told["KMSMasterKeyArn"]}
    document["Table"]["SseDescription"] = renamed
    assert read.of(document).encryption == everything().encryption
    assert invalid(document | {"Version": 2}) == []
    renamed["Status"] = "DISABLED"
    assert read.of(document).encryption is None


def test_nobody_knows_whose_key_it_is_if_aws_did_not_tell() -> None:
    document = write.document(everything()) | {"KeyManager": {"unknown": "denied", "listed": []}}
    assert invalid(document) == []
    assert read.of(document).encryption == Encryption(KEY, "")


class TestTheFirstVersion:
    def test_is_read(self) -> None:
        found = read.from_json(json.dumps(FIRST))
        assert (found.name, found.billing, found.throughput) == ("orders", "PAY_PER_REQUEST", None)
        assert (found.policy, found.kinesis, found.point_in_time_recovery) == ("", (), 35)
        assert found.encryption is None

    def test_does_not_know_what_the_second_added(self) -> None:
        found = read.of(FIRST)
        for name in (
            "stream_policy", "scheduled_actions", "replica_scaling", "alarms", "event_sources", "pipes",
        ):  # fmt: skip
            assert isinstance(getattr(found, name), Unknown), name

    def test_knows_insights_of_the_table_and_not_of_its_indexes(self) -> None:
        found = read.of(FIRST).insights
        assert isinstance(found, Unknown)
        assert known_part(found) == (Insight("", ""),)

    def test_names_what_was_not_read(self) -> None:
        more = {"NotRead": ["ResourcePolicy", "ContributorInsightsStatus"], "ContributorInsightsStatus": None}
        found = read.of({**FIRST, **more})
        assert isinstance(found.policy, Unknown)
        assert found.insights == Unknown(read.NOT_READ)


def test_what_is_known_of_a_list_is_kept() -> None:
    cut = everything(alarms=Unknown("only the first", ("one", "two")))
    assert read.of(write.document(cut)).alarms == cut.alarms
    assert invalid(write.document(cut)) == []


def test_order_means_nothing() -> None:
    document = write.document(everything())
    turned = {**document, "Tags": document["Tags"][::-1], "Table": {**document["Table"]}}
    turned["Table"]["GlobalSecondaryIndexes"] = document["Table"]["GlobalSecondaryIndexes"][::-1]
    assert read.of(turned) == read.of(document)


def test_what_is_off_is_absent() -> None:
    document = write.document(everything())
    document["KinesisDataStreamDestinations"][0]["DestinationStatus"] = "DISABLED"
    document["ContributorInsights"][0]["ContributorInsightsStatus"] = "FAILED"
    document["TimeToLiveDescription"]["TimeToLiveStatus"] = "DISABLING"
    document["Table"]["StreamSpecification"]["StreamEnabled"] = False
    document["Table"]["SSEDescription"]["Status"] = "DISABLED"
    found = read.of(document)
    assert (found.kinesis, found.ttl, found.stream, found.stream_arn, found.encryption) == (
        (),
        "",
        "",
        "",
        None,
    )
    assert found.insights == (Insight("by-day", "ACCESSED_AND_THROTTLED_KEYS"),)


def test_an_old_table_has_provisioned_capacity() -> None:
    document = write.document(everything())
    del document["Table"]["BillingModeSummary"]
    assert read.of(document).billing == "PROVISIONED"


def test_times_may_be_seconds() -> None:
    document = write.document(everything())
    as_text = read.of(document).scheduled_actions
    document["ScheduledActions"][2] |= {"StartTime": 1767225600, "EndTime": "2099-01-01T00:00:00.000Z"}
    assert read.of(document).scheduled_actions == as_text


REFUSED: dict[str, tuple[Any, str]] = {
    "no JSON": (b"{", "no JSON"),
    "no mapping": ([], "do not describe a table"),
    "no table": ({"Version": 2}, "do not describe a table"),
    "no version": ({**FIRST, "Version": None}, "version None"),
    "a later version": ({**FIRST, "Version": 3}, "version 3: this collection reads 1 and 2"),
    "true for 1": ({**FIRST, "Version": True}, "version True"),
    "no keys": ({**FIRST, "Table": {"TableName": "orders"}}, "damaged: KeyError: 'AttributeDefinitions'"),
    "text for a list": ({**FIRST, "Tags": "team"}, "damaged"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_anything_else_is_refused(case: str) -> None:
    document, said = REFUSED[case]
    text = document if isinstance(document, bytes) else json.dumps(document)
    with pytest.raises(SettingsError, match=said):
        read.from_json(text)


def test_attributes_are_exactly_those_of_keys() -> None:
    settings = plain(
        global_indexes=(Index("by-day", (everything().global_indexes[1].keys[0],), "ALL"),),
        vector_indexes=(VectorIndex("near", "picture", 8, "COSINE", "ALL", search=(("shop", "HASH", "S"),)),),
    )
    assert [each["AttributeName"] for each in write.attribute_definitions(settings)] == ["id", "day", "shop"]
