# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policies compared as what they say, not as they are written: AWS reorders and rewrites some of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._model.standing import ALTERED, EXTENDED, Difference
from .._stacks.template import UNKNOWN
from .differences import same

# A list of one and that one alone mean the same, and the order of a list means nothing.
_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def policy_differences(
    what: str, wanted: Mapping[str, Any], found: Mapping[str, Any], added: str = EXTENDED
) -> Iterator[Difference]:
    """Statement by statement, if they have ids; `added` is the kind of one that allows something more."""
    ours, theirs = _statements(wanted), _statements(found)
    if "1" in ours and not same(ours, theirs):
        yield Difference(f"{what} is not as deployed")
        return
    for sid, statement in ours.items():
        if sid not in theirs:
            yield Difference(f"{what} has no statement {sid}")
        elif not same(statement, theirs[sid]):
            yield Difference(f"{what}: the statement {sid} is not as deployed")
    for sid in sorted(theirs.keys() - ours.keys()):
        kind = ALTERED if theirs[sid].get("Effect") == "Deny" else added
        yield Difference(f"{what} has a statement {sid} that was not deployed", kind)


def merged(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What was deployed, and what others allow beside it; what they deny is left out."""
    ours = {each.get("Sid") for each in listed(wanted["Statement"])}
    others = [
        each
        for each in listed(found.get("Statement", []))
        if each.get("Effect") == "Allow" and (each.get("Sid") is None or each["Sid"] not in ours)
    ]
    return {**wanted, "Statement": [*listed(wanted["Statement"]), *others]}


def listed(value: Any) -> list[Any]:
    """One value, or many, as a list."""
    return value if isinstance(value, list) else [value]


def _statements(policy: Mapping[str, Any]) -> dict[str, Any]:
    """By id; those without one are numbered."""
    statements = [_plain(statement) for statement in listed(policy.get("Statement", []))]
    return {str(each.get("Sid") or number): each for number, each in enumerate(statements, 1)}


def _plain(statement: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = dict(statement)
    for key in _LISTS:
        if key in plain:
            plain[key] = _ordered(plain[key])
    for key in ("Principal", "NotPrincipal"):
        if isinstance(plain.get(key), Mapping):
            plain[key] = {kind: _ordered(names) for kind, names in plain[key].items()}
        if plain.get(key) == {"AWS": ["*"]}:
            plain[key] = "*"
    if "Condition" in plain:
        plain["Condition"] = {
            operator: {key: _ordered(values) for key, values in tests.items()}
            for operator, tests in plain["Condition"].items()
        }
    return plain


def _ordered(values: Any) -> Any:
    """As sorted text; true and "true" are the same to IAM."""
    each = listed(values)
    if UNKNOWN in each:
        return UNKNOWN
    return sorted(str(value).lower() if isinstance(value, bool) else str(value) for value in each)
