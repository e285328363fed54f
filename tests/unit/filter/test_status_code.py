# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""By which code a target counts that could not be asked."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_code import status_code
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"), "access_denied"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeTable"), "access_denied"),
        (ClientError({"Error": {"Code": "InternalFailure"}}, "DescribeStacks"), "not_answered"),
        (EndpointConnectionError(endpoint_url="https://sts.eu-west-9.amazonaws.com/"), "not_answered"),
        ("tablekeeper_region is not set, but it must be an AWS region", "not_answered"),
    ],
)
def test_a_refusal_is_told_apart(error: object, code: str) -> None:
    assert status_code(failure({"msg": f"Task failed: {error}"})) == code
