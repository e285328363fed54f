# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables of AWS Data Pipeline as time passes: runs that fail, are late or never begin, and edits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.support.settings import invalid

from . import changes, listeners, points, state
from .playbooks import host
from .rights import Person, actions, policy, roles, used
from .standing import assert_same, first_backup
from .test_data_pipeline_deploy import STACK, begin, keys, piped, pipelines, read

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

    from .playbooks import Controller, Played, Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

LATE = 8 * 3600
# What AWS's documentation gives these roles, and the embedded AWS asks them for nothing of it.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html
UNASKED = {
    "pipeline": """
        ec2:AuthorizeSecurityGroupEgress ec2:CancelSpotInstanceRequests ec2:CreateNetworkInterface
        ec2:DeleteNetworkInterface ec2:DeleteSecurityGroup ec2:DeleteTags ec2:DescribeDhcpOptions
        ec2:DescribeImages ec2:DescribeInstanceStatus ec2:DescribeKeyPairs ec2:DescribeLaunchTemplates
        ec2:DescribeNetworkAcls ec2:DescribeNetworkInterfaces ec2:DescribePrefixLists
        ec2:DescribeSpotInstanceRequests ec2:DescribeSpotPriceHistory ec2:DescribeTags
        ec2:DescribeVolumeStatus ec2:DescribeVolumes ec2:DescribeVpcAttribute
        ec2:DescribeVpcEndpointServices ec2:DescribeVpcEndpoints ec2:DetachNetworkInterface
        ec2:ModifyInstanceAttribute ec2:RequestSpotInstances ec2:RevokeSecurityGroupEgress
        elasticmapreduce:DescribeStep elasticmapreduce:ListClusters elasticmapreduce:ListInstanceGroups
        elasticmapreduce:ListInstances elasticmapreduce:ModifyInstanceGroups elasticmapreduce:RemoveTags
        iam:CreateServiceLinkedRole iam:GetInstanceProfile iam:GetRole iam:GetRolePolicy
        iam:ListAttachedRolePolicies iam:ListInstanceProfiles iam:ListRolePolicies s3:GetObject
        s3:ListBucket s3:ListBucketMultipartUploads s3:PutObject sns:GetTopicAttributes
    """,
    # No table here is scaled automatically or has a key, a stream or a replica, and no attempt fails. One
    # that has them is in tests/unit/module_utils/_engines/data_pipeline/test_saved_settings.py.
    "cluster": """
        application-autoscaling:DescribeScalingPolicies application-autoscaling:DescribeScheduledActions
        datapipeline:DescribeObjects datapipeline:EvaluateExpression
        dynamodb:DescribeTableReplicaAutoScaling elasticmapreduce:DescribeCluster
        elasticmapreduce:ListInstanceGroups elasticmapreduce:ListInstances kms:DescribeKey
        lambda:ListEventSourceMappings pipes:ListPipes s3:AbortMultipartUpload s3:DeleteObject
        s3:ListBucketMultipartUploads
    """,
}


def judge(
    by: Controller, inventory: dict[str, Any], *, fails: bool = False, **extra: object
) -> tuple[dict[str, list[str]], Played]:
    """The codes of every table, as the status playbook wrote them for machines, and what it said."""
    file = by.folder / "status.json"
    played = by.play("status", inventory, fails=fails, status_json_file=str(file), **extra)
    tables = json.loads(file.read_text(encoding="utf-8"))["tables"]
    return {each["table"]: [reason["code"] for reason in each["reasons"]] for each in tables}, played


def clusters(account: Account) -> list[dict[str, Any]]:
    return state.pages(account.client("emr"), "list_clusters", "Clusters")


def subjects(subscriber: listeners.Subscriber, word: str) -> list[str]:
    return [each for each in subscriber.subjects() if each.startswith("Backup") and word in each]


def attempts_of(account: Account, table: str) -> list[dict[str, str]]:
    """What AWS tells of each attempt to back up a table."""
    client, (pipeline,) = (
        account.client("datapipeline"),
        json.loads(state.outputs(account, STACK)["Pipelines0"]),
    )
    ids = state.pages(client, "query_objects", "ids", pipelineId=pipeline["id"], sphere="ATTEMPT")
    found: list[dict[str, str]] = []
    for start in range(0, len(ids), 25):
        some = {"pipelineId": pipeline["id"], "objectIds": ids[start : start + 25]}
        for each in state.pages(client, "describe_objects", "pipelineObjects", **some):
            fields = {one["key"]: one.get("stringValue", "") for one in each["fields"]}
            found += [fields] if f",{table}," in fields.get("step", "") else []
    return found


def ended(account: Account) -> bool:
    """Whether every cluster has."""
    found = clusters(account)
    return bool(found) and all(each["Status"]["State"] == "TERMINATED" for each in found)


def whole(account: Account) -> set[str]:
    """The tables whose backup the export tool calls whole."""
    written = keys(account, "retain-35d/")
    return {key.split("/")[1] for key in written if key.endswith("/data/_SUCCESS")}


def test_one_of_six_tables_on_one_cluster_fails_alone(target: Target) -> None:
    account = target.account
    names = [f"table-{number}" for number in range(6)]
    state.tables(account, *names, pitr=False)
    subscriber = listeners.Subscriber(account)
    settings = {"alerts": [subscriber.alert], "data_pipeline": {"retries": 1}}
    inventory = host(*(piped(name, every="12 hours") for name in names), **settings)
    first_backup(account, inventory)
    gone = names[2]
    account.client("dynamodb").delete_table(TableName=gone)

    begin(target, 12)
    state.until(lambda: ended(account), "The end of the cluster")
    (cluster,) = clusters(account)
    client = account.client("emr")
    steps = state.pages(client, "list_steps", "Steps", ClusterId=cluster["Id"])
    assert {each["Status"]["State"] for each in steps} == {"COMPLETED"}
    assert len(steps) == 5
    assert whole(account) == set(names) - {gone}
    attempts = attempts_of(account, gone)
    assert [each["@status"] for each in attempts] == ["FAILED", "FAILED"]

    told = subscriber.told("Backup of a DynamoDB table failed")["Message"]
    assert f"The backup of the DynamoDB table {gone} in eu-west-1" in told
    assert "ResourceNotFoundException" in told
    assert subjects(subscriber, "failed") == ["Backup of a DynamoDB table failed"]
    codes, judged = judge(target, inventory, fails=True)
    assert {name for name, found in codes.items() if found} == {gone}
    assert codes[gone][:2] == ["no_good_point", "last_run_failed"]
    assert "ResourceNotFoundException" in judged.failures["target"]


def test_a_late_run_alerts_and_one_that_never_begins_makes_its_alarm_fire(target: Target) -> None:
    account = target.account
    state.tables(account, "slow", "silent", pitr=False)
    subscriber = listeners.Subscriber(account)
    silent = piped("silent", every="12 hours", at="03:00")
    inventory = host(piped("slow", every="12 hours", at="05:00"), silent, alerts=[subscriber.alert])
    first_backup(account, inventory)
    account.aws.control("POST", "datapipeline", account=account.id, slow={"slow": LATE})
    client = account.client("datapipeline")
    stopped = next(
        each["id"]
        for each in json.loads(state.outputs(account, STACK)["Pipelines0"])
        if "0300" in each["name"]
    )
    client.deactivate_pipeline(pipelineId=stopped)
    deployed = account.aws.now()

    account.aws.advance(hours=36)
    assert (
        "The backup of the DynamoDB table slow"
        in subscriber.told("Backup of a DynamoDB table is late")["Message"]
    )
    # Its cluster is stopped after six hours, which takes its other tables along.
    lost = subscriber.told("The cluster that backs up DynamoDB tables failed")["Message"]
    assert "failed: slow" in lost
    assert "terminateAfter (6 hours)" in lost
    subscriber.told('ALARM: "tablekeeper-missed-silent/data_pipeline"')
    assert "tablekeeper-missed-silent/data_pipeline" in state.alarmed(account, deployed)
    found, _played = judge(target, inventory, fails=True)
    assert {"never_ran", "schedule_stopped", "alarm_firing"} <= set(found["silent"])


def standing(target: Target, inventory: dict[str, Any]) -> None:
    """Every table is healthy, and each pipeline is one that a stack knows."""
    account = target.account
    found, _played = judge(target, inventory)
    assert {code for codes in found.values() for code in codes} <= {"waiting_for_first_run"}
    stacks = [name for name in state.stacks(account) if "-data-pipeline-" in name]
    listed = [json.loads(state.outputs(account, name)["Pipelines0"]) for name in stacks]
    known = {each["name"] for some in listed for each in some}
    assert {name.removesuffix("-run") for name in pipelines(account)} == known


def test_edits_leave_no_pipeline_behind_and_rights_are_enough(
    target: Target, other_account: Account, tmp_path: Path
) -> None:
    account, other = target.account, other_account
    state.tables(account, "orders")
    state.tables(account, "ledger", "events", "more", pitr=False)
    subscriber = listeners.Subscriber(account)

    def inventory(*tables: Any) -> dict[str, Any]:
        return host(*tables, alerts=[subscriber.alert])

    # Everything with the documented rights: deployed, and both engines in one go.
    before = inventory("orders", piped("ledger"), piped("events"))
    checker = Person(tmp_path, account, "backup_check", "backup_check_data_pipeline")
    checker.play("backup", before, check=True)
    assert checker.used() <= actions(policy("backup_check"), policy("backup_check_data_pipeline"))
    granted = ("backup", "cloudformation", "backup_data_pipeline", "cloudformation_data_pipeline")
    without = Person(tmp_path, account, *granted, without="datapipeline:ListPipelines")
    refused = without.play("backup", before, fails=True)
    assert "datapipeline:ListPipelines" in refused.said
    Person(tmp_path, account, *granted).play("backup", before)
    assert len(pipelines(account)) == 1
    state.tables(other, "orders")
    state.tables(other, "ledger", "events", "more", pitr=False)
    first_backup(other, {**before, "tablekeeper_alerts": [listeners.Subscriber(other).alert]})
    assert_same(account, other)

    runner = Person(tmp_path, account, "run", "run_data_pipeline")
    ran = runner.play("run", before, tables="orders,ledger")
    assert "ledger: backed up, 0 min, " in ran.said
    assert runner.used() <= actions(policy("run"), policy("run_data_pipeline"))
    assert {name.endswith("-run") for name in pipelines(account)} == {True, False}
    looker = Person(tmp_path, account, "status", "status_data_pipeline")
    codes, _played = judge(looker, before, status_verify="content")
    assert codes["ledger"] == []
    # Both engines save the same settings.
    (export,) = points.runs(account, "orders")
    (folder,) = points.runs(account, "ledger")
    saved = [read(account, f"{each}/settings.json") for each in (export, folder)]
    assert saved[0].keys() == saved[1].keys() == points.SETTINGS
    assert [invalid(each) for each in saved] == [[], []]
    assert saved[0]["Table"].keys() == saved[1]["Table"].keys()
    assert saved[0]["Table"]["KeySchema"] == saved[1]["Table"]["KeySchema"]

    done = used(account)
    for kind, unasked in UNASKED.items():
        role = f"arn:aws:iam::{account.id}:role/{STACK}-{kind}-{account.region}"
        asked = {action for who, action, _resource in done if who == role}
        assert {*unasked.split()} == roles(account)[role] - asked, kind

    # Added, removed, and the engine switched.
    edited = inventory(piped("orders"), piped("ledger"), piped("more"))
    edited["tablekeeper_stop_backups_of"] = ["events"]
    target.play("backup", edited)
    standing(target, edited)
    changes.nothing_left(target, edited)
    assert set(state.stacks(account)) == {"tablekeeper-store", STACK}

    # While a pipeline is at work it is not replaced without an explicit yes; and back again, on other hours.
    account.aws.control("POST", "datapipeline", account=account.id, slow={"ledger": 3600})
    target.play("run", edited, tables="ledger", run_wait=False)
    again = inventory("orders", piped("ledger", at="04:00"))
    again["tablekeeper_stop_backups_of"] = ["more"]
    refused = target.play("backup", again, fails=True)
    assert "would be replaced or removed, and are backing up tables now" in refused.failures["target"]
    confirmed = {"teardown_confirm": f"tablekeeper@{account.id}"}
    refused = target.play("teardown", again, fails=True, **confirmed)
    assert "teardown_stop_running_pipelines=true" in refused.failures["target"]
    target.play("backup", again, tablekeeper_stop_running_pipelines=True)
    standing(target, again)

    remover = Person(
        tmp_path, account, "teardown", "cloudformation_delete", "teardown_data_pipeline",
        "cloudformation_data_pipeline",
    )  # fmt: skip
    remover.play("teardown", again, check=True)
    assert pipelines(account)
    remover.play("teardown", again, **confirmed)
    assert pipelines(account) == {}
    assert set(state.stacks(account)) == {"tablekeeper-store"}
