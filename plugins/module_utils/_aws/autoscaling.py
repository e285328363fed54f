# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application Auto Scaling of DynamoDB's tables, one function per API call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

SERVICE = "application-autoscaling"


def scalable_targets(client: Any, resources: Iterable[str]) -> list[dict[str, Any]]:
    """The limits within which the capacities of these are moved."""
    return _pages(client, "describe_scalable_targets", "ScalableTargets", ResourceIds=list(resources))


def scaling_policies(client: Any, resource: str) -> list[dict[str, Any]]:
    """How the capacities of a table or index are moved."""
    return _pages(client, "describe_scaling_policies", "ScalingPolicies", ResourceId=resource)


def scheduled_actions(client: Any, resource: str) -> list[dict[str, Any]]:
    """When the limits of a table or index are moved."""
    return _pages(client, "describe_scheduled_actions", "ScheduledActions", ResourceId=resource)


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator(operation).paginate(ServiceNamespace="dynamodb", **arguments)
    return [each for page in pages for each in page[key]]
