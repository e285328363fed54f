# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Scaling settings of tables in the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

READS = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/tab",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
TRACKING = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
}


@pytest.fixture
def scaling(account: Account) -> Any:
    create(account.client("dynamodb"), (simple("tab"),))
    return account.client("application-autoscaling")


def test_targets_and_policies_are_kept(scaling: Any) -> None:
    scaling.register_scalable_target(**READS, MinCapacity=5, MaxCapacity=50)
    scaling.register_scalable_target(**READS, MaxCapacity=60)
    scaling.put_scaling_policy(
        **READS,
        PolicyName="p",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=TRACKING,
    )
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 60)
    found = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId="table/tab")
    (policy,) = found["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"] == TRACKING
    scaling.deregister_scalable_target(**READS)
    assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []
    assert scaling.describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"] == []


def test_a_policy_needs_a_target_and_a_target_a_table(scaling: Any) -> None:
    policy = {"PolicyName": "p", "PolicyType": "TargetTrackingScaling"}
    with pytest.raises(ClientError, match="ObjectNotFoundException"):
        scaling.put_scaling_policy(**READS, **policy, TargetTrackingScalingPolicyConfiguration=TRACKING)
    with pytest.raises(ClientError, match="ValidationException"):
        scaling.register_scalable_target(**READS | {"ResourceId": "table/none"}, MinCapacity=1, MaxCapacity=2)


def test_what_is_not_imitated_is_refused(scaling: Any) -> None:
    with pytest.raises(ClientError, match="NotImitatedException"):
        scaling.describe_scalable_targets(ServiceNamespace="ecs")
    with pytest.raises(ClientError, match="NotImitatedException"):
        scaling.get_predictive_scaling_forecast(
            **READS, PolicyName="p", StartTime="2026-01-01T00:00:00Z", EndTime="2026-01-02T00:00:00Z"
        )


NIGHT = {
    "ScheduledActionName": "night",
    "Schedule": "cron(0 2 * * ? *)",
    "ScalableTargetAction": {"MinCapacity": 1},
}


def test_scheduled_actions_are_kept_with_their_target(scaling: Any) -> None:
    with pytest.raises(ClientError, match="ObjectNotFoundException"):
        scaling.put_scheduled_action(**READS, **NIGHT)
    scaling.register_scalable_target(**READS, MinCapacity=5, MaxCapacity=50)
    with pytest.raises(ClientError, match="ValidationException"):
        scaling.put_scheduled_action(**READS, ScheduledActionName="night")
    with pytest.raises(ClientError, match="must be in the future"):
        scaling.put_scheduled_action(**READS, **NIGHT, EndTime="2020-01-01T00:00:00Z")
    scaling.put_scheduled_action(**READS, **NIGHT, Timezone="Asia/Tokyo")
    found = scaling.describe_scheduled_actions(ServiceNamespace="dynamodb", ResourceId="table/tab")
    assert [(each["ScheduledActionName"], each["Timezone"]) for each in found["ScheduledActions"]] == [
        ("night", "Asia/Tokyo")
    ]
    scaling.deregister_scalable_target(**READS)
    assert scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"] == []
