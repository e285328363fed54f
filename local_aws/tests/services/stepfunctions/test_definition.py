# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.client.machines import DESCRIBE, machine

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

GOOD = {"Type": "Pass", "End": True}
BAD_DEFINITIONS = {
    "unknown field": ({"A": {**GOOD, "Resutl": 1}}, "Field is not supported: Resutl"),
    "JSONPath field": ({"A": {**GOOD, "Parameters": {}}}, "Field is not supported: Parameters"),
    "unreachable": ({"A": GOOD, "B": GOOD}, 'State "B" is not reachable.'),
    "missing target": ({"A": {"Type": "Pass", "Next": "B"}}, "Missing 'Next' target: B"),
    "no end": ({"A": {"Type": "Pass"}}, "[Next, End]"),
    "no such type": ({"A": {"Type": "Pas", "End": True}}, "not a valid state type"),
    "unknown api": (
        {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:exportTable", "End": True}},
        "is not recognized",
    ),
    "unknown parameter": (
        {"A": {"Type": "Task", "Resource": DESCRIBE, "Arguments": {"tableName": "x"}, "End": True}},
        '"tableName" is not supported',
    ),
    "states.all first": (
        {"A": {
            "Type": "Task", "Resource": DESCRIBE, "End": True,
            "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["x"]}],
        }},
        "States.ALL",
    ),
    "expression": ({"A": {**GOOD, "Output": "{% $states. %}"}}, "JSONATA"),
    "outer variable": (
        {"A": {
            "Type": "Map", "Items": [1], "Assign": {"x": 1}, "End": True,
            "ItemProcessor": {"StartAt": "B", "States": {"B": {**GOOD, "Assign": {"x": 2}}}},
        }},
        "'x' is assigned in an outer scope",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_DEFINITIONS)
def test_definitions_that_aws_refuses(account: Account, name: str) -> None:
    states, told = BAD_DEFINITIONS[name]
    with pytest.raises(ClientError) as caught:
        machine(account, states)
    assert caught.value.response["Error"]["Code"] == "InvalidDefinition"
    assert told in caught.value.response["Error"]["Message"]


@pytest.mark.parametrize("seconds", [0, 100_000_000])
def test_a_machine_runs_for_three_years_at_most(account: Account, seconds: int) -> None:
    with pytest.raises(ClientError, match="Value must be a number from 1 to 99999999 at /TimeoutSeconds"):
        machine(account, {"A": GOOD}, TimeoutSeconds=seconds)


def test_a_jsonata_field_in_a_jsonpath_machine(account: Account) -> None:
    with pytest.raises(ClientError, match="Field is not supported: Output"):
        machine(account, {"A": {**GOOD, "Output": 1}}, QueryLanguage="JSONPath")
