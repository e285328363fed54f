# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a role may do, and what it really did.

Imitates "Policy evaluation logic" and "Creating a role to delegate permissions to an AWS service"
(docs.aws.amazon.com/IAM/latest/UserGuide). The policy language itself is ministack's evaluator; here it is
asked on behalf of the services that act with a role: Step Functions, EventBridge Scheduler, DynamoDB exports.

Callers over HTTP: an access key of 12 digits is that account's root user; any other key must be one that the
embedded IAM or STS gave out, and its policies are evaluated for every call (ministack's AUTH mode).
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_evaluator as evaluator
from ministack.core.iam_actions import identity_denial_message
from ministack.core.responses import get_region
from ministack.services import iam as ministack_iam
from ministack.services import kms, s3

from local_aws.server import control
from local_aws.services.dynamodb import exports, imports

from . import authorization

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Policy = str | dict[str, Any] | None
Right = tuple[str, str, str, str]

_acting_role: contextvars.ContextVar[str] = contextvars.ContextVar("local_aws_acting_role", default="")
_used: set[Right] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed, and the sentence AWS answers when it is not."""

    allowed: bool
    message: str = ""


def install() -> None:
    """Check the credentials of every caller who is not an account's root."""
    # ministack reads AUTH once, when it is imported; its functions read the module's name afterwards.
    os.environ["AUTH"] = "true"
    app.AUTH = True
    exports.caller = imports.caller = caller
    exports.may_write = may_write
    imports.refused = refused
    control.route("GET", "rights", lambda arguments: {"rights": used_rights(arguments.get("account", ""))})
    control.route("DELETE", "rights", lambda arguments: forget_rights(arguments.get("account", "")))


@contextlib.contextmanager
def acting_as(role_arn: str) -> Iterator[None]:
    """Mark the calls made inside as made with this role."""
    token = _acting_role.set(role_arn)
    try:
        yield
    finally:
        _acting_role.reset(token)


def acting_role() -> str:
    """The role on whose behalf the current call is made; empty for a caller over HTTP."""
    return _acting_role.get()


def caller() -> str:
    """Who makes the current call: a service's role, or whoever signed the HTTP request."""
    return acting_role() or str(evaluator.caller_arn())


def may_write(bucket: str, key: str, principal: str) -> bool:
    """Whether an export may, at this moment, write an object for the one who asked for it.

    "Requesting a table export in DynamoDB": the three rights are needed for as long as the export runs.
    """
    if principal.endswith(":root"):
        return True
    target = f"arn:aws:s3:::{bucket}/{key}"
    wanted = [(f"s3:{action}", target) for action in ("PutObject", "PutObjectAcl", "AbortMultipartUpload")]
    wanted += [
        (f"kms:{action}", arn) for arn in bucket_key(bucket) for action in ("GenerateDataKey", "Decrypt")
    ]
    return all(principal_allows(principal, action, resource).allowed for action, resource in wanted)


def principal_allows(
    principal: str, action: str, resource: str, context: Mapping[str, Any] | None = None
) -> Decision:
    """Whether an account's root, a role, a session of a role or a user may do this."""
    account, name = principal.split(":")[4], principal.rsplit("/", maxsplit=1)[-1]
    resource = authorization.resource_of(action, resource)
    if principal.endswith(":root"):
        return Decision(True)
    if ":role/" in principal:
        return role_allows(principal, action, resource, context)
    if ":assumed-role/" in principal:
        role = f"arn:aws:iam::{account}:role/{principal.split('/')[1]}"
        return role_allows(role, action, resource, context)
    request = request_context(principal, account, action, resource, context)
    result = evaluator.evaluate(request, evaluator._gather_user_policies(name, account))
    result = _with_resource_policy(result, request)
    denied = result.decision == "Deny"
    message = identity_denial_message(action, principal, resource, denied)
    return Decision(True) if result.decision == "Allow" else Decision(False, message)


def _with_resource_policy(result: Any, request: Any, limits: list[Any] | None = None) -> Any:
    """The decision of the resource's own policy together with the identity's."""
    service = request.action.split(":", 1)[0]
    own_policy = evaluator._resource_policy(service, request.resource_arn)
    if own_policy is None:
        return result
    required = service in evaluator._POLICY_REQUIRED
    return evaluator.combine_resource_policy(
        result, request, *own_policy, required=required, limits=tuple(limits or ())
    )


def refused(principal: str, action: str, resource: str, owner: str) -> str:
    """Why DynamoDB may not do this for the one who asked for an import; empty if it may.

    A bucket of another account must allow it, too.
    """
    via = {"kms:ViaService": f"s3.{get_region()}.amazonaws.com"} if action.startswith("kms:") else None
    decision = principal_allows(principal, action, resource, via)
    if not decision.allowed:
        return decision.message
    account, bucket = principal.split(":")[4], resource.rpartition(":::")[2].partition("/")[0]
    if account != owner:
        request = request_context(principal, account, action, resource, via)
        policy = s3._bucket_policies.get_scoped(owner, None, bucket)
        if evaluator.evaluate_resource_policy(policy, request).decision != "Allow":
            return str(identity_denial_message(action, principal, resource, False))
    if named := lasting(principal):
        note(named, action, resource)
    return ""


def bucket_key(bucket: str) -> list[str]:
    """The customer key that a bucket encrypts with by default, if it has one."""
    key = s3._bucket_default_sse_headers(bucket).get("x-amz-server-side-encryption-aws-kms-key-id", "")
    record = kms._resolve_key(key) if key and not key.endswith("alias/aws/s3") else None
    return [str(record["Arn"])] if record else []


def role_record(role_arn: str) -> dict[str, Any] | None:
    """The role, or None if there is none with this ARN."""
    parts = role_arn.split(":")
    if len(parts) != 6 or not parts[5].startswith("role/"):
        return None
    record = ministack_iam._roles.get_scoped(parts[4], None, parts[5].rsplit("/", 1)[-1])
    return record if record is not None and record.get("Arn") == role_arn else None


def profile_role(name: str) -> str:
    """The ARN of the role that an instance profile of the account gives; empty if there is none."""
    profile = ministack_iam._instance_profiles.get(name)
    record = ministack_iam._roles.get(profile["Roles"][0]) if profile and profile["Roles"] else None
    return str(record["Arn"]) if record else ""


def lasting(principal: str) -> str:
    """The user, or the role of a session, that a policy can name; empty for an account's root."""
    if ":assumed-role/" in principal:
        account, name = principal.split(":")[4], principal.split("/")[1]
        record = ministack_iam._roles.get_scoped(account, None, name)
        return str(record["Arn"]) if record else ""
    return principal if ":user/" in principal else ""


def session_arn(role_arn: str, session: str) -> str:
    """The principal that a service is while it uses a role."""
    parts = role_arn.split(":")
    return f"arn:aws:sts::{parts[4]}:assumed-role/{role_arn.rsplit('/', 1)[-1]}/{session}"


def role_allows(
    role_arn: str,
    action: str,
    resource: str,
    context: Mapping[str, Any] | None = None,
    session: str = "local-aws",
) -> Decision:
    """Whether the role's policies, with the resource's own policy, allow the action."""
    principal = session_arn(role_arn, session)
    resource = authorization.resource_of(action, resource)
    record = role_record(role_arn)
    if record is None:
        return Decision(False, identity_denial_message(action, principal, resource, False))
    account = role_arn.split(":")[4]
    request = request_context(principal, account, action, resource, context)
    policies = evaluator._gather_role_policies(record["RoleName"], account)
    limits = evaluator._permissions_boundary(ministack_iam._roles, record["RoleName"], account)
    result = evaluator.evaluate(request, policies, *limits)
    result = _with_resource_policy(result, request, limits)
    if result.decision == "Allow":
        note(role_arn, action, resource)
        return Decision(True)
    return Decision(False, identity_denial_message(action, principal, resource, result.decision == "Deny"))


def note(principal: str, action: str, resource: str, via: str = "") -> None:
    """Remember that a role or a user was allowed this."""
    with _lock:
        _used.add((principal, action, resource, via))


def role_trusts(role_arn: str, service: str, context: Mapping[str, Any] | None = None) -> bool:
    """Whether the role exists and its trust policy lets the service assume it."""
    record = role_record(role_arn)
    if record is None:
        return False
    request = request_context(service, role_arn.split(":")[4], "sts:AssumeRole", role_arn, context)
    return policy_lets_service(record["AssumeRolePolicyDocument"], service, request)


def service_may(
    policy: Policy,
    service: str,
    action: str,
    resource: str,
    account: str,
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Whether a resource's policy lets an AWS service act on the resource."""
    return policy_lets_service(policy, service, request_context(service, account, action, resource, context))


def request_context(
    principal: str, account: str, action: str, resource: str, context: Mapping[str, Any] | None
) -> Any:
    """The request as ministack's evaluator wants it; services call each other over TLS."""
    return evaluator.EvalContext(
        principal_arn=principal, principal_type="AssumedRole", principal_account=account, action=action,
        resource_arn=resource, region=get_region(), secure_transport=True,
        service_context={key.lower(): value for key, value in (context or {}).items()},
    )  # fmt: skip


def policy_lets_service(policy: Policy, service: str, request: Any) -> bool:
    """Evaluate a trust or resource policy for a service principal, which no account statement covers."""
    document = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    named = [
        statement
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if _names_service(statement.get("Principal"), service)
    ]
    parsed = evaluator.parse_policy_document({"Statement": named})
    return bool(evaluator.evaluate(request, [parsed]).decision == "Allow")


def _names_service(principal: Any, service: str) -> bool:
    if principal == "*" or (isinstance(principal, dict) and principal.get("AWS") == "*"):
        return True
    return bool(evaluator._service_principal_matches(principal, service))


def used_rights(account: str = "") -> list[dict[str, str]]:
    """Every (role or user, action, resource) that was asked for and allowed, of one account or of all.

    `via` names the service that asked in the name of the role or user.
    """
    with _lock:
        used = sorted(_used)
    return [
        {"role": role, "action": action, "resource": resource, "via": via}
        for role, action, resource, via in used
        if not account or role.split(":")[4] == account
    ]


def forget_rights(account: str = "") -> dict[str, Any]:
    """Start recording anew."""
    with _lock:
        _used.difference_update(
            {right for right in _used if not account or right[0].split(":")[4] == account}
        )
    return {}
