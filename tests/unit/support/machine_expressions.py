# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state machine of exports, and what its expressions return; nothing is refused, as by AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonata import Jsonata

FILE = Path(__file__).parents[3] / "roles" / "backup" / "templates" / "export.asl.yaml"


@pytest.fixture(name="states", scope="module")
def fixture_states() -> dict[str, Any]:
    """All states by their names, those of a run and those of its children."""
    machine: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["States"]
    child: dict[str, Any] = machine["Backups"]["ItemProcessor"]["States"]
    return child | machine


def value(written: str, **variables: Any) -> Any:
    """What an expression of the state machine returns; nothing is refused, as by AWS."""
    expression = Jsonata(written.strip().removeprefix("{%").removesuffix("%}"))
    frame = expression.create_frame()
    for name, bound in variables.items():
        frame.bind(name, bound)
    found = expression.evaluate(None, frame)
    assert found is not None, f"{written} returned nothing"
    return found


# What CloudFormation writes in place of the names.
DEPLOYED = {
    "Account": "123456789012",
    "Region": "eu-west-1",
    "Prefix": "tablekeeper",
    "ConsoleDomain": "console.aws.amazon.com",
    "AlertsTopicArn": "arn:aws:sns:eu-west-1:123456789012:tablekeeper-alerts",
}


def evaluated(arguments: Any, **variables: Any) -> Any:
    """The arguments of a state with all expressions in them evaluated, as they are deployed."""
    if isinstance(arguments, dict):
        return {key: evaluated(each, **variables) for key, each in arguments.items()}
    written = arguments
    for name, text in DEPLOYED.items():
        written = written.replace(f"${{{name}}}", text)
    return value(written, **variables) if written.startswith("{%") else written


def saved_settings(
    states: dict[str, Any], description: Any, alarms: list[Any], results: list[Any]
) -> dict[str, Any]:
    """The document that is saved, of what the branches that read it have told."""
    assign = states["ReadSettings"]["Assign"]["settings"]
    settings = value(assign, description=description, alarms=alarms, states={"result": results})
    found: dict[str, Any] = value(
        states["SaveSettings"]["Arguments"]["Body"], settings=settings, execution="e"
    )
    return found


def handed_on(states: dict[str, Any], selected: list[dict[str, Any]], **bound: Any) -> list[dict[str, Any]]:
    """What the children get."""
    context = bound.pop("context", {"Execution": {"Id": "arn:1"}})
    known = {"alarms": [], "unlisted": [], "page": {}, "more": states["SelectTables"]["Assign"]["more"]}
    found: list[dict[str, Any]] = value(
        states["HandOn"]["Output"]["items"],
        selected=selected, run="2026Z", states={"context": context}, **known | bound,
    )  # fmt: skip
    return found
