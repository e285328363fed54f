# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts right what was changed by hand: CloudFormation brings stacks in line, SNS is asked for subscribers."""

from __future__ import annotations

import json
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import cloudformation, cloudwatch, datapipeline, kms, s3, scheduler, sns, sqs
from .._aws.client import attempt
from .._base import naming
from .._base.masking import masked
from .._base.naming import TAG
from .._stacks import apply_runs, events, state
from .._stacks.gather import settled_stack
from .alert_policy import without
from .compare import ACTIONS, confirmed, is_raw, keeping_out
from .policy import listed, merged
from .queue import attributes
from .repairs import (
    ALARM,
    BUCKET,
    DASHBOARD,
    KEY,
    QUEUE,
    SCHEDULE,
    SUBSCRIPTION,
    TOPIC,
    TOPIC_POLICY,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from .._aws.client import Aws
    from .._model.standing import Deviation
    from .._stacks.template import DeployedStack, Resource
    from .repairs import Repairs

MACHINE = "AWS::StepFunctions::StateMachine"
CHANGE_SET = "put-right-what-was-changed"
POLL_SECONDS = 3
MOST_ACTIONS = 5  # of an alarm for one state
OLD_BOTO = (
    "This boto3 is too old to have CloudFormation put right what was changed by hand: install boto3 1.41.0"
    " or newer where the modules run, then run this again."
)
# What CloudFormation says of a change set that would change nothing.
_NOTHING = re.compile(r"didn't contain changes|No updates are to be performed")


class NotRepairedError(Exception):
    """Something could not be put right; the text says what and why."""


def apply(aws: Aws, stacks: Iterable[DeployedStack], repairs: Repairs, timeout: int) -> list[str]:
    """Put right what can be, and say why the rest could not: one failure keeps nothing else from it."""
    failed: list[str] = []
    for what, repair in _steps(aws, stacks, repairs, timeout):
        try:
            if said := attempt(repair):
                failed.append(f"Not as deployed, and it could not be put right: {what}. AWS says: {said}.")
        except (NotRepairedError, apply_runs.StillThereError, state.StuckStackError) as error:
            failed.append(str(error))
    return list(dict.fromkeys(failed))


def _steps(
    aws: Aws, stacks: Iterable[DeployedStack], repairs: Repairs, timeout: int
) -> Iterator[tuple[str, Callable[[], None]]]:
    """What to do, in order, each after what it puts right."""
    by_name = {stack.name: stack for stack in stacks}

    def wanted(deviation: Deviation) -> Resource:
        return by_name[deviation.stack].resource(deviation.logical_id)

    for each in repairs.switched_off:
        yield sentence(each), partial(_switch_on, aws, wanted(each))
    # CloudFormation cannot encrypt a queue otherwise while it has a key that somebody gave it.
    queues = [each for each in repairs.puts if each.type == QUEUE]
    for each in queues:
        yield sentence(each), partial(_put, aws, wanted(each), by_name[each.stack].tags)
    for name in repairs.stacks:
        step = partial(_revert_but_for_others, aws, by_name[name], timeout)
        yield f"the stack {name} was changed by hand", step
    for each in [each for each in repairs.puts if each not in queues]:
        yield sentence(each), partial(_put, aws, wanted(each), by_name[each.stack].tags)
    for each in repairs.subscriptions:
        yield sentence(each), partial(_subscribe, aws, wanted(each).properties)


def _subscribe(aws: Aws, properties: Mapping[str, str]) -> None:
    whom = properties["TopicArn"], properties["Protocol"], properties["Endpoint"]
    sns.subscribe(aws("sns"), *whom, raw=is_raw(properties))


def _switch_on(aws: Aws, resource: Resource) -> None:
    if resource.type == KEY:
        kms.rescue_key(aws("kms"), resource.arn or resource.id)
    else:
        datapipeline.activate_pipeline(aws("datapipeline"), resource.id)


def _put(aws: Aws, resource: Resource, tags: Mapping[str, str]) -> None:
    properties = resource.properties
    if resource.type in {ALARM, DASHBOARD}:
        _put_to_cloudwatch(aws("cloudwatch"), resource, tags)
    elif resource.type == TOPIC:
        sns.set_key(aws("sns"), resource.arn, properties.get("KmsMasterKeyId", ""))
        _let_heartbeats_in(aws("sns"), resource)
    elif resource.type == SUBSCRIPTION:
        _let_messages_through(aws("sns"), resource)
    elif resource.type == SCHEDULE:
        scheduler.update_schedule(aws("scheduler"), properties)
    elif resource.type == QUEUE:
        url = sqs.get_queue_url(aws("sqs"), resource.name) or ""
        told = sqs.get_queue_attributes(aws("sqs"), url) or {}
        sqs.set_queue_attributes(aws("sqs"), url, attributes(resource, told))
    elif resource.type == TOPIC_POLICY:
        for topic in properties["Topics"]:
            document = merged(properties["PolicyDocument"], _put_in(aws("sns"), topic))
            sns.set_policy(aws("sns"), topic, json.dumps(document))
    elif resource.type == BUCKET:
        tagged = {**s3.bucket_tags(aws("s3"), resource.name), TAG: resource.tags[TAG]}
        s3.put_tags(aws("s3"), resource.name, tagged)
    else:
        bucket = properties["Bucket"]
        document = merged(properties["PolicyDocument"], s3.get_policy(aws("s3"), bucket) or {})
        s3.put_bucket_policy(aws("s3"), bucket, json.dumps(document))


def _put_to_cloudwatch(client: Any, resource: Resource, tags: Mapping[str, str]) -> None:
    properties = resource.properties
    if resource.type == DASHBOARD:
        cloudwatch.put_dashboard(client, resource.name, properties["DashboardBody"], tags)
    else:
        now = list(cloudwatch.describe_named_alarms(client, [resource.name]))
        cloudwatch.put_alarm(client, with_others(properties, now[0] if now else {}), tags)


def _let_messages_through(client: Any, resource: Resource) -> None:
    """All of them to this subscriber, and raw if that is asked for."""
    subscribed = sns.list_subscriptions_by_topic(client, resource.properties["TopicArn"]) or ()
    if subscription := confirmed(resource, subscribed):
        sns.end_filter(client, subscription)
        if is_raw(resource.properties):
            sns.deliver_raw(client, subscription)


def _put_in(client: Any, topic: str) -> dict[str, Any]:
    """The policy of a topic, less what SNS itself gives one that is made anew."""
    told = sns.get_topic_attributes(client, topic) or {}
    policy = json.loads(told.get("Policy", "{}"))
    statements = [each for each in listed(policy.get("Statement", [])) if each.get("Sid") != sns.DEFAULT]
    return {**policy, "Statement": statements}


def with_others(properties: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """An alarm as its template wants it, which tells whom others added, too; CloudWatch takes five."""
    both = {key: [*dict.fromkeys([*properties.get(key, ()), *now.get(key, ())])] for key in ACTIONS}
    return {**properties, **{key: actions[:MOST_ACTIONS] for key, actions in both.items() if actions}}


def _revert_but_for_others(aws: Aws, stack: DeployedStack, timeout: int) -> None:
    """CloudFormation takes an action that somebody added to an alarm away: afterwards it is there again."""
    client = aws("cloudwatch")
    alarms = {each.name: each for each in stack.resources if each.type == ALARM}
    found = {each["AlarmName"]: each for each in cloudwatch.describe_named_alarms(client, list(alarms))}
    revert(aws, stack, timeout)
    for name, now in found.items():
        wanted = with_others(alarms[name].properties, now)
        if any(set(wanted.get(key, ())) > set(alarms[name].properties.get(key, ())) for key in ACTIONS):
            cloudwatch.put_alarm(client, wanted, stack.tags)


def _let_heartbeats_in(client: Any, topic: Resource) -> None:
    attributes = sns.get_topic_attributes(client, topic.arn) or {}
    if attributes and (statements := keeping_out(topic, attributes)):
        kept = without(json.loads(attributes["Policy"]), statements)
        sns.set_policy(client, topic.arn, json.dumps(kept or sns.default_policy(topic.arn)))


def revert(aws: Aws, stack: DeployedStack, timeout: int) -> None:
    """Bring one stack in line with its template, by a change set of CloudFormation's."""
    client = aws("cloudformation")
    if not cloudformation.can_revert_drift(client):
        raise NotRepairedError(OLD_BOTO)
    end = time.monotonic() + timeout
    machines = [each.arn for each in stack.resources if each.type == MACHINE]
    apply_runs.finish(aws("stepfunctions"), machines, timeout)
    cloudformation.delete_change_set(client, stack.name, CHANGE_SET)  # an interrupted job left it
    cloudformation.create_revert(client, stack.name, CHANGE_SET, sorted(stack.parameters))
    found = _made(client, stack.name, end)
    if found["Status"] == "FAILED":
        cloudformation.delete_change_set(client, stack.name, CHANGE_SET)
        reason = str(found.get("StatusReason", "CloudFormation tells no reason"))
        if _NOTHING.search(reason):
            return  # what is left is told by the look after this
        raise NotRepairedError(
            f"The stack {stack.name} could not be brought in line with its template: {reason.rstrip('.')}."
        )
    cloudformation.execute_change_set(client, stack.name, CHANGE_SET)
    status = _ended(client, stack.name, end)
    if status not in state.DEPLOYED:
        why = "; ".join(events.failures(cloudformation.stack_events(client, stack.name)))
        raise NotRepairedError(
            f"The stack {stack.name} could not be brought in line with its template, it is {status}: {why}."
        )


def _made(client: Any, name: str, end: float) -> dict[str, Any]:
    while True:
        found = cloudformation.describe_change_set(client, name, CHANGE_SET)
        if not found["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            return found
        _wait(end, f"CloudFormation has not found out what of {name} is to be put right")


def _ended(client: Any, name: str, end: float) -> str:
    stack = settled_stack(client, name, max(1, int(end - time.monotonic())))
    return str(stack["StackStatus"]) if stack else "gone"


def _wait(end: float, what: str) -> None:
    if time.monotonic() >= end:
        raise NotRepairedError(f"{what} in time (tablekeeper_stack_timeout). Run this again.")
    time.sleep(POLL_SECONDS)


def end_subscriptions(aws: Aws, topic: str, logical_ids: Collection[str]) -> list[str]:
    """End the subscriptions that the store no longer has; returns whose they were.

    CloudFormation ends them as well, but not one that was asked for again, and it says nothing of a failure.
    """
    ended = []
    for each in sns.list_subscriptions_by_topic(aws("sns"), topic) or ():
        confirmed = each["SubscriptionArn"].startswith("arn:")
        if confirmed and naming.subscription(each["Protocol"], each["Endpoint"]) in logical_ids:
            sns.unsubscribe(aws("sns"), each["SubscriptionArn"])
            ended.append(masked(each["Endpoint"]))
    return ended
