# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import (
    NOBODY,
    Aws,
    NoClockError,
    ask,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.refusal import Refusal


def refusing(code: str, operation: str = "ListObjectsV2") -> Any:
    def question() -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, operation)

    return question


def told(aws: Aws, date: str | None) -> None:
    aws._read_clock(SimpleNamespace(headers={"Date": date} if date else {}))


def test_an_answer_is_passed_on() -> None:
    assert ask("s3", lambda: [1]) == [1]


@pytest.mark.parametrize(
    ("code", "denied"),
    [
        ("AccessDenied", True),
        ("AccessDeniedException", True),
        ("AuthorizationError", True),
        ("NoSuchKey", False),
    ],
)
def test_a_refusal_names_the_permission(code: str, denied: bool) -> None:
    assert ask("s3", refusing(code)) == Refusal("s3:ListBucket", code, "no", denied=denied)


def test_a_refusal_by_another_service_than_asked_names_that_one() -> None:
    refusal = ask("s3", refusing("AccessDeniedException", "DescribeExport"))
    assert isinstance(refusal, Refusal)
    assert refusal.call == "dynamodb:DescribeExport"


@pytest.mark.parametrize("code", sorted(NOBODY))
def test_who_cannot_ask_at_all_gets_the_exception(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        ask("s3", refusing(code))


def test_the_clock_is_that_of_the_latest_answer() -> None:
    aws = Aws(lambda _: None)
    for date in ("Mon, 23 Nov 2026 12:00:05 GMT", "Mon, 23 Nov 2026 12:00:01 GMT", None, "soon"):
        told(aws, date)
    assert aws.time() == datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


def test_a_proxy_may_put_a_date_of_its_own_behind_that_of_aws() -> None:
    aws = Aws(lambda _: None)
    told(aws, "Mon, 23 Nov 2026 12:00:05 GMT, Mon, 23 Nov 2026 12:00:06 GMT")
    assert aws.time() == datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


def test_without_a_date_there_is_no_clock() -> None:
    aws = Aws(lambda _: None)
    told(aws, None)
    with pytest.raises(NoClockError, match="option now"):
        aws.time()
