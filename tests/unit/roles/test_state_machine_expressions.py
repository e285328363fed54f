# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the state machine makes of answers in which something is missing.

AWS fails a state whose expression returns nothing, and JSONata holds what is missing for neither equal nor
unequal to anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from jsonata.utils import Utils

from tests.unit.support.alerts import published
from tests.unit.support.machine_expressions import evaluated, fixture_states, handed_on, value

__all__ = ["fixture_states"]

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-abcdef01"
RUN = "arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:a"
STARTED = "2026-11-23T02:00:00.123Z"


@pytest.mark.parametrize("told", [{"Error": "States.Timeout"}, {"Error": "States.Timeout", "Cause": ""}])
def test_an_error_without_a_cause_is_told(states: dict[str, Any], told: dict[str, str]) -> None:
    for catcher in (catcher for state in states.values() for catcher in state.get("Catch", [])):
        for written in catcher.get("Assign", {}).values():
            if str(written).startswith("{%"):
                value(written, states={"errorOutput": told}, cause="x")
    caught = {name: value(each, states={"input": told}) for name, each in states["Caught"]["Assign"].items()}
    assert caught == {"error": "States.Timeout", "cause": ""}


def test_a_failed_export_without_a_code_is_told(states: dict[str, Any]) -> None:
    failed = states["ExportFailed"]["Assign"]
    assert value(failed["error"], export={"ExportArn": ARN}) == "ExportFailed"
    assert value(failed["cause"], export={"ExportArn": ARN}) == ""


@pytest.mark.parametrize(
    ("manifest", "export", "next_state"),
    [
        ({"exportArn": ARN, "itemCount": 5}, {"ExportArn": ARN, "ItemCount": 5}, "Heartbeat"),
        ({"exportArn": ARN, "itemCount": 4}, {"ExportArn": ARN, "ItemCount": 5}, "ManifestDiffers"),
        ({"exportArn": ARN + "x", "itemCount": 5}, {"ExportArn": ARN, "ItemCount": 5}, "ManifestDiffers"),
        ({"itemCount": 5}, {"ExportArn": ARN, "ItemCount": 5}, "ManifestDiffers"),
        ({"exportArn": ARN}, {"ExportArn": ARN, "ItemCount": 5}, "ManifestDiffers"),
        ({}, {"ExportArn": ARN}, "ManifestDiffers"),
        ({"exportArn": ARN, "itemCount": 0}, {"ExportArn": ARN, "ItemCount": 0}, "NothingExported"),
    ],
)
def test_only_a_manifest_that_says_the_same_makes_a_backup(
    states: dict[str, Any], manifest: dict[str, Any], export: dict[str, Any], next_state: str
) -> None:
    variables = {"manifest": manifest, "export": export, "table": {"name": "orders", "allow_empty": False}}
    counted = states["Counted"]
    chosen = [rule["Next"] for rule in counted["Choices"] if value(rule["Condition"], **variables)]
    assert [*chosen, counted["Default"]][0] == next_state
    if next_state == "ManifestDiffers":
        assert ARN in value(states["ManifestDiffers"]["Assign"]["cause"], **variables)


def test_the_manifest_is_read_where_dynamodb_documents_it(states: dict[str, Any]) -> None:
    key = value(
        states["ReadManifest"]["Arguments"]["Key"], prefix="retain-7d/orders/run", export={"ExportArn": ARN}
    )
    assert key == "retain-7d/orders/run/AWSDynamoDB/01700000000000-abcdef01/manifest-summary.json"


@pytest.mark.parametrize(
    "results",
    [
        [],
        [None],
        [{"Error": "States.Runtime", "Cause": "lost"}],
        [{"table": "customers", "ok": True}],
        [{"table": "customers", "ok": True}, {"Error": "States.Runtime"}],
    ],
)
def test_every_table_is_in_the_report_whatever_its_child_left(
    states: dict[str, Any], results: list[Any]
) -> None:
    report = value(
        states["Report"]["Output"]["tables"],
        results=results,
        selected=[{"name": "orders"}, {"name": "customers"}],
        lost="open the execution",
        states={"context": {"Execution": {"StartTime": STARTED}}},
    )
    done = "customers" in str(results)
    assert [(each["table"], each["ok"]) for each in report] == [("orders", False), ("customers", done)]
    assert report[0]["error"] == "NoResult"
    condition = states["AllBackedUp"]["Choices"][0]["Condition"]
    assert value(condition, states={"input": {"tables": report}}) is True


def failed(table: str, *, told: bool = False, cause: str = "") -> dict[str, Any]:
    """What the child of a table that failed leaves."""
    said = (
        cause or f"No table {table} (Service: DynamoDb, Status Code: 400, Request ID: {table.upper()}1A-2B)"
    )
    return {
        "table": table, "ok": False, "told": told, "error": "DynamoDb.Lost", "cause": said,
        "started": STARTED,
    }  # fmt: skip


def told_at_the_end(states: dict[str, Any], tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with which a run ends."""
    messages: list[dict[str, Any]] = []
    bound = {
        "states": {"input": {"tables": tables}, "context": {"Execution": {"Id": RUN, "StartTime": STARTED}}}
    }
    while value(states["AllTold"]["Choices"][0]["Condition"], part=len(messages), **bound):
        known = {name: value(states["Untold"]["Assign"][name], **bound) for name in ("failed", "untold")}
        bound_now = {"part": len(messages), "scheduled": Utils.NULL_VALUE, **known, **bound}
        said = evaluated(states["TellFailed"]["Arguments"], **bound_now)
        assert value(states["TellFailed"]["Assign"]["part"], part=len(messages)) == len(messages) + 1
        said["Message"], said["Document"] = published(said)
        messages.append(said)
    return messages


def test_one_cause_of_many_tables_is_told_once(states: dict[str, Any]) -> None:
    tables = [
        failed("orders", told=True),
        failed("sessions"),
        failed("users"),
        {"table": "ledger", "ok": True},
    ]
    (mail,) = told_at_the_end(states, tables)
    assert mail["Subject"] == "Backups of 2 more tables failed"
    head, *causes, _run, advice = mail["Message"].split("\n\n")
    assert head == (
        "3 of 4 DynamoDB tables in eu-west-1 (account 123456789012) have no new backup from the run that"
        f" started at {STARTED}. The first was told when it failed."
    )
    (cause,) = causes
    assert cause.splitlines() == [
        "Error: DynamoDb.Lost",
        "Cause: No table ... (Service: DynamoDb, Status Code: 400, Request ID: ...)",
        "Tables: sessions, users",
    ]
    assert advice.endswith("-e tables=sessions,users")


def test_a_cause_is_one_whatever_s3_calls_its_requests_and_how_often_it_was_tried(
    states: dict[str, Any],
) -> None:
    said = "No key (Service: S3, Request ID: {0}A7, Extended Request ID: {0}+/b=) (SDK Attempt Count: {0})"
    tables = [failed(f"t{number}", cause=said.format(number)) for number in range(1, 4)]
    (mail,) = told_at_the_end(states, tables)
    end = "Request ID: ..., Extended Request ID: ...) (SDK Attempt Count: ...)\nTables: t1, t2, t3"
    assert f"Cause: No key (Service: S3, {end}" in mail["Message"]


def test_each_cause_has_its_tables_and_a_single_one_its_own_words(states: dict[str, Any]) -> None:
    (mail,) = told_at_the_end(states, [failed("orders"), failed("users", cause="The key is disabled.")])
    assert mail["Subject"] == "Backups of 2 tables failed"
    assert "Request ID: ORDERS1A-2B)\nTables: orders" in mail["Message"]
    assert "Cause: The key is disabled.\nTables: users" in mail["Message"]
    assert "told when it failed" not in mail["Message"]


def test_a_run_of_one_table_ends_without_telling_again(states: dict[str, Any]) -> None:
    assert told_at_the_end(states, [failed("orders", told=True)]) == []
    assert told_at_the_end(states, [{"table": "orders", "ok": True}]) == []
    (mail,) = told_at_the_end(states, [failed("orders")])
    assert mail["Subject"] == "Backup of orders failed"


def test_how_point_in_time_recovery_is_switched_on_is_told_where_it_was_off(states: dict[str, Any]) -> None:
    error, how = (
        "DynamoDb.PointInTimeRecoveryUnavailableException",
        "set tablekeeper_enable_pitr: true and run",
    )
    run = "then run: ansible-playbook tablekeeper.dynamodb.run -i INVENTORY -e tables="
    off = {**failed("orders"), "error": error}
    for tables in ([off], [failed("users"), off], [failed("users")]):
        (mail,) = told_at_the_end(states, tables)
        assert (how in mail["Message"]) == (off in tables)
        assert run + ",".join(each["table"] for each in tables) in mail["Message"]
    for code in (error, "DynamoDb.Lost"):
        bound = {
            "table": {"name": "orders"},
            "error": code,
            "cause": "x",
            "started": STARTED,
            "execution": RUN,
        }
        told, _document = published(
            evaluated(states["Tell"]["Arguments"], scheduled=Utils.NULL_VALUE, **bound)
        )
        assert (how in told, run + "orders" in told) == (code == error, True)


def test_what_fills_more_than_a_message_is_told_in_several(states: dict[str, Any]) -> None:
    long = [failed("x" * 251 + f"{number:04}", cause=f"{number}" + "\u20ac" * 396) for number in range(230)]
    messages = told_at_the_end(states, long)
    assert len(messages) == 3
    assert {mail["Subject"] for mail in messages} == {"Backups of 230 tables failed"}
    for number, mail in enumerate(messages):
        # SNS takes 262,144 bytes, and a subject of 100 characters.
        assert len(mail["Message"].encode()) < 250_000
        assert f"from number {number * 100 + 1}." in mail["Message"]
    assert all(any(each["table"] in mail["Message"] for mail in messages) for each in long)
    programs = [each for mail in messages for each in mail["Document"]["tables"]]
    assert [each["table"] for each in programs] == [each["table"] for each in long]
    assert {each["cause"] for each in programs[:200]} == {None}
    assert len(told_at_the_end(states, [failed("x" * 255)])[0]["Subject"]) <= 100


def test_a_schedule_that_has_lost_its_tables_backs_up_none_and_alarms_nobody(states: dict[str, Any]) -> None:
    """A stack that moves tables to another schedule deletes the earlier one last."""
    given = {"schedule": "24h-0200-abcdef", "scheduled": "2026-11-23T02:00:00Z"}
    assert led_to(states, given, selected=[], asked=-1) == "Report"
    assert led_to(states, {}, selected=[], asked=-1) == "TellNoTables"
    assert led_to(states, {"tables": ["a", "b"]}, selected=[{"name": "a"}], asked=2) == "TellNoTables"
    assert led_to(states, given, selected=[{"name": "a"}], asked=-1) == "ListAlarms"
    report = value(
        states["Report"]["Output"]["tables"],
        results=[],
        selected=[],
        lost="",
        states={"context": {"Execution": {}}},
    )
    assert report == []
    assert value(states["AllBackedUp"]["Choices"][0]["Condition"], states={"input": {"tables": []}}) is False


def led_to(states: dict[str, Any], given: dict[str, Any], **bound: Any) -> str:
    choice = states["AnyTables"]
    true = [r["Next"] for r in choice["Choices"] if value(r["Condition"], states={"input": given}, **bound)]
    return str([*true, choice["Default"]][0])


@pytest.mark.parametrize("count", [1, 2])
def test_an_item_holds_all_that_its_child_needs(states: dict[str, Any], count: int) -> None:
    selected = [{"name": f"t{number}", "prefix": f"retain-7d/t{number}"} for number in range(count)]
    context = {"Execution": {"Id": "arn:1"}}
    items = handed_on(states, selected, context=context, scheduled=STARTED)
    shared = {"run": "2026Z", "execution": "arn:1", "scheduled": STARTED, "alarms": []}
    assert items == [{"table": each, **shared} for each in selected]
    assert value(states["Backups"]["Items"], states={"input": {"items": items}}) == items
    assert "ItemSelector" not in states["Backups"]
    begun = {
        name: value(states["Begin"]["Assign"][name], states={"input": items[0]})
        for name in ("table", "prefix", "alarms")
    }
    assert begun == {"table": selected[0], "prefix": "retain-7d/t0/2026Z", "alarms": []}


@pytest.mark.parametrize("told", [{"exportTime": "2026-11-23T02:00:09.250Z"}, {}])
def test_a_backup_is_as_old_as_its_data(states: dict[str, Any], told: dict[str, str]) -> None:
    taken = told.get("exportTime", STARTED)
    bound = {"manifest": told, "started": STARTED, "table": {"echo": 6}}
    assert value(states["Heartbeat"]["Assign"]["taken"], **bound) == taken
    until = value(states["Heartbeat"]["Assign"]["until"], **bound)
    assert datetime.fromisoformat(until) - datetime.fromisoformat(taken) == timedelta(hours=6)
    assert states["BackedUp"]["Output"]["taken"] == "{% $taken %}"
