# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The find playbook on the embedded AWS: the history of an item, and what is told where nothing is found."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.unit.support import restorable

from .playbooks import host
from .state import mutations

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    from .playbooks import Played, Target

OLDER, NEWER = "20261123T140003Z-1a2b3c4d", "20261124T140003Z-1a2b3c4d"
SECRET = "known to whoever asks for it"


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    """Two points of a table that is gone: orders-0 has changed between them."""
    restorable.backed_up(account, samples.simple("orders", 30), OLDER)
    item = {"id": {"S": "orders-0"}, "number": {"N": "7.5"}, "secret": {"S": SECRET}}
    account.client("dynamodb").put_item(TableName="orders", Item=item)
    made = restorable.point(account, "orders", NEWER)
    made.delete_table()
    account.forget_calls()
    return made


def published(played: Played, target: str = "target") -> dict[str, Any]:
    """What the play published of a target."""
    stats = played.stats["tablekeeper_find"]
    assert stats["version"] == 1
    told: dict[str, Any] = stats["targets"][target]
    return told


def shown(played: Played) -> list[str]:
    """The lines for people, none of which is wider than 100 columns."""
    lines = played.stdout.split("Say what was done, or found")[1].split("TASK")[0].splitlines()
    assert max(map(len, lines[1:])) <= 100
    return [line.strip().strip('",').rstrip() for line in lines if line.startswith('        "')]


def test_the_history_of_an_item(target: Target, made: BackedUp, tmp_path: Path) -> None:
    given = {"find_table": "orders", "find_bucket": made.bucket, "find_points": "2"}
    keys = '[{"id": "orders-0"}, {"id": "nobody"}]'
    played = target.play("find", host(), "-v", **given, find_keys=keys, find_file="found.csv")
    assert played.changed == 0
    lines = shown(played)
    assert lines[0].startswith("2 items found in 2 points of orders, where ")
    head = next(number for number, line in enumerate(lines) if line.startswith("_taken"))
    rows = [" ".join(line.split()[1:]) for line in lines[head : head + 5]]
    assert rows == [
        "id _change number secret",
        f"orders-0 changed: number, secret 7.5 {SECRET[:17]}...",
        "orders-0 0",
        "nobody not there",
        "nobody not there",
    ]
    assert lines[-1] == "In none of the points: id=nobody."
    assert f"orders: reading {OLDER} of " in played.stdout
    told = published(played)
    assert (told["succeeded"], told["found"], told["missing"]) == (True, 2, 1)
    assert told["file"] == str(tmp_path / "found.csv")
    assert [(each["id"], each["found"]) for each in told["points"]] == [(NEWER, 1), (OLDER, 1)]
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(each["_point"], each["number"], each["secret"]) for each in rows] == [
        (OLDER, "0", ""), (NEWER, "7.5", SECRET),
    ]  # fmt: skip
    # Values are where they were asked for, and neither in what is published nor in what callbacks keep.
    assert SECRET not in json.dumps(played.stats)
    assert SECRET not in played.stdout
    assert mutations(made.account) == []


@pytest.mark.newest
def test_nothing_is_found(target: Target, made: BackedUp) -> None:
    given = {"find_table": "orders", "find_bucket": made.bucket}
    played = target.play("find", host(), **given, find_where="secret == 'x' && nubmer > `1`", fails=True)
    (message,) = played.failures.values()
    assert message.startswith(f"Nothing was found in orders: of 30 items in {NEWER} (")
    assert message.endswith("none meets the condition. No item has the attribute nubmer: is number meant?")
    told = published(played)
    assert (told["succeeded"], told["msg"], told["found"]) == (False, message, 0)
    played = target.play("find", host(), **given, find_where="number < `0`", find_fail_if_none="no")
    assert shown(played)[0].startswith("Nothing was found in orders: of 30 items")
    assert published(played)["succeeded"] is True


@pytest.mark.newest
def test_what_cannot_be_asked(target: Target, account: Account) -> None:
    account.forget_calls()
    wrong = {
        "find_table": "orders",
        "find_where": "status = 'open'",
        "find_keys": "orders-1",
        "find_points": [1.5],
        "find_file": "found.txt",
        "find_samples": "some",
    }
    (message,) = target.play("find", host(), fails=True, **wrong).failures.values()
    for words in (
        "find_where is \"status = 'open'\", but it cannot be read at character 8 (= 'open'): write ==",
        'find_keys is "orders-1", but it must be a list of mappings',
        "find_points is [1.5], but it must be a list of text, or text cut at commas.",
        "but it must end in .csv for a table, or in .jsonl for JSON lines.",
        'find_samples is "some", but it must be a whole number',
    ):
        assert words in message
    (message,) = target.play("find", host(), fails=True, find_table="orders").failures.values()
    assert message.startswith("Say which items, by find_keys, such as")
    assert account.calls() == []


@pytest.mark.newest
def test_of_two_targets_the_one_that_lists_the_table_is_asked(target: Target, made: BackedUp) -> None:
    given = {"find_table": "orders", "find_keys": [{"id": "orders-1"}], "find_bucket": made.bucket}
    hosts = {
        "ireland": {**host(), "tablekeeper_tables": ["orders"]},
        "oregon": {**host(), "tablekeeper_region": "us-west-2", "tablekeeper_tables": ["carts"]},
    }
    played = target.play_hosts("find", hosts, **given)
    assert published(played, "ireland")["found"] == 1
    assert published(played, "oregon")["msg"] == "orders is listed by ireland: it is looked for there."
    hosts["oregon"]["tablekeeper_tables"] = ["orders"]
    played = target.play_hosts("find", hosts, **given, fails=True)
    assert "Nothing was looked for: orders is listed by several targets of" in played.failures["ireland"]
