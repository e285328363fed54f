# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The script that saves the settings of a table before a cluster reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jmespath
import pytest

from tests.unit.support.command_line import Cluster
from tests.unit.support.rendering import script

if TYPE_CHECKING:
    from pathlib import Path

# As the AWS CLI prints them.
TABLE: dict[str, Any] = {
    "TableName": "led'ger",
    "GlobalSecondaryIndexes": [{"IndexName": "by.day"}, {"IndexName": "by-shop"}],
}
STREAM = "arn:aws:dynamodb:eu-west-1:1:table/ledger/stream/2026-11-01T00:00:00.000"
KEY = "arn:aws:kms:eu-west-1:1:key/0a1b"
# Of a table with all that only some tables have.
MORE: dict[str, Any] = {
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    "LatestStreamArn": STREAM,
    "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY},
    "Replicas": [{"RegionName": "eu-central-1", "GlobalSecondaryIndexes": [{"IndexName": "by-shop"}]}],
}
ANSWERS: dict[str, Any] = {
    "describe-table": TABLE,
    "describe-time-to-live": {"TimeToLiveStatus": "DISABLED"},
    "list-tags-of-resource": [{"Key": "text", "Value": 'a "b" \\n %s'}],
    "describe-continuous-backups": {"ContinuousBackupsStatus": "ENABLED"},
    "get-resource-policy": '{"Version": "2012-10-17"}',
    "describe-kinesis-streaming-destination": [],
    "list-contributor-insights": [{"ContributorInsightsStatus": "DISABLED"}],
    "describe-alarms": ["slow"],
    "describe-scalable-targets": [],
    "describe-scaling-policies": [{"PolicyName": "one"}, {"PolicyName": "two"}],
    "describe-scheduled-actions": [{"ScheduledActionName": "night"}],
    "list-event-source-mappings": [{"UUID": "1"}],
    "list-pipes": [{"Name": "orders"}],
    "describe-table-replica-auto-scaling": [{"RegionName": "eu-central-1"}],
    "describe-key": "AWS",
}
# What may be unknown, by the call that tells it.
OPTIONAL = {
    "get-resource-policy": "ResourcePolicy",
    "describe-kinesis-streaming-destination": "KinesisDataStreamDestinations",
    "list-contributor-insights": "ContributorInsights",
    "describe-alarms": "Alarms",
    "describe-scheduled-actions": "ScheduledActions",
    "list-event-source-mappings": "EventSourceMappings",
    "list-pipes": "Pipes",
    "describe-table-replica-auto-scaling": "ReplicaAutoScaling",
    "describe-key": "KeyManager",
}
SAVE = "table=ledger arn=arn:aws:dynamodb:eu-west-1:1:table/ledger run=s3://b/run execution=me\n"


@pytest.fixture(name="cluster")
def fixture_cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path, dict(ANSWERS))


def save(cluster: Cluster) -> dict[str, Any]:
    """What the script saves where there is no backup that was checked."""
    cluster.holds(1)
    done = cluster.run(SAVE + script("save_settings.sh"))
    assert done.returncode == 0, done.stderr
    saved: dict[str, Any] = json.loads((cluster.home / "saved").read_text())
    return saved


def whole(cluster: Cluster) -> Cluster:
    """With a table that has everything."""
    cluster.answers["describe-table"] = TABLE | MORE
    cluster.answers["describe-scalable-targets"] = [{"ResourceId": "table/ledger"}]
    return cluster


def test_every_setting_is_saved_as_the_other_engine_saves_it(cluster: Cluster) -> None:
    saved = save(cluster)
    assert saved.pop("SavedAt").endswith("Z")
    assert saved == {
        "Version": 2,
        "Execution": "me",
        "Table": TABLE,
        "TimeToLiveDescription": ANSWERS["describe-time-to-live"],
        "Tags": ANSWERS["list-tags-of-resource"],
        "ContinuousBackupsDescription": ANSWERS["describe-continuous-backups"],
        "ResourcePolicy": ANSWERS["get-resource-policy"],
        "StreamResourcePolicy": None,
        "KinesisDataStreamDestinations": [],
        "ContributorInsights": ANSWERS["list-contributor-insights"],
        "ScalableTargets": [],
        "ScalingPolicies": [],
        "ScheduledActions": [],
        "ReplicaAutoScaling": [],
        "Alarms": ["slow"],
        "EventSourceMappings": [],
        "Pipes": [],
    }
    assert cluster.calls()[:2] == [
        "s3 ls s3://b/run/checked.json",
        "s3 rm --recursive --only-show-errors s3://b/run/",
    ]
    # What the table does not have is asked of nobody.
    asked = {call.split()[1] for call in cluster.calls()}
    assert asked & {*ANSWERS} == {*ANSWERS} - {
        "describe-scaling-policies", "describe-scheduled-actions", "list-event-source-mappings", "list-pipes",
        "describe-table-replica-auto-scaling", "describe-key",
    }  # fmt: skip


def test_what_only_some_tables_have_is_asked_of_them(cluster: Cluster) -> None:
    saved = save(whole(cluster))
    assert (saved["KeyManager"], saved["StreamResourcePolicy"]) == ("AWS", ANSWERS["get-resource-policy"])
    for call, name in OPTIONAL.items():
        assert saved[name] == ANSWERS[call], name
    asked = "\n".join(cluster.calls())
    for words in (
        f"get-resource-policy --resource-arn {STREAM} ", f"--event-source-arn {STREAM} ",
        f"--source-prefix {STREAM} ", f"--key-id {KEY} ", "auto-scaling --table-name ledger ",
    ):  # fmt: skip
        assert words in asked


def test_a_stream_that_was_switched_off_is_none(cluster: Cluster) -> None:
    cluster.answers["describe-table"] = TABLE | MORE | {"StreamSpecification": {"StreamEnabled": False}}
    saved = save(cluster)
    assert (saved["StreamResourcePolicy"], saved["EventSourceMappings"], saved["Pipes"]) == (None, [], [])


def test_the_policies_of_a_table_and_of_its_indexes_are_one_list(cluster: Cluster) -> None:
    policies = save(whole(cluster))["ScalingPolicies"]
    assert [each["PolicyName"] for each in policies] == ["one", "two"] * 3
    asked = " ".join(cluster.calls())
    assert "--resource-ids table/ledger table/ledger/index/by-shop table/ledger/index/by.day" in asked


@pytest.mark.parametrize("code", [2, 252])
@pytest.mark.parametrize("call", OPTIONAL)
def test_what_an_old_cli_cannot_ask_is_unknown(cluster: Cluster, call: str, code: int) -> None:
    whole(cluster).says(call, code, "aws: error: argument operation: Invalid choice, valid choices are:")
    why = save(cluster)[OPTIONAL[call]]["unknown"]
    assert why.startswith("the AWS CLI of this cluster does not know ")
    assert why.endswith(f" {call}")


@pytest.mark.parametrize("call", OPTIONAL)
def test_what_aws_refuses_is_unknown_in_its_own_words(cluster: Cluster, call: str) -> None:
    said = 'An error occurred (AccessDenied)\n when calling: "no" \\ \t caf\u00e9' + "x" * 400
    whole(cluster).says(call, 255, said)
    why = save(cluster)[OPTIONAL[call]]["unknown"]
    assert why.endswith("x" * 100)
    assert len(why) == 300
    assert f'{call} ended with 255: An error occurred (AccessDenied)  when calling: "no" \\  cafx' in why


@pytest.mark.parametrize("code", [254, 255])
def test_no_policy_is_no_failure(cluster: Cluster, code: int) -> None:
    error = "An error occurred (PolicyNotFoundException) when calling"
    whole(cluster).says("get-resource-policy", code, error)
    saved = save(cluster)
    assert (saved["ResourcePolicy"], saved["StreamResourcePolicy"]) == (None, None)


@pytest.mark.parametrize("call", sorted(ANSWERS.keys() - OPTIONAL.keys()))
def test_a_call_that_fails_fails_the_attempt(cluster: Cluster, call: str) -> None:
    whole(cluster).says(call, 255, "An error occurred (AccessDeniedException) when calling it")
    cluster.holds(1)
    done = cluster.run(SAVE + script("save_settings.sh"))
    assert done.returncode == 255
    assert "AccessDeniedException" in done.stderr
    assert not (cluster.home / "saved").exists()


METRIC = {"Namespace": "AWS/DynamoDB", "Dimensions": [{"Name": "TableName", "Value": "ledger"}]}
OTHER = {"Namespace": "AWS/DynamoDB", "Dimensions": [{"Name": "TableName", "Value": "ledger2"}]}
FOUND: dict[str, dict[str, Any]] = {
    "describe-alarms": {
        "MetricAlarms": [
            {"AlarmName": "one", **METRIC},
            {"AlarmName": "another-table", **OTHER},
            {"AlarmName": "another-service", **METRIC, "Namespace": "AWS/SQS"},
            {"AlarmName": "TargetTracking-table/ledger-x", **METRIC},
            {"AlarmName": "math", "Metrics": [{"Expression": "m1"}, {"MetricStat": {"Metric": METRIC}}]},
            {"AlarmName": "their-math", "Metrics": [{"MetricStat": {"Metric": OTHER}}]},
        ]
    },
    "list-contributor-insights": {"ContributorInsightsSummaries": [{"IndexName": "i"}], "NextToken": "t"},
    "describe-scheduled-actions": {
        "ScheduledActions": [
            {"ResourceId": each}
            for each in ("table/ledger", "table/ledger/index/i", "table/ledger2", "table/ledger2/index/i")
        ]
    },
}


def test_of_what_aws_lists_the_cli_picks_what_is_of_the_table(cluster: Cluster) -> None:
    save(whole(cluster))
    told = {
        name: jmespath.search(query.removesuffix(" --output json"), FOUND[name])
        for call in cluster.calls()
        for name, query in [(call.split()[1], call.partition(" --query ")[2])]
        if name in FOUND
    }
    assert told == {
        "describe-alarms": ["one", "math"],
        "list-contributor-insights": {
            "unknown": "there are more than are read", "listed": [{"IndexName": "i"}],
        },
        "describe-scheduled-actions": [
            {"ResourceId": "table/ledger"}, {"ResourceId": "table/ledger/index/i"},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("code", "words"), [(0, "is whole and is kept"), (255, "")])
def test_a_good_backup_is_not_deleted_before_there_is_another(
    cluster: Cluster, code: int, words: str
) -> None:
    cluster.holds(code)
    done = cluster.run(SAVE + script("save_settings.sh"))
    assert done.returncode == (code or 1)
    assert words in done.stderr
    assert not any(call.startswith("s3 rm") for call in cluster.calls())
