# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run of the state machine saves beside a point, in the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.target import run
from local_aws.client import samples
from tests.unit.support import furnished, saved
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

STACK = "tablekeeper-export-1"
# The rights without which a setting is unknown, by the setting.
OPTIONAL = {
    "alarms": "cloudwatch:DescribeAlarms",
    "event_sources": "lambda:ListEventSourceMappings",
    "insights": "dynamodb:ListContributorInsights",
    "kinesis": "dynamodb:DescribeKinesisStreamingDestination",
    "pipes": "pipes:ListPipes",
    "policy": "dynamodb:GetResourcePolicy",
    "replica_scaling": "dynamodb:DescribeTableReplicaAutoScaling",
    "scheduled_actions": "application-autoscaling:DescribeScheduledActions",
    "stream_policy": "dynamodb:GetResourcePolicy",
}
KEY = "kms:DescribeKey"


def backed_up(account: Account, table: str, *denied: str, **variables: Any) -> dict[str, Any]:
    """Deploy, deny the state machine's role some rights, and run: what that saved."""
    outputs = deployed(account, {"tablekeeper_tables": [table], **variables}).outputs
    if denied:
        account.client("iam").put_role_policy(
            RoleName=f"{STACK}-machine-{account.region}", PolicyName="denied", PolicyDocument=json.dumps({
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Deny", "Action": list(denied), "Resource": "*"}],
            }),
        )  # fmt: skip
    run(account.client("stepfunctions"), outputs[STACK]["StateMachineArn"], [table])
    return saved.document(account, table)


def test_a_table_with_everything(account: Account) -> None:
    furnished.furnish(account)
    found = backed_up(account, furnished.TABLE)
    saved.is_as_furnished(account, found)
    assert saved.not_known_at_a_restore(found).keys() == saved.TRULY


def test_a_table_with_nothing(account: Account) -> None:
    samples.create(account.client("dynamodb"), (samples.simple("tab"),))
    found = backed_up(account, "tab")
    assert saved.not_known_at_a_restore(found).keys() == saved.TRULY
    empty = (
        "Alarms", "ContributorInsights", "EventSourceMappings", "KinesisDataStreamDestinations", "Pipes",
        "ReplicaAutoScaling", "ScalableTargets", "ScalingPolicies", "ScheduledActions", "Tags",
    )  # fmt: skip
    assert {name: found[name] for name in empty} == {name: [] for name in empty}
    assert (found["ResourcePolicy"], found["StreamResourcePolicy"]) == ("", "")
    assert "KeyManager" not in found


def test_what_the_role_may_not_read_is_unknown_and_fails_no_backup(account: Account) -> None:
    furnished.furnish(account)
    found = backed_up(account, furnished.TABLE, KEY, *OPTIONAL.values())
    told = saved.not_known_at_a_restore(found)
    assert told.keys() == {*OPTIONAL, *saved.TRULY}
    for setting, action in OPTIONAL.items():
        assert f"Exception: User: arn:aws:sts::{account.id}:assumed-role/{STACK}-machine-" in told[setting]
        assert f"is not authorized to perform: {action}" in told[setting]
    assert f"is not authorized to perform: {KEY}" in found["KeyManager"]["unknown"]


def test_policies_that_are_not_to_be_read_are_unknown(account: Account) -> None:
    furnished.furnish(account)
    found = backed_up(account, furnished.TABLE, tablekeeper_read_resource_policy=False)
    told = saved.not_known_at_a_restore(found)
    assert told.keys() == {"policy", "stream_policy", *saved.TRULY}
    assert told["policy"] == "it is not known: tablekeeper_read_resource_policy is false"
