# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of tables that AWS imports and restores: by the embedded AWS, and read by us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply_steps, looks
from local_aws.client.fixtures import account, local_aws
from local_aws.client.users import allow, as_user
from local_aws.client.waiting import until

from .exports import bucket, make_bucket, table
from .tables import SCHEMA, slowly
from .test_errors import BY_ID

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

HERE = Path(__file__).parent
KEYS = {
    "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
    "AttributeDefinitions": [
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "c", "AttributeType": "N"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def recorded(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["recorded"]


ANSWERS = recorded("import_answers")


def begin(account: Account, case: dict[str, Any]) -> dict[str, Any]:
    """An import of the objects of a case, below `in/` unless it says otherwise."""
    make_bucket(account)
    slowly(account, **{"reserve": 0.2, "import": 0})
    for key, lines in case["objects"].items():
        body = "".join(f"{line}\n" for line in lines).encode()
        account.client("s3").put_object(Bucket=bucket(account), Key=key, Body=body)
    source = {"S3Bucket": case.get("bucket", bucket(account)), "S3KeyPrefix": case.get("prefix", "in/")}
    told: dict[str, Any] = account.client("dynamodb").import_table(
        S3BucketSource=source,
        InputFormat="DYNAMODB_JSON",
        InputCompressionType=case.get("compression", "NONE"),
        TableCreationParameters={"TableName": "orders", **KEYS},
    )["ImportTableDescription"]
    return told


def end(account: Account, arn: str) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        told: dict[str, Any] = account.client("dynamodb").describe_import(ImportArn=arn)[
            "ImportTableDescription"
        ]
        return None if told["ImportStatus"] == "IN_PROGRESS" else told

    found: dict[str, Any] = until(over, "the end of the import", 30)
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_an_import_that_is_over(account: Account, name: str) -> None:
    case = ANSWERS[name]
    answer = end(account, begin(account, case)["ImportArn"])
    message = case["answer"].get("FailureMessage", "")
    exact = {key: value for key, value in case["answer"].items() if key != "FailureMessage"}
    assert {key: answer.get(key) for key in exact} == exact
    assert answer.get("FailureMessage", "").startswith(message)
    assert ("FailureCode" in answer) == ("FailureCode" in case["answer"])
    client = account.client("dynamodb")
    if case["items"] is None:
        assert client.list_tables()["TableNames"] == []
    else:
        assert client.scan(TableName="orders", Select="COUNT")["Count"] == case["items"]
    look = looks.at_import(answer)
    assert look.ready == (case["answer"]["ImportStatus"] == "COMPLETED")
    assert case["answer"].get("FailureCode", "") in look.failed
    assert message in look.failed
    assert look.items == case["answer"]["ImportedItemCount"]


def test_an_import_that_goes_on(account: Account) -> None:
    expected = recorded("import_in_progress")
    first = begin(account, {"objects": {"in/a": ['{"Item": {"p": {"S": "x"}, "c": {"N": "1"}}}']}})
    assert first.keys() >= set(expected["present"])
    assert not first.keys() & set(expected["absent"])
    assert [first[name] for name in expected["zero"]] == [0, 0, 0]
    look = looks.at_import(first)
    assert (look.ready, look.failed, look.items, look.bytes) == (False, "", 0, 0)
    end(account, first["ImportArn"])
    (summary,) = account.client("dynamodb").list_imports(TableArn=first["TableArn"])["ImportSummaryList"]
    assert summary.keys() == set(expected["summary"])


def test_an_import_that_may_not_write_its_log(account: Account) -> None:
    make_bucket(account)
    logs = ("DescribeLogGroups", "DescribeLogStreams", "CreateLogGroup", "PutRetentionPolicy")
    may = allow("dynamodb:ImportTable", "s3:*", *(f"logs:{each}" for each in logs))
    told = as_user(account, "dynamodb", may).import_table(
        S3BucketSource={"S3Bucket": bucket(account)},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={"TableName": "orders", **SCHEMA},
    )["ImportTableDescription"]
    answer = end(account, told["ImportArn"])
    log = told["CloudWatchLogGroupArn"].removesuffix(":*")
    identity = told["ImportArn"].rpartition("/")[2]
    assert recorded("import_in_progress")["denied"].format(log=log, id=identity) in answer["FailureMessage"]
    assert answer["FailureMessage"] in looks.at_import(answer).failed


@pytest.mark.parametrize("way", ["from_backup", "to_point_in_time"])
def test_a_table_that_is_restored(account: Account, way: str) -> None:
    expected, client = recorded("restored_table"), account.client("dynamodb")
    table(account)
    index = {
        "IndexName": "by-colour",
        "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    colour = [{"AttributeName": "colour", "AttributeType": "S"}]
    view = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    for change in (
        {"GlobalSecondaryIndexUpdates": [{"Create": index}], "AttributeDefinitions": colour},
        {"StreamSpecification": view},
        {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        {"SSESpecification": {"Enabled": True, "SSEType": "KMS"}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 100}},
        {"DeletionProtectionEnabled": True},
    ):
        client.update_table(TableName="orders", **change)
    slowly(account, restore=600)
    if way == "from_backup":
        kept = client.create_backup(TableName="orders", BackupName="kept")["BackupDetails"]["BackupArn"]
        client.restore_table_from_backup(TargetTableName="again", BackupArn=kept)
    else:
        client.restore_table_to_point_in_time(
            SourceTableName="orders", TargetTableName="again", UseLatestRestorableTime=True
        )
    found = client.describe_table(TableName="again")["Table"]
    assert found["TableStatus"] == expected["creating"]["TableStatus"]
    assert sorted(found["RestoreSummary"]) == expected["creating"]["RestoreSummary"][way]
    assert not found["GlobalSecondaryIndexes"][0].keys() & set(expected["creating"]["index"]["absent"])
    look = looks.at_table(found)
    assert (look.ready, look.failed) == (False, "")
    account.aws.advance(minutes=11)
    source = client.describe_table(TableName="orders")["Table"]
    found = client.describe_table(TableName="again")["Table"]
    assert not found.keys() & set(expected["active"]["absent"])
    assert found["DeletionProtectionEnabled"] is expected["active"]["DeletionProtectionEnabled"]
    for name in expected["active"]["carried"]:
        assert found[name] == source[name]
    assert looks.at_table(found).ready


@pytest.mark.parametrize(
    "name", ["policy_twice", "index_beside_an_index", "changed_while_created", "table_just_made"]
)
def test_the_collection_waits_for_what_passes(name: str) -> None:
    assert BY_ID[name]["code"] in apply_steps.PASSING
    assert not apply_steps.LATER.search(BY_ID[name]["message"])
    assert not apply_steps.ALREADY.search(BY_ID[name]["message"])


@pytest.mark.parametrize("name", ["ttl_twice", "class_a_third_time"])
def test_the_collection_leaves_for_later_what_passes_late(name: str) -> None:
    assert apply_steps.LATER.search(BY_ID[name]["message"])
    assert not apply_steps.ALREADY.search(BY_ID[name]["message"])


def test_the_collection_takes_what_is_so_already_for_done() -> None:
    assert apply_steps.ALREADY.search(BY_ID["ttl_enabled"]["message"])
