# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a resource policy let CloudWatch's alarms through?

What cannot be told for sure counts against it: an Allow with a condition that is not known here allows
nothing, a Deny with one denies.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

CLOUDWATCH = "cloudwatch.amazonaws.com"
COMPARED_WHOLE = ("stringequals", "bool")
COMPARED_BY_PATTERN = ("stringlike", "arnlike", "arnequals")


def lets_cloudwatch(policy: dict[str, Any], actions: list[str], resource: str, alarm: str) -> bool:
    """Whether an alarm (its ARN) may do all the actions on the resource."""
    account = alarm.split(":")[4]
    context = {
        "aws:sourcearn": alarm,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:principalservicename": CLOUDWATCH,
    }
    statements = [
        statement
        for statement in _listed(policy.get("Statement"))
        if _names_cloudwatch(statement) and _matches(statement, "Resource", resource)
    ]
    return all(_decision(statements, action, context) for action in actions)


def _decision(statements: list[dict[str, Any]], action: str, context: dict[str, str]) -> bool:
    verdicts: dict[str, list[bool | None]] = {"Allow": [], "Deny": []}
    for statement in statements:
        if _matches(statement, "Action", action.lower()):
            verdicts[statement["Effect"]].append(_conditions(statement, context))
    denied = any(holds is not False for holds in verdicts["Deny"])
    return not denied and any(holds is True for holds in verdicts["Allow"])


def _names_cloudwatch(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    if principal is None:
        return _denies(statement)  # a NotPrincipal, which may well mean everybody else
    if principal == "*":
        return True
    return "*" in _listed(principal.get("AWS")) or CLOUDWATCH in _listed(principal.get("Service"))


def _matches(statement: dict[str, Any], element: str, value: str) -> bool:
    if element not in statement:
        return _denies(statement)  # it has NotAction or NotResource instead
    patterns = _listed(statement[element])
    if element == "Action":
        patterns = [pattern.lower() for pattern in patterns]
    return any(_like(value, pattern) for pattern in patterns)


def _denies(statement: dict[str, Any]) -> bool:
    return bool(statement["Effect"] == "Deny")


def _conditions(statement: dict[str, Any], context: dict[str, str]) -> bool | None:
    """True or False if that is sure, else None."""
    results = [
        _condition(operator.lower(), key.lower(), _listed(values), context)
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
    ]
    if False in results:
        return False
    return None if None in results else True


def _condition(operator: str, key: str, values: list[Any], context: dict[str, str]) -> bool | None:
    wanted = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    kind = operator.removesuffix("ifexists")
    negated, kind = "not" in kind, kind.replace("not", "", 1)
    if key not in context:
        return None
    if kind in COMPARED_BY_PATTERN:
        holds = any(_like(context[key], pattern) for pattern in wanted)
    elif kind in COMPARED_WHOLE:
        holds = context[key] in wanted
    else:
        return None
    return holds != negated


def _like(value: str, pattern: str) -> bool:
    """IAM's * and ?; a bracket means itself."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
