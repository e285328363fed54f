# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployment did, in sentences."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.deployment import report

NEW = "orders: new, every day at 02:00 UTC, kept 35 days, alarm after 30 hours without a backup"
PLACE = "account 1, eu-west-1"


def work(*lines: str, alerts: tuple[str, ...] = ("ops",), **more: Any) -> dict[str, Any]:
    return {"plan": {"settings": {"alerts": alerts}}, "place": PLACE, "lines": lines, "standing": {}, **more}


def looked(**more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        (
            "repaired",
            "asked",
            "ended",
            "protected",
            "left",
            "left_alone",
            "waiting",
            "unheard",
            "not_known",
            "refused",
        ),
        (),
    )
    return {**empty, **more}


def test_a_first_deployment_says_what_was_made_and_what_waits() -> None:
    done = {"tablekeeper-store": "create", "tablekeeper-export-1": "recreate"}
    told = report(work(NEW), done, [{}, looked(waiting=["ops has not confirmed."])], check=False)
    assert told["lines"] == [
        f"tablekeeper-export-1 was created in {PLACE}.",
        f"tablekeeper-store was created in {PLACE}.",
        NEW,
        "Waiting: ops has not confirmed.",
        "Waiting: new tables are backed up at their next start. The run playbook backs them up now.",
    ]
    assert told["problems"] == []


def test_nothing_changed_says_so_and_still_for_whom_it_waits() -> None:
    unchanged = work("1 table unchanged", standing={"waiting": ["ops has not confirmed."]})
    told = report(unchanged, {}, [{}, {}], check=False)
    assert told["lines"] == [
        f"Nothing had to be changed in {PLACE}.", "1 table unchanged", "Waiting: ops has not confirmed.",
    ]  # fmt: skip


def test_what_was_put_right_is_told_and_what_was_not_is_a_problem() -> None:
    altered, again = "the role b was altered", "If it is so again after the next run, x."
    found = looked(
        repaired=["the alarm a is gone"], left=[altered], by_hand={altered: "x"}, asked=["ops"], ended=["old"]
    )
    told = report(work("1 table unchanged"), {}, [found], check=False)
    assert told["lines"] == [
        "Put right: the alarm a was gone.",
        "ops was asked to confirm the subscription to the alerts.",
        "old is no longer told.",
        "1 table unchanged",
    ]
    assert told["problems"] == [f"Still not as deployed, although it was put right: {altered}. {again}"]


def test_check_mode_says_would() -> None:
    told = report(work(NEW), {"tablekeeper-store": "update"}, [looked(repaired=["x is gone"])], check=True)
    updated = f"tablekeeper-store would be updated in {PLACE}."
    assert told["lines"] == [updated, "To be put right: x is gone.", NEW]


def test_a_failure_comes_first_and_nothing_is_said_to_be_well() -> None:
    told = report(work(NEW, problems=["users is no table."]), {}, [], "It broke.", check=False)
    assert (told["lines"], told["problems"]) == ([], ["It broke.", "users is no table."])
    assert report({}, {}, [], "Refused.", check=False)["problems"] == ["Refused."]


def test_nobody_to_tell_and_calls_that_were_refused_are_told() -> None:
    told = report(work(alerts=()), {}, [looked(refused=["kms:DescribeKey (AccessDenied)"])], check=False)
    assert told["lines"][-1].startswith("Nobody is told when a backup fails or is missed")
    assert "AWS refused kms:DescribeKey (AccessDenied)" in told["problems"][0]


def test_what_was_put_right_before_and_after_the_deployment_is_told_once_and_what_is_left_at_the_end() -> (
    None
):
    first = looked(
        repaired=["the topic a is gone"], left=["the subscription of ops is gone"], protected=["x"]
    )
    last = looked(repaired=["the subscription of ops is gone"], protected=["x"])
    told = report(work("1 table unchanged"), {"x": "update"}, [first, last], check=False)
    assert told["repaired"] == [
        "the topic a is gone", "x is not protected", "the subscription of ops is gone",
    ]  # fmt: skip
    assert told["problems"] == []


def test_what_is_left_alone_is_a_problem_and_what_is_not_known_is_no_problem() -> None:
    found = looked(left_alone=["the role b was altered (a boundary)"], not_known=["Whose key it is."])
    told = report(work("1 table unchanged"), {}, [found], check=False)
    assert told["problems"] == [
        "Not as deployed, and left as it is, since it may be meant so: the role b was altered (a boundary)."
    ]
    assert told["lines"][-1] == "Whose key it is."
