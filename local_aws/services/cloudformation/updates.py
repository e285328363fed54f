# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack update touches the resources that changed and no other, and its events tell which.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html: CloudFormation
compares what is submitted with the stack and leaves unchanged resources alone. They keep what somebody did to
them by hand, have no event, and keep their LastUpdatedTimestamp. An added resource is created, a removed one
deleted, and both have the events of that.

ministack calls the update handler of every resource and notes it as updated. The events are put right when
the update has succeeded; those of an update that was rolled back stay as ministack writes them.

A deletion begins with an event that says "User Initiated", as creations and updates do; ministack leaves that
out. Logs of the tool Sceptre, which prints AWS's events, show it of real ones.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, stacks

Resources = dict[str, dict[str, Any]]
STACK = "AWS::CloudFormation::Stack"


def install() -> None:
    deploy, update = stacks._deploy_stack_async, stacks._update_resource
    delete = handlers._delete_stack_async

    def updating(kind: str, physical_id: str, old: Any, new: Any, stack: str, name: str, has: Any) -> Any:
        return (physical_id, has) if old == new else update(kind, physical_id, old, new, stack, name, has)

    async def deploying(stack_name: str, stack_id: str, *more: Any, **options: Any) -> None:
        first = len(cloudformation._stack_events.get(stack_id, ()))
        await deploy(stack_name, stack_id, *more, **options)
        stack, before = cloudformation._stacks[stack_name], options.get("previous_stack")
        if before and stack["StackStatus"] == "UPDATE_COMPLETE":
            same_tags = stack.get("Tags") == before.get("Tags")
            _put_right(stack, before, first, same_tags=same_tags)

    async def deleting(stack_name: str, stack_id: str, *more: Any, **options: Any) -> None:
        first = len(cloudformation._stack_events.get(stack_id, ()))
        work = asyncio.ensure_future(delete(stack_name, stack_id, *more, **options))
        await asyncio.sleep(0)  # so far that it has told that it begins
        for event in cloudformation._stack_events.get(stack_id, ())[first : first + 1]:
            event["ResourceStatusReason"] = "User Initiated"
        await work

    handlers._delete_stack_async = deleting
    stacks._update_resource = updating
    stacks._deploy_stack_async = handlers._deploy_stack_async = changesets._deploy_stack_async = deploying


def _put_right(stack: dict[str, Any], before: dict[str, Any], first: int, *, same_tags: bool) -> None:
    old: Resources = before["_resources"]
    new: Resources = stack["_resources"]
    untouched = {
        name
        for name in old.keys() & new.keys()
        if same_tags and _same(old[name], new[name]) and _metadata(before, name) == _metadata(stack, name)
    }
    for name in untouched:
        for key in ("ResourceStatus", "Timestamp"):
            new[name][key] = old[name][key]
    events = cloudformation._stack_events[stack["StackId"]]
    kept = [event for event in events[first:] if event["LogicalResourceId"] not in untouched]
    for event in kept:
        if event["LogicalResourceId"] not in old and event["ResourceType"] != STACK:
            event["ResourceStatus"] = event["ResourceStatus"].replace("UPDATE_", "CREATE_")
    events[first:] = kept
    for name in new.keys() - old.keys():
        new[name]["ResourceStatus"] = new[name]["ResourceStatus"].replace("UPDATE_", "CREATE_")
    for name in sorted(old.keys() - new.keys()):
        if not any(event["LogicalResourceId"] == name for event in kept):
            _deleted(stack, name, old[name])


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return all(old.get(key) == new.get(key) for key in ("Properties", "PhysicalResourceId"))


def _metadata(stack: dict[str, Any], name: str) -> Any:
    """A change of a resource's metadata is one of the resource.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html
    """
    return stack["_template"]["Resources"].get(name, {}).get("Metadata")


def _deleted(stack: dict[str, Any], name: str, resource: dict[str, Any]) -> None:
    kind, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
    for status in ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"):
        stacks._add_event(stack["StackId"], stack["StackName"], name, kind, status, physical_id=physical_id)
