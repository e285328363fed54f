# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What protects the backups and the way of the alerts, each as it is written in the store."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import planned
from tests.gates.cloudformation import ACCOUNT, Template
from tests.unit.support.rendering import machinery, store

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
TABLES = [{"name": f"of-{name}", "engine": name} for name in PLANNERS]
LOGS = {"existing": {"log_bucket": True}}  # as an engine leaves it that logs in files
BUCKETS = ("Bucket", "LogBucket")


def resources(*tables: Any, **settings: Any) -> dict[str, Any]:
    plan = planned(list(tables) or TABLES, now=NOON, **{**LOGS, **settings})
    return Template(store(plan), plan.region).resolved()


def properties(name: str, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = resources(**settings)[name]["Properties"]
    return found


@pytest.mark.parametrize("bucket", BUCKETS)
def test_nobody_else_reaches_a_bucket_and_nothing_travels_in_clear(bucket: str) -> None:
    made = resources()
    own = made[bucket]["Properties"]
    assert set(own["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(own["PublicAccessBlockConfiguration"]) == 4
    assert own["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    policy = made[f"{bucket}Policy"]["Properties"]
    assert policy["Bucket"] == bucket
    arn = f"arn:aws:s3:::{bucket.lower()}"
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}),
        (
            {"encryption": "aws:kms", "kms_key_arn": KEY},
            {
                "BucketKeyEnabled": True,
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
            },
        ),
    ],
)
def test_the_buckets_are_encrypted(settings: dict[str, Any], expected: dict[str, Any]) -> None:
    for bucket in BUCKETS:
        encryption = properties(bucket, **settings)["BucketEncryption"]
        assert encryption == {"ServerSideEncryptionConfiguration": [expected]}


def test_everything_expires_by_its_class_and_its_old_versions_too() -> None:
    tables = ["orders", {"name": "sessions", "retention_days": 7}, {"name": "ledger", "retention_days": 400}]
    own = resources(*tables)["Bucket"]["Properties"]
    assert own["VersioningConfiguration"] == {"Status": "Enabled"}
    rules = own["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    kept = {
        rule["Prefix"]: (rule["ExpirationInDays"], rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        for rule in rules
        if "Prefix" in rule
    }
    assert kept == {
        "retain-7d/": (7, 7), "retain-35d/": (35, 14), "retain-400d/": (400, 14), "restores/": (90, 14),
        "drills/": (1100, 14), "exports/": (7, 7), "undo/": (400, 14),
        "templates/": (30, 14), "status/": (7, 7),
    }  # fmt: skip
    (leftovers,) = [rule for rule in rules if "Prefix" not in rule]
    assert leftovers["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert leftovers["ExpiredObjectDeleteMarker"] is True


def test_logs_are_kept_for_as_long_as_is_said() -> None:
    assert properties("LogGroup", log_retention_days=30)["RetentionInDays"] == 30


def test_what_holds_data_outlives_its_stack() -> None:
    made = resources(encryption="aws:kms")
    kept = {
        name
        for name, each in made.items()
        if {each.get("DeletionPolicy"), each.get("UpdateReplacePolicy")} == {"Retain"}
    }
    assert kept == {"Bucket", "LogBucket", "LogGroup", "Key"}


def test_exactly_cloudwatch_and_our_roles_publish_to_the_alerts_topic() -> None:
    statements = properties("AlertsTopicPolicy")["PolicyDocument"]["Statement"]
    root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    publishers = [
        (statement["Principal"], statement["Condition"])
        for statement in statements
        if any(action in ("sns:Publish", "sns:*", "*") for action in _listed(statement["Action"]))
    ]
    assert publishers == [
        (
            {"Service": "cloudwatch.amazonaws.com"},
            {
                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:tablekeeper-*"},
            },
        ),
        (root, {"ArnEquals": {"aws:PrincipalArn": tellers()}}),
    ]
    assert {str(statement["Principal"]) for statement in statements} == {
        str(principal) for principal, _condition in publishers
    }
    assert {statement["Effect"] for statement in statements} == {"Allow"}


def tellers() -> list[str]:
    """The roles that the machinery lets publish to the alerts topic."""
    plan = planned(TABLES, now=NOON)
    templates = [Template(machinery(plan, number), plan.region) for number in range(len(plan.stacks))]
    return [
        f"arn:aws:iam::{ACCOUNT}:role/{role['Properties']['RoleName']}"
        for template in templates
        for role in template.resolved().values()
        if role["Type"] == "AWS::IAM::Role" and _tells(role, template.ref("AlertsTopicArn"))
    ]


def _tells(role: dict[str, Any], topic: str) -> bool:
    return any(
        "sns:Publish" in _listed(statement["Action"]) and topic in _listed(statement["Resource"])
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    )


def test_whoever_loses_the_key_of_the_data_is_told() -> None:
    """The alerts topic has no key, or one that the user names for it."""
    made = resources(encryption="aws:kms")
    assert "KmsMasterKeyId" not in made["AlertsTopic"]["Properties"]
    # A topic that an earlier store encrypted with it lets go first: nobody else is let in by its policy.
    assert made["Key"]["DependsOn"] == "AlertsTopic"
    (root,) = made["Key"]["Properties"]["KeyPolicy"]["Statement"]
    assert root["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    topic = properties("AlertsTopic", encryption="aws:kms", kms_key_arn=KEY, alerts_kms_key_arn=f"{KEY}-2")
    assert topic["KmsMasterKeyId"] == f"{KEY}-2"


@pytest.mark.parametrize("named", [True, False])
def test_exactly_the_roles_that_publish_alerts_may_use_their_key(named: bool) -> None:
    settings = {"alerts_kms_key_arn": KEY} if named else {}
    plan = planned(TABLES, now=NOON, encryption="aws:kms", **settings)
    templates = [Template(machinery(plan, number), plan.region) for number in range(len(plan.stacks))]
    users = [
        f"arn:aws:iam::{ACCOUNT}:role/{role['Properties']['RoleName']}"
        for template in templates
        for role in template.resolved().values()
        if role["Type"] == "AWS::IAM::Role"
        and any(policy["PolicyName"] == "alerts-key" for policy in role["Properties"]["Policies"])
    ]
    assert users == (tellers() if named else [])


def test_a_bucket_can_keep_everything() -> None:
    for expires, status in ((True, "Enabled"), (False, "Disabled")):
        rules = properties("Bucket", expire_backups=expires)["LifecycleConfiguration"]["Rules"]
        assert {rule["Status"] for rule in rules if rule["Id"].startswith("retain-")} == {status}
        assert {rule["Status"] for rule in rules if not rule["Id"].startswith("retain-")} == {"Enabled"}


def test_the_outputs_tell_of_an_object_lock() -> None:
    lock = {"mode": "GOVERNANCE", "days": 7}
    assert store(planned(["orders"], object_lock=lock))["Outputs"]["ObjectLock"] == {"Value": "GOVERNANCE 7"}
    assert "ObjectLock" not in store(planned(["orders"]))["Outputs"]


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "ops@example.com"),
        ("https", "https://example.com/alerts"),
        ("sqs", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:alerts"),
        ("lambda", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:alerts"),
        ("sms", "+353861234567"),
    ],
)
def test_a_subscriber_is_subscribed(protocol: str, endpoint: str) -> None:
    made = resources("orders", alerts=[{"protocol": protocol, "endpoint": endpoint}])
    (subscription,) = [
        each["Properties"] for each in made.values() if each["Type"] == "AWS::SNS::Subscription"
    ]
    assert (subscription["Protocol"], subscription["Endpoint"]) == (protocol, endpoint)
    assert subscription["TopicArn"] == f"arn:aws:sns:eu-west-1:{ACCOUNT}:alertstopic"
    assert "RawMessageDelivery" not in subscription


def test_a_queue_is_told_raw_if_it_is_asked_for() -> None:
    queue = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:alerts", "raw": True}
    made = resources("orders", alerts=[queue])
    (raw,) = [
        each["Properties"]["RawMessageDelivery"]
        for each in made.values()
        if each["Type"] == "AWS::SNS::Subscription"
    ]
    assert raw is True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
