# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings of JSON, as version 1 and version 2 have it: mostly what AWS answers, in AWS's names.

Members that are newer than who asked AWS are unknown where they are missing: Step Functions, or the AWS CLI
of a cluster, may have dropped them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from . import read_scaling, read_table
from .document import (
    VERSION,
    EventSource,
    Insight,
    KinesisStream,
    Pipe,
    Settings,
    SettingsError,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

Json = dict[str, Any]

ON = ("ENABLED", "ENABLING")
FLOWING = ("ACTIVE", "ENABLING", "UPDATING")
DEFAULT_RECOVERY_DAYS = 35
# What version 2 added, and what it calls otherwise.
SECOND = (
    "Alarms",
    "EventSourceMappings",
    "Pipes",
    "ReplicaAutoScaling",
    "ScheduledActions",
    "StreamResourcePolicy",
)
RENAMED = {"ContributorInsightsStatus": "ContributorInsights"}
NOT_SAVED = "version 1 of the settings does not hold it"
NO_INDEXES = "version 1 of the settings holds neither its mode nor that of indexes"
NO_MODE = f"of what is on, the mode: {read_table.NOT_TOLD}"
NOT_READ = "it was not read, and version 1 of the settings does not say why"


def from_json(text: str | bytes) -> Settings:
    """The settings that a text holds; SettingsError says why it holds none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise SettingsError(f"the settings are no JSON: {error}") from error
    return of(found)


def of(document: object) -> Settings:
    """The settings of a document that is parsed already."""
    if not isinstance(document, dict) or not isinstance(document.get("Table"), dict):
        raise SettingsError("the settings do not describe a table")
    version = document.get("Version")
    if isinstance(version, bool) or version not in (1, VERSION):
        raise SettingsError(f"the settings are of version {version}: this collection reads 1 and {VERSION}")
    try:
        return _settings(document if version == VERSION else _second(document))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"the settings are damaged: {type(error).__name__}: {error}") from error


def _second(first: Json) -> Json:
    """A document of version 1 as one of version 2."""
    missing = {name: {"unknown": NOT_SAVED} for name in SECOND}
    status = {"ContributorInsightsStatus": first.get("ContributorInsightsStatus")}
    insights = {"ContributorInsights": {"unknown": NO_INDEXES, "listed": [status]}}
    not_read = {RENAMED.get(name, name): {"unknown": NOT_READ} for name in first.get("NotRead") or ()}
    return {**first, **missing, **insights, **not_read}


def _settings(document: Json) -> Settings:
    return Settings(
        **read_table.table(document["Table"], _key_manager(document)),
        tags=dict(sorted((each["Key"], each["Value"]) for each in document.get("Tags") or ())),
        kinesis=_listed(document, "KinesisDataStreamDestinations", _kinesis),
        insights=_of_insights(document),
        scalable_targets=tuple(map(read_scaling.target, document.get("ScalableTargets") or ())),
        scaling_policies=tuple(map(read_scaling.policy, document.get("ScalingPolicies") or ())),
        scheduled_actions=_listed(document, "ScheduledActions", lambda each: [read_scaling.action(each)]),
        point_in_time_recovery=_recovery_days(document.get("ContinuousBackupsDescription") or {}),
        policy=_part(document, "ResourcePolicy", str),
        stream_policy=_part(document, "StreamResourcePolicy", str),
        ttl=_ttl(document.get("TimeToLiveDescription") or {}),
        replica_scaling=_listed(document, "ReplicaAutoScaling", lambda each: [each]),
        alarms=_listed(document, "Alarms", lambda each: [str(each)]),
        event_sources=_listed(document, "EventSourceMappings", _event_sources),
        pipes=_listed(document, "Pipes", lambda each: [Pipe(each["Name"], each.get("Target") or "")]),
        saved_at=str(document.get("SavedAt") or ""),
        execution=str(document.get("Execution") or ""),
    )  # fmt: skip


def _key_manager(document: Json) -> str:
    """Who manages the key; empty if nobody asked, or if AWS did not tell."""
    found = document.get("KeyManager")
    return found if isinstance(found, str) else ""


def _part(document: Json, name: str, make: Callable[[Any], T]) -> T | Unknown:
    """A part that may be unknown. What is null is absent; what is missing, nobody has asked for."""
    if name not in document:
        return Unknown("the settings do not hold it")
    found = document[name]
    if isinstance(found, dict) and "unknown" in found:
        return Unknown(str(found["unknown"]))
    return make(found if found is not None else "")


def _listed(document: Json, name: str, make: Callable[[Any], Any]) -> tuple[Any, ...] | Unknown:
    """A list that may be unknown, or known in part; each of its members makes any number."""
    if name not in document:
        return Unknown("the settings do not hold it")
    found = document[name]
    if isinstance(found, dict):
        return Unknown(str(found["unknown"]), _made(found.get("listed"), make))
    return _made(found, make)


def _made(found: list[Any] | None, make: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(made for each in found or () for made in make(each))


def _kinesis(destination: Mapping[str, Any]) -> Iterator[KinesisStream]:
    if destination["DestinationStatus"] in FLOWING:
        precision = destination.get("ApproximateCreationDateTimePrecision") or ""
        yield KinesisStream(destination["StreamArn"], precision)


def _of_insights(document: Json) -> tuple[Insight, ...] | Unknown:
    """Those that are on. The mode came years after the rest (2025)."""
    found = _listed(document, "ContributorInsights", _insights)
    if isinstance(found, Unknown) or all(each.mode for each in found):
        return found
    return Unknown(NO_MODE, found)


def _insights(summary: Mapping[str, Any]) -> Iterator[Insight]:
    if summary.get("ContributorInsightsStatus") in ON:
        yield Insight(summary.get("IndexName") or "", summary.get("ContributorInsightsMode") or "")


def _event_sources(mapping: Mapping[str, Any]) -> Iterator[EventSource]:
    yield EventSource(mapping["UUID"], mapping["FunctionArn"], mapping.get("State") or "")


def _recovery_days(description: Mapping[str, Any]) -> int:
    recovery = description.get("PointInTimeRecoveryDescription") or {}
    if recovery.get("PointInTimeRecoveryStatus") not in ON:
        return 0
    return int(recovery.get("RecoveryPeriodInDays") or DEFAULT_RECOVERY_DAYS)


def _ttl(description: Mapping[str, Any]) -> str:
    return str(description["AttributeName"]) if description.get("TimeToLiveStatus") in ON else ""
