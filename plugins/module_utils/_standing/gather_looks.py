# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The looks at what stands in AWS: what each asks about an id, and with which right.

None is what AWS knows nothing of, a Refusal what it would not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import (
    cloudformation,
    cloudwatch,
    datapipeline,
    iam,
    kms,
    logs,
    s3,
    scheduler,
    sns,
    sqs,
    stepfunctions,
)
from .._aws.client import ask
from .._model.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._aws.client import Aws

BREAK = "\n"  # between the parts of an id


def _alarms(aws: Aws, prefix: str) -> dict[str, Any]:
    return {alarm["AlarmName"]: alarm for alarm in cloudwatch.describe_alarms(aws("cloudwatch"), prefix)}


def _topics(aws: Aws, wanted: str) -> set[str]:
    """Those of the topics that are there. It stops to ask once all were seen."""
    missing, found = set(wanted.split(BREAK)), set()
    for topic in sns.list_topics(aws("sns")):
        if topic in missing:
            missing.discard(topic)
            found.add(topic)
            if not missing:
                break
    return found


def _queue(aws: Aws, name: str) -> dict[str, str] | None:
    url = sqs.get_queue_url(aws("sqs"), name)
    return sqs.get_queue_attributes(aws("sqs"), url) if url else None


def _role_policies(aws: Aws, of: str) -> dict[str, Any]:
    """Of those that nobody named only the names: what they say matters to nobody."""
    role, *names = of.split(BREAK)
    there = iam.list_role_policies(aws("iam"), role)
    read = {name: iam.get_role_policy(aws("iam"), role, name) for name in names if name in there}
    return {name: read.get(name, {}) for name in there if read.get(name, {}) is not None}


def _pipelines(aws: Aws, ids: str) -> dict[str, Any]:
    told = datapipeline.describe_pipelines(aws("datapipeline"), ids.split(BREAK))
    return {
        each: {
            "state": fields.get("@pipelineState", ""),
            "runs": datapipeline.WORKING.get(fields.get("@pipelineState", "")),
        }
        for each, fields in told.items()
    }


def _schedule(aws: Aws, of: str) -> dict[str, Any] | None:
    group, name = of.split(BREAK)
    return scheduler.get_schedule(aws("scheduler"), group, name)


def _policy(aws: Aws, of: str) -> dict[str, Any] | Refusal | None:
    """CloudFormation knows what IAM calls it."""
    stack, logical_id = of.split(BREAK)
    client, keeper = aws("cloudformation"), aws("iam")
    arn = ask("cloudformation", lambda: cloudformation.physical_id(client, stack, logical_id))
    if arn is None or isinstance(arn, Refusal):
        return arn
    policy = iam.get_policy(keeper, arn)
    document = policy and iam.get_policy_version(keeper, arn, policy["DefaultVersionId"])
    return {"Arn": arn, "Document": document} if document else None


def _key_and_policy(aws: Aws, of: str) -> dict[str, Any] | Refusal | None:
    """Of a key that is named by its ARN, or by a stack and what that stack calls it."""
    named: str | Refusal | None = of
    if BREAK in of:
        stack, logical_id = of.split(BREAK)
        client = aws("cloudformation")
        named = ask("cloudformation", lambda: cloudformation.physical_id(client, stack, logical_id))
    if named is None or isinstance(named, Refusal):
        return named
    key = str(named)
    told = kms.describe_key(aws("kms"), key)
    return told and {**told, "Policy": kms.get_key_policy(aws("kms"), told["Arn"])}


def _machine(aws: Aws, machine: str) -> dict[str, Any] | None:
    """One that was deleted is gone, though it stays until what runs has ended."""
    described = stepfunctions.describe_state_machine(aws("stepfunctions"), machine)
    return None if stepfunctions.is_deleting(described) else described


# By name: the service as IAM calls it, and what it is asked.
LOOKS: Mapping[str, tuple[str, Callable[[Aws, str], Any]]] = {
    "alarms": ("cloudwatch", _alarms),
    "attached": ("iam", lambda aws, of: iam.list_attached_role_policies(aws("iam"), of)),
    "bucket_policy": ("s3", lambda aws, of: s3.get_policy(aws("s3"), of)),
    "bucket_tags": ("s3", lambda aws, of: s3.get_tags(aws("s3"), of)),
    "dashboard": ("cloudwatch", lambda aws, of: cloudwatch.get_dashboard(aws("cloudwatch"), of)),
    "encryption": ("s3", lambda aws, of: s3.get_encryption(aws("s3"), of)),
    "group": ("scheduler", lambda aws, of: scheduler.get_schedule_group(aws("scheduler"), of)),
    "key": ("kms", lambda aws, of: kms.describe_key(aws("kms"), of)),
    "key_and_policy": ("kms", _key_and_policy),
    "lifecycle": ("s3", lambda aws, of: s3.get_lifecycle(aws("s3"), of)),
    "lock": ("s3", lambda aws, of: s3.get_lock(aws("s3"), of)),
    "log_group": ("logs", lambda aws, of: logs.log_group(aws("logs"), of)),
    "machine": ("states", _machine),
    "ownership": ("s3", lambda aws, of: s3.get_ownership(aws("s3"), of)),
    "pipelines": ("datapipeline", _pipelines),
    "policy": ("iam", _policy),
    "profile": ("iam", lambda aws, of: iam.get_instance_profile(aws("iam"), of)),
    "public_access": ("s3", lambda aws, of: s3.get_public_access_block(aws("s3"), of)),
    "queue": ("sqs", _queue),
    "role": ("iam", lambda aws, of: iam.get_role(aws("iam"), of)),
    "role_policies": ("iam", _role_policies),
    "schedule": ("scheduler", _schedule),
    "subscription": ("sns", lambda aws, of: sns.get_subscription_attributes(aws("sns"), of)),
    "subscriptions": ("sns", lambda aws, of: sns.list_subscriptions_by_topic(aws("sns"), of)),
    "topic": ("sns", lambda aws, of: sns.get_topic_attributes(aws("sns"), of)),
    "topics": ("sns", _topics),
    "versioning": ("s3", lambda aws, of: s3.get_versioning(aws("s3"), of)),
}


def answer(aws: Aws, name: str, of: str) -> Any:
    """What AWS answers when it is looked at."""
    service, question = LOOKS[name]
    return ask(service, lambda: question(aws, of))
