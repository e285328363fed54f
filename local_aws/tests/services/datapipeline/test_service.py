# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The API of the embedded AWS Data Pipeline: pipelines kept, found, queried, and who may ask how often."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local_aws.client.pipelines import EVERYTHING, activity, cluster, default, denied, pipe, roles, shell
from local_aws.client.users import allow, as_user, document

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_a_pipeline_is_made_once_for_each_name_and_unique_id(account: Account) -> None:
    client = account.client("datapipeline")
    made = [
        client.create_pipeline(name=name, uniqueId=unique)["pipelineId"]
        for name, unique in (("a", "1"), ("a", "1"), ("a", "2"), ("b", "1"))
    ]
    assert made[0] == made[1]
    assert len(set(made)) == 3


def test_a_pipeline_is_described(account: Account) -> None:
    made = pipe(account, description="why", tags=[{"key": "k", "value": "v"}])
    made.client.add_tags(pipelineId=made.id, tags=[{"key": "k", "value": "w"}, {"key": "l", "value": "x"}])
    made.client.remove_tags(pipelineId=made.id, tagKeys=["l"])
    (found,) = made.client.describe_pipelines(pipelineIds=[made.id])["pipelineDescriptionList"]
    assert (found["name"], found["description"]) == ("p", "why")
    assert found["tags"] == [{"key": "k", "value": "w"}]
    told = made.told()
    assert told["@pipelineState"] == "PENDING"
    assert told["@accountId"] == account.id
    assert "@healthStatus" not in told


def test_a_pipeline_has_ten_tags_at_most(account: Account) -> None:
    made = pipe(account, tags=[{"key": f"k{n}", "value": "v"} for n in range(10)])
    with pytest.raises(ClientError, match="InvalidRequestException"):
        made.client.add_tags(pipelineId=made.id, tags=[{"key": "more", "value": "v"}])


def test_what_is_deleted_is_not_what_never_was(account: Account) -> None:
    made = pipe(account)
    made.client.delete_pipeline(pipelineId=made.id)
    with pytest.raises(ClientError, match="PipelineDeletedException"):
        made.client.get_pipeline_definition(pipelineId=made.id)
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        made.client.get_pipeline_definition(pipelineId="df-NONE")
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        account.client("datapipeline", region="us-east-1").describe_pipelines(pipelineIds=[pipe(account).id])


def test_an_account_has_a_hundred_pipelines_at_most_and_lists_them_in_pages(account: Account) -> None:
    client = account.client("datapipeline")
    made = {client.create_pipeline(name="p", uniqueId=str(n))["pipelineId"] for n in range(100)}
    account.aws.advance(seconds=1)  # the hundred calls were the burst
    with pytest.raises(ClientError, match="InvalidRequestException"):
        client.create_pipeline(name="p", uniqueId="more")
    pages = list(client.get_paginator("list_pipelines").paginate())
    assert {one["id"] for page in pages for one in page["pipelineIdList"]} == made
    assert len(pages) == 4
    with pytest.raises(ClientError, match="InvalidRequestException"):
        client.describe_pipelines(pipelineIds=sorted(made)[:26])


def test_calls_above_the_rate_are_throttled(account: Account) -> None:
    client = account.client("datapipeline")
    refused = set()
    for _call in range(130):
        try:
            client.list_pipelines()
        except ClientError as error:
            refused.add(error.response["Error"]["Code"])
    assert refused == {"ThrottlingException"}
    account.aws.advance(seconds=5)
    assert client.list_pipelines()["pipelineIdList"] == []


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1"]
)
def test_five_regions_answer(account: Account, region: str) -> None:
    assert account.client("datapipeline", region=region).list_pipelines()["pipelineIdList"] == []


def test_other_regions_do_not_answer(account: Account) -> None:
    with pytest.raises(ConnectionClosedError):
        account.client("datapipeline", region="eu-central-1").list_pipelines()


def test_an_account_can_be_no_customer(account: Account) -> None:
    client = account.client("datapipeline")
    account.aws.control("POST", "datapipeline", account=account.id, customer=False)
    with pytest.raises(ClientError, match="InvalidRequestException"):
        client.list_pipelines()
    account.aws.control(
        "POST",
        "datapipeline",
        account=account.id,
        customer=False,
        code="AccessDeniedException",
        message="No.",
    )
    with pytest.raises(ClientError, match=r"AccessDeniedException.*: No\."):
        client.create_pipeline(name="p", uniqueId="p")
    account.aws.control("POST", "datapipeline", account=account.id, customer=True)
    assert client.list_pipelines()["pipelineIdList"] == []


@pytest.mark.parametrize("arguments", [{"customer": False}, {"account": "1", "colour": "red"}])
def test_the_control_refuses_what_it_does_not_know(account: Account, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Name the account|knows"):
        account.aws.control("POST", "datapipeline", **arguments)


def test_the_rest_is_not_imitated(account: Account) -> None:
    client, made = account.client("datapipeline"), pipe(account)
    with pytest.raises(ClientError, match="NotImitatedException"):
        client.poll_for_task(workerGroup="w")
    with pytest.raises(ClientError, match="NotImitatedException"):
        client.set_status(pipelineId=made.id, objectIds=["A"], status="PAUSE")
    with pytest.raises(ClientError, match="NotImitatedException"):
        client.evaluate_expression(pipelineId=made.id, objectId="A", expression="#{name}")


def test_requests_keep_to_the_model(account: Account) -> None:
    with pytest.raises(ClientError, match="InvalidRequestException"):
        account.client("datapipeline").create_pipeline(name="x" * 1025, uniqueId="u")


@pytest.mark.parametrize(
    ("sphere", "selector"),
    [
        ("PIPELINE", None),
        ("INSTANCE", {"fieldName": "type", "operator": {"type": "EQ", "values": ["EmrActivity"]}}),
        ("INSTANCE", {"fieldName": "@status", "operator": {"type": "REF_EQ", "values": ["FAILED"]}}),
        ("INSTANCE", {"fieldName": "@status", "operator": {"type": "GE", "values": ["FAILED"]}}),
        ("INSTANCE", {"fieldName": "@actualEndTime", "operator": {"type": "BETWEEN", "values": ["2026"]}}),
        ("INSTANCE", {"fieldName": "@status", "operator": {"type": "EQ", "values": []}}),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(account: Account, sphere: str, selector: Any) -> None:
    made = pipe(account)
    query = {"selectors": [selector]} if selector else {}
    with pytest.raises(ClientError, match="InvalidRequestException"):
        made.client.query_objects(pipelineId=made.id, sphere=sphere, query=query)


def test_limits_of_reading(account: Account) -> None:
    made = pipe(account).define(default(account), cluster(), *(shell(f"A{n}", "true") for n in range(28)))
    equal = {"fieldName": "name", "operator": {"type": "EQ", "values": ["A1"]}}
    for refused in (
        {"limit": 101},
        {"query": {"selectors": [equal] * 11}},
        {"marker": "soon"},
    ):
        with pytest.raises(ClientError, match="InvalidRequestException"):
            made.client.query_objects(pipelineId=made.id, sphere="COMPONENT", **refused)
    assert made.ids("COMPONENT", query={"selectors": [equal]}) == ["A1"]
    assert len(made.ids("COMPONENT", PaginationConfig={"PageSize": 7})) == 30
    first = made.client.describe_objects(pipelineId=made.id, objectIds=[f"A{n}" for n in range(25)])
    assert (len(first["pipelineObjects"]), first["hasMoreResults"]) == (10, True)
    for ids in ([f"A{n}" for n in range(26)], ["A1", "Nobody"]):
        with pytest.raises(ClientError, match="InvalidRequestException"):
            made.client.describe_objects(pipelineId=made.id, objectIds=ids)


def test_a_user_needs_rights_and_may_not_pass_roles_unasked(account: Account) -> None:
    roles(account)
    iam = account.client("iam")
    iam.create_user(UserName="u")
    key = iam.create_access_key(UserName="u")["AccessKey"]
    made = pipe(account)
    client = boto3.client(
        "datapipeline", endpoint_url=account.aws.url, region_name=account.region,
        aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"],
    )  # fmt: skip
    with pytest.raises(ClientError, match="AccessDenied"):
        client.get_pipeline_definition(pipelineId=made.id)
    own = {
        **EVERYTHING,
        "Action": "datapipeline:*",
        "Resource": f"arn:aws:datapipeline:*:*:pipeline/{made.id}",
    }
    passing = {**EVERYTHING, "Action": "iam:PassRole"}
    for statements, passes in (
        ([own], False),
        ([own, passing], True),
        ([own, passing, denied("iam:*")], False),
    ):
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document)
        objects = [default(account), cluster(), activity(account, "A")]
        if passes:
            assert not client.put_pipeline_definition(pipelineId=made.id, pipelineObjects=objects)["errored"]
        else:
            with pytest.raises(ClientError, match=r"iam:PassRole.*role/(pipe|machine)"):
                client.put_pipeline_definition(pipelineId=made.id, pipelineObjects=objects)


def test_making_a_pipeline_with_tags_needs_two_rights(account: Account) -> None:
    client = as_user(account, "datapipeline", allow("datapipeline:CreatePipeline"))
    client.create_pipeline(name="plain", uniqueId="1")
    tagged = {"name": "tagged", "uniqueId": "2", "tags": [{"key": "k", "value": "v"}]}
    with pytest.raises(ClientError, match="not authorized to perform: datapipeline:AddTags"):
        client.create_pipeline(**tagged)
    more = document(allow("datapipeline:CreatePipeline", "datapipeline:AddTags"))
    account.client("iam").put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=more)
    assert client.create_pipeline(**tagged)["pipelineId"]
