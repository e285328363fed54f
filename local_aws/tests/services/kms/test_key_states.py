# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a key that cannot be used keeps the embedded S3, SNS and DynamoDB from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.alarms import becomes, put, queue_on, received
from local_aws.client.samples import create, simple
from local_aws.client.users import allow, as_user
from local_aws.tests.services.dynamodb.test_exports import export

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Break = Callable[[Any, str], Any]

MISSING = "arn:aws:kms:eu-west-1:{}:key/00000000-0000-0000-0000-000000000000"
BROKEN: dict[str, tuple[Break, str]] = {
    "disabled": (lambda kms, key: kms.disable_key(KeyId=key), "Disabled"),
    "pending": (lambda kms, key: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7), "InvalidState"),
}


def new_key(account: Account, *services: str) -> str:
    statements = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
                   "Action": "kms:*", "Resource": "*"}]  # fmt: skip
    statements += [
        {"Effect": "Allow", "Principal": {"Service": each}, "Action": "kms:*", "Resource": "*"}
        for each in services
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return str(account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"])


def new_bucket(account: Account, key: str = "") -> str:
    name, client = f"secrets-{account.id}", account.client("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    if key:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        client.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)
    return name


def error(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("how", BROKEN)
def test_s3_neither_writes_nor_reads(account: Account, how: str) -> None:
    destroy, state = BROKEN[how]
    key = new_key(account)
    bucket, s3 = new_bucket(account, key), account.client("s3")
    s3.put_object(Bucket=bucket, Key="before", Body=b"x")
    destroy(account.client("kms"), key)
    for call in (
        lambda: s3.put_object(Bucket=bucket, Key="after", Body=b"x"),
        lambda: s3.create_multipart_upload(Bucket=bucket, Key="after"),
        lambda: s3.get_object(Bucket=bucket, Key="before"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert error(caught) in {f"KMS.{state}Exception", f"KMS.KMS{state}Exception"}
    s3.put_object(Bucket=bucket, Key="plain", Body=b"x", ServerSideEncryption="AES256")


def test_s3_names_a_key_that_is_not_there(account: Account) -> None:
    missing = MISSING.format(account.id)
    with pytest.raises(ClientError, match="does not exist") as caught:
        account.client("s3").put_object(
            Bucket=new_bucket(account), Key="k", Body=b"", ServerSideEncryption="aws:kms", SSEKMSKeyId=missing
        )
    assert error(caught) == "KMS.NotFoundException"


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("asked", [True, False])
def test_an_export_fails_once_it_runs(account: Account, how: str, asked: bool) -> None:
    """Whether the export asked for the key or the bucket has it."""
    destroy, state = BROKEN[how]
    key = new_key(account)
    bucket = new_bucket(account, "" if asked else key)
    create(account.client("dynamodb"), (simple("tab"),))
    destroy(account.client("kms"), key)
    options = {"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": key} if asked else {}
    done = export(account, "tab", bucket, **options)
    assert (done["ExportStatus"], done["FailureCode"]) == ("FAILED", f"Kms{state}Exception")


@pytest.mark.parametrize("how", BROKEN)
def test_nobody_publishes_to_a_topic(account: Account, how: str) -> None:
    destroy, state = BROKEN[how]
    key, sns = new_key(account, "cloudwatch.amazonaws.com"), account.client("sns")
    topic = sns.create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    sns.publish(TopicArn=topic, Message="before")
    destroy(account.client("kms"), key)
    with pytest.raises(ClientError) as caught:
        sns.publish(TopicArn=topic, Message="after")
    assert error(caught) == f"KMS{state}"


def test_a_topic_whose_key_is_not_there(account: Account) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="alerts", Attributes={"KmsMasterKeyId": MISSING.format(account.id)})
    with pytest.raises(ClientError) as caught:
        sns.publish(TopicArn=topic["TopicArn"], Message="after")
    assert error(caught) == "KMSNotFound"


def test_whoever_publishes_needs_the_key(account: Account) -> None:
    key = new_key(account)
    topic = account.client("sns").create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    sns = as_user(account, "sns", allow("sns:Publish"))
    with pytest.raises(ClientError) as caught:
        sns.publish(TopicArn=topic, Message="m")
    assert error(caught) == "KMSAccessDenied"


@pytest.mark.parametrize("how", BROKEN)
def test_an_alarm_tells_nobody_and_says_so_in_its_history(account: Account, how: str) -> None:
    destroy, _state = BROKEN[how]
    key, sns = new_key(account, "cloudwatch.amazonaws.com", "sns.amazonaws.com"), account.client("sns")
    topic = sns.create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    queue = queue_on(account, topic)
    destroy(account.client("kms"), key)
    put(account, AlarmActions=[topic])
    becomes(account, "ALARM")
    assert received(account, queue) == []
    history = account.client("cloudwatch").describe_alarm_history(
        AlarmName="missed", HistoryItemType="Action"
    )["AlarmHistoryItems"]
    assert history[0]["HistorySummary"].startswith(f"Failed to execute action {topic}")
