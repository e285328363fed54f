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

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.advice import advice
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import (
    masked,
    masked_all,
    webhooks,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import Mistake
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import LONGEST, failure

HOOK = "https://hooks.example.com/services/key"
SHOWN = "https://hooks.example.com/***"


# A module of ansible-core 2.21 that died, in a task with failed_when.
REPLACED = "A 'failed_when' expression evaluated to 'True'."
HIDDEN = "(traceback unavailable)"


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
        ({"msg": "Task failed: Action failed: It broke."}, "It broke."),
        (
            {"msg": "Task failed: Module failed: 'mapRuns'"},
            (
                "An error that was not expected, 'mapRuns': ANSIBLE_DISPLAY_TRACEBACK=error in the "
                "environment shows where. Please report it."
            ),
        ),
        ({"msg": "Task failed: Module failed: it needs Python 3.11"}, "it needs Python 3.11"),
        (
            {"msg": f"Task failed: Module failed: {REPLACED}", "failed_when_suppressed_exception": HIDDEN},
            (
                "An error that was not expected: ANSIBLE_DISPLAY_TRACEBACK=error in the environment shows"
                " where. Please report it."
            ),
        ),
        (
            {
                "msg": f"Task failed: Module failed: {REPLACED}",
                "failed_when_suppressed_exception": "Traceback:\n  line 1\nAttributeError: 'str' has no x\n",
            },
            "AttributeError: 'str' has no x",
        ),
        (
            {
                "msg": "Module result deserialization failed: No start",
                "module_stderr": "a\npython3: not found\n",
            },
            "A module could not be run: python3: not found",
        ),
        (
            {"msg": "Task failed: Module failed: Unknown error."},
            "A task failed without saying why: its output tells more.",
        ),
        ({"msg": f"Invalid {HOOK}: {HOOK}/too"}, f"Invalid {SHOWN}: {SHOWN}"),
        ({"msg": "x" * 3000}, "x" * LONGEST + "..."),
    ],
)
def test_the_reason_is_told_without_webhooks(result: dict[str, Any], told: str) -> None:
    assert failure(result, [HOOK, f"{HOOK}/too"]) == told


def stack_failure(*failed: str, **more: Any) -> dict[str, Any]:
    """What amazon.aws.cloudformation returns of a stack that failed: the latest first, and no message."""
    return {
        "msg": "Task failed: Module failed: Unknown error.",
        "output": "Problem with UPDATE. Rollback complete",
        "log": list(failed),
        "events": [
            "StackEvent AWS::CloudFormation::Stack tk-export-1 UPDATE_ROLLBACK_COMPLETE",
            *["StackEvent AWS::IAM::Role Role UPDATE_IN_PROGRESS"] * 400,
        ],
        **more,
    }


def test_a_stack_s_failure_is_told_with_what_failed_first() -> None:
    canceled = "AWS::SNS::Topic Topic{} UPDATE_FAILED: Resource update cancelled"
    why = f"AWS::SNS::Subscription Sub CREATE_FAILED: Invalid parameter: {HOOK}."
    later = "AWS::CloudFormation::Stack tk-export-1 UPDATE_ROLLBACK_FAILED: see above"
    result = stack_failure(later, *(canceled.format(number) for number in range(300)), why)
    assert failure(result, [HOOK]) == (
        "The stack tk-export-1: Problem with UPDATE. Rollback complete. "
        f"AWS::SNS::Subscription Sub CREATE_FAILED: Invalid parameter: {SHOWN}; {later}."
    )


def test_what_cloudformation_was_not_asked_for_is_not_claimed() -> None:
    """amazon.aws takes a stack that it may not ask about any more, once its session is over, for deleted."""
    why = "AWS::SNS::Topic Topic UPDATE_FAILED: not authorized"
    assert failure(stack_failure(why, output="Stack Deleted")) == f"The stack tk-export-1: {why}."
    lost = failure(stack_failure(output="Stack Deleted"))
    assert lost == (
        "The stack tk-export-1: CloudFormation could not be asked how its deployment ended: run this again."
    )


def test_of_many_reasons_the_first_few_are_told() -> None:
    lines = [f"AWS::IAM::Role R{number} CREATE_FAILED: no" for number in range(9, 0, -1)]
    assert failure(stack_failure(*lines)).endswith("R5 CREATE_FAILED: no; and 4 more.")


@pytest.mark.parametrize("code", ["403", "404"])
def test_a_refusal_without_words_names_what_was_asked_for_and_who_can_help(code: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "HeadObject")
    asked = {"bucket": "kk", "object": "templates/x.json", "region": "eu-west-1"}
    told = failure({"msg": f"Failed: {error}", "invocation": {"module_args": asked}})
    assert "(bucket kk, key templates/x.json)" in told
    assert {"403": "policy of the bucket or of its key", "404": "run the backup playbook"}[code] in told


@pytest.mark.parametrize(
    "cause", ["Point in time recovery is not enabled for table 'x'", "PointInTimeRecoveryUnavailable"]
)
def test_a_run_without_point_in_time_recovery_tells_how_to_switch_it_on(cause: str) -> None:
    told = failure({"msg": f"1 of 2 tables failed. x: {cause}. Remove the cause and run them again."})
    assert "set tablekeeper_enable_pitr: true and run the backup playbook" in told


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("Topic does not exist: arn:aws:sns:x", "run the backup playbook, which makes it again"),
        ("The specified bucket does not exist", "run the backup playbook, which makes it again"),
        ("Table not found: arn:aws:dynamodb:x", "write enabled: false at its entry"),
        ("Requested resource not found: Table: x not found", "-e restore_table=NAME -e restore_to=NAME"),
    ],
)
def test_what_a_run_misses_is_made_again_and_elsewhere_the_place_may_be_wrong(cause: str, told: str) -> None:
    assert told in failure({"msg": f"1 table failed. x: {cause}. Remove the cause and run them again."})
    error = ClientError({"Error": {"Code": "NoSuchBucket", "Message": cause}}, "GetObject")
    (place,) = advice(str(error))
    assert place.startswith("What is not there was deleted, or is in another account or region")


def test_an_advice_that_was_given_is_not_given_again() -> None:
    once = failure({"msg": str(ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"))})
    assert failure({"msg": once}) == once


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
        (
            ClientError({"Error": {"Code": "AlreadyExistsException"}}, "CreateStack"),
            "Another job is deploying",
        ),
        (ValueError("Stack:x is in UPDATE_IN_PROGRESS state and can not be updated."), "Another job is dep"),
        (ClientError({"Error": {"Code": "SignatureDoesNotMatch"}}, "GetCallerIdentity"), "the clock"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"), "docs/iam.md"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole"), "its trust policy"),
        (ClientError({"Error": {"Code": "StateMachineDoesNotExist"}}, "StartExecution"), "makes it again"),
        (ClientError({"Error": {"Code": "KMS.DisabledException"}}, "PutObject"), "the KMS key"),
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
