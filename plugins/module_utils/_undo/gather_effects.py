# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What hears of every write to a table: nothing can be written silently, so it has to be acknowledged.

What AWS does not tell is unknown, with its reason, and never taken for absent.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from .._aws import lambda_, pipes, table_settings
from .._aws.client import ask
from .._model.refusal import Refusal
from .plan_document import (
    EFFECTS,
    FOUND,
    INSIGHTS,
    KINESIS,
    NONE,
    PIPES,
    REPLICAS,
    STREAM,
    TRIGGERS,
    UNKNOWN,
    Effect,
)

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._aws.client import Aws
    from .gather_table import Live

_SILENT = ("DISABLED", "ENABLE_FAILED", "FAILED")


def effects(aws: Aws, live: Live) -> tuple[Effect, ...]:
    """Each of EFFECTS, in their order. A stream that is off has no records, whoever may listen to it."""
    described, name = live.description, live.table.name
    stream = _stream(described)
    client = aws("dynamodb")
    found = {
        STREAM: _effect(STREAM, [f"{stream} ({_view(described)})"] if stream else []),
        TRIGGERS: _asked(TRIGGERS, "lambda", lambda: _triggers(aws, stream)),
        PIPES: _asked(PIPES, "pipes", lambda: _pipes(aws, stream)),
        KINESIS: _asked(KINESIS, "dynamodb", lambda: _kinesis(client, name)),
        REPLICAS: _effect(REPLICAS, _replicas(described, live.table.region)),
        INSIGHTS: _asked(INSIGHTS, "dynamodb", lambda: _insights(client, name)),
    }
    return tuple(found[each] for each in EFFECTS)


def _effect(name: str, told: list[str]) -> Effect:
    return Effect(name, FOUND if told else NONE, tuple(told))


def _asked(name: str, service: str, question: Callable[[], list[str]]) -> Effect:
    try:
        found = ask(service, question)
    except BotoCoreError as error:  # such as no way to the service from here
        return Effect(name, UNKNOWN, (str(error),))
    if isinstance(found, Refusal):
        return Effect(name, UNKNOWN, (f"{found.call}: {found.message or found.code}",))
    return _effect(name, found)


def _stream(described: Mapping[str, Any]) -> str:
    enabled = (described.get("StreamSpecification") or {}).get("StreamEnabled")
    return str(described["LatestStreamArn"]) if enabled else ""


def _view(described: Mapping[str, Any]) -> str:
    return str(described["StreamSpecification"].get("StreamViewType", ""))


def _triggers(aws: Aws, stream: str) -> list[str]:
    """One that is disabled gets the records once it is enabled again: streams keep them for 24 hours."""
    found = lambda_.event_source_mappings(aws("lambda"), stream) if stream else []
    return sorted(f"{each['FunctionArn']} ({each['State']})" for each in found)


def _pipes(aws: Aws, stream: str) -> list[str]:
    found = pipes.list_pipes(aws("pipes"), stream) if stream else []
    return sorted(f"{each['Name']} to {each['Target']} ({each['CurrentState']})" for each in found)


def _kinesis(client: Any, name: str) -> list[str]:
    found = table_settings.kinesis_destinations(client, name)
    return sorted(
        f"{each['StreamArn']} ({each['DestinationStatus']})"
        for each in found
        if each["DestinationStatus"] not in _SILENT
    )


def _replicas(described: Mapping[str, Any], region: str) -> list[str]:
    """Where writes go to as well: a condition holds in its own region, and the last writer wins over all."""
    return sorted(
        f"{each['RegionName']} ({each.get('ReplicaStatus', 'ACTIVE')})"
        for each in described.get("Replicas") or ()
        if each["RegionName"] != region
    )


def _insights(client: Any, name: str) -> list[str]:
    found = table_settings.contributor_insights(client, name)
    return sorted(
        f"contributor insights of {each.get('IndexName') or 'the table'}"
        for each in found
        if each["ContributorInsightsStatus"] not in _SILENT
    )
