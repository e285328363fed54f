# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Before tables are exported, point-in-time recovery is switched on."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import recovery
from ansible_collections.tablekeeper.dynamodb.plugins.modules import prepare_deployment
from local_aws.client import samples
from local_aws.server.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

TABLES = ["orders", "sessions"]


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    def ask(*tables: str, **options: Any) -> dict[str, Any]:
        return play(prepare_deployment, engines={"export": {"recovery": list(tables)}}, **options)

    return ask


@pytest.fixture(autouse=True)
def _tables(account: Account) -> None:
    """The table orders is protected, sessions is not."""
    samples.create(account.client("dynamodb"), (samples.simple("orders"),))
    samples.create(account.client("dynamodb"), (samples.simple("sessions"),), pitr=False)
    account.forget_calls()


def state(account: Account, table: str) -> str:
    answer = account.client("dynamodb").describe_continuous_backups(TableName=table)
    recovery = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return str(recovery["PointInTimeRecoveryStatus"])


def operations(account: Account) -> Counter[str]:
    return Counter(call["operation"] for call in account.calls())


def told(answer: dict[str, Any]) -> tuple[bool, list[str]]:
    return answer["changed"], answer["changes"]["export"]


def test_it_switches_on_what_is_off_and_then_nothing(account: Account, ask: Ask) -> None:
    assert told(ask(*TABLES)) == (True, ["sessions"])
    assert [state(account, table) for table in TABLES] == ["ENABLED", "ENABLED"]
    assert told(ask(*TABLES)) == (False, [])
    assert operations(account) == {"DescribeContinuousBackups": 6, "UpdateContinuousBackups": 1}


def test_check_mode_predicts_and_changes_nothing(account: Account, ask: Ask) -> None:
    predicted = ask(*TABLES, check=True, diff=True)
    assert operations(account) == {"DescribeContinuousBackups": 2}
    assert state(account, "sessions") == "DISABLED"
    assert predicted["diff"] == {"before": "sessions: DISABLED\n", "after": "sessions: ENABLED\n"}
    assert told(predicted) == told(ask(*TABLES))
    assert told(ask(*TABLES, check=True)) == (False, [])


def test_a_missing_table_keeps_no_other_from_being_switched_on(account: Account, ask: Ask) -> None:
    assert told(ask(*TABLES, "gone")) == (True, ["sessions"])
    assert state(account, "sessions") == "ENABLED"


def test_half_a_name_is_no_table(account: Account, ask: Ask) -> None:
    assert "Ansible has hidden a part of s********s" in ask("s********s", "sessions")["msg"]
    assert state(account, "sessions") == "DISABLED"


def later(faults: Faults, times: int | None, code: str = recovery.LATER[0]) -> None:
    """AWS puts off tables that were made a moment ago."""
    rule = {
        "service": "dynamodb",
        "operation": "UpdateContinuousBackups",
        "error": {"code": code, "status": 400},
    }
    faults.set(rule if times is None else {**rule, "times": times})


@pytest.fixture(name="delayed")
def fixture_delayed(
    account: Account, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(recovery, "POLL_SECONDS", 0)
    yield partial(later, faults)
    faults.set()


# A limit of DynamoDB's is waited for by each call, too.
@pytest.mark.parametrize("code", sorted({*recovery.LATER} - {"LimitExceededException"}))
def test_what_aws_puts_off_is_tried_again(
    account: Account, ask: Ask, delayed: Callable[..., None], code: str
) -> None:
    delayed(3, code)
    answer = ask(*TABLES)
    assert (told(answer), answer["failed_tables"]) == ((True, ["sessions"]), {})
    assert state(account, "sessions") == "ENABLED"


def test_what_aws_goes_on_putting_off_is_named(ask: Ask, delayed: Callable[..., None]) -> None:
    delayed(None)
    answer = ask(*TABLES, wait_timeout=0)
    assert told(answer) == (False, [])
    assert answer["failed_tables"]["sessions"].startswith("ContinuousBackupsUnavailableException: ")


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ("dynamodb:UpdateContinuousBackups", "DescribeContinuousBackups"),
        ("dynamodb:DescribeContinuousBackups", "UpdateContinuousBackups"),
    ],
)
def test_what_is_denied_is_named(
    account: Account, ask: Ask, allow: Callable[..., None], allowed: str, refused: str
) -> None:
    allow(allowed)
    answer = ask(*TABLES)
    assert answer["failed"] is True
    assert answer["msg"].startswith("Point-in-time recovery cannot be read or switched on: ")
    assert "AccessDeniedException" in answer["msg"]
    assert refused in answer["msg"]
    assert state(account, "sessions") == "DISABLED"


@pytest.mark.parametrize("operation", ["DescribeContinuousBackups", "UpdateContinuousBackups"])
def test_a_throttled_call_is_repeated(
    account: Account, ask: Ask, throttle: Callable[..., None], operation: str
) -> None:
    throttle("dynamodb", operation, times=3)
    assert told(ask(*TABLES)) == (True, ["sessions"])
    assert state(account, "sessions") == "ENABLED"


def test_a_call_that_stays_throttled_is_named(ask: Ask, throttle: Callable[..., None]) -> None:
    throttle("dynamodb", "DescribeContinuousBackups")
    answer = ask(*TABLES)
    assert answer["failed"] is True
    assert "(ThrottlingException) when calling the DescribeContinuousBackups operation" in answer["msg"]
