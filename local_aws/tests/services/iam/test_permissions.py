# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user, document

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def table(account: Account, name: str) -> str:
    arn: str = account.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )["TableDescription"]["TableArn"]
    return arn


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_an_operator_may_do_what_the_policy_says_and_no_more(account: Account) -> None:
    orders = table(account, "orders")
    table(account, "other")
    dynamodb = as_user(account, "dynamodb", allow("dynamodb:DescribeTable", resource=orders))
    assert dynamodb.describe_table(TableName="orders")["Table"]["TableArn"] == orders
    for call in (
        lambda: dynamodb.describe_table(TableName="other"),
        lambda: dynamodb.delete_table(TableName="orders"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert code(caught) == "AccessDeniedException"
    assert account.client("dynamodb").describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"


def test_a_role_session_is_evaluated_with_the_roles_policies(account: Account) -> None:
    iam, sts = account.client("iam"), account.client("sts")
    trust = document({"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = iam.create_policy(PolicyName="read", PolicyDocument=document(allow("sns:ListTopics")))["Policy"][
        "Arn"
    ]
    iam.attach_role_policy(RoleName="reader", PolicyArn=policy)
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    sns = boto3.client(
        "sns",
        endpoint_url=account.aws.url,
        region_name=account.region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert sns.list_topics()["Topics"] == []
    with pytest.raises(ClientError) as caught:
        sns.create_topic(Name="t")
    assert code(caught) in ("AuthorizationError", "AccessDenied")


def test_an_unknown_access_key_is_refused(account: Account) -> None:
    sns = account.aws.client("sns", account="AKIAIOSFODNN7EXAMPLE")
    with pytest.raises(ClientError) as caught:
        sns.list_topics()
    assert code(caught) in ("InvalidClientTokenId", "UnrecognizedClientException")


def test_a_deny_wins(account: Account) -> None:
    orders = table(account, "orders")
    deny = {**allow("dynamodb:DescribeTable", resource=orders), "Effect": "Deny"}
    dynamodb = as_user(account, "dynamodb", allow("dynamodb:*"), deny)
    with pytest.raises(ClientError, match="explicit deny"):
        dynamodb.describe_table(TableName="orders")


ASSUME = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}


def publisher(
    account: Account, topic: str, *statements: dict[str, Any], trust: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Run a state machine that publishes to the topic; returns the execution."""
    iam, sfn = account.client("iam"), account.client("stepfunctions")
    trusted = document(trust or ASSUME)
    role = iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName="machine", PolicyName="own", PolicyDocument=document(*statements))
    publish = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "End": True,
        "Arguments": {"TopicArn": topic, "Message": "x"},
    }
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": publish}})
    arn = sfn.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    account.aws.advance(seconds=1)
    return dict(sfn.describe_execution(executionArn=execution))


def test_a_topics_policy_may_allow_what_the_role_does_not(account: Account) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    principal = {"AWS": f"arn:aws:iam::{account.id}:role/machine"}
    policy = document({**allow("sns:Publish", resource=topic), "Principal": principal})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert publisher(account, topic)["status"] == "SUCCEEDED"


def test_neither_role_nor_topic_allows(account: Account) -> None:
    topic = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    found = publisher(account, topic)
    assert (found["status"], found["error"]) == ("FAILED", "SNS.AuthorizationErrorException")


def test_an_encrypted_topic_asks_for_the_key_too(account: Account) -> None:
    root = {"AWS": f"arn:aws:iam::{account.id}:root"}
    policy = document({**allow("kms:*"), "Principal": root})
    key = account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    topic = account.client("sns").create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    found = publisher(account, topic, allow("sns:Publish", resource=topic))
    assert found["error"] == "SNS.KmsAccessDeniedException"
    more = document(allow("kms:GenerateDataKey", "kms:Decrypt", resource=key))
    account.client("iam").put_role_policy(RoleName="machine", PolicyName="key", PolicyDocument=more)
    sfn = account.client("stepfunctions")
    again = sfn.start_execution(stateMachineArn=found["stateMachineArn"])["executionArn"]
    account.aws.advance(seconds=1)
    assert sfn.describe_execution(executionArn=again)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("machine", ["m", "other"])
def test_a_trust_policys_conditions_are_evaluated(account: Account, machine: str) -> None:
    topic = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    arn = f"arn:aws:states:{account.region}:{account.id}:stateMachine:{machine}"
    trust = {
        **ASSUME,
        "Condition": {"ArnEquals": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": account.id}},
    }
    if machine == "m":
        assert publisher(account, topic, allow("sns:Publish"), trust=trust)["status"] == "SUCCEEDED"
    else:
        with pytest.raises(ClientError, match="assume the provided role"):
            publisher(account, topic, allow("sns:Publish"), trust=trust)


def test_the_rights_that_were_used_can_be_read_and_forgotten(account: Account) -> None:
    topic = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    publisher(account, topic, allow("*"))
    role = f"arn:aws:iam::{account.id}:role/machine"
    rights = account.aws.control("GET", "rights", account=account.id)["rights"]
    assert rights == [{"role": role, "action": "sns:Publish", "resource": topic, "via": ""}]
    account.aws.control("DELETE", "rights", account=account.id)
    assert account.aws.control("GET", "rights", account=account.id)["rights"] == []


def export(account: Account, *statements: dict[str, Any], encrypted: bool = False) -> dict[str, Any]:
    """Run a state machine that exports a table; returns the export when it has ended."""
    iam, sfn, s3, dynamodb = (account.client(name) for name in ("iam", "stepfunctions", "s3", "dynamodb"))
    bucket, orders = f"b-{account.id}", table(account, "orders")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region})
    if encrypted:
        policy = document({**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}})
        key = account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    enabled = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=enabled)
    role = iam.create_role(RoleName="machine", AssumeRolePolicyDocument=document(ASSUME))["Role"]["Arn"]
    start = allow("dynamodb:ExportTableToPointInTime", resource=orders)
    iam.put_role_policy(RoleName="machine", PolicyName="own", PolicyDocument=document(start, *statements))
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime",
        "End": True,
        "Arguments": {"TableArn": orders, "S3Bucket": bucket},
    }
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": task}})
    arn = sfn.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]
    sfn.start_execution(stateMachineArn=arn)
    account.aws.advance(minutes=1)
    account.aws.advance(minutes=30)
    [made] = dynamodb.list_exports(TableArn=orders)["ExportSummaries"]
    return dict(dynamodb.describe_export(ExportArn=made["ExportArn"])["ExportDescription"])


WRITE = ("s3:PutObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload")


def test_an_export_writes_with_the_rights_of_the_role_that_asked(account: Account) -> None:
    found = export(account, allow(*WRITE, resource=f"arn:aws:s3:::b-{account.id}/*"))
    assert found["ExportStatus"] == "COMPLETED"


@pytest.mark.parametrize("missing", WRITE)
def test_an_export_without_the_right_to_write_fails_later(account: Account, missing: str) -> None:
    found = export(account, allow(*(action for action in WRITE if action != missing)))
    assert (found["ExportStatus"], found["FailureCode"]) == ("FAILED", "S3AccessDenied")


@pytest.mark.parametrize(
    ("more", "status"), [((), "FAILED"), (("kms:GenerateDataKey", "kms:Decrypt"), "COMPLETED")]
)
def test_an_export_to_an_encrypted_bucket_needs_the_key(
    account: Account, more: tuple[str, ...], status: str
) -> None:
    assert export(account, allow(*WRITE, *more), encrypted=True)["ExportStatus"] == status
