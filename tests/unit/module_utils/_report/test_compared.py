# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people read of a comparison."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.compare_report import compare_report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import compared

COUNTS = {
    "expected": 1_234_567, "found": 1_234_566, "same": 1_234_500, "changed": 66, "missing": 1,
    "unexpected": 0, "expired": 0, "meantime": 3,
}  # fmt: skip
SAMPLES = [
    {
        "kind": "changed",
        "text": "pk=" + "A" * 90,
        "attributes": [f"attribute{number}" for number in range(20)],
    },
    {"kind": "missing", "text": "pk=B"},
]
ANSWER: dict[str, Any] = {
    "changed": False,
    "equal": False,
    "msg": "The table orders as it is now against the point x of orders: Not equal: 66 changed.",
    "place": {"account": "123456789012", "region": "eu-west-1"},
    "expected": {"kind": "point", "id": "x"},
    "found": {"kind": "table", "table": "orders"},
    "compared": {**COUNTS, "samples": SAMPLES},
    "file": "/tmp/all.jsonl",
    "notes": ["y is newer and was passed over: it holds no item."],
    "plan": {
        "calls": {"Scan": 430, "BatchGetItem": 40_000},
        "time": "a while",
        "price": "$1",
        "rights": ["a:B"],
    },
}
INPUTS = {"table": "orders", "region": "eu-west-1"}


def test_lines_fit_and_tell_what_is_there() -> None:
    found = compared.lines(ANSWER, INPUTS)
    assert max(len(line) for line in found if not line.startswith(COMMAND)) <= 86
    assert "      1,234,567  expected    items there should be" in found
    assert "              3  meantime    differed at first, and not when they were read again" in found
    assert not [line for line in found if "unexpected" in line or "expired" in line]
    (row,) = [line for line in found if line.startswith("changed  pk=AAA")]
    assert row.endswith("...")
    assert "AAA...AAA" in row
    assert "attribute0, attribute1" in row
    assert "missing  pk=B" in found
    assert "  /tmp/all.jsonl" in found
    assert "Note: y is newer and was passed over: it holds no item." in found


COMMAND = "ansible-playbook tablekeeper.dynamodb."


def test_what_differs_can_be_put_back_one_by_one_or_as_a_whole() -> None:
    found = compared.lines(ANSWER, {**INPUTS, "bucket": "mine"}, "shop-eu")
    restored = ["-l shop-eu", "-e restore_table=orders", "-e restore_point=x", "-e restore_bucket=mine"]
    assert [line for line in found if line.startswith(COMMAND)] == [
        f"{COMMAND}undo -i INVENTORY -l shop-eu -e undo_table=orders -e undo_before=x -e undo_bucket=mine",
        f"{COMMAND}restore -i INVENTORY {' '.join(restored)}",
    ]
    assert "-e undo_before=x -e undo_choose=changed and undo_keys or undo_where" in " ".join(
        line.strip() for line in found
    )


@pytest.mark.parametrize(
    ("changes", "inputs"),
    [
        ({"equal": True}, {}),
        ({"found": {"kind": "point", "id": "z"}}, {}),
        ({"expected": {"kind": "table", "table": "orders"}}, {}),
        ({}, {"with_table": "orders-restored"}),
    ],
)
def test_no_advice_where_nothing_is_to_be_put_back(changes: dict[str, Any], inputs: dict[str, Any]) -> None:
    found = compared.lines({**ANSWER, **changes}, {**INPUTS, **inputs})
    assert not [line for line in found if line.startswith(COMMAND)]


def test_a_plan() -> None:
    found = compared.lines(
        {**ANSWER, "compared": {}, "msg": "Would compare a with b. Calls: many. Time: x."}, INPUTS
    )
    assert found[0] == "Would compare a with b."
    assert "     40,000  BatchGetItem, if everything differs" in found
    assert {"CALLS", "TIME", "PRICE", "RIGHTS"} <= set(found)


def test_what_later_jobs_are_told() -> None:
    told = compare_report(ANSWER, INPUTS)
    assert told["problems"] == []
    assert told["told"]["compared"] == COUNTS
    assert told["told"]["equal"] is False
    assert "samples" not in told["told"]["compared"]


def test_problems() -> None:
    strict = {**INPUTS, "fail_on_differences": True}
    assert compare_report(ANSWER, strict)["problems"] == [ANSWER["msg"]]
    assert compare_report({**ANSWER, "equal": True}, strict)["problems"] == []
    assert compare_report({**ANSWER, "equal": None, "compared": {}}, strict)["problems"] == []
    failed = {"failed": True, "msg": "Nothing was compared: no."}
    told = compare_report({**failed, "failed": False}, INPUTS)  # a role decides when a task has failed
    assert told["problems"] == ["Nothing was compared: no."]
    assert (told["said"], told["told"]["equal"]) == ([], None)
    assert compare_report({}, INPUTS, "inputs are wrong")["problems"] == ["inputs are wrong"]
    elsewhere = compare_report({}, INPUTS, "", "us")
    assert elsewhere["problems"] == []
    assert elsewhere["said"] == ["orders is listed by us: it is compared there."]
    long = compare_report({}, {**INPUTS, "table": "t" * 255}, "", "us")
    assert long["told"]["msg"] == f"{'t' * 255} is listed by us: it is compared there."
    assert max(len(line) for line in long["said"]) <= 86
