# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to be typed to remove a deployment, and what is said of it before."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.leaving import (
    lines,
    refusal,
)
from tests.unit.support.records import table

ACCOUNT = "123456789012"
YES = f"tablekeeper@{ACCOUNT}"
INPUTS: dict[str, Any] = {
    "prefix": "tablekeeper",
    "region": "eu-west-1",
    "confirm": "",
    "store": False,
    "store_confirm": "",
    "keep_backups": False,
    "stop_running_pipelines": False,
    "stack_timeout": 1800,
}
STORE = {"name": "tablekeeper-store", "outputs": {"BucketName": "kk"}}
DEPLOYED: dict[str, Any] = {
    "account_id": ACCOUNT,
    "store": STORE,
    "bucket": "kk",
    "machinery": [{"name": "tablekeeper-export-1"}, {"name": "tablekeeper-export-2"}],
    "existing": {
        "stacks": {
            "tablekeeper-export-1": {"tables": [table(name).to_json() for name in ("sessions", "orders")]},
            "tablekeeper-export-2": {"tables": []},
        }
    },
}
EMPTY = {**DEPLOYED, "store": {}, "bucket": "", "machinery": []}
FOREIGN_STORE = {**DEPLOYED, "store": {}, "foreign": {"tablekeeper-store": "CREATE_COMPLETE"}}
FOREIGN_STACK = {**DEPLOYED, "foreign": {"tablekeeper-export-3": "CREATE_COMPLETE"}}


@pytest.mark.parametrize(
    ("given", "deployed", "words"),
    [
        ({}, EMPTY, f"Account {ACCOUNT} has no stack tablekeeper-store and no machinery in eu-west-1."),
        ({}, DEPLOYED, f"-e teardown_confirm={YES} "),
        # The prefix is the same everywhere, and the account of another is another.
        ({"confirm": "tablekeeper"}, DEPLOYED, f"-e teardown_confirm={YES} "),
        ({"confirm": "tablekeeper@210987654321"}, DEPLOYED, f"-e teardown_confirm={YES} "),
        ({"confirm": "tablekeper@1, b@2"}, DEPLOYED, " What was typed, tablekeper@1, b@2, is not that."),
        ({"confirm": YES}, DEPLOYED, ""),
        ({"confirm": f"tablekeeper@210987654321, {YES}"}, DEPLOYED, ""),
        ({"confirm": YES, "store": True}, DEPLOYED, "-e teardown_store_confirm=tablekeeper-store."),
        (
            {"confirm": YES, "store": True, "store_confirm": "store"},
            DEPLOYED,
            "What was typed, store, is not",
        ),
        ({"confirm": YES, "store": True, "store_confirm": "tablekeeper-store"}, DEPLOYED, ""),
        # What is somebody else's stays, and keeps nobody from removing what is ours.
        (
            {"confirm": YES},
            {**FOREIGN_STACK, "store": {}, "machinery": []},
            "tablekeeper-export-3 (CREATE_COM",
        ),
        ({"confirm": YES}, FOREIGN_STACK, ""),
        ({"confirm": YES}, FOREIGN_STORE, ""),
        ({"confirm": YES, "store": True}, FOREIGN_STORE, "tablekeeper-store (CREATE_COMPLETE)"),
    ],
)
def test_nothing_is_removed_without_the_prefix_and_the_account_typed_again(
    given: dict[str, Any], deployed: dict[str, Any], words: str
) -> None:
    told = refusal({**INPUTS, **given}, deployed, "shop", check=False, shown=None)
    assert words in told
    assert bool(told) == bool(words)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [({}, True), ({"store": True}, True), ({"confirm": "tablekeeper"}, False), ({"confirm": YES}, True)],
)
def test_a_check_wants_no_confirmation_but_tells_a_wrong_one(given: dict[str, Any], allowed: bool) -> None:
    assert (refusal({**INPUTS, **given}, DEPLOYED, "shop", check=True, shown=["x"]) == "") == allowed


def test_what_a_preview_did_not_show_is_not_removed() -> None:
    sure = {**INPUTS, "confirm": YES}
    assert refusal(sure, DEPLOYED, "shop", check=False, shown=["shop"]) == ""
    assert "the preview did not show shop" in refusal(sure, DEPLOYED, "shop", check=False, shown=["bank"])


EXPIRY = {
    "tables": [
        {
            "table": "orders",
            "made": "2026-11-27T02:00:00+00:00",
            "deleted": "2027-01-02",
            "gone": "2027-01-16",
        },
        {
            "table": "sessions",
            "made": "2026-11-01T02:00:00+00:00",
            "deleted": "2027-01-02",
            "gone": "2027-01-16",
        },
        {"table": "old", "made": "2026-01-01T02:00:00+00:00", "deleted": "", "gone": ""},
    ],
    "rules": ["retain-35d"],
    "others": ["o (all)"],
    "refusal": "",
}


def test_what_goes_and_what_stays_until_when_is_told() -> None:
    assert lines(INPUTS, DEPLOYED, EXPIRY, check=True) == [
        f"This would remove from account {ACCOUNT} in eu-west-1:",
        "  tablekeeper-export-1: schedules, alarms and runs of orders, sessions",
        "  tablekeeper-export-2: schedules, alarms and runs of no table",
        "tablekeeper-store stays, with its backups in kk.",
        "The last backup is deleted by no rule: old (of 2026-01-01).",
        (
            "The last backup is deleted on 2027-01-02, and gone for good on 2027-01-16: "
            "orders (of 2026-11-27), sessions (of 2026-11-01)."
        ),
        "Backups are also deleted by rules that tablekeeper did not make: o (all).",
        "To keep every backup: -e teardown_keep_backups=true",
        f"To remove it: -e teardown_confirm={YES}",
    ]


def test_that_everything_is_kept_is_told() -> None:
    told = lines({**INPUTS, "store": True, "keep_backups": True}, DEPLOYED, EXPIRY, check=False)
    assert told[0].startswith("This removes from account")
    assert told[3:] == [
        "  tablekeeper-store: the alerts topic and its subscriptions",
        "The bucket kk stays, with every backup; `backup` adopts it again.",
        "Its rules are switched off (retain-35d): nothing deletes backups any more until `backup` is run.",
    ]


def test_a_preview_switches_nothing_off() -> None:
    told = lines({**INPUTS, "keep_backups": True}, DEPLOYED, EXPIRY, check=True)
    would = "Its rules would be switched off (retain-35d): nothing would delete backups any more until"
    assert f"{would} `backup` is run." in told


def test_the_bucket_of_a_store_that_somebody_deleted_is_told_and_looked_after() -> None:
    left = {**DEPLOYED, "store": {}}
    told = lines(INPUTS, left, EXPIRY, check=True)
    assert "The bucket kk stays, with its backups; `backup` adopts it again." in told
    assert "To keep every backup: -e teardown_keep_backups=true" in told
    keeping = {**INPUTS, "confirm": YES, "keep_backups": True}
    assert refusal(keeping, left, "host", check=False, shown=None) == ""
    unknown = refusal(keeping, {**left, "bucket": ""}, "host", check=False, shown=None)
    assert "no stack tells of which bucket" in unknown
    assert "Run the backup playbook" in unknown


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("store", [STORE, {}])
def test_of_a_bucket_that_is_gone_nothing_is_promised(keep: bool, store: dict[str, Any]) -> None:
    gone = {"missing": True, "tables": [], "rules": [], "others": [], "refusal": ""}
    told = lines({**INPUTS, "keep_backups": keep}, {**DEPLOYED, "store": store}, gone, check=True)
    assert told[3:-1] == ["The bucket kk is gone, with every backup that was in it."]


def test_a_bucket_that_no_stack_tells_of_is_not_passed_over() -> None:
    told = lines(INPUTS, {**DEPLOYED, "store": {}, "bucket": ""}, {}, check=True)
    assert told[3:-1] == ["Until when there are backups is not known, since no stack tells of their bucket."]


def command(**given: Any) -> str:
    return lines({**INPUTS, **given}, DEPLOYED, EXPIRY, check=True)[-1]


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({"keep_backups": True}, " -e teardown_keep_backups=true"),
        (
            {"store": True},
            " -e teardown_store=true -e teardown_store_confirm=tablekeeper-store",
        ),
        ({"stack_timeout": 7200}, " -e teardown_stack_timeout=7200"),
        ({"stop_running_pipelines": True}, " -e teardown_stop_running_pipelines=true"),
    ],
)
def test_the_command_that_removes_has_the_options_of_its_preview(given: dict[str, Any], more: str) -> None:
    assert command(**given) == f"To remove it: -e teardown_confirm={YES}{more}"


def test_what_is_not_known_is_told() -> None:
    unread = {**EXPIRY, "refusal": "s3:GetObject was refused"}
    told = lines(INPUTS, DEPLOYED, unread, check=True)
    assert any(each.startswith("Whether the last backups are whole") for each in told)
    assert any("orders (of 2026-11-27)" in each for each in told)
    refused = {"tables": [], "rules": [], "refusal": "s3:ListBucket was refused"}
    told = lines(INPUTS, {**DEPLOYED, "machinery": []}, refused, check=True)
    assert told == [
        f"Nothing is left to remove from account {ACCOUNT} in eu-west-1.",
        "tablekeeper-store stays, with its backups in kk.",
        "When its rules delete the last backups is not known: s3:ListBucket was refused",
    ]


def test_what_somebody_else_made_is_said_to_stay() -> None:
    told = lines(INPUTS, FOREIGN_STACK, {}, check=True)
    assert "tablekeeper-export-3 stays, since somebody else made it." in told
