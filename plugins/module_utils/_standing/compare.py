# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each type of resource as its template wants it, beside what AWS tells of it.

Answers come by the names of the looks that the type needs, which stand in _standing_looks.py. None is what
AWS knows nothing of. A look that AWS refused is left out: nothing is said of it here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .._model.standing import INACTIVE, PENDING, Difference
from .._stacks.template import UNKNOWN, Resource
from .alert_policy import denying
from .bucket import bucket_differences, tag_differences
from .differences import LONGEST, compared, differing, missing, same
from .policy import policy_differences
from .queue import queue
from .roles import instance_profile, managed_policy, role

Found = Mapping[str, Any]
PUBLISH = "sns:Publish"

# Everything that decides when an alarm fires and whom it tells, and what counts if nothing is set.
ALARM: dict[str, Any] = {
    "ActionsEnabled": True,
    "Namespace": None,
    "MetricName": None,
    "Dimensions": [],
    "Statistic": None,
    "ExtendedStatistic": None,
    "Unit": None,
    "Period": None,
    "EvaluationPeriods": None,
    "DatapointsToAlarm": None,
    "Threshold": None,
    "ComparisonOperator": None,
    "TreatMissingData": "missing",
    "EvaluateLowSampleCountPercentile": None,
    "ThresholdMetricId": None,
    "Metrics": None,
    "EvaluationCriteria": None,
    "EvaluationInterval": None,
    "EvaluationWindow": None,
}
# Others may be told, too: what somebody added is left, what is ours must be there.
ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
# The warm-up is not among them: it is over a while after the alarm was made, and AWS does not say whether it
# is told then. One that was added later silences the alarm.


def alarm(resource: Resource, found: Found) -> Iterator[Difference]:
    now = found["alarm"]
    if text := resource.properties.get("AlarmDescription"):  # what the mail says
        yield from compared({"AlarmDescription": text}, now)
    yield from compared(_alarm(resource.properties), _alarm(now), "ActionsEnabled")
    for key in ACTIONS:
        if gone := set(resource.properties.get(key, ())) - set(now.get(key, ())):
            yield Difference(f"{key} lacks {', '.join(sorted(gone))}")
    if now.get("WarmUpConfiguration") and not resource.properties.get("WarmUpConfiguration"):
        yield Difference("a warm-up period was added, in which it does not fire")


def _alarm(told: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: told.get(key) or default for key, default in ALARM.items()}
    plain["ActionsEnabled"] = told.get("ActionsEnabled", True)
    plain["Threshold"] = told.get("Threshold")
    plain["DatapointsToAlarm"] = plain["DatapointsToAlarm"] or plain["EvaluationPeriods"]
    plain["Dimensions"] = sorted(f"{each['Name']}={each['Value']}" for each in plain["Dimensions"])
    if plain["EvaluationWindow"] == {"SlidingWindow": {}}:
        plain["EvaluationWindow"] = None  # what counts if none is set
    return plain


def dashboard(resource: Resource, found: Found) -> Iterator[Difference]:
    wanted = resource.properties["DashboardBody"]
    if wanted is not UNKNOWN and not same(_json(wanted), _json(found["dashboard"])):
        yield Difference("what it shows is not as deployed")


def topic(resource: Resource, found: Found) -> Iterator[Difference]:
    if found["topic"] is not True:  # one of many, of which only the name was listed
        wanted = {"KmsMasterKeyId": resource.properties.get("KmsMasterKeyId", "")}
        yield from compared(wanted, {"KmsMasterKeyId": found["topic"].get("KmsMasterKeyId", "")})
        for number, statement in enumerate(keeping_out(resource, found["topic"]), 1):
            yield Difference(f"its policy denies {PUBLISH} (statement {statement.get('Sid', number)})")


def keeping_out(resource: Resource, attributes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The statements of a topic that keep heartbeats out; the policy of the alerts topic is deployed."""
    if not resource.logical_id.endswith("Heartbeat"):
        return []
    return denying(json.loads(attributes["Policy"]), PUBLISH, resource.arn, f"{resource.stack}-")


def topic_policy(resource: Resource, found: Found) -> Iterator[Difference]:
    policy = json.loads(found["topic"]["Policy"])
    yield from policy_differences("it", resource.properties["PolicyDocument"], policy)


def subscription(resource: Resource, found: Found) -> Iterator[Difference]:
    wanted = subscriber(resource.properties)
    arns = [each["SubscriptionArn"] for each in found["subscriptions"] if subscriber(each) == wanted]
    if confirmed(resource, found["subscriptions"]):
        if kept_away := kept_from(found.get("subscription", {})):
            yield Difference(kept_away)
        if is_raw(resource.properties) and not is_raw(found.get("subscription", resource.properties)):
            yield Difference("raw message delivery is off, should be on")
    elif "PendingConfirmation" in arns:
        yield Difference("the subscription is not confirmed", PENDING)
    else:
        yield from missing()


def confirmed(resource: Resource, subscriptions: Iterable[Mapping[str, str]]) -> str:
    """The ARN of the subscription that a template wants, empty until it is confirmed."""
    wanted = subscriber(resource.properties)
    arns = [str(each["SubscriptionArn"]) for each in subscriptions if subscriber(each) == wanted]
    return next((arn for arn in arns if arn.startswith("arn:")), "")


def is_raw(told: Mapping[str, Any]) -> bool:
    """Whether a subscriber gets the message alone, without what SNS puts around it."""
    return str(told.get("RawMessageDelivery", "")).lower() == "true"


def kept_from(attributes: Mapping[str, str]) -> str:
    """What keeps messages from a subscriber, in words; empty if nothing does.

    Other attributes take nothing away: a redrive policy keeps what could not be delivered, and a delivery
    policy tells how often that is tried.
    """
    policy = attributes.get("FilterPolicy", "")
    told = f" ({policy})" if len(policy) <= LONGEST else ""
    return f"a filter policy was added{told}" if _json(policy) else ""


def subscriber(told: Mapping[str, Any]) -> tuple[str, str]:
    """Who is told, in the form in which two can be compared: AWS shows no password of a web address."""
    protocol, endpoint = str(told["Protocol"]), str(told["Endpoint"]).strip()
    if protocol.startswith("email"):
        return protocol, endpoint.casefold()
    if protocol == "sms":
        return protocol, re.sub(r"[^0-9]", "", endpoint)
    return protocol, re.sub(r"^(https?://[^/:@]*):[^/@]*@", r"\1@", endpoint)


def machine(resource: Resource, found: Found) -> Iterator[Difference]:
    now, properties = found["machine"], resource.properties
    if now["status"] == "DELETING":
        yield from missing()
        return
    if not same(_definition(properties), json.loads(now["definition"])):
        yield Difference("its definition is not as deployed")
    logging, told = properties.get("LoggingConfiguration", {}), now.get("loggingConfiguration", {})
    wanted = {
        "RoleArn": properties["RoleArn"],
        "LogLevel": logging.get("Level", "OFF"),
        "LogGroup": [
            each["CloudWatchLogsLogGroup"]["LogGroupArn"] for each in logging.get("Destinations", [])
        ],
    }
    groups = [each["cloudWatchLogsLogGroup"]["logGroupArn"] for each in told.get("destinations", [])]
    stands = {"RoleArn": now["roleArn"], "LogLevel": told.get("level", "OFF"), "LogGroup": groups}
    yield from compared(wanted, stands)


def _definition(properties: Mapping[str, Any]) -> Any:
    text = properties["DefinitionString"]
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        if value is UNKNOWN:
            return UNKNOWN
        text = text.replace(f"${{{name}}}", str(value))
    return json.loads(text)


def schedule_group(_resource: Resource, found: Found) -> Iterator[Difference]:
    if found["group"]["State"] == "DELETING":
        yield from missing()


def schedule(resource: Resource, found: Found) -> Iterator[Difference]:
    yield from compared(_schedule(resource.properties), _schedule(found["schedule"]), "State", "ENABLED")


def _schedule(told: Mapping[str, Any]) -> dict[str, Any]:
    target = told["Target"]
    retries = target.get("RetryPolicy", {})
    return {
        "State": told.get("State", "ENABLED"),
        "ScheduleExpression": told["ScheduleExpression"],
        "ScheduleExpressionTimezone": told.get("ScheduleExpressionTimezone", "UTC"),
        "FlexibleTimeWindow": told["FlexibleTimeWindow"]["Mode"],
        "StartDate": told.get("StartDate"),
        "EndDate": told.get("EndDate"),
        "ActionAfterCompletion": told.get("ActionAfterCompletion", "NONE"),
        "KmsKeyArn": told.get("KmsKeyArn"),
        "Target": target["Arn"],
        "Role": target["RoleArn"],
        "Input": _json(target.get("Input", "")),
        "MaximumRetryAttempts": retries.get("MaximumRetryAttempts", 185),
        "MaximumEventAgeInSeconds": retries.get("MaximumEventAgeInSeconds", 86400),
        "DeadLetterConfig": target.get("DeadLetterConfig", {}).get("Arn"),
    }


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def log_group(resource: Resource, found: Found) -> Iterator[Difference]:
    wanted = {"RetentionInDays": resource.properties.get("RetentionInDays")}
    yield from compared(wanted, {"RetentionInDays": found["log_group"].get("retentionInDays")})


def bucket(resource: Resource, found: Found) -> Iterator[Difference]:
    yield from bucket_differences(resource.properties, found)
    if "bucket_tags" in found:
        yield from tag_differences(resource.tags, found["bucket_tags"])


def bucket_policy(resource: Resource, found: Found) -> Iterator[Difference]:
    yield from policy_differences("it", resource.properties["PolicyDocument"], found["policy"])


def key(resource: Resource, found: Found) -> Iterator[Difference]:
    state, date = found["key"]["KeyState"], found["key"].get("DeletionDate")
    if state != "Enabled":
        when = f", and it is deleted on {date:%Y-%m-%d}" if date else ""
        yield Difference(f"{differing('its state', state, 'Enabled')}{when}", INACTIVE)
    wanted = resource.properties["KeyPolicy"]
    yield from policy_differences("its policy", wanted, found["key"]["Policy"])


def alias(resource: Resource, found: Found) -> Iterator[Difference]:
    wanted = resource.properties["TargetKeyId"]
    if wanted is not UNKNOWN:
        now = found["key"]["KeyId"]
        yield from compared({"its key": str(wanted).rsplit("/", 1)[-1]}, {"its key": now})


def pipeline(_resource: Resource, found: Found) -> Iterator[Difference]:
    """Whether it runs by its schedule: the engine knows the words for that."""
    if found["pipeline"]["runs"] is False:
        yield Difference(f"it is {found['pipeline']['state']} and starts no backup", INACTIVE)


# Each type, the look without which nothing is said of it, and what compares it.
COMPARERS: Mapping[str, tuple[str, Callable[[Resource, Found], Iterator[Difference]]]] = {
    "AWS::CloudWatch::Alarm": ("alarm", alarm),
    "AWS::CloudWatch::Dashboard": ("dashboard", dashboard),
    "AWS::DataPipeline::Pipeline": ("pipeline", pipeline),
    "AWS::IAM::InstanceProfile": ("profile", instance_profile),
    "AWS::IAM::ManagedPolicy": ("policy", managed_policy),
    "AWS::IAM::Role": ("role", role),
    "AWS::KMS::Alias": ("key", alias),
    "AWS::KMS::Key": ("key", key),
    "AWS::Logs::LogGroup": ("log_group", log_group),
    "AWS::S3::Bucket": ("", bucket),
    "AWS::S3::BucketPolicy": ("policy", bucket_policy),
    "AWS::SNS::Subscription": ("subscriptions", subscription),
    "AWS::SNS::Topic": ("topic", topic),
    "AWS::SNS::TopicPolicy": ("topic", topic_policy),
    "AWS::SQS::Queue": ("queue", queue),
    "AWS::Scheduler::Schedule": ("schedule", schedule),
    "AWS::Scheduler::ScheduleGroup": ("group", schedule_group),
    "AWS::StepFunctions::StateMachine": ("machine", machine),
}


def differences(resource: Resource, found: Found) -> Iterator[Difference]:
    """How a resource differs from its template, as far as it could be read.

    Whatever is asked about a thing that is gone is answered with that, and so is what is asked about its
    parts: the policy and the subscriptions of a topic, the policy of a bucket.
    """
    needed, compare = COMPARERS[resource.type]
    if any(answer is None for answer in found.values()):
        yield from missing()
    elif not needed or needed in found:
        yield from compare(resource, found)
