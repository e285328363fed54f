# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The undo playbook on the embedded AWS: the night of an incident; what is decided is tried in tests/unit."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.spark_jobs import tell_of_spark

from . import state
from .playbooks import host
from .standing import first_backup

if TYPE_CHECKING:
    from datetime import datetime

    from local_aws.client.fixtures import Account

    from .playbooks import Played, Target

QUICKLY = {"undo_poll_seconds": 0.1}
ITEMS = 40


def published(played: Played, target: str = "target") -> dict[str, Any]:
    """What the play published of a target."""
    stats = played.stats["tablekeeper_undo"]
    assert stats["version"] == 1
    told: dict[str, Any] = stats["targets"][target]
    return told


def told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def incident(account: Account) -> dict[str, Any]:
    """Ten items are ruined, three deleted, two inserted, in the window that is returned.

    Then two of the ruined ones are rightly changed.
    """
    table = account.client("dynamodb")
    account.aws.advance(hours=1)
    begin = account.aws.now()
    account.aws.advance(minutes=5)
    for number in range(10):
        write(table, f"orders-{number}", number=-1, status="CORRUPT")
    for number in range(10, 13):
        table.delete_item(TableName="orders", Key={"id": {"S": f"orders-{number}"}})
    for number in range(2):
        write(table, f"wrong-{number}", number=0)
    account.aws.advance(minutes=15)
    until = account.aws.now()
    account.aws.advance(minutes=5)
    for number in range(2):
        write(table, f"orders-{number}", number=1000)
    account.aws.advance(minutes=10)
    return {"undo_from": told(begin), "undo_until": told(until)}


def write(client: Any, name: str, **attributes: object) -> None:
    item = {
        key: {"N": str(value)} if isinstance(value, int) else {"S": str(value)}
        for key, value in attributes.items()
    }
    client.put_item(TableName="orders", Item={"id": {"S": name}, **item})


def settings(account: Account) -> dict[str, Any]:
    """All that is not the items."""
    client = account.client("dynamodb")
    table = client.describe_table(TableName="orders")["Table"]
    for counted in ("ItemCount", "TableSizeBytes"):
        table.pop(counted, None)
    arn = table["TableArn"]
    return {
        "table": table,
        "ttl": client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"],
        "tags": client.list_tags_of_resource(ResourceArn=arn)["Tags"],
        "recovery": state.recovery(account),
        "stacks": state.stacks(account),
    }


def test_in_the_night(account: Account, target: Target) -> None:
    """Plan, be refused without the acknowledgement, write, write again, and undo the undo."""
    samples.create(account.client("dynamodb"), [stream_of(samples.simple("orders", ITEMS))])
    inventory = host("orders")
    first_backup(account, inventory)
    right = restorable.items(account, "orders")
    window = incident(account)
    ruined, before = restorable.items(account, "orders"), settings(account)
    asked = {"undo_table": "orders", **QUICKLY}

    would = target.play("undo", inventory, **asked, **window)
    plan = published(would)
    assert plan["succeeded"], plan
    assert (plan["phase"], plan["acknowledge"], would.changed) == ("planned", ["stream"], 0)
    assert {name: plan["counts"][name] for name in ("put", "delete", "conflict")} == {
        "put": 11, "delete": 2, "conflict": 2,
    }  # fmt: skip
    yes = {"undo_plan": plan["plan"], "undo_confirm": f"orders@{account.id}"}
    command = f"-e undo_plan={plan['plan']} -e undo_confirm=orders@{account.id} -e undo_acknowledge=stream"
    for part in ("put     ", "CONFLICT  id=orders-0", "number, status", "TIME AND PRICE", command):
        assert part in would.stdout, would.stdout
    assert "orders-" not in json.dumps(would.stats)
    assert would.too_wide == []
    assert would.said.count("1 export of changes") == 1  # told once, though it may be made by two ways
    assert restorable.items(account, "orders") == ruined

    refused = target.play("undo", inventory, fails=True, **asked, **yes)
    assert "undo_acknowledge" in refused.failures["target"]
    assert restorable.items(account, "orders") == ruined

    done = target.play("undo", inventory, undo_acknowledge="stream", **asked, **yes)
    assert (done.changed, published(done)["succeeded"]) == (1, True)
    changed = {f"orders-{number}" for number in range(2)}
    after = {item["id"]["S"]: item for item in restorable.items(account, "orders")}
    good = {item["id"]["S"]: item for item in right}
    assert {name: item for name, item in after.items() if name not in changed} == {
        name: item for name, item in good.items() if name not in changed
    }
    assert {after[name]["number"]["N"] for name in changed} == {"1000"}
    assert "orders: write: " in done.stdout
    assert done.too_wide == []

    again = target.play("undo", inventory, undo_acknowledge="stream", **asked, **yes)
    assert (again.changed, published(again)["succeeded"]) == (0, True)

    # The undo of the undo is planned, and written, in the same way.
    back = published(target.play("undo", inventory, **asked, undo_of=plan["plan"]))
    yes["undo_plan"] = back["plan"]
    target.play("undo", inventory, undo_acknowledge="stream", **asked, **yes)
    assert restorable.items(account, "orders") == ruined
    assert settings(account) == before


@pytest.mark.newest
def test_on_many_machines(account: Account, target: Target) -> None:
    """The same plan as here, by a job that is there for no longer than it works."""
    tell_of_spark(account.aws)
    samples.create(account.client("dynamodb"), [samples.simple("orders", ITEMS)])
    inventory = host("orders")
    first_backup(account, inventory)
    window = incident(account)
    ruined, stacks = restorable.items(account, "orders"), state.stacks(account)
    asked = {"undo_table": "orders", **QUICKLY, **window}
    here = published(target.play("undo", inventory, **asked, undo_engine="local"))
    played = target.play("undo", inventory, **asked, undo_engine="glue")
    there = published(played)
    assert there["counts"] == here["counts"]
    assert "on 2 machines of AWS Glue about" in played.said
    glue = [each["operation"] for each in account.calls() if each["service"] == "glue"]
    assert "StartJobRun" in glue
    assert state.stacks(account) == stacks
    assert not account.client("glue").get_jobs()["Jobs"]
    assert restorable.items(account, "orders") == ruined


def stream_of(sample: samples.Sample) -> samples.Sample:
    return samples.Sample(sample.name, sample.keys, sample.items, stream=True)
