# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bucket made by CloudFormation has the settings its template says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import WaiterError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

NAME = "settings-of-a-bucket"


def deploy(account: Account, properties: dict[str, Any], *, update: bool = False) -> str:
    """Deploy the bucket; returns the stack's status."""
    template = {
        "Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": NAME, **properties}}}
    }
    client = account.client("cloudformation")
    act = client.update_stack if update else client.create_stack
    act(StackName="s", TemplateBody=json.dumps(template))
    waiter = client.get_waiter("stack_update_complete" if update else "stack_create_complete")
    waiter.wait(StackName="s", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100})
    status: str = client.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]
    return status


def test_settings_reach_the_bucket_and_follow_the_template(account: Account) -> None:
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}}
    properties: dict[str, Any] = {
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [
                {"Id": "old", "Status": "Enabled", "Prefix": "old/", "ExpirationInDays": 7,
                 "NoncurrentVersionExpiration": {"NoncurrentDays": 2}},
                {"Id": "markers", "Status": "Enabled", "ExpiredObjectDeleteMarker": True},
                {"Id": "parts", "Status": "Enabled",
                 "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 5}},
            ]
        },
        "ObjectLockEnabled": True,
        "ObjectLockConfiguration": lock,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    }  # fmt: skip
    deploy(account, properties)
    s3 = account.client("s3")
    (encryption,) = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    assert encryption["BucketKeyEnabled"] is True
    rules = {r["ID"]: r for r in s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]}
    assert rules["old"]["Filter"] == {"Prefix": "old/"}
    assert rules["old"]["Expiration"] == {"Days": 7}
    assert rules["old"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 2}
    assert rules["markers"]["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    assert rules["parts"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 5}
    assert s3.get_object_lock_configuration(Bucket=NAME)["ObjectLockConfiguration"] == lock
    owned = s3.get_bucket_ownership_controls(Bucket=NAME)["OwnershipControls"]["Rules"]
    assert owned == [{"ObjectOwnership": "BucketOwnerEnforced"}]

    properties["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] = 8
    deploy(account, properties, update=True)
    rules = {r["ID"]: r for r in s3.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"]}
    assert rules["old"]["Expiration"] == {"Days": 8}


def test_the_tags_of_a_stack_are_the_buckets_too_and_outlive_it(account: Account) -> None:
    name = f"tagged-{account.id}"
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {"BucketName": name}}
    client = account.client("cloudformation")
    client.create_stack(
        StackName="s", TemplateBody=json.dumps({"Resources": {"B": bucket}}),
        Tags=[{"Key": "tablekeeper-prefix", "Value": "tk"}],
    )  # fmt: skip
    client.get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )
    client.delete_stack(StackName="s")
    client.get_waiter("stack_delete_complete").wait(
        StackName="s", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )
    tags = {
        tag["Key"]: tag["Value"] for tag in account.client("s3").get_bucket_tagging(Bucket=name)["TagSet"]
    }
    assert tags["tablekeeper-prefix"] == "tk"


def test_a_bucket_policy_is_not_written_over_another(account: Account) -> None:
    s3, name = account.client("s3"), f"policed-{account.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    document = {"Version": "2012-10-17", "Statement": [deny]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))
    policy = {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": name, "PolicyDocument": document}}
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"P": policy}}))
    with pytest.raises(WaiterError):
        client.get_waiter("stack_create_complete").wait(
            StackName="s", WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
        )
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in client.describe_stack_events(StackName="s")["StackEvents"]
    ]
    assert any("The bucket policy already exists on bucket" in reason for reason in reasons)
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]) == document
