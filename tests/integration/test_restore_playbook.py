# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The restore playbook on the embedded AWS: in the night of the incident, and when it is asked wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.unit.support import restorable

from .playbooks import host

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    from .playbooks import Played, Target

QUICKLY = {"restore_poll_seconds": 0.1}
ITEMS = 30


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    made = restorable.backed_up(account, samples.simple("orders", ITEMS))
    made.delete_table()
    return made


def published(played: Played, target: str = "target") -> dict[str, Any]:
    """What the play published of a target."""
    stats = played.stats["tablekeeper_restore"]
    assert stats["version"] == 1
    told: dict[str, Any] = stats["targets"][target]
    return told


def test_in_the_night(account: Account, target: Target, made: BackedUp) -> None:
    """The table is gone, and so are the stacks: what would be done, then doing it, then doing it again."""
    asked = {"restore_table": "orders", "restore_bucket": made.bucket, **QUICKLY}
    told = target.play("restore", host(), check=True, **asked)
    new = published(told)["target_table"]
    assert new.startswith("orders-restored-")
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    hint = "to have it back under its old name"
    assert f"orders is gone: {hint}" in told.said
    assert "give restore_table=orders restore_to=orders." in told.said
    for part in ("STEPS", "1. make:", "TIME", "PRICE", "RIGHTS", "dynamodb:BatchWriteItem"):
        assert part in told.stdout

    done = target.play("restore", host(), **asked)
    assert done.changed == 1
    told_after = published(done)
    assert told_after["succeeded"], told_after
    assert (told_after["target_table"], told_after["item_count"]) == (new, ITEMS)
    assert len(restorable.items(account, new)) == ITEMS
    assert f"{new}: load: writing the items" in done.stdout
    assert f"orders is back as {new}: {ITEMS} items, each as it was." in done.said
    assert "TO USE IT" in done.stdout
    assert f"orders is gone: {hint}" in done.stdout
    words = " ".join(done.said.replace('",', "").replace('"', "").split())
    assert "restore it again with restore_table=orders restore_to=orders, and delete" in words
    assert done.too_wide == []

    again = target.play("restore", host(), **asked)
    assert again.changed == 0
    assert published(again)["succeeded"]


@pytest.mark.newest
def test_it_is_for_the_target_that_lists_the_table(account: Account, target: Target, made: BackedUp) -> None:
    """And for none, where several do, or none does."""
    asked = {"restore_table": "orders", "restore_bucket": made.bucket, **QUICKLY}
    eu, us = host("orders"), {**host("carts"), "tablekeeper_region": "us-east-1"}
    played = target.play_hosts("restore", {"eu": eu, "us": us}, **asked)
    assert published(played, "eu")["succeeded"]
    assert published(played, "us")["msg"] == "orders is listed by eu: it is restored there."
    assert [
        each.startswith("orders-restored-") for each in account.client("dynamodb").list_tables()["TableNames"]
    ] == [True]

    both = {**us, "tablekeeper_tables": ["orders"]}
    refused = target.play_hosts("restore", {"eu": eu, "us": both}, fails=True, **asked)
    assert "choose one with the limit, such as -l eu" in refused.failures["eu"]
    nobody = target.play_hosts("restore", {"eu": host(), "us": us}, fails=True, **asked)
    assert "none of the 2 targets of this play lists orders" in nobody.failures["us"]
    # The advice leads on.
    limited = target.play_hosts("restore", {"eu": eu, "us": both}, "-l", "eu", check=True, **asked)
    assert "orders-restored-" in published(limited, "eu")["target_table"]


def test_mistakes_are_told_at_once_before_aws_is_asked(target: Target) -> None:
    wrong = {
        "restore_table": "no",
        "restore_verify": "some",
        "restore_from": {"prefix": "x"},
    }
    target.env = {**target.env, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_URL": "http://127.0.0.1:1"}
    told = target.play("restore", host(), fails=True, **wrong).failures["target"]
    for part in ("restore_table is", "restore_verify is", "bucket: it"):
        assert part in told, told


@pytest.mark.newest
def test_messages_name_the_variables(account: Account, target: Target, made: BackedUp) -> None:
    """As they are called here, and what they advise can be done."""
    samples.create(account.client("dynamodb"), [samples.simple("mine", 1)])
    asked = {"restore_table": "orders", **QUICKLY}
    told = target.play("restore", host(), fails=True, **asked).failures["target"]
    assert "name it with restore_bucket" in told
    asked["restore_bucket"] = made.bucket
    told = target.play("restore", host(), fails=True, restore_to="mine", **asked).failures["target"]
    assert "choose another name for the new one with restore_to" in told
    assert published(target.play("restore", host(), restore_to="yours", **asked))["succeeded"]
