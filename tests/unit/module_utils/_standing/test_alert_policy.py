# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.alert_policy import (
    SNS,
    denying,
    lets,
    lets_cloudwatch,
)

ACCOUNT = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:tablekeeper-alerts"
ALARM = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:tablekeeper-missed-a-table"
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
OURS = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:tablekeeper-*"},
}
# What SNS gives a topic that names no policy.
DEFAULT = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:Publish", "SNS:Subscribe"],
    "Resource": TOPIC,
    "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "SNS:Publish",
    "Resource": TOPIC,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def allow(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": CLOUDWATCH,
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": OURS,
    }
    return {key: value for key, value in {**statement, **changes}.items() if value is not None}


def deny(**changes: Any) -> dict[str, Any]:
    return allow(**{"Effect": "Deny", "Condition": None, **changes})


@pytest.mark.parametrize(
    "statements",
    [
        [allow()],
        allow(),
        [allow(Action=None, NotAction="sns:Subscribe")],
        [DEFAULT],
        [allow(), TLS_ONLY],
        [allow(Condition=None)],
        [allow(Principal="*")],
        [allow(Action=["sns:Subscribe", "SNS:Pub*"])],
        [allow(Resource="*")],
        [allow(Condition={"StringLike": {"AWS:SourceAccount": "1234*"}})],
        [allow(), deny(Principal={"Service": "events.amazonaws.com"})],
        [allow(), deny(Action="sns:DeleteTopic")],
        [allow(), deny(Principal="*", Condition={"StringNotEquals": {"aws:SourceAccount": ACCOUNT}})],
        [allow(), deny(Principal="*", Condition={"BoolIfExists": {"aws:PrincipalIsAWSService": False}})],
    ],
)
def test_open(statements: Any) -> None:
    assert lets_cloudwatch({"Statement": statements}, ["sns:Publish"], TOPIC, ALARM)


@pytest.mark.parametrize(
    "statements",
    [
        [],
        None,
        [allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})],
        [allow(Principal={"Service": "events.amazonaws.com"})],
        [allow(Action="sns:Subscribe")],
        [allow(Resource=f"{TOPIC}-2")],
        [allow(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}})],
        [allow(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:*:*:alarm:other-*"}})],
        [allow(Condition={"StringEquals": {"aws:SourceOrgID": "o-1234"}})],
        [allow(Condition={"NumericLessThan": {"aws:SourceAccount": "1"}})],
        [allow(), deny()],
        [allow(), deny(Principal="*", Action="sns:*")],
        [allow(), deny(Condition={"StringEquals": {"aws:SourceOrgID": "o-1234"}})],
        [allow(), deny(Principal=None, NotPrincipal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})],
        [allow(), deny(Action=None, NotAction="sns:Subscribe")],
        [allow(), deny(Condition={"Bool": {"aws:SecureTransport": "true"}})],
    ],
)
def test_closed(statements: Any) -> None:
    assert not lets_cloudwatch({"Statement": statements}, ["sns:Publish"], TOPIC, ALARM)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [(["kms:Decrypt", "kms:GenerateDataKey*"], True), (["kms:Decrypt"], False), (["kms:*"], True)],
)
def test_every_action_is_needed(actions: list[str], expected: bool) -> None:
    policy = {"Statement": [allow(Action=actions, Resource="*", Condition=None)]}
    needed = ["kms:Decrypt", "kms:GenerateDataKey"]
    assert lets_cloudwatch(policy, needed, "arn:aws:kms:eu-west-1:1:key/1", ALARM) == expected


SENDING = {"Action": "sqs:SendMessage", "Resource": "q", "Principal": {"Service": SNS}, "Effect": "Allow"}


@pytest.mark.parametrize(
    ("statements", "may"),
    [
        ([SENDING], True),
        ([{**SENDING, "Principal": CLOUDWATCH}], False),
        ([{**SENDING, "Principal": "*", "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}}], True),
        ([{**SENDING, "Condition": {"ArnEquals": {"aws:SourceArn": f"{TOPIC}-old"}}}], False),
        ([{**SENDING, "Condition": {"StringEquals": {"aws:SourceOrgID": "o-1"}}}], None),
        ([SENDING, {**SENDING, "Effect": "Deny"}], False),
        ([SENDING, {**SENDING, "Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": "x"}}}], None),
        ([], False),
    ],
)
def test_what_is_not_sure_is_told_apart_for_who_asks(
    statements: list[dict[str, Any]], may: bool | None
) -> None:
    assert lets(SNS, {"Statement": statements}, "sqs:SendMessage", "q", TOPIC) is may


ROLE = f"arn:aws:iam::{ACCOUNT}:role/tablekeeper-export-1-machine-eu-west-1"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize(
    ("changes", "keeps_out"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ROLE}}, True),
        ({"Principal": {"AWS": [ROOT]}}, True),
        ({"Principal": {"AWS": ACCOUNT}}, True),
        ({"Principal": None, "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ops"}}, True),
        # These keep others out, and protect what is theirs to protect.
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/intern"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::210987654321:root"}}, False),
        ({"Principal": {"Service": "events.amazonaws.com"}}, False),
        ({"Principal": "*", "Action": None, "NotAction": "sns:Publish"}, False),
        ({"Principal": "*", "Resource": None, "NotResource": TOPIC}, False),
        ({"Principal": "*", "Action": None, "NotAction": "sns:Subscribe"}, True),
    ],
    ids=str,
)
def test_only_what_keeps_our_roles_out_is_found(changes: dict[str, Any], keeps_out: bool) -> None:
    policy = {"Statement": [deny(**changes)]}
    assert bool(denying(policy, "sns:Publish", TOPIC, "tablekeeper-export-1-")) is keeps_out


@pytest.mark.parametrize(
    ("changes", "open_to"),
    [
        ({"Principal": None, "NotPrincipal": {"Service": SNS}}, True),
        ({"Principal": None, "NotPrincipal": {"AWS": ROOT}}, None),
        ({"Principal": "*", "Action": None, "NotAction": ["sns:Publish", "sns:Subscribe"]}, True),
        ({"Principal": "*", "Resource": None, "NotResource": TOPIC}, True),
        ({"Principal": "*", "Action": None, "NotAction": "sns:Subscribe"}, False),
    ],
    ids=str,
)
def test_what_a_denial_spares_is_let_in(changes: dict[str, Any], open_to: bool | None) -> None:
    policy = {"Statement": [allow(Principal="*", Condition=None), deny(**changes)]}
    assert lets(SNS, policy, "sns:Publish", TOPIC, TOPIC) is open_to
