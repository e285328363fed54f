# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every mistake has its own sentence, and none hides another."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import checks
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import PlanError, make_plan
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.bad_inventories import (
    BAD_INVENTORIES,
    GOOD,
    BadInventory,
)
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import planned, planned_from


def mistakes_of(variables: dict[str, object]) -> list[str]:
    with pytest.raises(PlanError) as refused:
        planned_from(variables)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_the_good_inventory_is_good() -> None:
    assert planned_from(GOOD).stacks


@pytest.mark.parametrize("bad", BAD_INVENTORIES, ids=lambda bad: bad.id)
def test_a_mistake_is_told_once_and_alone(bad: BadInventory) -> None:
    (sentence,) = mistakes_of(bad.variables)
    assert bad.sentence in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_there_are_enough_of_them_and_all_differ() -> None:
    assert len(BAD_INVENTORIES) >= 30
    assert len({bad.id for bad in BAD_INVENTORIES}) == len(BAD_INVENTORIES)
    assert len({mistakes_of(bad.variables)[0] for bad in BAD_INVENTORIES}) == len(BAD_INVENTORIES)


# What a rule between two settings looks at is not good enough for it if another mistake hit it.
RELATED = {"tablekeeper_region", "tablekeeper_kms_key_arn", "tablekeeper_table_timeout"}
PAIRS = [
    (one, other)
    for one, other in zip(BAD_INVENTORIES, [*BAD_INVENTORIES[17:], *BAD_INVENTORIES[:17]], strict=True)
    if not one.changed.keys() & other.changed.keys() and not RELATED & (one.changed | other.changed).keys()
]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda bad: bad.id)
def test_two_mistakes_are_told_together(one: BadInventory, other: BadInventory) -> None:
    told = "\n".join(mistakes_of({**one.variables, **other.changed}))
    assert one.sentence in told
    assert other.sentence in told


def test_the_message_counts_the_mistakes_and_says_that_nothing_happened() -> None:
    with pytest.raises(PlanError) as refused:
        planned(["x", {"name": "orders", "every": "daily", "at": "noon", "engine": "aws"}], prefix="-")
    head, *lines = str(refused.value).splitlines()
    assert head == "5 mistakes in the tablekeeper variables; nothing was changed:"
    assert len(lines) == 5
    assert all(line.startswith("- ") for line in lines)
    with pytest.raises(PlanError, match=r"^1 mistake in the tablekeeper variables; nothing was changed:\n- "):
        planned(["x"])


def test_a_mistake_in_the_defaults_is_not_repeated_for_every_table() -> None:
    variables = {
        **GOOD,
        "tablekeeper_tables": ["orders", "sessions"],
        "tablekeeper_defaults": {"every": "daily"},
    }
    (sentence,) = mistakes_of(variables)
    assert sentence.startswith("tablekeeper_defaults: every")
    contradiction = {"every": "1 week", "retention_days": 7}
    (sentence,) = mistakes_of({**variables, "tablekeeper_defaults": contradiction})
    assert sentence.startswith("tablekeeper_defaults: retention_days is 7")


def test_a_default_that_does_not_suit_a_table_is_told_for_that_table() -> None:
    tables = ["orders", {"name": "archive", "every": "1 week"}]
    defaults = {"max_age": "2 days"}
    (sentence,) = mistakes_of({**GOOD, "tablekeeper_tables": tables, "tablekeeper_defaults": defaults})
    assert sentence.startswith('archive: max_age is "2 days", but it must be longer than every (1 week)')


def test_every_wrong_tag_and_alert_is_told() -> None:
    tags = {"aws:a": "1", "ok": "1", "b": "!", "AWS:c": "1"}
    alerts = [{"protocol": "email", "endpoint": "a"}, 7, {"protocol": "fax", "endpoint": "c", "to": "d"}]
    told = mistakes_of({**GOOD, "tablekeeper_tags": tags, "tablekeeper_alerts": alerts})
    assert [sentence.split(" is ")[0] for sentence in told] == [
        "tablekeeper_tags",
        "tablekeeper_alerts entry 1: endpoint",
        "tablekeeper_alerts entry 2",
        "tablekeeper_alerts entry 3: protocol",
        "tablekeeper_alerts entry 3: to",
    ]
    assert "the key aws:a must be" in told[0]
    assert "the key AWS:c must be" in told[0]
    assert "the value of b must be" in told[0]


def test_only_who_may_get_a_message_raw_gets_it_so() -> None:
    mail = {"protocol": "email", "endpoint": "ops@example.com"}
    hook = {"protocol": "https", "endpoint": "https://example.com/alerts"}
    alerts = [
        {**mail, "raw": True},
        {**hook, "endpoint": "https://example.com/x", "raw": "perhaps"},
        {**mail, "raw": False},
        {**hook, "raw": True},
        hook,
    ]
    told = mistakes_of({**GOOD, "tablekeeper_alerts": alerts})
    assert [sentence.split(" is ")[0] for sentence in told] == [
        "tablekeeper_alerts entry 1: raw",
        "tablekeeper_alerts entry 2: raw",
        "tablekeeper_alerts entry 3",
        "tablekeeper_alerts entry 5",
    ]
    assert "only http, https, sqs get messages raw" in told[0]


def test_a_long_value_is_cut() -> None:
    (sentence,) = mistakes_of({**GOOD, "tablekeeper_tables": ["!" * 5000]})
    assert len(sentence) < 400


def test_a_machine_without_time_zones_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "zones", frozenset)
    assert planned([{"name": "orders", "timezone": "UTC"}]).stacks
    tables = [{"name": "orders", "timezone": "Europe/Berlin"}]
    (sentence,) = mistakes_of({**GOOD, "tablekeeper_tables": tables})
    assert "only UTC can be used: this machine has no time zone database" in sentence


def test_settings_that_are_no_mapping() -> None:
    with pytest.raises(PlanError, match="tablekeeper settings is 7, but they must be a mapping"):
        make_plan(["orders"], settings=7)


def test_nothing_follows_from_a_mistake() -> None:
    (sentence,) = mistakes_of(
        {**GOOD, "tablekeeper_tables": [{"name": "orders", "every": "hourly", "max_age": "2 hours"}]}
    )
    assert sentence.startswith('orders: every is "hourly"')


def test_a_mistake_in_the_defaults_hides_none_in_a_table_that_does_not_use_it() -> None:
    tables = [{"name": "orders", "every": "1 week", "max_age": "1 day"}]
    told = mistakes_of({**GOOD, "tablekeeper_tables": tables, "tablekeeper_defaults": {"every": "daily"}})
    assert [sentence.split(" is ")[0] for sentence in told] == [
        "tablekeeper_defaults: every",
        "orders: max_age",
    ]
