# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What CloudFormation says it would do to a stack, in words.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Change = dict[str, Any]
_WORST_FIRST = ("True", "Conditional")


def lines(result: Mapping[str, Any]) -> list[str]:
    """A line for each change, replacements first; what was said instead if there is none."""
    changes = [each["ResourceChange"] for each in result["meta"]] if isinstance(result["meta"], list) else []
    told = [_line(each) for each in sorted(changes, key=_weight)]
    return told or [result["msg"] or "No resource would be changed."]


def _weight(change: Change) -> int:
    replacement = change.get("Replacement")
    return _WORST_FIRST.index(replacement) if replacement in _WORST_FIRST else len(_WORST_FIRST)


def _line(change: Change) -> str:
    verb, after = change["Action"], ""
    if change.get("Replacement") == "True":
        old = "kept" if change.get("PolicyAction") == "ReplaceAndRetain" else "deleted"
        verb, after = "REPLACE", f": a new one is made, and the old one {old}"
    elif change.get("Replacement") == "Conditional":
        verb = f"{verb} or REPLACE"
    return f"{verb} {change['LogicalResourceId']} ({change['ResourceType']}){after}{_condition(change)}"


def _condition(change: Change) -> str:
    """CloudFormation lists what refers to a changed resource, too, before it knows whether that matters."""
    details = change.get("Details") or []
    causes = sorted({each.get("CausingEntity", "") for each in details})
    if not all(causes) or any(each["Evaluation"] != "Dynamic" for each in details):
        return ""
    return f" if {' or '.join(causes)} changes" if causes else ""
