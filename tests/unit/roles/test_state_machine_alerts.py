# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a run tells of tables that failed: the same words as ever for people, and JSON for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonata.utils import Utils
from jsonschema import Draft202012Validator

from tests.unit.support.alerts import SCHEMA, alert, published
from tests.unit.support.machine_expressions import evaluated, fixture_states

__all__ = ["fixture_states"]

STARTED = "2026-11-23T02:00:00.123Z"
DUE = "2026-11-23T02:00:00Z"
RUN = "arn:aws:states:eu-west-1:123456789012:execution:tablekeeper-export-1:a"
URL = f"https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/{RUN}"
TARGET = {"account": "123456789012", "region": "eu-west-1", "prefix": "tablekeeper"}
CONTEXT = {"Execution": {"Id": RUN, "Name": "a", "StartTime": STARTED}}
OFF = "DynamoDb.PointInTimeRecoveryUnavailableException"

MAIL = f"""The backup of the DynamoDB table orders in eu-west-1 (account 123456789012) failed.

Error: {OFF}
Cause: Not "on" for 'orders'
Started: {STARTED}
Run: {URL}

What to do: mend the cause (point-in-time recovery: set tablekeeper_enable_pitr: true and run the backup \
playbook), then run: ansible-playbook tablekeeper.dynamodb.run -i INVENTORY -e tables=orders

If more tables of this run fail, one message tells of them when it ends."""

LAST_MAIL = f"""3 of 4 DynamoDB tables in eu-west-1 (account 123456789012) have no new backup from the run \
that started at {STARTED}. The first was told when it failed.

Error: DynamoDb.Lost
Cause: No table ...
Tables: sessions, users

Run: {URL}

What to do: mend the cause, then run: ansible-playbook tablekeeper.dynamodb.run -i INVENTORY \
-e tables=sessions,users"""

NO_TABLES = (
    'The run a in eu-west-1 (account 123456789012) asked for {"tables":["order"]}, and not every table it'
    " names is in this stack. Run the backup playbook again, or start the run with the right names."
)


def first(states: dict[str, Any], **bound: Any) -> tuple[str, dict[str, Any]]:
    """What is told of the first table that fails."""
    known = {
        "table": {"name": "orders"}, "error": OFF, "cause": "Not \"on\" for 'orders'", "started": STARTED,
        "execution": RUN, "scheduled": DUE,
    }  # fmt: skip
    return published(evaluated(states["Tell"]["Arguments"], **known | bound))


BACK = "run the restore playbook with -e restore_table={0} -e restore_to={0}"
GONE = [
    {
        "error": "DynamoDb.ResourceNotFoundException",
        "cause": "Requested resource not found: Table: x not found",
    },
    {"error": "DynamoDb.TableNotFoundException", "cause": "Table not found: x"},
]


@pytest.mark.parametrize("gone", GONE)
def test_a_table_that_is_gone_is_brought_back_under_its_name(
    states: dict[str, Any], gone: dict[str, str]
) -> None:
    text, _document = first(states, **gone)
    assert f"mend the cause (the table is gone: {BACK.format('orders')}), then" in text
    untold = [row("sessions"), row("users", **gone)]
    told = {"input": {"tables": untold}, "context": CONTEXT}
    bound = {"states": told, "part": 0, "failed": 2, "untold": untold, "scheduled": DUE}
    text, _document = published(evaluated(states["TellFailed"]["Arguments"], **bound))
    assert f"mend the cause (a table is gone: {BACK.format('NAME')}), then" in text


def row(table: str, **more: Any) -> dict[str, Any]:
    told = {"ok": False, "told": False, "error": "DynamoDb.Lost", "cause": f"No table {table}"}
    return {"table": table, **told, "started": STARTED, **more}


def test_the_first_that_fails(states: dict[str, Any]) -> None:
    text, document = first(states)
    assert text == MAIL
    assert document == {
        "version": 1,
        "kind": "failed",
        "target": TARGET,
        "run": {"execution": RUN, "scheduled": DUE, "url": URL},
        "tables": [
            {
                "table": "orders",
                "error": OFF,
                "cause": "Not \"on\" for 'orders'",
                "since": STARTED,
                "last_good_point": None,
            }
        ],
    }


def test_those_that_follow(states: dict[str, Any]) -> None:
    untold = [row("sessions"), row("users")]
    tables = [row("orders", told=True), *untold, {"table": "ledger", "ok": True}]
    told = {"input": {"tables": tables}, "context": CONTEXT}
    text, document = published(
        evaluated(
            states["TellFailed"]["Arguments"], states=told, part=0, failed=3, untold=untold, scheduled=DUE
        )
    )
    assert text == LAST_MAIL
    assert document["run"] == {"execution": RUN, "scheduled": DUE, "url": URL}
    assert [(each["table"], each["cause"]) for each in document["tables"]] == [
        ("sessions", "No table sessions"),
        ("users", "No table users"),
    ]


def test_a_run_that_matched_no_table(states: dict[str, Any]) -> None:
    told = {"input": {"tables": ["order"]}, "context": CONTEXT}
    arguments = evaluated(states["TellNoTables"]["Arguments"], states=told, scheduled=Utils.NULL_VALUE)
    text, document = published(arguments)
    assert text == NO_TABLES
    assert (document["kind"], document["tables"], document["cause"]) == ("no_tables", [], NO_TABLES)


def test_whether_a_schedule_started_it(states: dict[str, Any]) -> None:
    """Whoever answers a failure with a run is not to answer the failure of that one."""
    assert first(states, scheduled=Utils.NULL_VALUE)[1]["run"]["scheduled"] is None
    assert evaluated(states["Begin"]["Assign"]["scheduled"], states={"input": {"scheduled": DUE}}) == DUE


@pytest.mark.parametrize("cause", ["", '"' * 400, "\u20ac" * 400, "\\" * 400, "\n" * 400])
def test_any_cause(states: dict[str, Any], cause: str) -> None:
    text, document = first(states, cause=cause, table={"name": "x" * 255})
    assert f"Cause: {cause}\n" in text
    assert document["tables"][0]["cause"] == cause


@pytest.mark.parametrize(
    ("letters", "whole"), [("c" * 250, True), ("c" * 400, True), ("\u20ac" * 250, False), ("\\" * 400, False)]
)
def test_causes_are_left_out_where_a_message_would_be_too_large(
    states: dict[str, Any], letters: str, whole: bool
) -> None:
    untold = [row(f"table-{number:03}", cause=f"{number} {letters}") for number in range(100)]
    told = {"input": {"tables": untold}, "context": CONTEXT}
    text, document = published(
        evaluated(
            states["TellFailed"]["Arguments"], states=told, part=0, failed=100, untold=untold, scheduled=DUE
        )
    )
    causes = [each["cause"] for each in document["tables"]]
    assert causes == [each["cause"] if whole else None for each in untold]
    assert all(each["table"] in text for each in untold)
    assert ("?" * 250 in text) == ("\u20ac" in letters)


MISSED = (
    "No backup of the DynamoDB table {} in eu-west-1 (account 123456789012) succeeded for 30 hours. The"
    " status playbook tells why."
)
ALARM = {
    "AlarmName": "tablekeeper-missed-orders",
    "AWSAccountId": "123456789012",
    "NewStateValue": "ALARM",
    "NewStateReason": "no datapoints were received",
    "StateChangeTime": "2026-11-23T02:00:00.123+0000",
    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:tablekeeper-missed-orders",
}


@pytest.mark.parametrize(
    ("description", "table"),
    [
        (MISSED.format("orders"), "orders"),
        (MISSED.format("x" * 255), "x" * 255),
        ("A backup run failed.", ""),
    ],
)
def test_documents_of_cloudwatch_are_described_as_well(description: str, table: str) -> None:
    document = alert(json.dumps({**ALARM, "AlarmDescription": description}))
    validator = Draft202012Validator({**SCHEMA, "oneOf": [{"$ref": "#/$defs/missed"}]})
    assert validator.is_valid(document) == bool(table)
    assert not table or document["AlarmDescription"].split()[6] == table
