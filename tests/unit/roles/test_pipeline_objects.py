# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is deployed of a pipeline is within AWS's limits, and its name tells what AWS refuses to change.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-limits.html
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import (
    pipelines as planning,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.definition import (
    on_demand,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import placement
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import entries, planned
from tests.gates.cloudformation import PARAMETERS, Template
from tests.unit.support.records import table
from tests.unit.support.rendering import machinery

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LONG_BUCKETS = {"Bucket": "b" * 63, "LogBucket": "l" * 63}
LONGEST = [f"{number:0255}" for number in range(200)]
# Everything that adds a field or makes one longer.
MOST = {
    "prefix": "p" * 20,
    "region": "ap-northeast-1",
    "data_pipeline": {
        "subnet_id": "subnet-" + "0" * 17,
        "key_name": "k" * 255,
        "spot_bid": "999.9999",
        "tools_jar": f"s3://{'t' * 63}/{'x' * 800}.jar",
    },
}

Objects = dict[str, dict[str, list[str]]]


def objects_of(tables: list[Any], **settings: Any) -> list[Objects]:
    """Of each pipeline the objects, each a mapping of its fields to their values."""
    plan = planned(tables, defaults={"engine": "data_pipeline"}, now=NOON, **settings)
    found = []
    for number in range(len(plan.stacks)):
        template = Template(machinery(plan, number), plan.region)
        resources = template.resolved().values()
        pipelines = [
            each["Properties"] for each in resources if each["Type"] == "AWS::DataPipeline::Pipeline"
        ]
        found.extend(_by_id(each["PipelineObjects"]) for each in pipelines)
    return found


def _by_id(written: list[dict[str, Any]]) -> Objects:
    objects: Objects = {}
    for each in written:
        assert each["Id"] not in objects
        fields = objects.setdefault(each["Id"], {"name": [each["Name"]]})
        for field in each["Fields"]:
            fields.setdefault(field["Key"], []).append(field.get("StringValue") or "@" + field["RefValue"])
    return objects


def check_limits(objects: Objects) -> None:
    assert len(objects) <= 100
    for fields in objects.values():
        values = [(key, value) for key, values in fields.items() for value in values]
        assert len(values) <= 50
        assert all(len(key.encode()) <= 256 and 0 < len(value.encode()) <= 10_240 for key, value in values)
        assert sum(len(key.encode()) + len(value.encode()) for key, value in values) <= 15_360
        references = [value[1:] for _key, value in values if value.startswith("@")]
        assert set(references) <= objects.keys()


@pytest.mark.parametrize("count", [1, 45, 94, 200])
def test_the_longest_names_fit(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LONG_BUCKETS.items():
        monkeypatch.setitem(PARAMETERS, name, value)
    pipelines = objects_of(LONGEST[:count], **MOST)
    activities = [fields for each in pipelines for fields in each.values() if "step" in fields]
    assert sorted(fields["name"][0] for fields in activities) == LONGEST[:count]
    for objects in pipelines:
        check_limits(objects)
    # A full pipeline leaves no room for another table, or 45 would be too few.
    assert len(pipelines[0]) == 10 + 2 * min(count, planning.MOST_TABLES)


@settings(max_examples=30)
@given(
    tables=st.lists(
        entries.map(lambda entry: {**entry, "timezone": "UTC"}),
        min_size=1,
        max_size=8,
        unique_by=lambda entry: entry["name"],
    )
)
def test_every_inventory_fits_and_every_enabled_table_is_told_of(tables: list[dict[str, Any]]) -> None:
    pipelines = objects_of(tables)
    told = []
    for objects in pipelines:
        check_limits(objects)
        for key, fields in objects.items():
            if "step" in fields:
                told.append(fields["name"][0])
                assert fields["onFail"] == ["@Failed"]
                assert fields["onLateAction"] == ["@Late"]
                assert fields["onSuccess"] == [f"@B{key}"]
                assert fields["resizeClusterBeforeRunning"] == ["false"]
                assert fields["step"][0].endswith(f"#{{myDirectory}}/data,{fields['name'][0]},0.25")
    assert sorted(told) == sorted(table["name"] for table in tables if table.get("enabled", True))


@pytest.mark.parametrize("key", ["Failed", "Late"])
def test_an_alarm_carries_the_failure(key: str) -> None:
    (objects,) = objects_of(["ledger"])
    message, subject = objects[key]["message"][0], objects[key]["subject"][0]
    assert "#{node.name}" in message
    assert "pipelineId=#{node.@pipelineId}" in message
    assert "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY -e tables=#{node.name}" in message
    assert ("#{node.errorMessage}" in message) == (key == "Failed")
    logs = "Logs: s3://tablekeeper-logs/tablekeeper-data-pipeline-1-24h-0200-"
    assert (logs in message and "/#{node.@pipelineId}/\n" in message) == (key == "Failed")
    # SNS takes 100 characters, and a table's name may have 255.
    assert "#{" not in subject
    assert len(subject) <= 100


def test_a_lost_cluster_tells_which_tables_have_no_backup() -> None:
    (objects,) = objects_of(["ledger", "events"])
    assert objects["Cluster"]["onFail"] == ["@Lost"]
    message, subject = objects["Lost"]["message"][0], objects["Lost"]["subject"][0]
    assert ": events, ledger\n" in message
    assert "#{node.errorMessage}" in message
    assert len(subject) <= 100


def test_a_cluster_is_made_as_the_settings_say() -> None:
    (objects,) = objects_of(
        ["ledger"],
        data_pipeline={
            "release_label": "emr-5.36.0", "master_instance_type": "m4.large",
            "core_instance_type": "m5.2xlarge", "core_count": 3,
            "subnet_id": "subnet-0a1b2c3d", "key_name": "operators", "spot_bid": "0.10",
            "tools_jar": "s3://tools/export.jar", "terminate_after": "3 hours", "retries": 1,
        },
    )  # fmt: skip
    assert objects["Cluster"] == {
        "name": ["Cluster"],
        "type": ["EmrCluster"],
        "releaseLabel": ["emr-5.36.0"],
        "masterInstanceType": ["m4.large"],
        "coreInstanceType": ["m5.2xlarge"],
        "coreInstanceCount": ["3"],
        "region": ["eu-west-1"],
        "subnetId": ["subnet-0a1b2c3d"],
        "keyPair": ["operators"],
        "coreInstanceBidPrice": ["0.10"],
        "actionOnTaskFailure": ["continue"],
        "terminateAfter": ["3 hours"],
        "maximumRetries": ["1"],
        "onFail": ["@Lost"],
        "configuration": ["@Hadoop"],
    }
    activity = next(fields for fields in objects.values() if "step" in fields)
    wanted = {
        "maximumRetries": "1", "retryDelay": "10 minutes", "attemptTimeout": "3 hours",
        "lateAfterTimeout": "3 hours", "runsOn": "@Cluster",
    }  # fmt: skip
    assert {key: activity[key] for key in wanted} == {key: [value] for key, value in wanted.items()}
    assert activity["step"][0].startswith(
        "s3://tools/export.jar,org.apache.hadoop.dynamodb.tools.DynamoDBExport,"
    )
    assert objects["Default"]["pipelineLogUri"][0].startswith("s3://tablekeeper-logs/")
    assert objects["Default"]["failureAndRerunMode"] == ["none"]


def test_a_disabled_table_on_demand_is_itself_in_every_field() -> None:
    """Its activity is made from that of another table, as this template writes it."""
    (objects,) = objects_of(["events", {"name": "archive", "enabled": False}])
    scheduled = [
        {
            "id": key,
            "name": fields["name"][0],
            "fields": [
                {"key": field, **({"refValue": each[1:]} if each[0] == "@" else {"stringValue": each})}
                for field, values in fields.items()
                for each in values
                if field != "name"
            ],
        }
        for key, fields in objects.items()
    ]
    rows = [table(name, own={"ratio": 0.25}) for name in ("archive", "events")]
    made = {each["name"]: each for each in on_demand(scheduled, "p", rows[:1], rows[1])}
    assert "events" not in json.dumps(made["archive"])
    assert "arn:aws:dynamodb:eu-west-1:123456789012:table/archive " in json.dumps(made["archive"])


def test_memory_follows_the_type_and_an_unknown_type_is_left_to_emr() -> None:
    def memory(kind: str) -> list[str]:
        (objects,) = objects_of(["ledger"], data_pipeline={"core_instance_type": kind})
        assert objects["NoSpeculation"]["key"] == ["mapreduce.map.speculative"]
        assert objects["NoSpeculation"]["value"] == ["false"]
        properties = objects["Hadoop"]["property"]
        assert set(properties) == {
            f"@{each}" for each in ("NoSpeculation", "MapMemory", "MapHeap") if each in objects
        }
        return [objects[each]["value"][0] for each in ("MapMemory", "MapHeap") if each in objects]

    assert memory("m4.large") == ["1536", "-Xmx1228m"]
    assert memory("m5.xlarge") == ["3072", "-Xmx2457m"]
    assert memory("m5.2xlarge") == ["6144", "-Xmx4915m"]
    assert memory("x9.huge") == []


def test_what_aws_refuses_to_change_is_in_the_name() -> None:
    """The name has a digest of SHAPE for the fixed part of this: who changes that, changes SHAPE."""
    (objects,) = objects_of(["ledger"])
    references = {
        key: sorted((field, value) for field, values in fields.items() for value in values if value[0] == "@")
        for key, fields in objects.items()
    }
    skeleton = hashlib.sha256(json.dumps(references, sort_keys=True).encode()).hexdigest()[:12]
    assert (planning.SHAPE, skeleton) == ("1", "3c04c1f0e90a")


TAGS = {f"{number:0100}": "x" * 200 for number in range(10)}
SHORT = [f"{number:03}" for number in range(200)]
SIZES: dict[str, list[dict[str, Any]]] = {
    "short": [{"name": name} for name in SHORT],
    "long": [{"name": name} for name in LONGEST],
    "tagged": [{"name": name, "tags": TAGS} for name in SHORT],
    "a schedule each": [{"name": name, "at": f"{int(name):02}:00"} for name in SHORT[:24]],
}


@pytest.mark.parametrize("case", SIZES)
def test_a_template_is_no_larger_than_the_plan_thinks(case: str) -> None:
    plan = planned(SIZES[case], defaults={"engine": "data_pipeline"}, now=NOON)
    assert case != "short" or len(plan.stacks) == 1
    for number, stack in enumerate(plan.stacks):
        size = len(json.dumps(machinery(plan, number), sort_keys=True))
        assert size <= placement.load(stack.tables).template <= placement.MOST_TEMPLATE_BYTES
