# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""CloudFormation's functions with made-up values, so that linters see the policies that IAM would see."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"
# What a resource of ours is called by Ref and by GetAtt Arn. {} is its logical id.
ARNS = {
    "AWS::IAM::Role": "iam::{account}:role/{id}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{id}:*",
    "AWS::S3::Bucket": "s3:::{id}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{id}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{id}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{id}",
}
REF_IS_ARN = {"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
PARAMETERS = {
    "AlertsTopicArn": "arn:{partition}:sns:{region}:{account}:tablekeeper-alerts",
    "Bucket": "tablekeeper-store",
    "CodeFolder": "undo/code/1a2b3c/",
    "LogBucket": "tablekeeper-logs",
    "KmsKeyArn": "arn:{partition}:kms:{region}:{account}:key/11111111-2222-3333-4444-555555555555",
    "LogGroupArn": "arn:{partition}:logs:{region}:{account}:log-group:/aws/vendedlogs/states/tablekeeper:*",
    "Minutes": "2880",
    "Table": "orders",
    "WorkerType": "G.1X",
    "Workers": "10",
}


def partition(region: str) -> str:
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")


@dataclass(frozen=True)
class Template:
    """A template and the region it is for. What it cannot resolve is an error, not a guess."""

    body: dict[str, Any]
    region: str

    def resolved(self) -> dict[str, Any]:
        """The resources with their functions replaced; a condition counts as true."""
        return {name: self.value(resource) for name, resource in self.body["Resources"].items()}

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not None]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function in FUNCTIONS:
                return FUNCTIONS[function](self, argument)
            if function.startswith("Fn::"):
                raise NotImplementedError(f"{function}: teach tests/gates/cloudformation.py")
        return {key: self.value(value) for key, value in node.items()}

    def ref(self, name: str) -> Any:
        known = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": self.region,
            "AWS::StackName": "tablekeeper-undo-1a2b3c4d5e",
            "AWS::Partition": partition(self.region),
            "AWS::StackId": self._fill(
                "arn:{partition}:cloudformation:{region}:{account}:stack/s/51af3dc0-da77"
            ),
            "AWS::URLSuffix": f"amazonaws.com{'.cn' if partition(self.region) == 'aws-cn' else ''}",
        }
        if name in known:
            return known[name]
        if name == "AWS::NoValue":
            return None
        if name in self.body.get("Parameters", {}):
            return self._fill(PARAMETERS[name])
        return self.arn(name) if self._type(name) in REF_IS_ARN else name

    def arn(self, name: str) -> str:
        return self._fill("arn:{partition}:" + ARNS[self._type(name)], name)

    def get_att(self, argument: Any) -> str:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self.arn(name) if attribute == "Arn" else f"{name}.{attribute}"

    def sub(self, argument: Any) -> str:
        text, more = argument if isinstance(argument, list) else (argument, {})

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in more:
                return str(self.value(more[name]))
            return str(self.get_att(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([^}]+)\}", fill, text)

    def join(self, argument: list[Any]) -> str:
        return str(argument[0]).join(self.value(argument[1]))

    def select(self, argument: list[Any]) -> Any:
        number, parts = self.value(argument)
        return parts[int(number)]

    def split(self, argument: list[Any]) -> list[str]:
        between, text = self.value(argument)
        return str(text).split(between)

    def if_(self, argument: list[Any]) -> Any:
        return self.value(argument[1])

    def find_in_map(self, argument: list[Any]) -> Any:
        name, first, second = self.value(argument)
        return self.body["Mappings"][name][first][second]

    def _type(self, name: str) -> str:
        return str(self.body["Resources"][name]["Type"])

    def _fill(self, text: str, name: str = "") -> str:
        return text.format(
            partition=partition(self.region), region=self.region, account=ACCOUNT, id=name.lower()
        )


FUNCTIONS = {
    "Ref": Template.ref,
    "Fn::FindInMap": Template.find_in_map,
    "Fn::GetAtt": Template.get_att,
    "Fn::If": Template.if_,
    "Fn::Join": Template.join,
    "Fn::Select": Template.select,
    "Fn::Split": Template.split,
    "Fn::Sub": Template.sub,
}


def policies(template: Template) -> dict[str, dict[str, Any]]:
    """Every policy that grants something. Trust policies name no resource, and cfn-lint checks those."""
    found: dict[str, dict[str, Any]] = {}

    def look(name: str, node: Any) -> None:
        if isinstance(node, dict):
            if "Statement" in node:
                found[f"{name} {len(found)}"] = node
                return
            for key, value in node.items():
                if key != "AssumeRolePolicyDocument":
                    look(name, value)
        elif isinstance(node, list):
            for value in node:
                look(name, value)

    for name, resource in template.resolved().items():
        look(name, resource)
        if resource["Type"] == "AWS::KMS::Key":
            policy = found[f"{name} {len(found) - 1}"]
            found[f"{name} {len(found) - 1}"] = {**policy, "Statement": _of_a_key(policy, name)}
    return found


def _of_a_key(policy: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """In a key's own policy "*" is the key. The first statement is AWS's default: IAM policies decide.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    default, *others = policy["Statement"]
    assert (default["Action"], default["Principal"]["AWS"].rsplit(":", 1)[-1]) == ("kms:*", "root")
    assert {statement["Resource"] for statement in policy["Statement"]} == {"*"}
    key = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{name}"
    return [{**statement, "Resource": key} for statement in others]


def machines(template: Template) -> dict[str, dict[str, Any]]:
    """Every state machine's definition."""
    return {
        name: json.loads(resource["Properties"]["DefinitionString"])
        for name, resource in template.resolved().items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }
