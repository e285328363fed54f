# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack update of the embedded AWS touches what changed, and its events tell which."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def template(**queues: int) -> str:
    resources = {
        name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, "VisibilityTimeout": seconds}}
        for name, seconds in queues.items()
    }
    return json.dumps({"Resources": resources})


def listed(cloudformation: Any) -> dict[str, tuple[str, Any]]:
    summaries = cloudformation.list_stack_resources(StackName="s")["StackResourceSummaries"]
    return {
        each["LogicalResourceId"]: (each["ResourceStatus"], each["LastUpdatedTimestamp"])
        for each in summaries
    }


def visibility(account: Account, queue: str) -> str:
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    return str(answer["Attributes"]["VisibilityTimeout"])


def update(account: Account, **request: Any) -> dict[str, list[str]]:
    """Update the stack; returns the states that each resource went through."""
    client, quick = account.client("cloudformation"), {"Delay": 1}
    (stack,) = client.describe_stacks(StackName="s")["Stacks"]
    seen = {event["EventId"] for event in client.describe_stack_events(StackName="s")["StackEvents"]}
    client.update_stack(StackName="s", **request)
    client.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig=quick)
    states: dict[str, list[str]] = {}
    for event in reversed(client.describe_stack_events(StackName="s")["StackEvents"]):
        if event["EventId"] not in seen and event["PhysicalResourceId"] != stack["StackId"]:
            states.setdefault(event["LogicalResourceId"], []).append(event["ResourceStatus"])
    return states


def test_only_what_changed_is_touched_and_told(account: Account) -> None:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template(same=30, changed=30, removed=30))
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    before = listed(client)
    sqs = account.client("sqs")
    by_hand = sqs.get_queue_url(QueueName="same")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=by_hand, Attributes={"VisibilityTimeout": "77"})

    told = update(account, TemplateBody=template(same=30, changed=60, added=30))

    assert told == {
        "changed": ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"],
        "added": ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"],
        "removed": ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"],
    }
    after = listed(client)
    assert after["same"] == before["same"]
    assert (after["changed"][0], after["added"][0]) == ("UPDATE_COMPLETE", "CREATE_COMPLETE")
    assert after["changed"][1] > before["changed"][1]
    assert (visibility(account, "same"), visibility(account, "changed")) == ("77", "60")


def test_new_tags_of_the_stack_reach_every_resource(account: Account) -> None:
    client = account.client("cloudformation")
    client.create_stack(StackName="s", TemplateBody=template(one=30, two=30))
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    tags = [{"Key": "team", "Value": "shop"}]
    told = update(account, TemplateBody=template(one=30, two=30), Tags=tags)
    assert told.keys() == {"one", "two"}


def test_a_deletion_says_that_somebody_wanted_it(account: Account) -> None:
    client = account.client("cloudformation")
    stack = client.create_stack(StackName="s", TemplateBody=template(one=30))["StackId"]
    client.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    client.delete_stack(StackName="s")
    client.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    begun = [
        (each["ResourceStatus"], each.get("ResourceStatusReason"))
        for each in reversed(events)
        if each["PhysicalResourceId"] == stack and each["ResourceStatus"].endswith("_IN_PROGRESS")
    ]
    assert begun == [("CREATE_IN_PROGRESS", "User Initiated"), ("DELETE_IN_PROGRESS", "User Initiated")]
