# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which requests for imports the embedded DynamoDB takes, and how it lists imports.

API_ImportTable, API_DescribeImport and API_ListImports of AWS; test/alternator/test_import.py of
scylladb/scylladb#31619, which is run against AWS.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .exporting import arn, refusal
from .importing import TABLE, asked, begun, ended, imported, lines, put
from .restoring import slowly

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ONE, TWO = {"id": {"S": "one"}}, {"id": {"S": "two"}}


def test_a_token_is_compared_with_the_name_of_the_table_and_nothing_else(account: Account) -> None:
    dynamodb, source = account.client("dynamodb"), put(account, a=lines(ONE))
    slowly(account, **{"import": 600})
    told = begun(account, source, ClientToken="once")
    for more in (
        {},
        {"InputCompressionType": "GZIP"},
        {"InputFormat": "CSV"},
        {"S3BucketSource": {"S3Bucket": "some-other-bucket"}},
    ):
        again = dynamodb.import_table(**asked(source, ClientToken="once", **more))["ImportTableDescription"]
        assert again == told
    with pytest.raises(
        ClientError, match=r"ImportConflictException.*Import conflict: Duplicate request detected"
    ):
        begun(account, source, ClientToken="once", parameters={"TableName": "other"})
    assert refusal(dynamodb.create_table, **TABLE) == "ResourceInUseException"
    account.aws.advance(minutes=11)
    ended(account, told)
    with pytest.raises(ClientError, match=r"ResourceInUseException.*Table already exists: tab"):
        dynamodb.import_table(**asked(source, ClientToken="once"))


def test_a_name_is_not_reserved(account: Account) -> None:
    """DDB-IMPORT-018 of docs/api-quirks/import.md in aws-controllers-k8s/dynamodb-controller."""
    source = put(account, a=lines(ONE))
    slowly(account, reserve=60)
    first, second = begun(account, source), begun(account, source)
    assert first["ImportArn"] != second["ImportArn"]
    account.aws.advance(minutes=2)
    told = ended(account, second)
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "TableAlreadyExists")
    assert ended(account, first)["ImportStatus"] == "COMPLETED"
    table = account.client("dynamodb").describe_table(TableName="tab")["Table"]
    assert table["TableId"] == first["TableId"] != second["TableId"]


def test_a_token_of_a_table_that_was_deleted_makes_nothing(account: Account) -> None:
    """DDB-IMPORT-017 there."""
    dynamodb, source = account.client("dynamodb"), put(account, a=lines(ONE))
    told = imported(account, source, ClientToken="once")
    dynamodb.delete_table(TableName="tab")
    again = dynamodb.import_table(**asked(source, ClientToken="once"))["ImportTableDescription"]
    assert again == told
    assert refusal(dynamodb.describe_table, TableName="tab") == "ResourceNotFoundException"


def test_a_token_is_known_for_eight_hours(account: Account) -> None:
    told = imported(account, "no-such-bucket", ClientToken="once")
    again = account.client("dynamodb").import_table(**asked("no-such-bucket", ClientToken="once"))
    assert again["ImportTableDescription"]["ImportArn"] == told["ImportArn"]
    account.aws.advance(hours=9)
    assert begun(account, "no-such-bucket", ClientToken="once")["ImportArn"] != told["ImportArn"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"InputFormat": "XML"}, "inputFormat"),
        ({"InputCompressionType": "BZIP2"}, "inputCompressionType"),
        ({"S3BucketSource": {"S3Bucket": "-nope!"}}, "s3Bucket"),
        ({"S3BucketSource": {"S3Bucket": "bucket", "S3KeyPrefix": "p" * 1025}}, "s3KeyPrefix"),
        ({"ClientToken": "has$dollar"}, "clientToken"),
        (
            {"InputFormatOptions": {"Csv": {"Delimiter": ","}}},
            "Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON",
        ),
        ({"parameters": {"TableName": "not a table name!"}}, "tableName"),
        ({"parameters": {"AttributeDefinitions": []}}, "ttribute"),
        (
            {
                "parameters": {
                    "BillingMode": "PROVISIONED",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                    "OnDemandThroughput": {"MaxWriteRequestUnits": 1},
                }
            },
            "MaxWriteRequestUnits for OnDemandThroughput cannot be specified",
        ),
        (
            {"parameters": {"BillingMode": "PROVISIONED"}},
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ),
    ],
)
def test_a_request_that_is_wrong_is_refused(account: Account, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=f"ValidationException.*{words}"):
        begun(account, "some-bucket", **more)
    assert account.client("dynamodb").list_tables()["TableNames"] == []


def test_what_no_client_would_send_is_refused(account: Account) -> None:
    """No token (AWS wants one, though its reference does not), and indexes that ImportTable does not make."""
    client = account.client("dynamodb")
    local = {"IndexName": "by-n", "KeySchema": TABLE["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
    parameters = {**TABLE, "LocalSecondaryIndexes": [local]}

    def send(**changes: Any) -> None:
        """Change the body, after botocore has made it and before it signs it."""

        def change(params: dict[str, Any], **_: Any) -> None:
            body = json.loads(params["body"]) | changes
            kept = {name: value for name, value in body.items() if value is not None}
            params["body"] = json.dumps(kept).encode()

        client.meta.events.register("before-call.dynamodb.ImportTable", change, unique_id="change")
        try:
            client.import_table(**asked("some-bucket"))
        finally:
            client.meta.events.unregister("before-call.dynamodb.ImportTable", unique_id="change")

    with pytest.raises(ClientError, match=r"ValidationException.*clientToken"):
        send(ClientToken=None)
    with pytest.raises(ClientError, match=r"ValidationException.*LocalSecondaryIndexes"):
        send(TableCreationParameters=parameters)


def test_how_many_run_at_once(account: Account) -> None:
    source = put(account, a=lines(ONE))
    slowly(account, **{"import": 600})
    account.aws.control("POST", "imports", concurrent=1)
    try:
        told = begun(account, source)
        with pytest.raises(ClientError, match=r"LimitExceededException"):
            begun(account, source, parameters={"TableName": "other"})
    finally:
        account.aws.control("POST", "imports", concurrent=50)
    account.aws.advance(minutes=11)
    ended(account, told)


def test_how_many_objects_an_import_takes(account: Account) -> None:
    source = put(account, a=lines(ONE), b=lines(TWO))
    account.aws.control("POST", "imports", objects=1)
    try:
        told = imported(account, source)
    finally:
        account.aws.control("POST", "imports", objects=50_000)
    assert told["ImportStatus"] == "FAILED"
    assert "2 have the prefix in/" in told["FailureMessage"]


def test_imports_are_listed_by_pages_for_90_days(account: Account) -> None:
    dynamodb, source = account.client("dynamodb"), put(account, a=lines(ONE))
    names = ["tab1", "tab2", "tab3"]
    made = [imported(account, source, parameters={"TableName": name})["ImportArn"] for name in names]
    pages, more = [], {}
    while True:
        page = dynamodb.list_imports(PageSize=1, **more)
        pages.append([each["ImportArn"] for each in page["ImportSummaryList"]])
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert pages == [[each] for each in reversed(made)]
    (one,) = dynamodb.list_imports(TableArn=arn(account, "tab2"))["ImportSummaryList"]
    assert one.keys() == {
        "ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime",
        "CloudWatchLogGroupArn",
    }  # fmt: skip
    assert refusal(dynamodb.list_imports, NextToken="0" * 112) == "ValidationException"
    assert refusal(dynamodb.list_imports, PageSize=26) == "ValidationException"
    account.aws.advance(days=91, leap=True)
    assert dynamodb.list_imports()["ImportSummaryList"] == []
    assert refusal(dynamodb.describe_import, ImportArn=made[0]) == "ImportNotFoundException"


def test_an_arn_that_is_none_of_an_import(account: Account) -> None:
    describe, table = account.client("dynamodb").describe_import, arn(account, "tab")
    missing = f"{table}/import/01658528578619-0badf00d"
    assert refusal(describe, ImportArn=missing) == "ImportNotFoundException"
    foreign = missing.replace(account.id, "999999999999")
    assert refusal(describe, ImportArn=foreign) == "AccessDeniedException"
    for wrong in (f"{arn(account, 'x')}/import/01658528578619-c4d4e311", f"{table}/export/01658528578619"):
        with pytest.raises(ClientError, match=r"ValidationException.*Invalid Import ARN"):
            describe(ImportArn=wrong)
