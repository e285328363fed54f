# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stacks tell later steps, also those that an earlier commit deployed."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import (
    Outputs,
    TableRecord,
)
from tests.recorded.stacks import stacks
from tests.unit.support import rendering
from tests.unit.support.inventories import planned

RAW = {
    name: {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    for name, stack in stacks().items()
}
# Of resources that only people or their engine look for.
UNREAD = {"Version", "LogGroupArn", "PipelineRoleArn", "ClusterRoleArn"}


def test_the_store_of_before_is_read() -> None:
    shop, bank = (Outputs.from_raw(RAW[name]) for name in ("tablekeeper-store", "b-2-store"))
    assert (shop.bucket_name, bank.bucket_name) == (
        "tablekeeper-300000000001-eu-west-1",
        "backups-of-the-bank",
    )
    assert shop.alerts_topic_arn == "arn:aws:sns:eu-west-1:300000000001:tablekeeper-alerts"
    assert (shop.log_bucket_name, bank.log_bucket_name) == ("tablekeeper-logs-300000000001-eu-west-1", "")
    assert (shop.retention_days, bank.retention_days) == ((7, 90), (35,))
    assert (shop.object_lock, bank.object_lock) == ("", "GOVERNANCE 7")
    assert (shop.inventory_host, bank.inventory_host) == ("shop", "bank")
    assert shop.last_stacks == ("tablekeeper-data-pipeline-1", "tablekeeper-export-1")
    assert shop.tag_keys == ("cost centre", "tablekeeper-prefix")


def test_tables_of_before_are_read() -> None:
    export = Outputs.from_raw(RAW["tablekeeper-export-1"])
    assert export.state_machine_arn.endswith(":stateMachine:tablekeeper-export-1")
    tables = {each.name: each for each in export.tables("export")}
    assert tables["sessions"] == TableRecord(
        name="sessions", engine="export", every=6, max_age=9, window=9, echo=0, retention_days=7, at="05:00",
        timezone="Europe/Dublin", schedule="6h-0500-054efa", enabled=True, armed=True,
    )  # fmt: skip
    assert (tables["gone-quiet"].enabled, tables["gone-quiet"].schedule) == (False, "")
    assert (tables["weekly"].every, tables["weekly"].window, tables["weekly"].echo) == (168, 24, 168)


@pytest.mark.parametrize("name", sorted(name for name in RAW if "Tables0" in RAW[name]))
def test_what_is_read_is_written_again_as_it_was(name: str) -> None:
    told, raw = Outputs.from_raw(RAW[name]), RAW[name]
    assert [each.to_json() for each in told.tables("export")] == json.loads(raw["Tables0"])
    assert [list(each.to_json()) for each in told.tables()] == list(map(list, json.loads(raw["Tables0"])))
    own = {
        name: json.loads(text) for name, text in raw.items() if re.fullmatch("(?!Tables)[A-Z][a-z]+0", name)
    }
    assert {f"{name}0": records for name, records in told.own().items()} == own


def test_what_another_version_tells_is_left_to_the_engine_and_what_it_does_not_tell_has_a_default() -> None:
    least = {"name": "orders", "every": 24, "max_age": 30, "days": 35, "enabled": True}
    assert TableRecord.from_json({**least, "later": 1}) == TableRecord(
        name="orders", every=24, max_age=30, retention_days=35, enabled=True, own={"later": 1}
    )
    (record,) = Outputs.from_raw({"Tables0": json.dumps([least]), "Later": "1"}).tables("export")
    assert (record.at, record.timezone, record.armed, record.own) == ("", "UTC", False, {})
    assert Outputs.from_raw({}).last_stacks is None
    assert Outputs.from_raw({"LastStacks": ""}).last_stacks == ()


def test_what_is_as_by_default_and_was_not_told_before_is_not_told_now() -> None:
    """Another member would change every stack that is deployed."""
    plain = TableRecord(name="orders", retention_days=7, enabled=False)
    assert "drill_every" not in plain.to_json()
    assert (plain.to_json()["enabled"], plain.to_json()["days"]) == (False, 7)
    asked = TableRecord(name="orders", drill_every=720)
    assert asked.to_json()["drill_every"] == 720
    assert TableRecord.from_json(asked.to_json()) == asked


def test_records_go_on_in_further_outputs() -> None:
    rows = [TableRecord(name=name, every=24, max_age=30, retention_days=35, enabled=True) for name in "abc"]
    texts = [json.dumps([each.to_json()]) for each in rows]
    raw = {f"Tables{number}": text for number, text in enumerate(texts)}
    assert Outputs.from_raw(raw | {"Tables9": texts[0]}).tables() == tuple(rows)


def test_all_that_templates_tell_is_read() -> None:
    plan = planned(
        [{"name": f"of-{name}", "engine": name} for name in PLANNERS],
        existing={"log_bucket": True},
        object_lock={"mode": "GOVERNANCE", "days": 7},
        now=datetime(2026, 11, 28, tzinfo=UTC),
    )
    templates = [
        rendering.store(plan),
        *(rendering.machinery(plan, number) for number in range(len(PLANNERS))),
    ]
    told = {name for template in templates for name in template["Outputs"]}
    numbered = {name for name in told if name.endswith("0")}
    added = {"Digest", "TagKeys", "InventoryHost"}  # where the templates are sealed
    names = {each.name for each in fields(Outputs)} - {"raw"}
    known = {"".join(map(str.capitalize, name.split("_"))) for name in names}
    assert told - numbered - UNREAD == known - added
