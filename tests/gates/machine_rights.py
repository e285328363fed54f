# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the tasks of a template's state machines ask AWS for, and what the policies of their roles allow.

https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html (distributed maps)
https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html (logs)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html (exports)
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from local_aws.services.iam.authorization import resource_of
from tests.gates.cloudformation import ACCOUNT, partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.gates.cloudformation import Template

Right = tuple[str, str]  # an action, and the resource it is asked for
IAM_NAMES = {"applicationautoscaling": "application-autoscaling"}
LOGS = (
    "CreateLogDelivery", "DeleteLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies",
    "GetLogDelivery", "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery",
)  # fmt: skip
EXPORT_WRITES = ("AbortMultipartUpload", "PutObject", "PutObjectAcl")
KEY_USES = ("Decrypt", "GenerateDataKey")


class Rights:
    """The state machines of one template and their roles."""

    def __init__(self, template: Template, alerts_key: str = "") -> None:
        self._alerts_key = alerts_key
        self._resources = template.resolved()
        self._arn = f"arn:{partition(template.region)}:{{}}:{template.region}:{ACCOUNT}:{{}}"
        self._machines = {
            name: resource["Properties"]
            for name, resource in self._resources.items()
            if resource["Type"] == "AWS::StepFunctions::StateMachine"
        }
        self._tables: list[dict[str, Any]] = next(
            json.loads(properties["DefinitionString"])["States"]["Tables"]["Assign"]["tables"]
            for name, properties in self._machines.items()
            if name == "Machine"
        )

    def complaints(self) -> Iterator[str]:
        """What a role lacks, and what it has for nothing."""
        for name, properties in self._machines.items():
            needed, statements = set(self._needed(properties)), list(self._statements(properties["RoleArn"]))
            for action, resource in sorted(needed):
                if not any(_allows(statement, action, resource) for statement in statements):
                    yield f"{name} does {action} on {resource}, and its role may not"
            allowed = {action for statement in statements for action in _listed(statement["Action"])}
            for action in sorted(allowed - {action for action, _resource in needed}):
                yield f"{name} never does {action}, and its role may"

    def _needed(self, properties: dict[str, Any]) -> Iterator[Right]:
        definition = properties["DefinitionString"]
        for variable, value in properties["DefinitionSubstitutions"].items():
            definition = definition.replace(f"${{{variable}}}", str(value))
        own = properties["StateMachineName"]
        itself = self._arn.format("states", f"stateMachine:{own}")
        definition = definition.replace("{% $states.context.StateMachine.Id %}", itself)
        for action in LOGS if "LoggingConfiguration" in properties else ():
            yield f"logs:{action}", "*"
        for state in _states(json.loads(definition)):
            if state["Type"] == "Task":
                for table in self._tables:
                    yield from self._asks(state, table)
            if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
                yield "states:StartExecution", itself
                yield "states:DescribeExecution", self._arn.format("states", f"execution:{own}/Tables:x")
                yield "states:StopExecution", self._arn.format("states", f"execution:{own}/Tables:x")
                # Of a run that somebody redrives.
                yield "states:RedriveExecution", self._arn.format("states", f"execution:{own}/Tables:x")

    def _asks(self, task: dict[str, Any], table: dict[str, Any]) -> Iterator[Right]:
        """The rights that a task needs for a table."""
        name, arguments = task["Resource"].split(":states:::")[1], task["Arguments"]
        if name == "sns:publish":
            told = arguments["TopicArn"]
            topic = self._arn.format("sns", table["topic"])
            yield "sns:Publish", topic if told.startswith("{%") else told
            yield from self._key_uses(self._alerts_key) if not told.startswith("{%") else ()
        elif name == "states:startExecution":
            yield "states:StartExecution", arguments["StateMachineArn"]
        else:
            _sdk, service, operation = name.split(":")
            action = f"{IAM_NAMES.get(service, service)}:{operation[0].upper()}{operation[1:]}"
            for resource in self._resources_of(service, operation, table):
                yield action, resource_of(action, resource)
            yield from self._writes(table) if operation == "exportTableToPointInTime" else ()

    def _resources_of(self, service: str, operation: str, table: dict[str, Any]) -> Iterator[str]:
        if service == "dynamodb":
            more = "/export/01700000000000-abcdef01" if operation == "describeExport" else ""
            yield self._arn.format("dynamodb", f"table/{table['name']}{more}")
            if operation == "getResourcePolicy":
                yield self._arn.format("dynamodb", f"table/{table['name']}/stream/2026-11-23T02:00:00.000")
        elif service == "s3":
            name = "AWSDynamoDB/x/manifest-summary.json" if operation == "getObject" else "settings.json"
            yield self._object(table, name)
        elif service == "kms":
            yield self._arn.format("kms", "key/0a1b2c3d")
        elif service == "cloudwatch":
            yield self._arn.format("cloudwatch", "alarm:any")
        else:
            yield "*"

    def _writes(self, table: dict[str, Any]) -> Iterator[Right]:
        for action in EXPORT_WRITES:
            yield f"s3:{action}", self._object(table, "AWSDynamoDB/x/data/y.json.gz")
        # Conditions count as true: there is a key.
        yield from self._key_uses(self._machines["Machine"]["DefinitionSubstitutions"]["KmsKeyArn"])

    def _key_uses(self, key: str) -> Iterator[Right]:
        for action in KEY_USES if key else ():
            yield f"kms:{action}", key

    def _object(self, table: dict[str, Any], name: str) -> str:
        bucket = self._machines["Machine"]["DefinitionSubstitutions"]["Bucket"]
        return f"{self._arn.partition(':{}')[0]}:s3:::{bucket}/{table['prefix']}/20261123T020003Z-1/{name}"

    def _statements(self, role_arn: str) -> Iterator[dict[str, Any]]:
        (role,) = (
            name
            for name, each in self._resources.items()
            if each["Type"] == "AWS::IAM::Role" and role_arn.endswith(f"/{name.lower()}")
        )
        for policy in self._resources[role]["Properties"]["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]
        for each in self._resources.values():
            if each["Type"] == "AWS::IAM::ManagedPolicy" and role in each["Properties"]["Roles"]:
                yield from each["Properties"]["PolicyDocument"]["Statement"]


def _states(node: Any) -> Iterator[dict[str, Any]]:
    """Every state of a machine, also those of its maps and branches."""
    if isinstance(node, list):
        for each in node:
            yield from _states(each)
    elif isinstance(node, dict):
        for state in node.get("States", {}).values():
            yield state
            yield from _states([state.get("ItemProcessor"), state.get("Branches")])


def _allows(statement: dict[str, Any], action: str, resource: str) -> bool:
    return (
        statement["Effect"] == "Allow"
        and action in _listed(statement["Action"])
        and any(fnmatchcase(resource, re.sub(r"\[", "[[]", each)) for each in _listed(statement["Resource"]))
    )


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
