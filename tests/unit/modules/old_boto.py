# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients as those of an older boto3: it knows less of what to send, and of what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import client

if TYPE_CHECKING:
    import pytest


def grow_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on modules have the boto3 of requirements.txt, as far as they use what it has not."""
    retrying = client.retrying

    def old(made: Any) -> Any:
        model = made.meta.service_model
        if model.service_name == "cloudformation":
            del model.operation_model("CreateChangeSet").input_shape.members["DeploymentMode"]
        if model.service_name == "cloudwatch":
            names = [each for each in model.operation_names if not each.endswith(("MuteRule", "MuteRules"))]
            model.operation_names = names
            monkeypatch.setattr(model, "shape_for", _without_settings(model.shape_for))
        return retrying(made)

    monkeypatch.setattr(client, "retrying", old)


def _without_settings(shape_for: Any) -> Any:
    def shape(name: str, *more: Any) -> Any:
        found = shape_for(name, *more)
        if name == "MetricAlarm":
            for each in ("EvaluationWindow", "WarmUpConfiguration"):
                found.members.pop(each, None)
        return found

    return shape
