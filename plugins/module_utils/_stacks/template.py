# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the resources of a deployed template are, with the functions of CloudFormation carried out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._base.regions import domain
from .._model.outputs import Outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Unknown:
    """What cannot be told from the template; it may be anything."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
_ABSENT = object()  # AWS::NoValue

# The property that names a resource, and what stands before that name in its ARN.
# What is not here gets its name from CloudFormation or from AWS.
NAMED = {
    "AWS::CloudWatch::Alarm": ("AlarmName", "cloudwatch:{region}:{account}:alarm:"),
    "AWS::CloudWatch::Dashboard": ("DashboardName", "cloudwatch::{account}:dashboard/"),
    "AWS::IAM::InstanceProfile": ("InstanceProfileName", "iam::{account}:instance-profile/"),
    "AWS::IAM::Role": ("RoleName", "iam::{account}:role/"),
    "AWS::KMS::Alias": ("AliasName", "kms:{region}:{account}:"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:{region}:{account}:log-group:"),
    "AWS::S3::Bucket": ("BucketName", "s3:::"),
    "AWS::SNS::Topic": ("TopicName", "sns:{region}:{account}:"),
    "AWS::SQS::Queue": ("QueueName", "sqs:{region}:{account}:"),
    "AWS::Scheduler::Schedule": ("Name", "scheduler:{region}:{account}:schedule/{group}/"),
    "AWS::Scheduler::ScheduleGroup": ("Name", "scheduler:{region}:{account}:schedule-group/"),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "states:{region}:{account}:stateMachine:"),
}
REF_IS_ARN = {"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
ARN_ENDS = {"AWS::Logs::LogGroup": ":*"}


@dataclass(frozen=True)
class Resource:
    """A resource as a deployed template wants it."""

    stack: str
    logical_id: str
    type: str  # AWS::SNS::Topic
    properties: Mapping[str, Any]
    name: str = ""  # empty: AWS chose it
    arn: str = ""  # empty: it cannot be told from the template
    id: str = ""  # what Ref stands for; the same
    tags: Mapping[str, str] = field(default_factory=dict)  # of its stack


@dataclass(frozen=True)
class DeployedStack:
    """A stack as CloudFormation tells of it; its id names partition, region and account."""

    id: str
    name: str
    template: Mapping[str, Any]
    outputs: Outputs = field(default_factory=Outputs)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def place(self) -> dict[str, str]:
        """Partition, region and account."""
        _arn, partition, _service, region, account, _resource = self.id.split(":", 5)
        return {"partition": partition, "region": region, "account": account}

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """All that its conditions let it have."""
        return tuple(_Reading(self).resources())

    def resource(self, logical_id: str) -> Resource:
        """One of them."""
        return next(each for each in self.resources if each.logical_id == logical_id)

    def value(self, expression: Any) -> Any:
        """What an expression of the template stands for."""
        return _Reading(self).value(expression)


class _Reading:
    """Carries the functions of one template out."""

    def __init__(self, stack: DeployedStack) -> None:
        self.stack, self.body = stack, stack.template
        self.told = self._told()

    def resources(self) -> Iterator[Resource]:
        for logical_id, body in self.body.get("Resources", {}).items():
            if "Condition" in body and not self.condition(body["Condition"]):
                continue
            properties = self.value(body.get("Properties", {}))
            told = (self._name(logical_id), self.get_att(f"{logical_id}.Arn"), self.ref(logical_id))
            name, arn, own_id = (each if isinstance(each, str) else "" for each in told)
            own = (name, arn, own_id, self.stack.tags)
            yield Resource(self.stack.name, logical_id, body["Type"], properties, *own)

    def value(self, node: Any) -> Any:
        """The node without functions; UNKNOWN stands for what cannot be told."""
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not _ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, argument),) = node.items()
            if function in FUNCTIONS:
                return FUNCTIONS[function](self, argument)
            if function.startswith("Fn::"):
                return UNKNOWN
        values = {key: self.value(value) for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not _ABSENT}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        return self._holds(self.body["Conditions"][name])

    def _holds(self, node: Any) -> bool:
        ((function, argument),) = node.items()
        if function == "Condition":
            return self.condition(argument)
        if function == "Fn::Equals":
            first, second = self.value(argument)
            return bool(first == second)
        each = [self._holds(part) for part in argument]
        return {"Fn::Not": not each[0], "Fn::And": all(each), "Fn::Or": any(each)}[function]

    def ref(self, name: str) -> Any:
        place = self.stack.place
        pseudo = {
            "AWS::AccountId": place["account"],
            "AWS::NoValue": _ABSENT,
            "AWS::Partition": place["partition"],
            "AWS::Region": place["region"],
            "AWS::StackId": self.stack.id,
            "AWS::StackName": self.stack.name,
            "AWS::URLSuffix": domain(place["partition"]),
        }
        if name in pseudo:
            return pseudo[name]
        if name in self.stack.parameters:
            return self.stack.parameters[name]
        if name in self.body.get("Parameters", {}):
            return self.body["Parameters"][name].get("Default", UNKNOWN)
        if name in self.told:
            return self.told[name]
        return self._arn(name) if self._type(name) in REF_IS_ARN else self._name(name)

    def get_att(self, argument: Any) -> Any:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if f"{name}.{attribute}" in self.told:
            return self.told[f"{name}.{attribute}"]
        if attribute.endswith("Name"):  # QueueName, TopicName
            return self._name(name)
        return self._arn(name) if attribute in {"Arn", "TopicArn"} else UNKNOWN

    def sub(self, argument: Any) -> Any:
        text, more = argument if isinstance(argument, list) else (argument, {})
        found: dict[str, Any] = {}
        for name in set(re.findall(r"\$\{([^!}][^}]*)\}", text)):
            value = self.value(more[name]) if name in more else self._named(name)
            if value is UNKNOWN:
                return UNKNOWN
            found[name] = value
        filled = re.sub(r"\$\{([^!}][^}]*)\}", lambda match: str(found[match[1]]), text)
        return re.sub(r"\$\{!([^}]*)\}", r"${\1}", filled)

    def join(self, argument: Any) -> Any:
        between, parts = argument
        texts = self.value(parts)
        return UNKNOWN if UNKNOWN in texts else str(between).join(map(str, texts))

    def select(self, argument: Any) -> Any:
        number, parts = self.value(argument)
        return UNKNOWN if parts is UNKNOWN else parts[int(number)]

    def split(self, argument: Any) -> Any:
        between, text = self.value(argument)
        return UNKNOWN if text is UNKNOWN else text.split(between)

    def if_(self, argument: Any) -> Any:
        name, yes, no = argument
        return self.value(yes if self.condition(name) else no)

    def find_in_map(self, argument: Any) -> Any:
        name, first, second = self.value(argument)
        return self.body.get("Mappings", {}).get(name, {}).get(first, {}).get(second, UNKNOWN)

    def _named(self, name: str) -> Any:
        return self.get_att(name) if "." in name else self.ref(name)

    def _type(self, name: str) -> str:
        return str(self.body["Resources"].get(name, {}).get("Type", ""))

    def _name(self, name: str) -> Any:
        key, _arn = NAMED.get(self._type(name), ("", ""))
        properties = self.body["Resources"].get(name, {}).get("Properties", {})
        if key in properties:
            return self.value(properties[key])
        # CloudFormation chose it: an output may tell the ARN, which ends with it.
        arn = self.told.get(f"{name}.Arn", "") if key else ""
        return arn.rsplit(":", 1)[-1] or UNKNOWN

    def _arn(self, name: str) -> Any:
        kind, own = self._type(name), self._name(name)
        if own is UNKNOWN:
            return UNKNOWN
        group = self.value(self.body["Resources"][name]["Properties"].get("GroupName", "default"))
        begin = NAMED[kind][1].format(**self.stack.place, group=group)
        return f"arn:{self.stack.place['partition']}:{begin}{own}{ARN_ENDS.get(kind, '')}"

    def _told(self) -> dict[str, str]:
        """What outputs tell of resources that AWS names, by "Key.Arn" or by "Key"."""
        told: dict[str, str] = {}
        for key, output in self.body.get("Outputs", {}).items():
            value, text = output.get("Value"), self.stack.outputs.raw.get(key)
            if not isinstance(value, dict) or text is None:
                continue
            if "Ref" in value:
                told[value["Ref"]] = text
            elif "Fn::GetAtt" in value:
                att = value["Fn::GetAtt"]
                told[att if isinstance(att, str) else ".".join(att)] = text
        return told | self._listed()

    def _listed(self) -> dict[str, str]:
        """The ids that AWS chose, from the records that outputs keep of them, by the resource's name."""
        listed = [each for records in self.stack.outputs.own().values() for each in records]
        ids = {each["name"]: str(each["id"]) for each in listed if each.keys() >= {"id", "name"}}
        resources = self.body.get("Resources", {}) if ids else {}
        names = {logical: body.get("Properties", {}).get("Name") for logical, body in resources.items()}
        return {
            logical: ids[name] for logical, name in names.items() if isinstance(name, str) and name in ids
        }


FUNCTIONS: Mapping[str, Callable[[_Reading, Any], Any]] = {
    "Fn::FindInMap": _Reading.find_in_map,
    "Fn::GetAtt": _Reading.get_att,
    "Fn::If": _Reading.if_,
    "Fn::Join": _Reading.join,
    "Fn::Select": _Reading.select,
    "Fn::Split": _Reading.split,
    "Fn::Sub": _Reading.sub,
    "Ref": _Reading.ref,
}
