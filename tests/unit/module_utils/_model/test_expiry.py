# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.expiry import (
    LastBackup,
    added,
    beyond,
    last_backup,
    refusal,
    rules,
    rules_of_versions,
    shown,
    switched_off,
)


def rule(days: int, **more: Any) -> dict[str, Any]:
    return {
        "ID": f"retain-{days}d",
        "Status": "Enabled",
        "Prefix": f"retain-{days}d/",
        "Expiration": {"Days": days},
        "NoncurrentVersionExpiration": {"NoncurrentDays": min(days, 14)},
        **more,
    }


OTHERS = [
    {"ID": "templates", "Status": "Enabled", "Filter": {"Prefix": "templates/"}, "Expiration": {"Days": 30}},
    {"ID": "leftovers", "Status": "Enabled", "Filter": {}, "Expiration": {"ExpiredObjectDeleteMarker": True}},
]
NOON = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("where", [{}, {"Prefix": "", "Filter": {"Prefix": "retain-35d/"}}])
def test_of_all_rules_those_that_delete_backups_count(where: dict[str, Any]) -> None:
    lifecycle = [rule(35, **where), rule(7, Status="Disabled"), *OTHERS]
    assert [(each.id, each.prefix, each.days) for each in rules(lifecycle)] == [
        ("retain-35d", "retain-35d/", 35)
    ]


BEFORE = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("given", "ours", "told"),
    [
        ({"Filter": {"Prefix": ""}}, False, "o (deletes everything after 2 days)"),
        ({"Filter": {}}, False, "o (deletes everything after 2 days)"),
        ({"Prefix": "r"}, False, "o (deletes what begins with r after 2 days)"),
        ({"Filter": {"Prefix": "retain-"}}, True, "o (deletes what begins with retain- after 2 days)"),
        ({"Prefix": "retain-7d/a"}, True, "o (deletes what begins with retain-7d/a after 2 days)"),
        (
            {"Prefix": "", "Expiration": {"Date": BEFORE}},
            False,
            "o (deletes everything on 2026-12-01)",
        ),
        (
            {"Filter": {"And": {"Prefix": "retain-35d/", "Tags": [{"Key": "a", "Value": "b"}]}}},
            True,
            "o (deletes what begins with retain-35d/ that has certain tags or sizes after 2 days)",
        ),
        (
            {"Filter": {"ObjectSizeGreaterThan": 5}},
            False,
            "o (deletes everything that has certain tags or sizes after 2 days)",
        ),
        ({"Filter": {"Prefix": "reports/"}}, None, ""),
        ({"Filter": {"Prefix": ""}, "Status": "Disabled"}, None, ""),
        ({"Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": True}}, None, ""),
    ],
)
def test_a_rule_of_somebody_else_counts_if_it_can_meet_a_backup(
    given: dict[str, Any], ours: bool | None, told: str
) -> None:
    lifecycle = [{"ID": "o", "Status": "Enabled", "Expiration": {"Days": 2}, **given}, rule(35)]
    found = rules(lifecycle)
    assert [shown(each) for each in added(found)] == ([told] if told else [])
    assert [each.id for each in rules(switched_off(lifecycle))] == (["o"] if ours is False else [])
    assert bool(refusal("kk", beyond(found))) == (ours is False)
    assert told in refusal("kk", added(found))


@pytest.mark.parametrize(
    ("given", "deleted"),
    [
        ({"Prefix": ""}, dt.date(2026, 11, 30)),
        ({"Prefix": "retain-35d/or"}, dt.date(2026, 11, 30)),
        ({"Prefix": "", "Expiration": {"Date": BEFORE}}, BEFORE.date()),
        # Of these nobody knows whether they are for the last backup.
        ({"Prefix": "retain-35d/orders/2025"}, dt.date(2027, 1, 2)),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}}, dt.date(2027, 1, 2)),
    ],
)
def test_the_first_rule_that_meets_a_backup_deletes_it(given: dict[str, Any], deleted: dt.date) -> None:
    lifecycle = [rule(35), {"ID": "o", "Status": "Enabled", "Expiration": {"Days": 2}, **given}]
    assert last_backup("orders", {"retain-35d/": NOON}, rules(lifecycle), []).deleted == deleted


def test_switching_them_off_leaves_the_others_as_they_are() -> None:
    off = switched_off([rule(35), *OTHERS])
    assert off == [{**rule(35), "Status": "Disabled"}, *OTHERS]
    assert rules(off) == []


def test_a_backup_is_deleted_at_the_midnight_after_its_days_and_its_version_later() -> None:
    ends = last_backup("orders", {"retain-35d/": NOON}, rules([rule(35)]), rules_of_versions([rule(35)]))
    assert ends == LastBackup("orders", NOON, dt.date(2027, 1, 2), dt.date(2027, 1, 16))


@pytest.mark.parametrize(
    ("made", "deleted"),
    [
        # The one of the longer class is older, and stays longer.
        ({"retain-7d/": NOON, "retain-90d/": NOON - dt.timedelta(days=20)}, dt.date(2027, 2, 6)),
        ({"retain-7d/": NOON, "retain-90d/": NOON - dt.timedelta(days=89)}, dt.date(2026, 12, 5)),
        # No rule is for this class.
        ({"retain-7d/": NOON, "retain-30d/": NOON - dt.timedelta(days=300)}, None),
    ],
)
def test_of_several_classes_the_backup_that_is_kept_longest_counts(
    made: dict[str, dt.datetime], deleted: dt.date | None
) -> None:
    assert last_backup("orders", made, rules([rule(7), rule(90)]), []).deleted == deleted


def test_a_rule_of_somebody_else_may_delete_versions_earlier() -> None:
    versions = {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}, "Status": "Enabled"}
    lifecycle = [rule(35), {"ID": "corp", "Filter": {"Prefix": ""}, **versions}]
    ends = last_backup("orders", {"retain-35d/": NOON}, rules(lifecycle), rules_of_versions(lifecycle))
    assert ends == LastBackup("orders", NOON, dt.date(2027, 1, 2), dt.date(2027, 1, 3))
