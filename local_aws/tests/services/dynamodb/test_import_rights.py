# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose rights an import reads and logs with.

S3DataImport.Requesting.html of AWS: "make sure that the user or role that invokes the import APIs has
permissions to all services and resources the feature depends on".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.fixtures import Account
from local_aws.client.users import allow, as_user, document

from .exporting import arn, refusal
from .importing import asked, counts, ended, imported, lines, put
from .restoring import items

if TYPE_CHECKING:
    from local_aws.client.process import LocalAws

ONE, TWO = {"id": {"S": "one"}}, {"id": {"S": "two"}}
LOGS = [
    f"logs:{each}"
    for each in (
        "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents",
        "PutRetentionPolicy",
    )
]  # fmt: skip


def run(account: Account, source: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """An import by a user who has these statements, and may ask for it."""
    more = allow("dynamodb:ImportTable", resource=arn(account, "tab"))
    told = as_user(account, "dynamodb", more, *statements).import_table(**asked(source))
    return ended(account, told["ImportTableDescription"])


def reading(source: str) -> list[dict[str, Any]]:
    return [
        allow("s3:ListBucket", resource=f"arn:aws:s3:::{source}"),
        allow("s3:GetObject", resource=f"arn:aws:s3:::{source}/in/*"),
    ]


def test_the_rights_of_the_page_are_enough_and_none_is_too_many(account: Account) -> None:
    source = put(account, a=lines(ONE))
    told = run(account, source, *reading(source), allow(*LOGS))
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (1, 1, 0))
    used = account.aws.control("GET", f"rights?account={account.id}")["rights"]
    asked_for = {each["action"] for each in used if each["role"].endswith("/operator")}
    assert asked_for == {"dynamodb:ImportTable", "s3:ListBucket", "s3:GetObject", *LOGS}


@pytest.mark.parametrize("missing", LOGS)
def test_without_the_log_there_is_no_import(account: Account, missing: str) -> None:
    source = put(account, a=lines(ONE))
    told = run(account, source, *reading(source), allow(*(each for each in LOGS if each != missing)))
    assert told["ImportStatus"] == "FAILED"
    assert f"is not authorized to perform: {missing} on resource" in told["FailureMessage"]
    assert counts(told) == (0, 0, 0)
    client = account.client("dynamodb")
    assert refusal(client.describe_table, TableName="tab") == "ResourceNotFoundException"


def test_a_bucket_that_may_not_be_listed_leaves_no_table(account: Account) -> None:
    source = put(account, a=lines(ONE))
    told = run(account, source, reading(source)[1], allow(*LOGS))
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert "s3:ListBucket" in told["FailureMessage"]
    client = account.client("dynamodb")
    assert refusal(client.describe_table, TableName="tab") == "ResourceNotFoundException"


def test_an_object_that_may_not_be_read_leaves_a_part(account: Account) -> None:
    source = put(account, a=lines(ONE), b=lines(TWO))
    first = allow("s3:GetObject", resource=f"arn:aws:s3:::{source}/in/a")
    told = run(account, source, reading(source)[0], first, allow(*LOGS))
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert counts(told) == (1, 1, 0)
    assert items(account, "tab") == [{"id": "one"}]


def test_a_key_must_be_usable(account: Account) -> None:
    """AWS: "ensure that the role or user initiating the import has access to decrypt"."""
    source = put(account, a=b"")
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]
    account.client("s3").put_object(
        Bucket=source,
        Key="in/a",
        Body=lines(ONE),
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key["Arn"],
    )
    told = run(account, source, *reading(source), allow(*LOGS))
    assert told["FailureCode"] == "S3AccessDenied"
    assert "kms:Decrypt" in told["FailureMessage"]
    kms.disable_key(KeyId=key["KeyId"])
    told = imported(account, source, parameters={"TableName": "other"})
    assert told["FailureCode"] == "KmsDisabledException"


def test_a_deny_of_the_bucket_goes_before(account: Account) -> None:
    source = put(account, a=lines(ONE))
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{source}/*",
    }
    account.client("s3").put_bucket_policy(Bucket=source, Policy=document(deny))
    told = run(account, source, *reading(source), allow(*LOGS))
    assert told["FailureCode"] == "S3AccessDenied"


def test_a_bucket_of_another_account_must_allow_it(account: Account, local_aws: LocalAws) -> None:
    other = Account(local_aws, f"3{account.id[1:]}")
    source = put(other, a=lines(ONE))
    place = {"S3Bucket": source, "S3KeyPrefix": "in/", "S3BucketOwner": other.id}
    assert imported(account, source)["FailureCode"] == "S3AccessDenied"  # the owner is not named
    assert imported(account, source, S3BucketSource=place)["FailureCode"] == "S3AccessDenied"
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{source}", f"arn:aws:s3:::{source}/*"],
    }
    other.client("s3").put_bucket_policy(Bucket=source, Policy=document(statement))
    assert counts(imported(account, source, S3BucketSource=place)) == (1, 1, 0)


def test_who_may_ask_and_look(account: Account) -> None:
    source = put(account, a=lines(ONE))
    told = imported(account, source)
    client = as_user(account, "dynamodb", allow("dynamodb:DescribeImport", resource=told["ImportArn"]))
    assert client.describe_import(ImportArn=told["ImportArn"])["ImportTableDescription"] == told
    with pytest.raises(ClientError, match=r"AccessDenied.*dynamodb:ImportTable"):
        client.import_table(**asked(source))
    assert refusal(client.list_imports) == "AccessDeniedException"
