# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares what stands in AWS with what the deployed templates want.

Each question is asked once, however many resources its answer is about, and several at a time. A target of
one table takes 32 calls, one of 200 tables 45: 1 for each schedule, 3 for each 50 tables or so, 1 for each
subscriber who has confirmed, and 2 more with a key of its own, 7 with a log bucket, 1 with a dashboard; 1
for each missed-run alarm that fires.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import cloudformation, kms
from .._aws.client import ask
from .._base.threads import thread_pool
from .._model.outputs import Outputs
from .._model.refusal import Refusal
from .._model.standing import INACTIVE, MISSING, Deviation, Standing
from .._stacks.template import DeployedStack
from .compare import COMPARERS, confirmed, differences
from .differences import deviations, tables_of
from .gather_looks import BREAK, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._aws.client import Aws
    from .._stacks.template import Resource

THREADS = 10


def deployed_stack(client: Any, described: Mapping[str, Any]) -> DeployedStack:
    """A stack as DescribeStacks tells of it, with its template, which takes one call more."""
    return DeployedStack(
        id=described["StackId"],
        name=described["StackName"],
        template=cloudformation.get_template(client, described["StackName"]),
        outputs=Outputs.from_raw(cloudformation.outputs(dict(described))),
        parameters=cloudformation.parameters(dict(described)),
        tags=cloudformation.tags(dict(described)),
    )


Question = tuple[str, str]  # a look, and the id of what it looks at


def look(aws: Aws, stacks: Sequence[DeployedStack]) -> Standing:
    """What of these stacks is not as their templates say."""
    wanted = [(stack, each) for stack in stacks for each in stack.resources if each.type in COMPARERS]
    asking = _Asking([each for _stack, each in wanted])
    questions = [asking.about(each) for _stack, each in wanted]
    answers = _answered(aws, questions)
    further = [_further(resource, answers) for _stack, resource in wanted]
    answers |= _answered(aws, further)
    questions = [{**first, **then} for first, then in zip(questions, further, strict=True)]
    concerned, own = _concerned(stacks), _own_policies([each for _stack, each in wanted], answers)
    found = [
        deviation
        for (stack, resource), each in zip(wanted, questions, strict=True)
        for deviation in deviations(
            resource,
            differences(resource, {**_found(resource, each, answers), **own.get(_role_of(resource), {})}),
            concerned[stack.name].get(resource.logical_id, concerned[stack.name][""]),
        )
    ]
    refusals = dict.fromkeys(each for each in answers.values() if isinstance(each, Refusal))
    return Standing(tuple(found), tuple(refusals), answers)


def _answered(aws: Aws, questions: Sequence[Mapping[str, Question]]) -> dict[Question, Any]:
    """Each asked once, several at a time."""
    asked = list(dict.fromkeys(question for each in questions for question in each.values()))
    with thread_pool(THREADS) as pool:
        return dict(zip(asked, pool.map(lambda each: answer(aws, *each), asked), strict=True))


def _further(resource: Resource, answers: Mapping[Question, Any]) -> dict[str, Question]:
    """What is asked only when the first are answered: whether a filter stands before somebody, and what keeps
    heartbeats out of a topic whose alarm fires.
    """
    if resource.type == "AWS::SNS::Topic" and resource.name in _unheard(answers):
        return {"topic": ("topic", resource.arn)}
    if resource.type != "AWS::SNS::Subscription":
        return {}
    told = answers["subscriptions", resource.properties["TopicArn"]]
    arn = "" if told is None or isinstance(told, Refusal) else confirmed(resource, told)
    return {"subscription": ("subscription", arn)} if arn else {}


def _unheard(answers: Mapping[Question, Any]) -> set[str]:
    """The topics that alarms which fire watch, by name."""
    told = [answers[each] for each in answers if each[0] == "alarms"]
    alarms = [alarm for each in told if not isinstance(each, Refusal) for alarm in each.values()]
    firing = [each for each in alarms if each["StateValue"] == "ALARM"]
    return {
        part["Value"] for each in firing for part in each.get("Dimensions", ()) if part["Name"] == "TopicName"
    }


ROLE, POLICY = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"


def _role_of(resource: Resource) -> str:
    return resource.name if resource.type == ROLE else ""


def _own_policies(
    resources: Sequence[Resource], answers: Mapping[Question, Any]
) -> dict[str, dict[str, set[str]]]:
    """The ARNs of the policies that templates attach, by role; nothing of a role if one is not known."""
    found: dict[str, set[str]] = {each.name: set() for each in resources if each.type == ROLE}
    for each in resources:
        if each.type == POLICY:
            told = answers[ALONE[POLICY](each)["policy"]]
            for role in each.properties.get("Roles", ()):
                if isinstance(told, Refusal):
                    found.pop(role, None)
                elif told and role in found:
                    found[role].add(told["Arn"])
    return {role: {"own": arns} for role, arns in found.items()}


KEY = "AWS::KMS::Key"


def given_key(aws: Aws, stacks: Sequence[DeployedStack]) -> Deviation | Refusal | None:
    """What is wrong with a key that a store was given, and did not make; one call if there is one."""
    for stack in stacks:
        arn = stack.outputs.kms_key_arn
        if arn and not any(each.type == KEY for each in stack.resources):
            told = ask("kms", partial(kms.describe_key, aws("kms"), arn))
            if isinstance(told, Refusal):
                return told
            tables = _concerned(stacks)[stack.name][""]
            if told is None:
                return Deviation(stack.name, "", KEY, arn, MISSING, (), tables)
            if told["KeyState"] != "Enabled":
                details = (f"its state is {told['KeyState']}",)
                return Deviation(stack.name, "", KEY, arn, INACTIVE, details, tables)
    return None


def _concerned(stacks: Sequence[DeployedStack]) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """The tables of each stack's resources; those of a store concern all tables."""
    each = {stack.name: tables_of(stack) for stack in stacks}
    everything = tuple(dict.fromkeys(table for tables in each.values() for table in tables[""]))
    return {name: tables if tables[""] else {"": everything} for name, tables in each.items()}


def _found(
    resource: Resource, questions: Mapping[str, Question], answers: Mapping[Question, Any]
) -> dict[str, Any]:
    """What the looks told of a resource; those that were refused are left out."""
    found: dict[str, Any] = {}
    for name, question in questions.items():
        told = answers[question]
        if not isinstance(told, Refusal):
            found[name] = PICKED[question[0]](told, resource) if question[0] in PICKED else told
    return found


# What an answer about many things tells of one.
PICKED: Mapping[str, Callable[[Any, Resource], Any]] = {
    "alarms": lambda told, resource: told.get(resource.name),
    "pipelines": lambda told, resource: told.get(resource.id),
    "topics": lambda told, resource: True if resource.arn in told else None,
}


# What to ask about resources of types that are asked about one by one, by the name that the comparison uses.
ALONE: Mapping[str, Callable[[Resource], dict[str, Question]]] = {
    "AWS::CloudWatch::Dashboard": lambda each: {"dashboard": ("dashboard", each.name)},
    "AWS::IAM::InstanceProfile": lambda each: {"profile": ("profile", each.name)},
    "AWS::IAM::ManagedPolicy": lambda each: {
        "policy": ("policy", BREAK.join([each.stack, each.logical_id])),
        **{f"attached to {role}": ("attached", role) for role in each.properties.get("Roles", ())},
    },
    "AWS::IAM::Role": lambda each: {
        "role": ("role", each.name),
        "attached": ("attached", each.name),
        "policies": ("role_policies", BREAK.join([each.name, *_policy_names(each)])),
    },
    "AWS::KMS::Alias": lambda each: {"key": ("key", each.name)},
    "AWS::KMS::Key": lambda each: {
        "key": ("key_and_policy", each.arn or BREAK.join([each.stack, each.logical_id]))
    },
    "AWS::Logs::LogGroup": lambda each: {"log_group": ("log_group", each.name)},
    "AWS::S3::Bucket": lambda each: {name: (name, each.name) for name in _of_bucket(each.properties)},
    "AWS::S3::BucketPolicy": lambda each: {"policy": ("bucket_policy", each.properties["Bucket"])},
    "AWS::SNS::Subscription": lambda each: {"subscriptions": ("subscriptions", each.properties["TopicArn"])},
    "AWS::SNS::TopicPolicy": lambda each: {"topic": ("topic", each.properties["Topics"][0])},
    "AWS::SQS::Queue": lambda each: {"queue": ("queue", each.name)},
    "AWS::Scheduler::Schedule": lambda each: {
        "schedule": ("schedule", BREAK.join([each.properties["GroupName"], each.name]))
    },
    "AWS::Scheduler::ScheduleGroup": lambda each: {"group": ("group", each.name)},
    "AWS::StepFunctions::StateMachine": lambda each: {"machine": ("machine", each.arn)},
}


def _policy_names(role: Resource) -> list[str]:
    return [str(each["PolicyName"]) for each in role.properties.get("Policies", ())]


def _of_bucket(properties: Mapping[str, Any]) -> list[str]:
    """The looks at what a template says of a bucket, and at its tags and its lifecycle in any case."""
    said = {
        "versioning": "VersioningConfiguration",
        "encryption": "BucketEncryption",
        "public_access": "PublicAccessBlockConfiguration",
        "ownership": "OwnershipControls",
        "lock": "ObjectLockConfiguration",
    }
    return ["bucket_tags", "lifecycle", *(name for name, key in said.items() if key in properties)]


def _shared_begin(names: list[str]) -> str:
    first, last = min(names, default=""), max(names, default="")
    differ = (number for number, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1)
    return first[: next(differ, min(len(first), len(last)))]


class _Asking:
    """Which questions are to be asked about each resource."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        kinds: dict[str, list[Resource]] = defaultdict(list)
        for each in resources:
            kinds[each.type].append(each)
        told = [each.properties["TopicArn"] for each in kinds["AWS::SNS::Subscription"]]
        told += [arn for each in kinds["AWS::SNS::TopicPolicy"] for arn in each.properties["Topics"]]
        self._special = set(told)
        topics = [each.arn for each in kinds["AWS::SNS::Topic"] if each.arn not in self._special]
        alarms = _shared_begin([each.name for each in kinds["AWS::CloudWatch::Alarm"]])
        pipelines = [each.id for each in kinds["AWS::DataPipeline::Pipeline"] if each.id]
        self._together: dict[str, dict[str, Question]] = {
            "AWS::CloudWatch::Alarm": {"alarm": ("alarms", alarms)},
            "AWS::DataPipeline::Pipeline": {"pipeline": ("pipelines", BREAK.join(pipelines))},
            "AWS::SNS::Topic": {"topic": ("topics", BREAK.join(topics))},
        }

    def about(self, resource: Resource) -> dict[str, Question]:
        """By the name that the comparison uses; nothing of what nobody can name."""
        if resource.arn in self._special and resource.type == "AWS::SNS::Topic":
            questions: dict[str, Question] = {"topic": ("topic", resource.arn)}
        else:
            questions = self._together.get(resource.type) or ALONE[resource.type](resource)
        return {name: each for name, each in questions.items() if each[1] and isinstance(each[1], str)}
