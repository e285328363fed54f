# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table as data: takes the calls of a plan, each checked against botocore's model, and tells its settings.

It knows no states and no time: the embedded AWS does.
"""

from __future__ import annotations

from typing import Any

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import read

Json = dict[str, Any]

NEW_LABEL = "2026-11-28T12:00:00.000"
_MODELS: dict[str, Any] = {}


def invalid(service: str, call: str, arguments: Json) -> str:
    """What botocore's model of a service has against a call."""
    if service not in _MODELS:
        _MODELS[service] = botocore.session.get_session().get_service_model(service)
    shape = _MODELS[service].operation_model(call).input_shape
    return str(ParamValidator().validate(arguments, shape).generate_report())


def made(way: str, making: Json, target: Any, source: Json | None = None) -> FakeTable:
    """A table that was made in one of the three ways; a native restore knows what its source was like."""
    if way == "create":
        assert not invalid("dynamodb", "CreateTable", making)
        return FakeTable(making, target.arn)
    if way == "import":
        from_bucket = {"S3BucketSource": {"S3Bucket": "bucket"}, "InputFormat": "DYNAMODB_JSON"}
        assert not invalid("dynamodb", "ImportTable", from_bucket | {"TableCreationParameters": making})
        return FakeTable(making, target.arn)
    request = {"SourceTableName": "orders", "TargetTableName": target.name, "UseLatestRestorableTime": True}
    assert not invalid("dynamodb", "RestoreTableToPointInTime", request | making)
    assert source is not None
    kept = {name: source[name] for name in ("AttributeDefinitions", "KeySchema")}
    for index in ("Global", "Local"):
        kept[f"{index}SecondaryIndexes"] = making.get(f"{index}SecondaryIndexOverride", [])
    kept["VectorIndexes"] = making.get("VectorIndexOverride", source.get("VectorIndexes", []))
    for name in ("BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "SSESpecification"):
        if f"{name}Override" in making:
            kept[name] = making[f"{name}Override"]
    return FakeTable(kept | {"TableName": target.name}, target.arn)


class FakeTable:
    """One table and what hangs on it."""

    def __init__(self, created: Json, arn: str) -> None:
        found = dict(created)
        billing = found.pop("BillingMode")
        self.tags = found.pop("Tags", [])
        encryption = found.pop("SSESpecification", {})
        self.table: Json = {"TableArn": arn, "TableId": "new", **found}
        self.table["BillingModeSummary"] = {"BillingMode": billing}
        self.table["TableClassSummary"] = {"TableClass": found.pop("TableClass", "STANDARD")}
        self.table.setdefault("VectorIndexes", [])
        if encryption.get("Enabled"):
            key = encryption.get("KMSMasterKeyId", "arn:aws:kms:eu-west-1:111122223333:key/aws")
            self.table["SSEDescription"] = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
        self.manager = (
            "CUSTOMER" if "KMSMasterKeyId" in encryption else "AWS" if encryption.get("Enabled") else ""
        )
        self.more: Json = {
            "TimeToLiveDescription": {}, "ContinuousBackupsDescription": {}, "ResourcePolicy": None,
            "StreamResourcePolicy": None, "KinesisDataStreamDestinations": [], "ContributorInsights": [],
            "ScalableTargets": [], "ScalingPolicies": [], "ScheduledActions": [], "ReplicaAutoScaling": [],
            "Alarms": [], "EventSourceMappings": [], "Pipes": [],
        }  # fmt: skip

    def take(self, step: Any) -> None:
        """Do one step."""
        step = step.on(self.table.get("LatestStreamArn", ""))
        assert not step.needs_stream
        assert not invalid(step.service, step.call, step.arguments), step
        told = dict(step.arguments)
        # Another table would take it, and nobody would see that this one did not.
        assert told.pop("TableName", self.table["TableName"]) == self.table["TableName"]
        assert told.pop("ServiceNamespace", "dynamodb") == "dynamodb"
        getattr(self, f"_{xform_name(step.call)}")(told)

    def settings(self) -> Any:
        """The table's settings, read as every other's."""
        more = {"KeyManager": self.manager} if self.manager else {}
        return read.of({"Version": 2, "Table": self.table, "Tags": self.tags, **self.more, **more})

    def _tag_resource(self, told: Json) -> None:
        assert told["ResourceArn"] == self.table["TableArn"]
        self.tags = [*self.tags, *told["Tags"]]

    def _update_table(self, told: Json) -> None:
        assert len(told) == 1
        if "TableClass" in told:
            told = {"TableClassSummary": told}
        if "StreamSpecification" in told:
            told["LatestStreamArn"] = f"{self.table['TableArn']}/stream/{NEW_LABEL}"
        self.table |= told

    def _update_time_to_live(self, told: Json) -> None:
        assert told["TimeToLiveSpecification"]["Enabled"]
        name = told["TimeToLiveSpecification"]["AttributeName"]
        self.more["TimeToLiveDescription"] = {"TimeToLiveStatus": "ENABLED", "AttributeName": name}

    def _update_continuous_backups(self, told: Json) -> None:
        days = told["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
        recovery = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": days}
        self.more["ContinuousBackupsDescription"] = {"PointInTimeRecoveryDescription": recovery}

    def _put_resource_policy(self, told: Json) -> None:
        names = {self.table["TableArn"]: "ResourcePolicy"}
        names[self.table.get("LatestStreamArn")] = "StreamResourcePolicy"
        self.more[names[told["ResourceArn"]]] = told["Policy"]

    def _enable_kinesis_streaming_destination(self, told: Json) -> None:
        more = told.get("EnableKinesisStreamingConfiguration", {})
        found = {"StreamArn": told["StreamArn"], "DestinationStatus": "ACTIVE", **more}
        self.more["KinesisDataStreamDestinations"].append(found)

    def _update_contributor_insights(self, told: Json) -> None:
        assert told.pop("ContributorInsightsAction") == "ENABLE"
        self.more["ContributorInsights"].append({"ContributorInsightsStatus": "ENABLED", **told})

    def _register_scalable_target(self, told: Json) -> None:
        self.more["ScalableTargets"].append(told)

    def _put_scaling_policy(self, told: Json) -> None:
        self._require_target(told)
        self.more["ScalingPolicies"].append(told)

    def _put_scheduled_action(self, told: Json) -> None:
        self._require_target(told)
        times = {name: told[name].isoformat() for name in ("StartTime", "EndTime") if name in told}
        self.more["ScheduledActions"].append(told | times)

    def _require_target(self, told: Json) -> None:
        """AWS refuses what has no target."""
        there = [(each["ResourceId"], each["ScalableDimension"]) for each in self.more["ScalableTargets"]]
        assert (told["ResourceId"], told["ScalableDimension"]) in there
