# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import plan_document as doc
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import CONFLICTS, PLAN
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    EXPIRED,
    PUT,
)
from tests.unit.support import undo_plans
from tests.unit.support.undo_plans import plan, planned

CHANGES = [planned(PUT), planned(DELETE, "b"), planned(CONFLICT, "c", "3"), planned(EXPIRED, "d")]


def test_a_plan_is_what_its_text_says_and_what_the_schema_says():
    made = plan(
        CHANGES,
        notes=("für alle",),
        filter=doc.Filter(keys=2, where="before.n > `1`", choose=("missing",)),
    )
    text = doc.to_json(made)
    assert doc.of_json(text) == made
    assert undo_plans.invalid(json.loads(text)) == []
    assert json.loads(text) == doc.document(made)
    assert json.loads(text)["images"]["from"] == "2026-11-29T13:00:00Z"


def test_a_plan_names_its_files_by_group():
    made = plan(CHANGES)
    assert [each.items for each in made.files_of(PLAN)] == [2]
    assert [each.key for each in made.files_of(CONFLICTS)] == [f"{made.folder}conflicts/00000.jsonl.gz"]
    assert made.table.account == "111122223333"
    assert made.table.region == "eu-west-1"


def test_an_id_is_a_time_and_a_few_digits():
    found = doc.new_id(datetime(2026, 11, 29, 14, 0, 3, tzinfo=UTC), b"\x1a\x2b\x3c\x4d")
    assert found == undo_plans.ID
    assert doc.ID.fullmatch(found)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"version": "1"'])
def test_what_is_no_plan(text):
    with pytest.raises(doc.PlanError, match=r"no plan of an undo|of version None"):
        doc.of_json(text.encode())


def test_a_plan_of_another_version_is_to_be_made_anew():
    with pytest.raises(doc.PlanError, match=r"it is a plan of version 2, .* reads 1: make the plan anew"):
        doc.of_json(json.dumps(doc.document(replace(plan(), version=2))).encode())


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("table.name", 1, "table.name is 1, and no str"),
        ("table.keys", {}, "table.keys is no list"),
        ("table.keys", [], "table.keys is none"),
        ("table.keys", [{"name": "id", "type": "M"}], "table.keys is none"),
        ("table.keys", [{"name": "id"}], r"table.keys\[0\].type is not there"),
        ("table.arn", "arn", "table.arn is none"),
        ("table", None, "table is no object"),
        ("counts", {"put": 1}, "counts is none"),
        ("counts.put", "1", "counts.put is '1', and no int"),
        ("counts.put", True, "counts.put is True, and no int"),
        ("images.kind", "guess", "images.kind is none"),
        ("more", 1, "more is not known"),
        ("effects", [], "effects is none"),
        ("id", "../../backups", "id is none"),
        ("counts.conflict", 7, "it counts 7 items as conflicts, and its files have others"),
    ],
)
def test_a_member_that_is_not_what_it_should_be_is_named(path, value, told):
    document = doc.document(plan(CHANGES))
    within = document
    *way, last = path.split(".")
    for name in way:
        within = within[name]
    within[last] = value
    with pytest.raises(doc.PlanError, match=told):
        doc.of_json(json.dumps(document).encode())


def test_a_file_elsewhere_is_none_of_the_plan_s():
    document = doc.document(plan(CHANGES))
    document["files"][0]["key"] = "undo/other/20261129T140003Z-1a2b/plan/00000.jsonl.gz"
    with pytest.raises(doc.PlanError, match="files is none"):
        doc.of_json(json.dumps(document).encode())


def test_a_whole_number_of_seconds_is_a_number():
    document = doc.document(plan())
    document["work"]["seconds"] = 3
    assert doc.of_json(json.dumps(document).encode()).work.seconds == 3.0
