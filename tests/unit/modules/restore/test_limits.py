# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that AWS does not change yet: what passes soon is waited for, and what passes late is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply_steps
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from local_aws.server.environment import environment
from tests.unit.support import restorable
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"
pytestmark = pytest.mark.newest


def again(play: Play, made: BackedUp) -> dict[str, Any]:
    return play(restore, table=made.table, to=NAME, bucket=made.bucket, way="load", wait_sleep=0.05)


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    """A table with expiry, which is gone."""
    made = restorable.backed_up(account, replace(samples.simple("orders", 3), ttl="expires"))
    made.delete_table()
    return made


def test_what_rests_for_15_seconds_is_waited_for(
    account: Account, play: Play, throttle: Callable[..., None]
) -> None:
    made = restorable.furnished(account)
    made.delete_table()
    throttle("dynamodb", "PutResourcePolicy", 3)
    answer = again(play, made)
    assert answer["succeeded"], answer["msg"]
    arn = account.client("dynamodb").describe_table(TableName=NAME)["Table"]["TableArn"]
    assert account.client("dynamodb").get_resource_policy(ResourceArn=arn)["Policy"]


def test_expiry_that_somebody_changed_within_the_hour_is_for_later(
    account: Account, play: Play, made: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advice is good: when the hour is over, a second run makes what was left."""
    client, counted = account.client("dynamodb"), apply_steps.expired

    def meddled(*arguments: Any) -> int:
        for enabled in (True, False):
            other = {"Enabled": enabled, "AttributeName": "other"}
            client.update_time_to_live(TableName=NAME, TimeToLiveSpecification=other)
            account.aws.advance(minutes=61 if enabled else 0)
        return counted(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(apply_steps, "expired", meddled)
        answer = again(play, made)
    assert answer["failed"]
    assert (
        "UpdateTimeToLive was refused for now (ValidationException: Time to live has been modified multiple "
        "times within a fixed interval). Run the restore again when AWS allows it"
    ) in answer["msg"]
    account.aws.advance(minutes=61)
    second = again(play, made)
    assert second["succeeded"], second["msg"]
    told = client.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    assert told == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_a_limit_of_days_is_not_waited_for(
    account: Account, play: Play, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = replace(samples.simple("orders", 3), stream=True)
    made = restorable.backed_up(account, table)
    made.delete_table()
    message = "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
    faults.set({
        "service": "dynamodb",
        "operation": "UpdateTable",
        "error": {"code": "LimitExceededException", "message": message, "status": 400},
    })  # fmt: skip
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    without_waiting(monkeypatch)  # of the retries of a single call
    answer = again(play, made)
    fired = len(faults.fired())
    faults.set()
    assert answer["failed"]
    assert f"UpdateTable was refused for now (LimitExceededException: {message})" in answer["msg"]
    assert 0 < fired < 10
