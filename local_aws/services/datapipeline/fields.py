# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which fields the objects of a pipeline may have, and of what kind.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-pipeline-objects.html and the page of each
type: dp-object-schedule, dp-object-emrcluster, dp-object-emrconfiguration, dp-object-property,
dp-object-emractivity, dp-object-shellcommandactivity, dp-object-snsalarm. What AWS has beyond that is not
imitated: data nodes, preconditions, HadoopActivity, Ec2Resource, EBS volumes, AMI versions, proxies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACTIVITIES = ("EmrActivity", "ShellCommandActivity")
RESOURCES = ("EmrCluster",)
NOT_IMITATED = frozenset({
    "CopyActivity", "CSV", "Custom", "DynamoDBDataFormat", "DynamoDBDataNode", "DynamoDBExportDataFormat",
    "DynamoDBDataExists", "DynamoDBTableExists", "EbsBlockDeviceConfig", "Ec2Resource", "Exists",
    "HadoopActivity", "HiveActivity", "HiveCopyActivity", "HttpProxy", "JdbcDatabase", "MySqlDataNode",
    "PigActivity", "RdsDatabase", "RedshiftCopyActivity", "RedshiftDatabase", "RedshiftDataNode", "RegEx",
    "S3DataNode", "S3KeyExists", "S3PrefixNotEmpty", "ShellCommandPrecondition", "ShellScriptConfig",
    "SqlActivity", "SqlDataNode", "Terminate", "TSV", "VolumeSpecification",
})  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What a field holds."""

    sort: str = "text"  # text, period, integer, boolean, time, one-of, reference
    allowed: tuple[str, ...] = ()  # values of one-of, types of reference
    many: bool = False
    least: int = 0
    most: int = 2**31


TEXT, TEXTS, PERIOD, TIME = Kind(), Kind(many=True), Kind("period"), Kind("time")
BOOLEAN = Kind("boolean")


def _ref(*types: str, many: bool = False) -> Kind:
    return Kind("reference", types, many)


_ALARMS = _ref("SnsAlarm", many=True)
_EVERYWHERE = {"type": TEXT, "parent": _ref()}
_RUNNABLE = {
    **_EVERYWHERE,
    "schedule": _ref("Schedule"),
    "scheduleType": Kind("one-of", ("cron", "ondemand", "timeseries")),
    "failureAndRerunMode": Kind("one-of", ("cascade", "none")),
    "maxActiveInstances": Kind("integer", least=1, most=5),
    "maximumRetries": Kind("integer", most=5),
    "retryDelay": Kind("period", least=120),
    "attemptTimeout": PERIOD,
    "lateAfterTimeout": PERIOD,
    "onFail": _ALARMS,
    "onLateAction": _ALARMS,
    "onSuccess": _ALARMS,
    "pipelineLogUri": TEXT,
}
_ACTIVITY = {
    **_RUNNABLE,
    "dependsOn": _ref(*ACTIVITIES, many=True),
    "runsOn": _ref(*RESOURCES),
    "workerGroup": TEXT,
}
FIELDS: dict[str, dict[str, Kind]] = {
    "Schedule": {
        **_EVERYWHERE,
        "period": Kind("period", least=15 * 60, most=3 * 366 * 86400),
        "startDateTime": TIME,
        "startAt": Kind("one-of", ("FIRST_ACTIVATION_DATE_TIME",)),
        "endDateTime": TIME,
        "occurrences": Kind("integer", least=1),
    },
    "EmrCluster": {
        **_RUNNABLE,
        "actionOnTaskFailure": Kind("one-of", ("continue", "terminate")),
        "applications": TEXTS,
        "bootstrapAction": TEXTS,
        "configuration": _ref("EmrConfiguration", many=True),
        "coreInstanceBidPrice": TEXT,
        "coreInstanceCount": Kind("integer", least=1),
        "coreInstanceType": TEXT,
        "keyPair": TEXT,
        "masterInstanceBidPrice": TEXT,
        "masterInstanceType": TEXT,
        "region": TEXT,
        "releaseLabel": TEXT,
        "resourceRole": TEXT,
        "role": TEXT,
        "subnetId": TEXT,
        "taskInstanceBidPrice": TEXT,
        "taskInstanceCount": Kind("integer", least=1),
        "taskInstanceType": TEXT,
        "terminateAfter": PERIOD,
    },
    "EmrConfiguration": {
        **_EVERYWHERE,
        "classification": TEXT,
        "configuration": _ref("EmrConfiguration", many=True),
        "property": _ref("Property", many=True),
    },
    "Property": {**_EVERYWHERE, "key": TEXT, "value": TEXT},
    "EmrActivity": {
        **_ACTIVITY,
        "postStepCommand": TEXTS,
        "preStepCommand": TEXTS,
        "resizeClusterBeforeRunning": BOOLEAN,
        "step": TEXTS,
    },
    "ShellCommandActivity": {
        **_ACTIVITY,
        "command": TEXT,
        "scriptArgument": TEXTS,
    },
    "SnsAlarm": {**_EVERYWHERE, "message": TEXT, "role": TEXT, "subject": TEXT, "topicArn": TEXT},
}
# Every object inherits from Default, so it may hold what any of them may.
FIELDS["Default"] = {key: kind for fields in list(FIELDS.values()) for key, kind in fields.items()}

# Fields that AWS documents and nothing here acts upon.
NOT_IMITATED_FIELDS = frozenset({
    "actionOnResourceFailure", "additionalMasterSecurityGroupIds", "additionalSlaveSecurityGroupIds",
    "amiVersion", "attemptStatus", "availabilityZone", "coreEbsConfiguration", "coreGroupConfiguration",
    "EbsBlockDeviceConfig", "emrManagedMasterSecurityGroupId", "emrManagedSlaveSecurityGroupId",
    "enableDebugging", "hadoopSchedulerType", "httpProxy", "initTimeout", "input", "masterEbsConfiguration",
    "masterGroupConfiguration", "output", "precondition", "reportProgressTimeout",
    "resizeClusterMaxInstances", "scriptUri", "serviceAccessSecurityGroupId", "stage", "stderr", "stdout",
    "supportedProducts", "taskEbsConfiguration", "taskGroupConfiguration", "useOnDemandOnLastAttempt",
    "VolumeSpecification",
})  # fmt: skip

# Of each group one is needed.
REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "Schedule": (("period",), ("startDateTime", "startAt")),
    "EmrConfiguration": (("classification",),),
    "Property": (("key",), ("value",)),
    "EmrActivity": (("runsOn", "workerGroup"),),
    "ShellCommandActivity": (("runsOn", "workerGroup"), ("command",)),
    "SnsAlarm": (("message",), ("role",), ("subject",), ("topicArn",)),
}

# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-emr-supported-instance-types.html
_SIZES = {
    "c1": "medium xlarge", "c3": "xlarge 2xlarge 4xlarge 8xlarge", "cc1": "4xlarge", "cc2": "8xlarge",
    "c4": "large xlarge 2xlarge 4xlarge 8xlarge", "c5": "xlarge 2xlarge 4xlarge 9xlarge 18xlarge",
    "c5d": "xlarge 2xlarge 4xlarge 9xlarge 18xlarge", "cg1": "4xlarge", "cr1": "8xlarge",
    "d2": "xlarge 2xlarge 4xlarge 8xlarge", "g2": "2xlarge", "h1": "4xlarge",
    "hs1": "2xlarge 4xlarge 8xlarge", "i2": "xlarge 2xlarge 8xlarge", "m1": "small medium large xlarge",
    "m2": "xlarge 2xlarge 4xlarge", "m3": "xlarge 2xlarge", "m4": "large xlarge 2xlarge 4xlarge 10xlarge",
    "m5": "xlarge 2xlarge 4xlarge 12xlarge 24xlarge", "m5d": "xlarge 2xlarge 4xlarge 12xlarge 24xlarge",
    "r3": "xlarge 2xlarge 4xlarge 8xlarge", "r4": "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
}  # fmt: skip
INSTANCE_TYPES = frozenset(f"{family}.{size}" for family, sizes in _SIZES.items() for size in sizes.split())

# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-manage-region.html
CLUSTER_REGIONS = frozenset({
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2",
    "eu-central-1", "ap-southeast-1", "ap-southeast-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2",
    "sa-east-1",
})  # fmt: skip

# What an object has only once it runs.
RUNTIME = frozenset({
    "@activeInstances", "@actualEndTime", "@actualStartTime", "@cascadeFailedOn", "@componentParent",
    "@error", "@failureReason", "@finishedTime", "@firstActivationTime", "@headAttempt", "@healthStatus",
    "@healthStatusFromInstanceId", "@healthStatusUpdatedTime", "@id", "@instanceParent",
    "@lastDeactivatedTime", "@latestCompletedRunTime", "@latestRunTime", "@nextRunTime", "@pipelineId",
    "@scheduledEndTime", "@scheduledStartTime", "@sphere", "@status", "@version", "@waitingOn",
    "attemptStatus", "cancellationReason", "emrStepLog", "errorId", "errorMessage", "errorStackTrace",
    "hadoopJobLog", "hostname", "reportProgressTime",
})  # fmt: skip
USER_FIELD = re.compile(r"my[A-Z_].*")
_PERIOD = re.compile(r"(\d+) (minute|hour|day|week|month|year)s?", re.IGNORECASE)
_UNITS = {
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 7 * 86400,
    "month": 30 * 86400,
    "year": 366 * 86400,
}


def period(text: str) -> tuple[int, str]:
    """Number and unit of a period; ValueError if it is none."""
    found = _PERIOD.fullmatch(text)
    if not found or not int(found[1]):
        raise ValueError(f"'{text}' is not a period, for example '3 hours'")
    return int(found[1]), found[2].lower()


def seconds(text: str) -> int:
    """About how long a period is; months and years differ."""
    number, unit = period(text)
    return number * _UNITS[unit]
