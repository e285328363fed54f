# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may block the deployment of a stack, and when to look for it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._base import naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .steps import Step

Json = dict[str, Any]
MADE = frozenset({"create", "recreate"})
# What was read so long ago may have been deployed by another job meanwhile.
FRESH_SECONDS = 30.0


def obstacles(step: Step, prefix: str, deployed: Json, machines: str, kept: Mapping[str, str]) -> Json:
    """What stack_state takes as `next`: what was read of the stack, and what must not be there any more.

    State machines keep their names while something of them runs; `machines` is the beginning of their ARNs.
    """
    resources = json.loads(step.template)["Resources"] if step.action in MADE else {}
    names = [
        each["Properties"]["StateMachineName"]
        for each in resources.values()
        if each["Type"] == "AWS::StepFunctions::StateMachine"
    ]
    return {
        "stack_name": step.name,
        "prefix": prefix,
        "fingerprints": deployed.get("fingerprints", {}),
        "state_machine_arns": [f"{machines}:{name}" for name in names],
        "kept": dict(kept),
        "template_body": step.template if kept else "",
    }


def kept(
    action: str, found: Json, buckets: Mapping[str, str], prefix: str, *, log_bucket: bool
) -> dict[str, str]:
    """What a store is to adopt if it exists, by logical id; empty if it is known to have nothing to adopt.

    A store that was begun and not finished holds nothing yet; one that was adopted and not deployed then
    tells of no backups; one that never had a log bucket may find one.
    """
    existing = found["existing"]
    lacks_logs = log_bucket and not existing["log_bucket"]
    left = found.get("leftovers", True) if action in MADE else not existing["retention_days"] or lacks_logs
    if not left:
        return {}
    names = {"Bucket": buckets["BucketName"], "LogGroup": naming.log_group(prefix)}
    return names | ({"LogBucket": buckets["LogBucketName"]} if log_bucket else {})


def first(work: Json, read_at: float, now: float, fresh: float, *, check: bool) -> Json:
    """What may block the first stack that is deployed; empty if there is none, or nothing to look for.

    In check mode no other job can be overtaken.
    """
    steps = [step for step in (work["store"], *work["machinery"]) if step["deploy"]]
    if not steps:
        return {}
    found: Json = steps[0]["obstacles"]
    stale = not check and now - read_at > fresh
    return found if stale or steps[0]["prepare"] else {}
