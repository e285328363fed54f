# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users of IAM, and the policies that they have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from .fixtures import Account


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def access_key(account: Account, *statements: dict[str, Any]) -> dict[str, Any]:
    """The access key of an IAM user who has these statements, as boto3 takes it."""
    iam = account.client("iam")
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def as_user(account: Account, service: str, *statements: dict[str, Any]) -> Any:
    """A client with such a key."""
    return boto3.client(
        service,
        endpoint_url=account.aws.url,
        region_name=account.region,
        config=Config(retries={"total_max_attempts": 1}),
        **access_key(account, *statements),
    )
