# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import (
    UNKNOWN,
    DeployedStack,
)

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Key": {"Type": "String", "Default": ""}, "Bucket": {"Type": "String"}},
    "Conditions": {
        "HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]},
        "HasBucket": {"Fn::Equals": [{"Ref": "Bucket"}, "store"]},
        "Both": {"Fn::And": [{"Condition": "HasKey"}, {"Condition": "HasBucket"}]},
        "One": {"Fn::Or": [{"Condition": "HasKey"}, {"Condition": "HasBucket"}]},
    },
    "Mappings": {"Console": {"aws-cn": {"Domain": "console.amazonaws.cn"}}},
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}},
        "Made": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Unnamed": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {}},
        "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "group"}},
        "Schedule": {
            "Type": "AWS::Scheduler::Schedule",
            "Properties": {"Name": "nightly", "GroupName": {"Ref": "Group"}},
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "missed"}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/logs"}},
        "Pipeline": {"Type": "AWS::DataPipeline::Pipeline", "Properties": {"Name": "nightly"}},
        "Never": {"Type": "AWS::SNS::Topic", "Condition": "HasKey", "Properties": {"TopicName": "never"}},
    },
    "Outputs": {"KeyArn": {"Value": {"Fn::GetAtt": ["Made", "Arn"]}}},
}
STACK = DeployedStack(
    id="arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/tablekeeper-store/1",
    name="tablekeeper-store",
    template=TEMPLATE,
    outputs=Outputs.from_raw({
        "KeyArn": "arn:aws-cn:kms:cn-north-1:123456789012:key/1",
        "Pipelines0": json.dumps([{"id": "df-1", "name": "nightly"}]),
    }),
    parameters={"Bucket": "store"},
)  # fmt: skip
ARN = "arn:aws-cn:{}:cn-north-1:123456789012:{}"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "AWS::Region"}, "cn-north-1"),
        ({"Ref": "AWS::StackName"}, "tablekeeper-store"),
        ({"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}, "1"),
        ({"Fn::Select": [0, {"Fn::Split": ["/", {"Ref": "Unnamed"}]}]}, UNKNOWN),
        ({"Ref": "Bucket"}, "store"),
        ({"Ref": "Key"}, ""),
        ({"Ref": "Topic"}, ARN.format("sns", "alerts")),
        ({"Ref": "Group"}, "group"),
        ({"Ref": "Pipeline"}, "df-1"),
        ({"Ref": "Unnamed"}, UNKNOWN),
        ({"Fn::GetAtt": ["Topic", "TopicName"]}, "alerts"),
        ({"Fn::GetAtt": "Topic.TopicArn"}, ARN.format("sns", "alerts")),
        ({"Fn::GetAtt": ["Made", "Arn"]}, ARN.format("kms", "key/1")),
        ({"Fn::GetAtt": ["Schedule", "Arn"]}, ARN.format("scheduler", "schedule/group/nightly")),
        ({"Fn::GetAtt": ["Queue", "QueueName"]}, "missed"),
        ({"Fn::GetAtt": ["Logs", "Arn"]}, ARN.format("logs", "log-group:/logs:*")),
        ({"Fn::GetAtt": ["Unnamed", "PolicyId"]}, UNKNOWN),
        ({"Fn::Sub": "${Topic.TopicName}.${AWS::URLSuffix}/${!Kept}"}, "alerts.amazonaws.com.cn/${Kept}"),
        ({"Fn::Sub": ["${Mine}-${Bucket}", {"Mine": {"Ref": "AWS::AccountId"}}]}, "123456789012-store"),
        ({"Fn::Sub": "${Unnamed}"}, UNKNOWN),
        ({"Fn::Join": ["-", ["a", {"Ref": "Bucket"}]]}, "a-store"),
        ({"Fn::FindInMap": ["Console", {"Ref": "AWS::Partition"}, "Domain"]}, "console.amazonaws.cn"),
        ({"Fn::If": ["HasKey", "yes", "no"]}, "no"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["One", "yes", "no"]}, "yes"),
        ([1, {"Fn::If": ["HasKey", 2, {"Ref": "AWS::NoValue"}]}], [1]),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "Bucket"}]}, {"b": ["store"]}),
        ({"Fn::ImportValue": "elsewhere"}, UNKNOWN),
    ],
)
def test_what_an_expression_stands_for(expression: Any, value: Any) -> None:
    assert STACK.value(expression) == value


def test_a_resource_whose_condition_does_not_hold_is_not_there() -> None:
    resources = {each.logical_id: each for each in STACK.resources}
    assert "Never" not in resources
    assert (resources["Topic"].name, resources["Topic"].arn) == ("alerts", ARN.format("sns", "alerts"))
    assert (resources["Unnamed"].name, resources["Unnamed"].arn) == ("", "")
    assert resources["Pipeline"].id == "df-1"
