# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which plan an undo writes in a workflow of AWX: the job before has published which one it made.

Both jobs get the same answers of the survey: what says which plan to make, and what confirms it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .undo import UNDO

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a plan was made of: with a plan at hand nobody asks for another.
_IN_THE_PLAN = (
    *("from", "until", "before", "after", "of"),
    *("choose", "keys", "where", "ttl_attribute", "version_attribute"),
)


def asked(
    inputs: Mapping[str, Any], published: Mapping[str, Any], host: str, *, check: bool
) -> dict[str, Any]:
    """The inputs of the role as the module gets them. `published` is what the job before told, if any."""
    before = (published.get("targets") or {}).get(host) or {}
    if not inputs["plan"] and (plan := before.get("plan")):
        return {**inputs, **{key: UNDO.by_key[key].default for key in _IN_THE_PLAN}, "plan": plan}
    if check and not inputs["plan"]:
        return {**inputs, "confirm": ""}
    return dict(inputs)
