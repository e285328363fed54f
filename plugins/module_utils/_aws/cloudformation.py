# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudFormation, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

with contextlib.suppress(ImportError):  # comes with ansible-core
    import yaml

from ansible_collections.amazon.aws.plugins.module_utils.botocore import (
    is_boto3_error_code,
    is_boto3_error_message,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def describe_stack(client: Any, name: str) -> dict[str, Any] | None:
    """The stack, or None if there is none of that name (a deleted one is found by its id only)."""
    try:
        stacks = client.describe_stacks(StackName=name)["Stacks"]
    except is_boto3_error_message("does not exist"):
        return None
    stack: dict[str, Any] = stacks[0]
    return stack


def list_stacks(client: Any, *, but: set[str]) -> list[str]:
    """The names of all stacks that are in no state of those."""
    states = set(client.meta.service_model.shape_for("StackStatus").enum)
    pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=sorted(states - but))
    return [str(stack["StackName"]) for page in pages for stack in page["StackSummaries"]]


def get_template(client: Any, name: str) -> dict[str, Any]:
    """The template as it was deployed; each character outside ASCII has become a question mark."""
    body = client.get_template(StackName=name, TemplateStage="Original")["TemplateBody"]
    # Through JSON: botocore parses a JSON template into ordered mappings, which YAML does not write.
    template: dict[str, Any] = yaml.safe_load(body) if isinstance(body, str) else json.loads(json.dumps(body))
    return template


def stack_events(client: Any, stack: str) -> Iterator[dict[str, Any]]:
    """What CloudFormation did to a stack (name, or id of one that is gone), newest first; read as needed."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack):
        yield from page["StackEvents"]


def protect(client: Any, name: str, *, on: bool) -> None:
    """Switch a stack's termination protection on or off."""
    client.update_termination_protection(StackName=name, EnableTerminationProtection=on)


def physical_id(client: Any, stack: str, logical_id: str) -> str | None:
    """What AWS calls a resource of a stack, None if the stack has no such resource."""
    try:
        answer = client.describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    except is_boto3_error_message("does not exist"):
        return None
    return str(answer["StackResourceDetail"].get("PhysicalResourceId", "")) or None


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    """The stack's outputs as a plain mapping."""
    return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}


def parameters(stack: dict[str, Any]) -> dict[str, str]:
    """The stack's parameters as a plain mapping."""
    return {item["ParameterKey"]: item["ParameterValue"] for item in stack.get("Parameters", [])}


def tags(stack: dict[str, Any]) -> dict[str, str]:
    """The stack's tags as a plain mapping."""
    return {item["Key"]: item["Value"] for item in stack.get("Tags", [])}


IMPORT = "adopt-kept-resources"


def create_import(client: Any, name: str, template: str, resources: list[dict[str, Any]]) -> None:
    """Plan a new stack that adopts existing resources; an import may bring no tags."""
    client.create_change_set(
        StackName=name,
        ChangeSetName=IMPORT,
        ChangeSetType="IMPORT",
        TemplateBody=template,
        ResourcesToImport=resources,
    )


def delete_stack(client: Any, name: str) -> None:
    """Begin to remove a stack."""
    client.delete_stack(StackName=name)


def wait_for_delete(client: Any, name: str, timeout: int) -> None:
    """Return once the stack is gone."""
    client.get_waiter("stack_delete_complete").wait(
        StackName=name, WaiterConfig={"Delay": 3, "MaxAttempts": timeout // 3 + 1}
    )


def wait_for_import_plan(client: Any, name: str, timeout: int) -> None:
    """Return once the plan can be executed."""
    client.get_waiter("change_set_create_complete").wait(
        StackName=name, ChangeSetName=IMPORT, WaiterConfig={"Delay": 3, "MaxAttempts": timeout // 3 + 1}
    )


def execute_import(client: Any, name: str) -> None:
    """Carry the plan out."""
    client.execute_change_set(StackName=name, ChangeSetName=IMPORT)


def wait_for_import(client: Any, name: str, timeout: int) -> None:
    """Return once the stack has adopted its resources."""
    client.get_waiter("stack_import_complete").wait(
        StackName=name, WaiterConfig={"Delay": 3, "MaxAttempts": timeout // 3 + 1}
    )


def can_revert_drift(client: Any) -> bool:
    """Whether this boto3 knows change sets that bring resources in line with their templates."""
    members = client.meta.service_model.operation_model("CreateChangeSet").input_shape.members
    return "DeploymentMode" in members


def create_revert(client: Any, name: str, change_set: str, parameters: list[str]) -> None:
    """Have CloudFormation find out what of a stack is not as its template says.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
    """
    client.create_change_set(
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="UPDATE",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": key, "UsePreviousValue": True} for key in parameters],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        DeploymentMode="REVERT_DRIFT",
    )


def describe_change_set(client: Any, name: str, change_set: str) -> dict[str, Any]:
    """State and reason of a change set; of its changes the first page only."""
    found: dict[str, Any] = client.describe_change_set(StackName=name, ChangeSetName=change_set)
    return found


def execute_change_set(client: Any, name: str, change_set: str) -> None:
    """Carry a change set out."""
    client.execute_change_set(StackName=name, ChangeSetName=change_set)


def delete_change_set(client: Any, name: str, change_set: str) -> None:
    """Remove a change set that is not carried out, if there is one."""
    try:
        client.delete_change_set(StackName=name, ChangeSetName=change_set)
    except is_boto3_error_code("ChangeSetNotFound"):
        return
