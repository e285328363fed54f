# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module does when a question is not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import client, sts
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


REFUSED = {
    "ListExecutions": "states:ListExecutions",
    "GetExecutionHistory": "states:GetExecutionHistory",
    "DescribeAlarms": "cloudwatch:DescribeAlarms",
    "GetTopicAttributes": "sns:GetTopicAttributes",
    "ListSubscriptionsByTopic": "sns:ListSubscriptionsByTopic",
    "DescribeStacks": "cloudformation:DescribeStacks",
}


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject"])
def test_a_bucket_that_may_not_be_read_is_not_an_empty_one(
    target: Machinery, ask: Ask, refuse: Any, operation: str
) -> None:
    target.deploy(record("orders"), record("sessions", enabled=False))
    target.export("orders")
    target.export("sessions")
    assert ask()["tables"][0]["point"] is not None
    refuse(operation, "AccessDenied")
    answer = ask(now=target.account.aws.now().isoformat())
    (reason,) = answer["tables"][0]["reasons"]
    assert reason["code"] == "access_denied"
    (disabled,) = answer["tables"][1]["reasons"]
    assert "Whether a backup of it is left is not known: AWS refused s3:" in disabled["message"]


class Refusing:
    """Stands before a client and refuses one operation, as AWS would."""

    def __init__(self, operation: str, code: str) -> None:
        self.operation, self.code = operation, code

    def __call__(self, params: Any, model: Any, **_event: Any) -> Any:
        """A handler of botocore's before-call, which may answer in place of AWS."""
        if model.name == self.operation:
            response = {"Error": {"Code": self.code, "Message": "no"}, "ResponseMetadata": {}}
            return _Http(params), response
        return None


class _Http:
    def __init__(self, request: Any) -> None:
        assert request
        self.status_code, self.headers, self.content = 400, {}, b""


@pytest.fixture(name="refuse")
def fixture_refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def refuse(operation: str, code: str) -> None:
        def refusing(made: Any) -> Any:
            made.meta.events.register("before-call", Refusing(operation, code))
            return made

        monkeypatch.setattr(client, "retrying", refusing)

    return refuse


@pytest.mark.parametrize(("operation", "call"), REFUSED.items())
@pytest.mark.parametrize(
    ("code", "expected"), [("AccessDenied", "access_denied"), ("InternalFailure", "not_answered")]
)
def test_a_call_that_is_refused_is_named(
    target: Machinery, ask: Ask, refuse: Any, operation: str, call: str, code: str, expected: str
) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    refuse(operation, code)
    answer = ask(tables=["orders"], now=target.account.aws.now().isoformat())
    assert answer["healthy"] is False
    reasons = answer["tables"][0]["reasons"]
    assert [reason["code"] for reason in reasons] == [expected]
    assert call in reasons[0]["message"]


def test_refused_stacks_are_a_reason_when_no_table_was_named(
    target: Machinery, ask: Ask, refuse: Any
) -> None:
    refuse("DescribeStacks", "AccessDenied")
    answer = ask(now=target.account.aws.now().isoformat())
    assert answer["healthy"] is False
    assert [reason["code"] for reason in answer["reasons"]] == ["access_denied"]


def test_a_network_without_sts_hides_only_the_account(
    account: Account, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account

    def unreachable(_client: Any) -> tuple[str, str]:
        raise EndpointConnectionError(endpoint_url="https://sts.eu-west-1.amazonaws.com/")

    monkeypatch.setattr(sts, "caller", unreachable)
    (reason,) = ask()["reasons"]
    assert reason["code"] == "not_deployed"
    assert "(region eu-west-1, prefix tablekeeper)" in reason["message"]


def test_expired_credentials_fail_the_module(target: Machinery, ask: Ask, refuse: Any) -> None:
    assert target
    refuse("DescribeStacks", "ExpiredToken")
    answer = ask()
    assert answer["failed"] is True
    assert "ExpiredToken" in answer["msg"]


def test_the_time_is_that_of_aws(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    target.account.aws.advance(hours=31)
    answer = ask()
    assert "too_old" in [reason["code"] for reason in answer["tables"][0]["reasons"]]
    assert answer["now"][:13] == target.account.aws.now().isoformat()[:13]


def test_who_has_no_credentials_cannot_ask(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.deploy(record("orders"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert "AWS cannot be asked about the backups" in ask()["msg"]
