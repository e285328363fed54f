# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a table for another one: another name, perhaps another region and account.

Of policies only the ARNs of the table itself are rewritten. Who is allowed something stays as it was: whether
a role of the same name elsewhere may have it is not for us to say.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._settings.document import Unknown

if TYPE_CHECKING:
    from .._settings.document import Settings
    from .target import Target


def retarget(settings: Settings, target: Target) -> Settings:
    """What the settings are for the target."""
    old, new = settings.name, target.name
    ours = re.compile(re.escape(settings.arn) + r"(?=$|/)")

    def arn(text: str) -> str:
        return ours.sub(lambda _found: target.arn, text)

    def resource(identity: str) -> str:
        return re.sub(rf"^table/{re.escape(old)}(?=$|/)", lambda _found: f"table/{new}", identity)

    def named(name: str) -> str:
        return re.sub(rf"(?<![\w.-]){re.escape(old)}(?![\w.])", lambda _found: new, name)

    actions = settings.scheduled_actions
    return replace(
        settings,
        arn=target.arn,
        stream_arn=arn(settings.stream_arn),
        policy=_rewritten(settings.policy, arn),
        stream_policy=_rewritten(settings.stream_policy, arn),
        scalable_targets=tuple(
            replace(each, resource=resource(each.resource)) for each in settings.scalable_targets
        ),
        scaling_policies=tuple(
            replace(each, name=named(each.name), resource=resource(each.resource))
            for each in settings.scaling_policies
        ),
        scheduled_actions=actions
        if isinstance(actions, Unknown)
        else tuple(
            replace(each, name=named(each.name), resource=resource(each.resource)) for each in actions
        ),
    )


def _rewritten(policy: str | Unknown, arn: Any) -> str | Unknown:
    """A policy with other ARNs. One that is no JSON is left to AWS to refuse."""
    if isinstance(policy, Unknown) or not policy:
        return policy
    return json.dumps(_walk(json.loads(policy), arn))


def _walk(value: Any, arn: Any) -> Any:
    if isinstance(value, dict):
        return {arn(key): _walk(each, arn) for key, each in value.items()}
    if isinstance(value, list):
        return [_walk(each, arn) for each in value]
    return arn(value) if isinstance(value, str) else value
