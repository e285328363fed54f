# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import page_commands, page_troubles
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page import Page, page, unasked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_paths import path
from tests.unit.support.evidence import ALARM, NOW, PATH, RECORD, SUBSCRIBER, deviation, run
from tests.unit.support.status_pages import answer, costs, fleet, html, named, refused, well

NEW = named("catalog", runs=(), alarm=replace(ALARM, configured=NOW))
OFF = named("archive", record=replace(RECORD, enabled=False), runs=(), alarm=None)
ILL = well("sessions", runs=(run(34), run(2, "FAILED")))
NOT_THERE: dict[str, Any] = answer(deployed=False)
WHOLE = {
    **answer(well("orders")),
    "healthy": False,
    "reasons": [{"code": "stack_missing", "message": "A stack is gone.", "note": False}],
}


@pytest.mark.parametrize(
    ("answers", "state", "sentence"),
    [
        ({"eu": answer(well("orders"))}, "good", "The table is healthy."),
        ({"eu": answer(well("a"), well("b"))}, "good", "Each of 2 tables is healthy."),
        (
            {"eu": answer(well("a")), "us": answer(well("a"))},
            "good",
            "Each of 2 tables in 2 targets is healthy.",
        ),
        ({"eu": answer(well("a"), OFF)}, "good", "None of 2 tables is unhealthy."),
        (
            {"eu": answer(well("a"), NEW)},
            "warning",
            "No table is unhealthy, and 1 of 2 waits for a first backup.",
        ),
        ({"eu": answer(well("a"), ILL)}, "bad", "1 of 2 tables is not healthy."),
        ({"eu": WHOLE}, "bad", "The table is healthy; something is wrong with 1 target as a whole."),
        ({"eu": NOT_THERE}, "bad", "There is no table to judge."),
        ({"eu": refused()}, "bad", "Nothing is known; 1 target could not be asked."),
        (
            {"eu": answer(well("a")), "us": refused(), "ap": None},
            "bad",
            "The table is healthy; 1 target could not be asked; 1 target was not asked.",
        ),
    ],
)
def test_the_fleet_in_one_sentence(answers: dict[str, Any], state: str, sentence: str) -> None:
    shown = page(answers)
    assert (shown.state, shown.sentence) == (state, sentence)


def test_counts_leave_out_what_there_is_none_of() -> None:
    answers = {"eu": answer(well("a"), NEW), "us": refused()}
    assert page(answers).counts == (("unhealthy", 0), ("waiting", 1), ("healthy", 1), ("not asked", 1))


def test_a_target_that_was_not_asked_says_so() -> None:
    answers = {"eu": answer(well("a")), "us": refused("No."), "ap": None}
    eu, us, ap = page(answers).targets
    assert (eu.state, eu.place) == ("good", "123456789012 · eu-west-1 · tablekeeper")
    assert (us.state, us.says) == ("unknown", "No.")
    assert (ap.state, ap.says) == ("unknown", "This run has not come to it.")
    assert [(way.target, way.state) for way in page(answers).paths][1:] == [
        ("us", "warning"),
        ("ap", "warning"),
    ]
    assert html({"eu": refused("Not allowed.")}).count("Not allowed.") == 1


def test_tables_that_are_listed_stay_on_the_page() -> None:
    shown = page({"eu": unasked(listed=["payments"]), "us": answer(well("a"), ILL)})
    assert [(row.table, row.verdict) for row in shown.rows] == [
        ("sessions", "unhealthy"), ("payments", "unknown"), ("a", "healthy")
    ]  # fmt: skip
    assert shown.targets[0].listed == 1
    assert '<span class="name">payments</span>' in html({"eu": unasked(listed=["payments"])})


def test_notes_on_what_tables_share_are_told_once() -> None:
    gone = {"deviations": (deviation("CloudWatch::Dashboard", "Dashboard", "missing"),)}
    (note,) = page({"eu": answer(well("a", **gone), well("b", **gone))}).targets[0].notes
    assert "dashboard" in note


def test_all_is_on_the_page_in_the_order_of_what_is_worst() -> None:
    shown: Page = page(fleet())
    assert [row.verdict for row in shown.rows] == sorted(
        (row.verdict for row in shown.rows), key=["unhealthy", "waiting", "healthy", "disabled"].index
    )
    assert shown.axis == ("2026-10-20", "2026-11-23")
    (trouble,) = shown.troubles
    assert (trouble.heading, trouble.target, trouble.code) == ("sessions", "shop-eu", "too_old")
    assert trouble.since == "2026-11-23T08:15:00Z"  # 30 hours after the moment it is of
    assert [code for code, _message in trouble.others] == ["last_run_failed", "bucket_altered"]
    assert trouble.commands == (
        "ansible-playbook tablekeeper.dynamodb.backup -i INVENTORY --limit shop-eu",
        "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY --limit shop-eu -e tables=sessions",
    )


def test_costs_of_targets_are_added_up() -> None:
    shown = page(
        {"eu": {**answer(well("a")), "costs": costs(2)}, "us": {**answer(well("b")), "costs": costs(4)}}
    )
    export, pipeline = shown.costs
    assert (export.tables, export.dollars, export.all_dollars) == (6, "$20.52", "$20.52")
    assert (pipeline.tables, pipeline.dollars, pipeline.percent, export.percent) == (0, "$0.00", 100, 31)
    assert shown.unpriced == 2


def test_what_nobody_can_price_does_not_cost_nothing() -> None:
    unknown = {"tables": 5, "unpriced": 5, "dollars_per_month": 0.0, "all_tables_dollars_per_month": 0.0}
    (shown,) = page({"eu": {**answer(well("a")), "costs": [{"engine": "export", **unknown}]}}).costs
    assert (shown.dollars, shown.all_dollars) == ("not known", "not known")


def test_the_clock_of_a_target_that_could_not_be_asked_counts_for_nothing() -> None:
    """It is the controller's."""
    good = answer(well("a"))
    late = {**answer(), "asked": False, "now": "2027-01-15T00:00:00Z"}
    assert page({"eu": good, "gone": late}).now == good["now"]
    assert page({"gone": late}).now == late["now"]


@pytest.mark.parametrize(
    ("given", "state", "says"),
    [
        ({}, "good", "An alert would reach 1 subscriber."),
        ({"policy_open": False}, "bad", "No alert would arrive: the policy does not let CloudWatch publish."),
        ({"exists": False}, "bad", "No alert would arrive: the topic is gone."),
        ({"key": "alias/ours", "key_open": False}, "bad", "No alert would arrive: the key does not let"),
        ({"subscribers": ()}, "bad", "No alert would arrive: nobody would hear it."),
        (
            {"subscribers": (SUBSCRIBER, replace(SUBSCRIBER, confirmed=False))},
            "warning",
            "An alert would reach 1 subscriber, and 1 more would not hear it.",
        ),
        ({"policy_open": None}, "warning", "Whether an alert would arrive is not known"),
    ],
)
def test_the_way_of_an_alert(given: dict[str, Any], state: str, says: str) -> None:
    way = path("eu", answer(well("orders"), path=replace(PATH, **given)))
    assert way.state == state
    assert way.sentence.startswith(says)


def test_alarms_that_cannot_tell_are_counted() -> None:
    way = path("eu", answer(well("a"), well("b", alarm=None), well("c", alarm=replace(ALARM, state="ALARM"))))
    assert (way.state, way.sentence) == (
        "bad",
        "No alert about 1 of 3 tables would arrive: see their alarms.",
    )
    assert way.stations[0].says == "1 missing, 1 firing, 1 ready"
    assert path("eu", answer(OFF)).state == "off"


def test_an_alarm_counts_once() -> None:
    muted = well("b", alarm=replace(ALARM, actions_enabled=False, deviations=("period",)))
    way = path("eu", answer(well("a"), muted, well("c", alarm=None)))
    assert way.stations[0].says == "1 missing, 1 changed by hand, 1 ready"
    way = path("eu", answer(well("a"), well("b", alarm=replace(ALARM, actions_enabled=False))))
    assert way.stations[0].says == "1 with disabled actions, 1 ready"


def test_where_nothing_was_deployed_nothing_is_gone() -> None:
    way = path("eu", answer(deployed=False, path=replace(PATH, exists=False, topic="")))
    assert (way.state, way.sentence) == ("bad", "No alert would arrive: nothing is deployed yet.")
    assert "gone" not in str(way)


def test_tables_of_all_targets_stand_in_one_order() -> None:
    pending = replace(SUBSCRIBER, confirmed=False)
    shown = page(
        {
            "eu": answer(well("a"), well("b"), path=replace(PATH, subscribers=(SUBSCRIBER, pending))),
            "us": answer(named("invoices", record=None, deployed=False)),
            "ap": answer(ILL),
        }
    )
    assert [row.table for row in shown.rows] == ["invoices", "sessions", "a", "b"]
    keys = [row.verdict_key for row in shown.rows]
    assert keys == sorted(keys)


def test_what_many_tables_have_alike_is_told_once() -> None:
    ill = [well(f"t{place:02}", runs=(run(34 + place),)) for place in range(20)]
    (trouble,) = page_troubles.troubles("eu", answer(*ill))
    assert len(trouble.tables) == 20
    assert trouble.heading == "All 20 tables"
    (trouble,) = page_troubles.troubles("eu", answer(*ill, well("orders")))
    assert trouble.heading.endswith("and 8 more tables")
    assert trouble.since == "2026-11-22T13:15:00Z"
    assert trouble.commands[0].endswith(f"tables={','.join(trouble.tables)}")


def test_no_command_holds_what_is_no_name() -> None:
    run_it = {"code": "too_old", "message": "run the run playbook with -e tables=a; rm -rf /"}
    deploy = {"code": "role_missing", "message": "then run the backup playbook."}
    assert page_commands.commands([run_it], "eu", ["a; rm -rf /", "$(id)"]) == (
        "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY --limit eu",
    )
    assert page_commands.commands([deploy], "$(id)") == (
        "ansible-playbook tablekeeper.dynamodb.backup -i INVENTORY --limit '$(id)'",
    )
