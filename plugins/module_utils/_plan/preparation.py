# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each engine wants done before stacks are deployed or removed, for the module prepare_deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._engines.planners import PLANNERS
from .._engines.planning import Upcoming
from .deployed import Deployed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .plan import Plan

Wanted = dict[str, dict[str, Any]]  # by engine, of those only that want something


def before_deploying(plan: Plan, existing: Mapping[str, Any], recovery: Collection[str]) -> Wanted:
    """Before a plan is deployed, with the tables whose point-in-time recovery is to be switched on."""
    return _wanted(existing, plan.prefix, plan, recovery)


def before_removing(existing: Mapping[str, Any], prefix: str) -> Wanted:
    """Before all machinery is removed."""
    return _wanted(existing, prefix)


def _wanted(
    existing: Mapping[str, Any], prefix: str, plan: Plan | None = None, recovery: Collection[str] = ()
) -> Wanted:
    deployed = Deployed(existing, prefix)
    enabled = plan.enabled() if plan else {}
    upcoming = {
        name: Upcoming(
            prefix=prefix,
            deployed=deployed.all_own(name),
            log_bucket=deployed.log_bucket,
            planned=[stack for stack in plan.stacks if stack.engine == name] if plan else None,
            recovery=[table for table in recovery if table in enabled.get(name, ())],
        )
        for name in PLANNERS
    }
    return {name: wanted for name, each in upcoming.items() if (wanted := PLANNERS[name].preparation(each))}
