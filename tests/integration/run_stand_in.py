# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack with a small state machine of the export machine's shape, whose tables end as a test wants."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

RESULT = {
    "table": "{% $states.input.table.name %}",
    "started": "{% $now() %}",
    "finished": "{% $now() %}",
}
BACKED_UP = {
    **RESULT,
    "ok": True,
    "prefix": "{% $states.input.prefix %}",
    "export": "01700000000000-abcdef01",
    "items": 1234,
    "bytes": 5600000,
}
FAILED = {**RESULT, "ok": False, "error": "TestError", "cause": "{% $states.input.table.fails %}"}
CHILD = {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": "{% $states.input.table.seconds %}", "Next": "Outcome"},
        "Outcome": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.table.dies %}", "Next": "Die"},
                {"Condition": "{% $states.input.table.fails != '' %}", "Next": "Failed"},
            ],
            "Default": "BackedUp",
        },
        "Die": {"Type": "Fail", "Error": "TestDeath", "Cause": "it was told to die"},
        "Failed": {"Type": "Pass", "Output": FAILED, "End": True},
        "BackedUp": {"Type": "Pass", "Output": BACKED_UP, "End": True},
    },
}
REPORT = """{% {
  'version': 1, 'scheduled': null, 'tables': [$map($selected, function($t) {
    ($r := $results[table = $t.name];
     $exists($r) ? $r : {'table': $t.name, 'ok': false, 'error': 'NoResult', 'cause': 'no result'})
  })]
} %}"""


def definition(tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The state machine."""
    states = {
        "Tables": {"Type": "Pass", "Assign": {"tables": tables}, "Next": "Select"},
        "Select": {
            "Type": "Pass",
            "Assign": {"selected": "{% [$tables[name in $states.input.tables]] %}"},
            "Next": "Backups",
        },
        "Backups": {
            "Type": "Map",
            "Label": "Tables",
            "Items": "{% $selected %}",
            "ToleratedFailurePercentage": 100,
            "ItemSelector": {
                "table": "{% $states.context.Map.Item.Value %}",
                "prefix": "{% 'retain-35d/' & $states.context.Map.Item.Value.name & '/1' %}",
            },
            "ItemProcessor": CHILD,
            "Assign": {"results": "{% [$states.result] %}"},
            "Next": "Report",
        },
        "Report": {"Type": "Pass", "Output": REPORT, "Next": "AllBackedUp"},
        "AllBackedUp": {
            "Type": "Choice",
            "Choices": [
                {
                    "Condition": "{% $count($states.input.tables[ok != true]) > 0 %}",
                    "Next": "SomeTablesFailed",
                }
            ],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
        "SomeTablesFailed": {"Type": "Fail", "Error": "SomeTablesFailed", "Cause": "some failed"},
    }
    return {"QueryLanguage": "JSONata", "StartAt": "Tables", "States": states}


def table(
    name: str, *, seconds: float = 0, fails: str = "", dies: bool = False, enabled: bool = True
) -> dict[str, Any]:
    """A table that takes its time, and how its backup ends."""
    return {"name": name, "seconds": seconds, "fails": fails, "dies": dies, "enabled": enabled}


def deploy(account: Account, *tables: dict[str, Any], number: int = 1, prefix: str = "tablekeeper") -> str:
    """Deploy the stack; returns the state machine's ARN."""
    name = f"{prefix}-export-{number}"
    machine = f"arn:aws:states:{account.region}:{account.id}:stateMachine:{name}"
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    rights = [
        {
            "PolicyName": "map",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "states:*", "Resource": "*"},
                ],
            },
        }
    ]
    template = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": trust, "Policies": rights},
            },
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": name,
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "DefinitionString": json.dumps(definition(list(tables))),
                },
            },
        },
        "Outputs": {
            "Version": {"Value": "1"},
            "StateMachineArn": {"Value": {"Ref": "Machine"}},
            "Tables0": {"Value": json.dumps([{"name": t["name"], "enabled": t["enabled"]} for t in tables])},
        },
    }
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}
    )
    return machine
