# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stacks remember of pipelines, also those that an earlier commit deployed."""

from __future__ import annotations

import json

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import records
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from tests.recorded.stacks import stacks

TOLD = stacks()["tablekeeper-data-pipeline-1"]["Outputs"]
RAW = {each["OutputKey"]: each["OutputValue"] for each in TOLD}


def test_pipelines_of_before_are_read() -> None:
    told = Outputs.from_raw(RAW)
    ledger = next(each for each in told.tables("data_pipeline") if each.name == "ledger")
    assert (records.number(ledger), records.read_ratio(ledger), ledger.engine) == (1, 0.5, "data_pipeline")
    weekly = next(each for each in records.pipelines(told) if each.every == 168)
    assert (weekly.schedule, weekly.number, weekly.limit) == ("168h-0415-7e5f76", 1, 6)
    assert weekly.id.startswith("df-")


def test_what_is_read_is_written_again_as_it_was() -> None:
    told = records.pipelines(Outputs.from_raw(RAW))
    assert [each.to_json() for each in told] == json.loads(RAW["Pipelines0"])
