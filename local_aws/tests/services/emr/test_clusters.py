# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clusters that the embedded AWS Data Pipeline starts on the embedded Amazon EMR."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.pipelines import (
    EVERYTHING,
    EXPORT,
    JAR,
    Json,
    activity,
    allow,
    bucket_of,
    cluster,
    default,
    denied,
    pipe,
    pipeline_object,
    shell,
    trust,
)
from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_a_cluster_and_its_steps_can_be_looked_at(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    made = pipe(home, tags=[{"key": "dynamodbdatapipeline", "value": "true"}]).define(
        default(home),
        cluster(configuration=("Memory",), coreInstanceBidPrice="0.2", keyPair="k", applications="hadoop"),
        pipeline_object("Memory", type="EmrConfiguration", classification="yarn-site", property=("P",)),
        pipeline_object("P", type="Property", key="k", value="v"),
        activity(home, "A"), activity(home, "B", "gone"),
    ).activate()  # fmt: skip
    found = made.wait()
    emr = home.client("emr")
    (listed,) = emr.list_clusters(ClusterStates=["TERMINATED"])["Clusters"]
    shown = emr.describe_cluster(ClusterId=listed["Id"])["Cluster"]
    assert shown["Name"] == f"{made.id}_{found['Cluster']['id']}"
    assert (shown["ReleaseLabel"], shown["ServiceRole"]) == ("emr-5.36.0", "pipe")
    assert shown["Ec2InstanceAttributes"]["IamInstanceProfile"] == "machine"
    assert shown["Tags"] == [{"Key": "dynamodbdatapipeline", "Value": "true"}]
    assert shown["Status"]["Timeline"]["EndDateTime"]
    groups = emr.list_instance_groups(ClusterId=listed["Id"])["InstanceGroups"]
    assert [(one["InstanceGroupType"], one["Market"], one["RequestedInstanceCount"]) for one in groups] == [
        ("MASTER", "ON_DEMAND", 1), ("CORE", "SPOT", 2),
    ]  # fmt: skip
    second, first = emr.list_steps(ClusterId=listed["Id"])["Steps"]
    assert (first["Status"]["State"], second["Status"]["State"]) == ("COMPLETED", "FAILED")
    assert first["Config"]["Args"][2:] == ["tab", "0.25"]
    failure = emr.describe_step(ClusterId=listed["Id"], StepId=second["Id"])["Step"]["Status"][
        "FailureDetails"
    ]
    assert "Could not lookup table gone" in failure["Message"]
    key = failure["LogFile"].removeprefix(f"s3://{bucket_of(home)}/")
    assert key.startswith(f"logs/{made.id}/Cluster/{found['Cluster']['id']}/")
    log = home.client("s3").get_object(Bucket=bucket_of(home), Key=key)["Body"].read()
    assert b"Could not lookup table gone" in gzip.decompress(log)


def test_a_job_asks_for_each_directory_above_its_own(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    above = f"arn:aws:s3:::{bucket_of(home)}/tab"
    allow(home, "machine", EVERYTHING, denied("s3:GetObject", resource=above))
    found = pipe(home).define(default(home), cluster(), activity(home, "A")).activate().wait()
    assert found["A"]["@status"] == "FAILED"
    assert "403" in found["A"]["errorMessage"] or "Forbidden" in found["A"]["errorMessage"]


def test_a_cluster_that_may_be_resized_gets_other_nodes_than_it_names(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    pipe(home).define(
        default(home), cluster(), activity(home, "A", resizeClusterBeforeRunning="true")
    ).activate().wait()
    emr = home.client("emr")
    (listed,) = emr.list_clusters()["Clusters"]
    groups = emr.list_instance_groups(ClusterId=listed["Id"])["InstanceGroups"]
    assert [group["InstanceType"] for group in groups] == ["m3.xlarge", "m3.xlarge"]


def test_what_a_cluster_does_is_no_call_of_a_client(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    made = pipe(home).define(default(home), cluster(), activity(home, "A")).activate()
    home.forget_calls()
    made.wait()
    assert {call["service"] for call in home.calls()} == {"datapipeline"}
    used = home.aws.control("GET", "rights", account=home.id)["rights"]
    machine = {one["action"] for one in used if one["role"].endswith(":role/machine")}
    assert {"dynamodb:Scan", "dynamodb:DescribeTable", "s3:PutObject", "s3:ListBucket"} <= machine
    assert {"elasticmapreduce:RunJobFlow", "iam:PassRole", "ec2:RunInstances"} <= {
        one["action"] for one in used if one["role"].endswith(":role/pipe")
    }


def test_nobody_else_starts_clusters(account: Account) -> None:
    emr = account.client("emr")
    with pytest.raises(ClientError, match="NotImitatedException"):
        emr.run_job_flow(Name="n", Instances={"InstanceCount": 1})
    with pytest.raises(ClientError, match="NotImitatedException"):
        emr.add_job_flow_steps(JobFlowId="j-1", Steps=[{"Name": "n", "HadoopJarStep": {"Jar": "j"}}])


@pytest.mark.parametrize(
    ("role", "forbidden", "told"),
    [
        ("pipe", "elasticmapreduce:RunJobFlow", "elasticmapreduce:RunJobFlow"),
        ("pipe", "elasticmapreduce:TerminateJobFlows", "elasticmapreduce:TerminateJobFlows"),
        ("pipe", "iam:PassRole", "iam:PassRole"),
        ("pipe", "ec2:RunInstances", "ec2:RunInstances"),
    ],
)
def test_the_pipeline_role_must_be_allowed_to_start_it(
    home: Account, role: str, forbidden: str, told: str
) -> None:
    allow(home, role, EVERYTHING, denied(forbidden))
    assert told in _failing(home)


@pytest.mark.parametrize(
    ("role", "service", "told"),
    [
        ("pipe", "elasticmapreduce.amazonaws.com", "datapipeline.amazonaws.com is not authorized"),
        ("pipe", "datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com is not authorized"),
        ("machine", "datapipeline.amazonaws.com", "ec2.amazonaws.com is not authorized"),
    ],
)
def test_the_roles_must_trust_who_uses_them(home: Account, role: str, service: str, told: str) -> None:
    home.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=trust(service))
    assert told in _failing(home)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"subnetId": "subnet-none"}, "The subnet subnet-none does not exist"),
        ({"resourceRole": "nobody"}, "Invalid InstanceProfile: nobody"),
    ],
)
def test_the_network_and_the_profile_must_exist(home: Account, fields: Any, told: str) -> None:
    assert told in _failing(home, **fields)


def _failing(home: Account, **fields: Any) -> str:
    """Why a cluster does not start."""
    made = (
        pipe(home).define(default(home), cluster(maximumRetries="1", **fields), shell("A", "true")).activate()
    )
    found = made.wait()
    assert (found["Cluster"]["@status"], found["A"]["@status"]) == ("FAILED", "CANCELED")
    assert len(made.ids("ATTEMPT")) == 2
    assert home.client("emr").list_clusters()["Clusters"] == []
    return found["Cluster"]["@failureReason"]


def test_a_machine_without_a_task_runner_s_rights_does_nothing(home: Account) -> None:
    allow(home, "machine", EVERYTHING, denied("datapipeline:PollForTask"))
    made = pipe(home).define(default(home), cluster(), shell("A", "true")).activate()
    found = made.wait_for(lambda found: found["Cluster"]["@status"] == "RUNNING")
    assert found["A"]["@status"] == "WAITING_FOR_RUNNER"
    home.aws.advance(hours=3, minutes=10)
    assert made.wait()["Cluster"]["@status"] == "TIMEDOUT"


def test_a_user_may_end_a_cluster(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    home.aws.control("POST", "datapipeline", account=home.id, slow={"tab": 3600})
    made = pipe(home).define(default(home), cluster(), activity(home, "A"), shell("B", "true")).activate()
    made.wait_for(lambda found: found["A"]["@status"] == "RUNNING")
    emr = home.client("emr")
    emr.terminate_job_flows(JobFlowIds=[emr.list_clusters()["Clusters"][0]["Id"]])
    home.aws.advance(hours=1)
    found = made.wait()
    assert [found[name]["@status"] for name in ("A", "B", "Cluster")] == ["CANCELED", "CANCELED", "FAILED"]


@pytest.mark.parametrize(
    ("step", "fields", "told"),
    [
        (f"{JAR},org.apache.hadoop.dynamodb.tools.DynamoDbExport,s3://b/p,tab", {}, "ClassNotFoundException"),
        ("s3://mine/own.jar,Main", {}, "NotImitatedException"),
        (f"{EXPORT},s3://b/p,tab", {"releaseLabel": "emr-6.5.0"}, "NoClassDefFoundError"),
        (f"{EXPORT},s3://b/p", {}, "Not enough parameters"),
        (f"{EXPORT},b/p,tab", {}, "Wrong path"),
        (f"{EXPORT},s3://b/p,tab,a lot", {}, "Could not parse read ratio"),
        (f"{EXPORT},s3://b/p,tab,0", {}, "Invalid read percentage"),
        (f"{EXPORT},s3://b/p,tab,1.6", {}, "Invalid read percentage"),
        (f"{EXPORT},s3://b/p,tab,1.5,none", {}, "Could not parse segment count"),
        (f"{EXPORT},-Da=b,s3://no-such-bucket-at-all/p,tab,0.90,2", {}, "NoSuchBucket"),
    ],
)
def test_a_step_that_cannot_work_fails(home: Account, step: str, fields: Json, told: str) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    made = pipe(home).define(default(home), cluster(**fields), activity(home, "A", step=step)).activate()
    assert told in made.wait()["A"]["errorMessage"]


def test_the_jar_must_be_readable(home: Account) -> None:
    allow(home, "machine", EVERYTHING, denied("s3:GetObject", resource="arn:aws:s3:::dynamodb-dpl-*"))
    made = pipe(home).define(default(home), cluster(), activity(home, "A")).activate()
    assert "Error fetching jar file" in made.wait()["A"]["errorMessage"]
