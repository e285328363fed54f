# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which deviations of what stands can be put right, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._model.standing import ADDED, ALTERED, EXTENDED, INACTIVE, MISSING, PENDING, UNTAGGED, Deviation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALARM, TOPIC = "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"
DASHBOARD = "AWS::CloudWatch::Dashboard"
KEY, PIPELINE = "AWS::KMS::Key", "AWS::DataPipeline::Pipeline"
QUEUE, SCHEDULE = "AWS::SQS::Queue", "AWS::Scheduler::Schedule"
SUBSCRIPTION, TOPIC_POLICY = "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy"
BUCKET, BUCKET_POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
# Of these CloudFormation detects no drift: "Resource type support" in its user guide.
NO_DRIFT = frozenset({BUCKET_POLICY, SUBSCRIPTION, TOPIC_POLICY})

# What others added: one takes nothing away, the other may be there to keep a role from acting, and no
# credentials of a deployment should be able to undo that.
LEFT_ALONE = frozenset({ADDED, EXTENDED})

# A resource as people call it, by its type.
WORDS = {
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::DataPipeline::Pipeline": "pipeline",
    "AWS::IAM::InstanceProfile": "instance profile",
    "AWS::IAM::ManagedPolicy": "policy",
    "AWS::IAM::Role": "role",
    "AWS::KMS::Alias": "key alias",
    "AWS::KMS::Key": "key",
    "AWS::Logs::LogGroup": "log group",
    "AWS::S3::Bucket": "bucket",
    "AWS::S3::BucketPolicy": "policy of the bucket",
    "AWS::SNS::Subscription": "subscription of",
    "AWS::SNS::Topic": "topic",
    "AWS::SNS::TopicPolicy": "policy of the topic",
    "AWS::SQS::Queue": "queue",
    "AWS::Scheduler::Schedule": "schedule",
    "AWS::Scheduler::ScheduleGroup": "schedule group",
    "AWS::StepFunctions::StateMachine": "state machine",
}


@dataclass(frozen=True)
class Repairs:
    """What is to be done, in this order."""

    switched_off: tuple[Deviation, ...]  # keys and pipelines that are there, and do not work
    stacks: tuple[str, ...]  # to be brought in line with their templates
    puts: tuple[Deviation, ...]  # to be put again as a whole
    subscriptions: tuple[Deviation, ...]  # to be asked for again

    def __bool__(self) -> bool:
        return bool(self.switched_off or self.stacks or self.puts or self.subscriptions)


def repairs(found: Iterable[Deviation]) -> Repairs:
    """What to do about deviations.

    A key that waits to be deleted is rescued: CloudFormation takes it for deleted and would make another,
    with which nobody could read the backups. Alarms, topics, schedules and queues are put whole:
    CloudFormation looks only at the properties that a template sets, and others silence an alarm as well, or
    end a schedule. A dashboard is, too: one call does it, whatever the state of the stack. A pipeline that
    is gone gets a successor with the next deployment, since its first start has passed.
    """
    found = [each for each in found if each.kind not in LEFT_ALONE]
    off = [each for each in found if each.type in {KEY, PIPELINE} and each.kind == INACTIVE]
    gone = [each for each in found if each.type == PIPELINE and each.kind == MISSING]
    rest = [each for each in found if each not in off + gone]
    puts = [each for each in rest if _is_put(each)]
    stacks = dict.fromkeys(each.stack for each in rest if each not in puts and each.type != SUBSCRIPTION)
    return Repairs(
        switched_off=tuple(off),
        stacks=tuple(stacks),
        puts=tuple(puts),
        # Who has not answered yet is not asked again: SNS forgets the subscription, and then it is missing.
        subscriptions=tuple(each for each in rest if each.type == SUBSCRIPTION and each.kind == MISSING),
    )


def _is_put(deviation: Deviation) -> bool:
    if deviation.kind == UNTAGGED:
        return True
    altered = deviation.type in {TOPIC, SCHEDULE, QUEUE} and deviation.kind != MISSING
    filtered = deviation.type == SUBSCRIPTION and deviation.kind == ALTERED
    return altered or filtered or deviation.type in NO_DRIFT - {SUBSCRIPTION} | {ALARM, DASHBOARD}


def sentence(deviation: Deviation) -> str:
    """What is not as it should be."""
    what = f"the {WORDS[deviation.type]} {deviation.name}"
    if deviation.kind == MISSING:
        return f"{what} is gone"
    off = " is switched off" if deviation.kind == INACTIVE else ""
    told = f" ({'; '.join(deviation.details)})" if deviation.details else ""
    return f"{what}{off or ' was altered'}{told}"


def by_hand(deviation: Deviation) -> str:
    """What to type about something that could not be put right."""
    if deviation.type == SCHEDULE:
        group = f"--group-name {deviation.stack} --name {deviation.name}"
        return f"let the next run make it anew: aws scheduler delete-schedule {group}"
    if deviation.type == ALARM:
        return f"let the next run make it anew: aws cloudwatch delete-alarms --alarm-names {deviation.name}"
    if deviation.type == BUCKET_POLICY:  # AWS may refuse it for a statement of somebody else's
        return (
            "let the next run make it anew, without what others put there: aws s3api delete-bucket-policy "
            f"--bucket {deviation.name}"
        )
    return (
        "see what CloudFormation finds: aws cloudformation detect-stack-drift --stack-name "
        f"{deviation.stack}, then aws cloudformation describe-stack-resource-drifts --stack-name "
        f"{deviation.stack}"
    )


def waiting(found: Iterable[Deviation]) -> Iterator[str]:
    """For whom it waits."""
    for each in found:
        if each.kind == PENDING:
            yield f"{each.name} has not confirmed the subscription to the alerts."
