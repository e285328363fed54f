# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ImportTable, DescribeImport and ListImports of the embedded DynamoDB.

API_ImportTable.html, S3DataImport.HowItWorks.html and S3DataImport.Validation.html of AWS; and
test/alternator/test_import.py of scylladb/scylladb#31619, which is run against AWS.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .exporting import arn, refusal
from .importing import TABLE, begun, bucket, counts, ended, errors, imported, lines, put
from .restoring import active, items, slowly

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ONE, TWO = {"id": {"S": "one"}}, {"id": {"S": "two"}}
NO_KEY = {"other": {"S": "x"}}


def test_what_an_import_tells(account: Account) -> None:
    source = put(account, a=lines(ONE, TWO))
    first = begun(account, source)
    assert first.keys() == {
        "ImportArn", "ImportStatus", "TableArn", "TableId", "ClientToken", "S3BucketSource", "InputFormat",
        "InputCompressionType", "TableCreationParameters", "StartTime", "ProcessedItemCount",
        "ImportedItemCount", "ErrorCount", "CloudWatchLogGroupArn",
    }  # fmt: skip
    assert first["ImportArn"].startswith(f"{arn(account, 'tab')}/import/0")
    assert first["InputCompressionType"] == "NONE"
    assert first["CloudWatchLogGroupArn"].endswith(":log-group:/aws-dynamodb/imports:*")
    last = ended(account, first)
    assert last["ImportStatus"] == "COMPLETED"
    assert counts(last) == (2, 2, 0)
    assert last["ProcessedSizeBytes"] == len(lines(ONE, TWO))
    assert last["EndTime"] >= last["StartTime"]
    changed = {"ImportStatus", "ProcessedItemCount", "ImportedItemCount"}
    assert {name: last[name] for name in first.keys() - changed} == {
        name: first[name] for name in first.keys() - changed
    }
    table = active(account, "tab")
    assert table["TableId"] == first["TableId"]
    assert table["ItemCount"] == 0  # as the statistics are for hours
    assert len(items(account, "tab")) == 2


def test_what_is_seen_while_it_runs(account: Account) -> None:
    """The table shows late, is CREATING, and may not be used; counters stay 0."""
    dynamodb, source = account.client("dynamodb"), put(account, a=lines(ONE))
    slowly(account, **{"reserve": 60, "import": 600, "finish": 60})
    told = begun(account, source)
    assert refusal(dynamodb.describe_table, TableName="tab") == "ResourceNotFoundException"
    account.aws.advance(minutes=2)
    assert dynamodb.describe_table(TableName="tab")["Table"]["TableStatus"] == "CREATING"
    assert refusal(dynamodb.put_item, TableName="tab", Item=TWO) == "ResourceNotFoundException"
    assert refusal(dynamodb.scan, TableName="tab") == "ResourceNotFoundException"
    for call in (dynamodb.delete_table, dynamodb.update_table):
        more = {"DeletionProtectionEnabled": True} if call == dynamodb.update_table else {}
        assert refusal(call, TableName="tab", **more) == "ResourceInUseException"
    now = dynamodb.describe_import(ImportArn=told["ImportArn"])["ImportTableDescription"]
    assert counts(now) == (0, 0, 0)
    assert not {"EndTime", "ProcessedSizeBytes"} & now.keys()
    (summary,) = dynamodb.list_imports(TableArn=told["TableArn"])["ImportSummaryList"]
    assert summary["ImportStatus"] == "IN_PROGRESS"
    account.aws.advance(minutes=9, seconds=30)
    active(account, "tab")  # some seconds before the import is over
    now = dynamodb.describe_import(ImportArn=told["ImportArn"])["ImportTableDescription"]
    assert now["ImportStatus"] == "IN_PROGRESS"
    account.aws.advance(minutes=2)
    assert counts(ended(account, told)) == (1, 1, 0)


def test_of_items_with_one_key_nobody_knows_which_wins(account: Account) -> None:
    """AWS: "The duplicate items will be overwritten in random order, are not counted as errors, and are not
    emitted to CloudWatch logs."
    """
    same = [{**ONE, "n": {"N": str(number)}} for number in range(3)]
    source, won = put(account, a=lines(*same[:2]), b=lines(same[2])), Counter[int]()
    for number in range(12):
        account.aws.control("POST", "imports", account=account.id, seed=number)
        name = f"tab{number}"
        told = imported(account, source, parameters={"TableName": name})
        assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (3, 3, 0))
        assert errors(account, told) == []
        (item,) = items(account, name)
        won[int(item["n"])] += 1
    assert won.keys() == {0, 1, 2}


def test_a_seed_makes_the_order_the_same(account: Account) -> None:
    source = put(account, a=lines(*({**ONE, "n": {"N": str(number)}} for number in range(50))))
    account.aws.control("POST", "imports", account=account.id, seed=7)
    for name in ("tab1", "tab2"):
        imported(account, source, parameters={"TableName": name})
    assert items(account, "tab1") == items(account, "tab2")


def test_an_item_that_is_not_valid_is_skipped_and_told(account: Account) -> None:
    """AWS: "The import job skips over that item and continues on with the next item. At the end of job, the
    import status is set to FAILED".
    """
    wrong = {"id": {"N": "1"}}
    source = put(account, a=lines(NO_KEY, ONE), b=lines(TWO, wrong))
    told = imported(account, source)
    assert told["ImportStatus"] == "FAILED"
    assert told["FailureCode"] == "ItemValidationError"
    assert told["FailureMessage"] == (
        "Some of the items failed validation checks and were not imported. Please check CloudWatch error "
        "logs for more details."
    )
    assert counts(told) == (4, 2, 2)
    active(account, "tab")
    assert items(account, "tab") == [{"id": "one"}, {"id": "two"}]
    found = sorted(errors(account, told), key=lambda each: str(each["itemS3Pointer"]["key"]))
    assert found[0] == {
        "itemS3Pointer": {"bucket": source, "key": "in/a", "itemIndex": 0},
        "importArn": told["ImportArn"],
        "errorMessages": ["One or more parameter values were invalid: Missing the key id in the item"],
    }
    assert found[1]["itemS3Pointer"] == {"bucket": source, "key": "in/b", "itemIndex": 1}
    assert "Type mismatch for key id" in found[1]["errorMessages"][0]


def test_items_must_fit_indexes(account: Account) -> None:
    """AWS: "the attribute type ... matches the attribute type in the Table and the GSI schema"."""
    index = {
        "IndexName": "by-colour",
        "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = [*TABLE["AttributeDefinitions"], {"AttributeName": "colour", "AttributeType": "S"}]
    source = put(account, a=lines({**ONE, "colour": {"N": "1"}}, {**TWO, "colour": {"S": "red"}}))
    told = imported(
        account,
        source,
        parameters={"GlobalSecondaryIndexes": [index], "AttributeDefinitions": definitions},
    )
    assert counts(told) == (2, 1, 1)
    (found,) = active(account, "tab")["GlobalSecondaryIndexes"]
    assert found["IndexStatus"] == "ACTIVE"
    query = {"KeyConditionExpression": "colour = :c", "ExpressionAttributeValues": {":c": {"S": "red"}}}
    answer = account.client("dynamodb").query(TableName="tab", IndexName="by-colour", **query)
    assert answer["Count"] == 1


def test_no_bucket_leaves_no_table(account: Account) -> None:
    told = imported(account, "no-such-bucket")
    assert (told["ImportStatus"], told["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert told["FailureMessage"].startswith(
        "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket"
    )
    assert counts(told) == (0, 0, 0)
    assert told["ProcessedSizeBytes"] == 0
    dynamodb = account.client("dynamodb")
    assert refusal(dynamodb.describe_table, TableName="tab") == "ResourceNotFoundException"
    assert dynamodb.list_tables()["TableNames"] == []


def test_no_objects_make_an_empty_table(account: Account) -> None:
    told = imported(account, bucket(account))
    assert (told["ImportStatus"], counts(told)) == ("COMPLETED", (0, 0, 0))
    assert "FailureCode" not in told
    active(account, "tab")
    assert items(account, "tab") == []


def test_an_object_that_goes_meanwhile_is_an_error(account: Account) -> None:
    """DDB-IMPORT-007 of docs/api-quirks/import.md in aws-controllers-k8s/dynamodb-controller."""
    source = put(account, a=lines(ONE), b=lines(TWO))
    slowly(account, **{"reserve": 0, "import": 600})
    told = begun(account, source)
    account.aws.advance(minutes=1)
    account.client("s3").delete_object(Bucket=source, Key="in/b")
    account.aws.advance(minutes=10)
    last = ended(account, told)
    assert (last["ImportStatus"], last["FailureCode"]) == ("FAILED", "ItemValidationError")
    assert counts(last) == (2, 1, 1)
    assert items(account, "tab") == [{"id": "one"}]


def test_a_prefix_is_no_folder(account: Account) -> None:
    source = put(account, data=lines(ONE), data2=lines(TWO))
    place = {"S3Bucket": source, "S3KeyPrefix": "in/data"}
    assert counts(imported(account, source, S3BucketSource=place)) == (2, 2, 0)


def test_a_bucket_may_be_in_another_region(account: Account) -> None:
    """AWS: "The new table may also be in a different Region from the source Amazon S3 bucket"."""
    source = bucket(account, "eu-central-1")
    account.client("s3", "eu-central-1").put_object(Bucket=source, Key="in/a", Body=lines(ONE))
    assert counts(imported(account, source)) == (1, 1, 0)
