# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much policy IAM takes: the quotas that ministack does not know.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html ("IAM doesn't count white space")
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.services import iam

if TYPE_CHECKING:
    from collections.abc import Callable

INLINE_PER_ROLE = 10_240
MANAGED = 6_144
TRUST = 2_048
MANAGED_PER_ROLE = 10

Parameters = dict[str, Any]


def install() -> None:
    checks: dict[str, Callable[[Parameters], str]] = {
        "PutRolePolicy": _put_role_policy,
        "CreatePolicy": lambda p: managed_problem(iam._p(p, "PolicyDocument")),
        "CreatePolicyVersion": lambda p: managed_problem(iam._p(p, "PolicyDocument")),
        "CreateRole": lambda p: trust_problem(iam._p(p, "AssumeRolePolicyDocument")),
        "UpdateAssumeRolePolicy": lambda p: trust_problem(iam._p(p, "PolicyDocument")),
        "AttachRolePolicy": _attach_role_policy,
    }
    functions = {"PutRolePolicy": "_put_role_policy"}  # CloudFormation calls this one by its name
    for action, check in checks.items():
        checked = _checked(iam._IAM_HANDLERS[action], check)
        iam._IAM_HANDLERS[action] = checked
        if action in functions:
            setattr(iam, functions[action], checked)


def resource_problem(kind: str, properties: Parameters) -> str:
    """What IAM refuses in a role or policy that CloudFormation makes; empty when nothing."""
    if kind == "AWS::IAM::ManagedPolicy":
        return managed_problem(properties["PolicyDocument"])
    if kind != "AWS::IAM::Role":
        return ""
    policies = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    arns = properties.get("ManagedPolicyArns", [])
    return (
        trust_problem(properties["AssumeRolePolicyDocument"])
        or _inline_problem(properties.get("RoleName", ""), policies)
        or _attached_problem(len(set(arns)))
    )


def managed_problem(document: Any) -> str:
    return f"Cannot exceed quota for PolicySize: {MANAGED}" if _size(document) > MANAGED else ""


def trust_problem(document: Any) -> str:
    return f"Cannot exceed quota for ACLSizePerRole: {TRUST}" if _size(document) > TRUST else ""


def _put_role_policy(parameters: Parameters) -> str:
    name = iam._p(parameters, "RoleName")
    policies = dict((iam._roles.get(name) or {}).get("InlinePolicies", {}))
    policies[iam._p(parameters, "PolicyName")] = iam._p(parameters, "PolicyDocument")
    return _inline_problem(name, list(policies.values()))


def _attach_role_policy(parameters: Parameters) -> str:
    role = iam._roles.get(iam._p(parameters, "RoleName")) or {}
    return _attached_problem(len({*role.get("AttachedPolicies", []), iam._p(parameters, "PolicyArn")}))


def _inline_problem(role: str, policies: list[Any]) -> str:
    size = sum(map(_size, policies))
    return (
        f"Maximum policy size of {INLINE_PER_ROLE} bytes exceeded for role {role}"
        if size > INLINE_PER_ROLE
        else ""
    )


def _attached_problem(count: int) -> str:
    return f"Cannot exceed quota for PoliciesPerRole: {MANAGED_PER_ROLE}" if count > MANAGED_PER_ROLE else ""


def _size(document: Any) -> int:
    """Without white space, outside of strings and inside."""
    return len("".join((document if isinstance(document, str) else json.dumps(document)).split()))


def _checked(handler: Any, check: Callable[[Parameters], str]) -> Any:
    def checked(parameters: Parameters) -> Any:
        problem = check(parameters)
        return iam._error(409, "LimitExceeded", problem, ns="iam") if problem else handler(parameters)

    return checked
