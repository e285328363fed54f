# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import status_info
from tests.unit.modules.status_info.backed import MAILS, TABLES, WEBHOOK, letting_sns_in, run
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support.deployed import Target, deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Runs the module with options and returns its answer; most points of these tests have no objects."""
    return partial(play, status_info, verify="none")


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """A target with a store and somebody who listens."""
    target = Machinery(account)
    target.deploy_store()
    return target


@pytest.fixture(name="backed")
def fixture_backed(account: Account) -> Target:
    """Two tables that are backed up, with four subscribers who have confirmed."""
    queue = f"arn:aws:sqs:eu-west-1:{account.id}:alerts"
    account.client("sqs").create_queue(QueueName="alerts", Attributes={"Policy": letting_sns_in(queue)})
    alerts = [*({"protocol": "email", "endpoint": each} for each in MAILS),
              {"protocol": "sqs", "endpoint": queue},
              {"protocol": "https", "endpoint": WEBHOOK}]  # fmt: skip
    for name in ("orders", "sessions"):
        Machinery.table(account.client("dynamodb"), name)
        account.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "1"}})
    target = deployed(account, {"tablekeeper_alerts": alerts, "tablekeeper_tables": TABLES})
    for each in (*MAILS, WEBHOOK):
        account.aws.control("POST", "confirm", account=account.id, endpoint=each)
    run(target)
    for name in ("orders", "sessions"):
        account.client("cloudwatch").set_alarm_state(
            AlarmName=f"tablekeeper-missed-{name}", StateValue="OK", StateReason="test"
        )
    return target


@pytest.fixture(name="look")
def fixture_look(play: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Asks as the role does."""
    return partial(play, status_info, expected=TABLES)
