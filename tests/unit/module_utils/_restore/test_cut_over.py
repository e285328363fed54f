# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is given to CloudFormation, Terraform and people to use the new table."""

from __future__ import annotations

import json
import re

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.cut_over import cut_over
from tests.unit.support.settings import KEY, everything, plain

NEW = everything(arn="arn:aws:dynamodb:eu-west-1:111122223333:table/orders-restored")


def test_cloudformation_gets_every_property() -> None:
    told = cut_over("orders", NEW)["cloudformation"]
    ((logical, resource),) = told["template"]["Resources"].items()
    properties = resource["Properties"]
    assert re.fullmatch(r"[A-Za-z0-9]+", logical)
    assert resource["DeletionPolicy"] == "Retain"
    assert properties["TableName"] == "orders-restored"
    assert properties["SSESpecification"]["KMSMasterKeyId"] == KEY
    assert properties["TimeToLiveSpecification"]["Enabled"]
    assert {each["IndexName"] for each in properties["GlobalSecondaryIndexes"]} == {"by-customer", "by-day"}
    assert not [each for each in properties["Tags"] if each["Key"].startswith("aws:")]
    assert told["resources_to_import"] == [
        {
            "ResourceType": "AWS::DynamoDB::Table",
            "LogicalResourceId": logical,
            "ResourceIdentifier": {"TableName": "orders-restored"},
        }
    ]
    assert "--change-set-type IMPORT" in told["command"]
    assert json.dumps(told["resources_to_import"]) in told["command"]


def test_terraform_gets_an_import_and_the_resource() -> None:
    text = cut_over("orders", NEW)["terraform"]
    assert text.startswith(
        'import {\n  to = aws_dynamodb_table.orders_restored\n  id = "orders-restored"\n}\n'
    )
    assert '  hash_key = "id"\n' in text
    assert "  deletion_protection_enabled = true\n" in text
    assert text.count("{") == text.count("}")


def test_what_hcl_would_take_for_code_is_quoted() -> None:
    text = cut_over("orders", plain(tags={"a": "${b} %{c}"}))["terraform"]
    assert '"a" = "$${b} %%{c}"' in text


def test_people_are_told_of_the_stream_the_parameter_and_the_next_backup() -> None:
    told = cut_over("orders", NEW, "/shop/table")["text"]
    assert "The parameter /shop/table names orders-restored now" in told
    assert f"Point whatever read the stream of orders to {NEW.stream_arn}" in told
    assert "add it to the inventory in place of orders" in told
    assert "old name" not in told
    again = "restore_table=orders restore_to=orders"
    free = f"is free: restore it again with {again}, and delete orders-restored."
    assert free in cut_over("orders", NEW, "", again)["text"]
    assert free not in cut_over("orders-restored", NEW, "", again)["text"]
    assert "Have applications use orders-restored in place of orders." in cut_over("orders", NEW)["text"]
