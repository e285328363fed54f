# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles and their policies as templates want them, beside what IAM tells: also what was put onto them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._model.standing import ADDED, ALTERED, Difference
from .differences import compared
from .policy import policy_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .._stacks.template import Resource


def role(resource: Resource, found: Mapping[str, Any]) -> Iterator[Difference]:
    trusted = found["role"]["AssumeRolePolicyDocument"]
    yield from policy_differences("its trust", resource.properties["AssumeRolePolicyDocument"], trusted)
    yield from _boundary(resource.name, found["role"])
    if "policies" in found:
        yield from _inline(resource.properties.get("Policies", []), found["policies"])
    if "attached" in found and "own" in found:
        for arn in sorted(set(found["attached"]) - found["own"]):
            command = f"aws iam detach-role-policy --role-name {resource.name} --policy-arn {arn}"
            yield Difference(f"the policy {arn} was attached to it; {command} takes it away", ADDED)


def _boundary(name: str, told: Mapping[str, Any]) -> Iterator[Difference]:
    if boundary := told.get("PermissionsBoundary"):
        command = f"aws iam delete-role-permissions-boundary --role-name {name}"
        arn = boundary["PermissionsBoundaryArn"]
        yield Difference(f"the permissions boundary {arn} was set; {command} takes it away", ADDED)


def _inline(wanted: Iterable[Mapping[str, Any]], found: Mapping[str, Any]) -> Iterator[Difference]:
    """One that was added may deny, or allow more than a backup needs: neither is read."""
    ours = {str(each["PolicyName"]): each["PolicyDocument"] for each in wanted}
    for name, document in ours.items():
        if name not in found:
            yield Difference(f"its policy {name} is gone")
        else:
            yield from policy_differences(f"its policy {name}", document, found[name], added=ALTERED)
    for name in sorted(found.keys() - ours.keys()):
        yield Difference(f"the policy {name} was added to it")


def managed_policy(resource: Resource, found: Mapping[str, Any]) -> Iterator[Difference]:
    document = found["policy"]["Document"]
    yield from policy_differences("it", resource.properties["PolicyDocument"], document, added=ALTERED)
    for role_name in resource.properties.get("Roles", ()):
        if found["policy"]["Arn"] not in found.get(f"attached to {role_name}", (found["policy"]["Arn"],)):
            yield Difference(f"it is not attached to the role {role_name}")


def instance_profile(resource: Resource, found: Mapping[str, Any]) -> Iterator[Difference]:
    roles = [each["RoleName"] for each in found["profile"]["Roles"]]
    yield from compared({"Roles": resource.properties["Roles"]}, {"Roles": roles})
