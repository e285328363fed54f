# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A change set of the embedded AWS says what would be replaced, and that happens."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

import pytest

from local_aws.services.cloudformation.change_sets import by_schema

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

HAS_SCHEMAS = bool(importlib.util.find_spec("cfnlint") and importlib.util.find_spec("jsonschema"))


def template(name: str, *, versions: str) -> str:
    properties = {"BucketName": name, "VersioningConfiguration": {"Status": versions}}
    bucket = {"Type": "AWS::S3::Bucket", "UpdateReplacePolicy": "Retain", "Properties": properties}
    return json.dumps({"Resources": {"Bucket": bucket}})


@pytest.mark.skipif(not HAS_SCHEMAS, reason="cfn-lint and jsonschema bring the schemas")
def test_what_is_set_at_creation_only_replaces_the_resource(account: Account) -> None:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template("first", versions="Enabled"))
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    told = {}
    for name, body in {
        "renamed": template("second", versions="Enabled"),
        "changed": template("first", versions="Suspended"),
    }.items():
        client.create_change_set(StackName="s", ChangeSetName=name, TemplateBody=body)
        (change,) = client.describe_change_set(StackName="s", ChangeSetName=name)["Changes"]
        told[name] = [change["ResourceChange"].get(key) for key in ("Action", "Replacement", "PolicyAction")]
    assert told == {
        "renamed": ["Modify", "True", "ReplaceAndRetain"],
        "changed": ["Modify", "False", None],
    }
    client.execute_change_set(StackName="s", ChangeSetName="renamed")
    client.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    assert {each["Name"] for each in account.client("s3").list_buckets()["Buckets"]} == {"first", "second"}


@pytest.mark.parametrize(
    ("name", "recreation"),
    [("Name", "Always"), ("Logging", "Conditionally"), ("Region", "Conditionally"), ("Log", "Never")],
)
def test_the_schema_of_a_type_tells(name: str, recreation: str) -> None:
    schema = {
        "createOnlyProperties": ["/properties/Name", "/properties/Logging/Bucket"],
        "conditionalCreateOnlyProperties": ["/properties/Region"],
    }
    assert by_schema(schema, name) == recreation


def test_a_stack_that_an_import_makes_has_the_description_of_its_template(account: Account) -> None:
    client = account.client("cloudformation")
    account.client("s3").create_bucket(
        Bucket="kept", CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    body = json.loads(template("kept", versions="Enabled"))
    body["Resources"]["Bucket"]["DeletionPolicy"] = "Retain"
    client.create_change_set(
        StackName="s",
        ChangeSetName="adopt",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({**body, "Description": "of the template"}),
        ResourcesToImport=[
            {
                "ResourceType": "AWS::S3::Bucket",
                "LogicalResourceId": "Bucket",
                "ResourceIdentifier": {"BucketName": "kept"},
            }
        ],
    )
    client.execute_change_set(StackName="s", ChangeSetName="adopt")
    client.get_waiter("stack_import_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    (stack,) = client.describe_stacks(StackName="s")["Stacks"]
    assert stack["Description"] == "of the template"
