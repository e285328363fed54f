# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does a resource policy let CloudWatch's alarms through, or another service, and what does it deny?

Of alarms, what cannot be told for sure counts against it: an Allow with a condition that is not known here
allows nothing, a Deny with one denies.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOUDWATCH, SNS = "cloudwatch.amazonaws.com", "sns.amazonaws.com"
COMPARED_WHOLE = ("stringequals", "bool")
COMPARED_BY_PATTERN = ("stringlike", "arnlike", "arnequals")


def lets_cloudwatch(policy: dict[str, Any], actions: list[str], resource: str, alarm: str) -> bool:
    """Whether an alarm (its ARN) may do all the actions on the resource."""
    return all(lets(CLOUDWATCH, policy, action, resource, alarm) is True for action in actions)


def lets(service: str, policy: Mapping[str, Any], action: str, resource: str, source: str) -> bool | None:
    """Whether a service may do this for what it has made (its ARN); None if that is not sure."""
    account = source.split(":")[4]
    context = {
        "aws:sourcearn": source,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:principalservicename": service,
    }
    verdicts: dict[str, list[bool | None]] = {"Allow": [], "Deny": []}
    for statement in _listed(policy.get("Statement")):
        named = _names(service, statement)
        if named is not False and _is_about(statement, action, resource):
            holds = _conditions(statement, context)
            verdicts[statement["Effect"]].append(holds if named or holds is False else None)
    if True in verdicts["Deny"] or not any(holds is not False for holds in verdicts["Allow"]):
        return False
    return True if True in verdicts["Allow"] and None not in verdicts["Deny"] else None


def denying(policy: Mapping[str, Any], action: str, resource: str, roles: str) -> list[dict[str, Any]]:
    """The statements that may keep roles of the account, whose names begin so, from an action."""
    account = resource.split(":")[4]
    context = {
        "aws:securetransport": "true",
        "aws:principalaccount": account,
        "aws:principalisawsservice": "false",
    }
    return [
        statement
        for statement in _listed(policy.get("Statement"))
        if _denies(statement)
        and _may_mean(statement, account, roles)
        and _is_about(statement, action, resource)
        and _conditions(statement, context) is not False
    ]


def without(policy: Mapping[str, Any], statements: list[dict[str, Any]]) -> dict[str, Any]:
    """The policy less some of its statements; empty if none is left."""
    kept = [each for each in _listed(policy["Statement"]) if each not in statements]
    return {**policy, "Statement": kept} if kept else {}


def _is_about(statement: dict[str, Any], action: str, resource: str) -> bool:
    return _matches(statement, "Action", action.lower()) and _matches(statement, "Resource", resource)


def _may_mean(statement: dict[str, Any], account: str, roles: str) -> bool:
    """Whether it may be about one of the roles; NotPrincipal may well mean everybody else."""
    principal = statement.get("Principal")
    if principal is None or principal == "*":
        return True
    mine = (
        account,
        f"arn:*:iam::{account}:root",
        f"arn:*:iam::{account}:role/*{roles}*",
        f"arn:*:sts::{account}:assumed-role/{roles}*",
    )
    named = _listed(principal.get("AWS"))
    return "*" in named or any(_like(each, pattern) for each in named for pattern in mine)


def _names(service: str, statement: dict[str, Any]) -> bool | None:
    """None if that is not sure."""
    principal = statement.get("Principal")
    if principal is None:
        others = statement.get("NotPrincipal") or {}
        spared = others == "*" or service in _listed(others.get("Service"))
        return None if _denies(statement) and not spared else False
    if principal == "*":
        return True
    return "*" in _listed(principal.get("AWS")) or service in _listed(principal.get("Service"))


def _matches(statement: dict[str, Any], element: str, value: str) -> bool:
    spared = f"Not{element}"
    if element not in statement and spared not in statement:
        return _denies(statement)
    patterns = _listed(statement[element if element in statement else spared])
    if element == "Action":
        patterns = [pattern.lower() for pattern in patterns]
    return any(_like(value, pattern) for pattern in patterns) is (element in statement)


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
