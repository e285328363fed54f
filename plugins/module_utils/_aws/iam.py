# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""IAM, one function per API call. Clients come from retry.retrying(); botocore reads policies itself."""

from __future__ import annotations

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

GONE = "NoSuchEntity"


def get_role(client: Any, name: str) -> dict[str, Any] | None:
    """The role, None if there is none of that name."""
    try:
        role: dict[str, Any] = client.get_role(RoleName=name)["Role"]
    except is_boto3_error_code(GONE):
        return None
    return role


def get_role_policy(client: Any, role: str, policy: str) -> dict[str, Any] | None:
    """A policy that is a part of a role, None if there is no such policy or role."""
    try:
        document: dict[str, Any] = client.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    except is_boto3_error_code(GONE):
        return None
    return document


def list_role_policies(client: Any, role: str) -> list[str]:
    """The names of the policies that are parts of a role; none if there is no such role."""
    pages = client.get_paginator("list_role_policies").paginate(RoleName=role)
    try:
        return [str(name) for page in pages for name in page["PolicyNames"]]
    except is_boto3_error_code(GONE):
        return []


def list_attached_role_policies(client: Any, role: str) -> list[str]:
    """The ARNs of the managed policies that a role has; none if there is no such role."""
    pages = client.get_paginator("list_attached_role_policies").paginate(RoleName=role)
    try:
        return [str(each["PolicyArn"]) for page in pages for each in page["AttachedPolicies"]]
    except is_boto3_error_code(GONE):
        return []


def get_policy(client: Any, arn: str) -> dict[str, Any] | None:
    """The managed policy, None if there is none."""
    try:
        policy: dict[str, Any] = client.get_policy(PolicyArn=arn)["Policy"]
    except is_boto3_error_code(GONE):
        return None
    return policy


def get_policy_version(client: Any, arn: str, version: str) -> dict[str, Any] | None:
    """What a version of a managed policy says, None if there is none."""
    try:
        answer = client.get_policy_version(PolicyArn=arn, VersionId=version)
    except is_boto3_error_code(GONE):
        return None
    document: dict[str, Any] = answer["PolicyVersion"]["Document"]
    return document


def get_instance_profile(client: Any, name: str) -> dict[str, Any] | None:
    """The instance profile, None if there is none of that name."""
    try:
        profile: dict[str, Any] = client.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    except is_boto3_error_code(GONE):
        return None
    return profile
