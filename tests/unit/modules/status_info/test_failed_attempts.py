# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""However many attempts have failed since, the last good backup is told, and until when it is there."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import gather_past
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


def fail(target: Machinery, table: str, times: int = 11) -> None:
    """Attempts that ended after the table's settings were saved."""
    client = target.client("s3")
    for number in range(times):
        key = f"retain-35d/{table}/20991123T02{number:02}00Z-5e6f7a8b/settings.json"
        client.put_object(Bucket=target.bucket, Key=key, Body=b"{}")


def reasons(answer: dict[str, Any], table: str) -> dict[str, str]:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    return {reason["code"]: reason["message"] for reason in found["reasons"]}


def test_they_hide_no_point_of_a_table_that_is_not_backed_up_any_more(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions", enabled=False))
    target.run(target.entry("orders"))
    ends = f"{target.account.aws.now() + timedelta(days=36):%Y-%m-%d}"
    for table in ("sessions", "retired"):
        target.export(table)
        fail(target, table)
    target.account.forget_calls()
    answer = ask()
    listings = Counter(call["operation"] for call in target.account.calls())["ListObjectsV2"]
    assert f"is deleted on {ends}" in reasons(answer, "sessions")["disabled"]
    assert f"is deleted on {ends}" in reasons(answer, "retired")["no_longer_backed_up"]
    assert listings <= 3 + 2 * 6, "those before the newest are listed together"


def test_they_hide_no_point_of_a_table_whose_runs_fail(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_past, "EXECUTIONS", 2)
    target.deploy(record("orders", every=168, max_age=192), record("sessions"))
    target.export("orders")
    fail(target, "orders")
    target.run(target.failure("orders"))
    for _run in range(2):
        target.run(target.failure("orders"), target.entry("sessions"))
    assert reasons(ask(), "orders").keys() == {"last_run_failed"}
    later = (target.account.aws.now() + timedelta(days=33)).isoformat()
    told = reasons(ask(now=later), "orders")
    assert {"point_expires_soon", "last_run_failed"} <= told.keys()
    assert "no_good_point" not in told


def test_a_failed_run_is_found_behind_any_number_of_others_that_failed(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_past, "EXECUTIONS", 2)
    target.deploy(record("orders", every=168, max_age=192), record("sessions", every=1))
    target.export("orders")
    failed = target.run(target.failure("orders"))
    for _hour in range(22):
        target.run(target.failure("sessions"))
    answer = ask()
    assert reasons(answer, "orders").keys() == {"last_run_failed"}
    assert [each["run"]["id"] for each in answer["tables"] if each["table"] == "orders"] == [failed]


def test_a_failure_before_the_last_good_backup_is_over(
    target: Machinery, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather_past, "EXECUTIONS", 1)
    target.deploy(record("orders", every=168, max_age=192), record("sessions", every=1))
    target.run(target.failure("orders"))
    target.export("orders")
    target.run(target.failure("sessions"))
    assert reasons(ask(), "orders") == {}
