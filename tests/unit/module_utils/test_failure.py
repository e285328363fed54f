# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
    SSLError,
)

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._failure import LONGEST, failure
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._mistakes import Mistake
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._webhooks import (
    masked,
    masked_all,
    webhooks,
)

HOOK = "https://hooks.example.com/services/key"
SHOWN = "https://hooks.example.com/***"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"msg": "It broke."}, "It broke."),
        ({"msg": ["One.", "Two."]}, "One.\nTwo."),
        ({"censored": "hidden"}, "A task failed without saying why: its output tells more."),
        (
            {"msg": "1 of 2 items failed", "results": [{"msg": "fine"}, {"failed": True, "msg": "Broken."}]},
            "Broken.",
        ),
        (
            {"msg": "Task failed: args: The filter plugin 'a.b.plan' failed: 1 mistake:\n- x"},
            "1 mistake:\n- x",
        ),
        ({"msg": f"Invalid {HOOK}: {HOOK}/too"}, f"Invalid {SHOWN}: {SHOWN}"),
        ({"msg": "x" * 3000}, "x" * LONGEST + "..."),
    ],
)
def test_the_reason_is_told_without_webhooks(result: dict[str, Any], told: str) -> None:
    assert failure(result, [HOOK, f"{HOOK}/too"]) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EndpointConnectionError(endpoint_url="https://sts.eu-west-9.amazonaws.com/"), "Check the region"),
        (ConnectTimeoutError(endpoint_url="https://sts.eu-west-1.amazonaws.com/"), "HTTPS_PROXY"),
        (ProxyConnectionError(proxy_url="http://proxy:3128"), "HTTPS_PROXY"),
        (SSLError(endpoint_url="https://x", error="self-signed"), "AWS_CA_BUNDLE"),
        (NoCredentialsError(), "Set AWS_PROFILE"),
        (ProfileNotFound(profile="nosuch"), "Correct AWS_PROFILE"),
        (ValueError("Passing both a profile and access tokens is not supported."), "Unset AWS_PROFILE"),
        (ClientError({"Error": {"Code": "ExpiredToken"}}, "GetCallerIdentity"), "sign in again"),
        (ClientError({"Error": {"Code": "AuthFailure"}}, "DescribeStacks"), "get-caller-identity"),
        (ClientError({"Error": {"Code": "SignatureDoesNotMatch"}}, "GetCallerIdentity"), "the clock"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"), "docs/iam.md"),
    ],
)
def test_what_keeps_from_asking_aws_is_told_with_what_to_do(error: Exception, told: str) -> None:
    reason, answer = str(error).rstrip("."), failure({"msg": str(error)})
    assert answer.startswith(f"{reason}. ")
    assert told in answer.removeprefix(reason)


def test_webhooks_are_found_in_any_list_of_alerts() -> None:
    email = {"protocol": "email", "endpoint": "ops@example.com"}
    assert webhooks([email, {"protocol": "https", "endpoint": HOOK}, {"endpoint": 7}, HOOK]) == [HOOK, HOOK]
    assert webhooks({"protocol": "https", "endpoint": HOOK}) == [HOOK]
    assert webhooks(None) == []


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        (HOOK, SHOWN),
        ("http://user:word@alerts.example.com", "http://alerts.example.com/***"),
        ("ops@example.com", "ops@example.com"),
    ],
)
def test_of_a_web_address_the_host_is_shown(endpoint: str, shown: str) -> None:
    assert masked(endpoint) == shown


def test_a_template_is_shown_without_its_webhooks() -> None:
    made = {"Resources": {"S": {"Properties": {"Endpoint": HOOK, "Other": ["a"]}}}}
    assert masked_all(made) == {"Resources": {"S": {"Properties": {"Endpoint": SHOWN, "Other": ["a"]}}}}


def test_a_mistake_is_told_without_webhooks() -> None:
    told = str(Mistake("tablekeeper_alerts entry 1", "", {"endpoint": HOOK}, "it is wrong"))
    assert told == f'tablekeeper_alerts entry 1 is {{"endpoint": "{SHOWN}"}}, but it is wrong.'
