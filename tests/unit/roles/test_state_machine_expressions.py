# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the state machine makes of answers in which something is missing.

AWS fails a state whose expression returns nothing, and JSONata holds what is missing for neither equal nor
unequal to anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonata import Jsonata

if TYPE_CHECKING:
    from pathlib import Path

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-abcdef01"
STARTED = "2026-11-23T02:00:00.123Z"


@pytest.fixture(name="states", scope="module")
def fixture_states(root: Path) -> dict[str, Any]:
    text = (root / "roles" / "backup" / "templates" / "export.asl.yaml").read_text()
    machine: dict[str, Any] = yaml.safe_load(text)["States"]
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


@pytest.mark.parametrize("told", [{"Error": "States.Timeout"}, {"Error": "States.Timeout", "Cause": ""}])
def test_an_error_without_a_cause_is_told(states: dict[str, Any], told: dict[str, str]) -> None:
    for catcher in (catcher for state in states.values() for catcher in state.get("Catch", [])):
        for written in catcher.get("Assign", {}).values():
            if written.startswith("{%"):
                value(written, states={"errorOutput": told}, cause="x")


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


@pytest.mark.parametrize("answer", [{}, {"KinesisDataStreamDestinations": []}])
def test_settings_that_dynamodb_leaves_out_stop_no_backup(
    states: dict[str, Any], answer: dict[str, Any]
) -> None:
    branches = {branch["StartAt"]: branch["States"] for branch in states["ReadSettings"]["Branches"]}
    for name in ("DescribeKinesisStreamingDestination", "DescribeContributorInsights", "GetResourcePolicy"):
        for written in branches[name][name]["Output"].values():
            expression = Jsonata(written.strip().removeprefix("{%").removesuffix("%}"))
            frame = expression.create_frame()
            frame.bind("states", {"result": answer})
            assert expression.evaluate(None, frame) in ([], None)
            assert "[" in written or "? " in written
