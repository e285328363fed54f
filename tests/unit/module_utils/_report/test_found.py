# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.find_report import find_report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.columns import WIDTH

INPUTS = {"table": "orders", "region": "eu-west-1", "format": "narrow", "columns": [], "fail_if_none": True}
SECRET = "of a customer"


def point(name: str, **more: int) -> dict:
    counts = {"items": 1234, "read": 1000, "found": 1, "missing": 0}
    return {
        "id": name,
        "kind": "export",
        "taken": f"2026-11-{name[1:]}T02:00:00Z",
        "location": "x",
        **counts,
        **more,
    }


def sample(item: dict | None, at: str = "P23", key: str = "a", change: str = "", *names: str) -> dict:
    return {
        "point": at,
        "taken": f"2026-11-{at[1:]}T02:00:00Z",
        "key": {"id": {"S": key}},
        "item": item and {"id": {"S": key}, **item},
        "change": change,
        "attributes": names,
    }


def answer(*samples: dict, **more) -> dict:
    return {
        "place": {"account": "123456789012", "region": "eu-west-1", "prefix": "tablekeeper"},
        "table": "orders",
        "table_keys": {"id": "S"},
        "found": sum(each["item"] is not None for each in samples),
        "points": [point("P23")],
        "samples": list(samples),
        "not_shown": 0,
        "looked_at": [],
        "missing": [],
        "nothing": "",
        "file": "",
        "notes": [],
        **more,
    }


def said(told: dict, **inputs) -> list[str]:
    report = find_report(told, {**INPUTS, **inputs})
    assert all(len(line) <= WIDTH for line in report["said"] if inputs.get("format") != "wide")
    return report["said"]


def test_one_point():
    told = answer(sample({"total": {"N": "9.5"}, "paid": {"BOOL": False}}))
    assert said(told) == [
        "1 item found in P23 of 2026-11-23T02:00:00Z of orders, where 1,000 items were read.",
        "",
        "id  paid   total",
        "a   false  9.5",
    ]


def test_the_history_of_an_item():
    told = answer(
        sample(None, "P24", "a", "gone"),
        sample({"total": {"N": "9.5"}, "a": {"S": "x"}}, "P23", "a", "changed", "total", "b"),
        sample({"total": {"N": "9"}, "a": {"S": "x"}, "b": {"S": "y"}}, "P22"),
        points=[point("P24", missing=1, found=0, items=None), point("P23"), point("P22")],
    )
    assert said(told) == [
        "2 items found in 3 points of orders, where 3,000 items were read.",
        "",
        "POINT  TAKEN                 ITEMS  READ   FOUND  NOT THERE",
        "P24    2026-11-24T02:00:00Z  -      1,000  0      1",
        "P23    2026-11-23T02:00:00Z  1,234  1,000  1      0",
        "P22    2026-11-22T02:00:00Z  1,234  1,000  1      0",
        "",
        "_taken                id  _change            total  b  a",
        "2026-11-24T02:00:00Z  a   gone",
        "2026-11-23T02:00:00Z  a   changed: total, b  9.5       x",
        "2026-11-22T02:00:00Z  a                      9      y  x",
    ]


def test_what_it_is_about_comes_first_and_what_has_no_room_is_named():
    item = {f"n{number}": {"S": "a value that is long"} for number in range(6)}
    item |= {"lines": {"L": []}, "status": {"S": "open"}}
    told = answer(sample(item), looked_at=["status"])
    head, row, left, more = said(told)[2:]
    assert head.split() == ["id", "status", "n0", "n1", "n2", "lines"]
    assert row.split("  ")[1].strip() == "open"
    assert f"{left} {more.strip()}" == (
        "Not shown: n3, n4, n5. find_format=wide shows whole lines, find_columns=NAME,NAME others."
    )
    assert said(told, columns=["lines", "id"])[2].split() == ["id", "lines"]
    assert len(said(told, format="wide")[2].split()) == 9


def test_values_that_are_long_or_move_the_cursor():
    told = answer(sample({"text": {"S": "x" * 30 + "\n"}, "odd": {"S": "a\x1b[2J"}, "_taken": {"S": "t"}}))
    lines = said(told)
    assert lines[2].split() == ["id", "_taken'", "odd", "text"]
    assert lines[3].split() == ["a", "t", "a\\u001b[2J", "x" * 17 + "..."]
    assert "x" * 30 + "\\n" in said(told, format="wide")[3]


def test_what_is_not_shown_and_not_there_is_told():
    told = answer(sample({}), found=21, not_shown=20, missing=[{"id": {"S": "b"}}])
    assert said(told)[-2:] == [
        "20 more were found: find_file=found.csv writes all.",
        "In none of the points: id=b.",
    ]
    told = answer(sample({}), found=2, not_shown=1, file="/home/me/found.csv")
    lines = said(told)
    assert lines[0].startswith("2 items found in P23")
    assert lines[-1] == "1 more was found: all are in /home/me/found.csv."


@pytest.mark.parametrize("fails", [True, False])
def test_nothing_is_found(fails):
    nothing = (
        "Nothing was found in orders: of 1,000 items in P23 (2026-11-23T02:00:00Z) none meets the condition."
    )
    report = find_report(answer(nothing=nothing), {**INPUTS, "fail_if_none": fails})
    assert report["problems"] == ([nothing] if fails else [])
    assert " ".join(report["said"]) == ("" if fails else nothing)
    assert (report["told"]["msg"], report["told"]["found"]) == (nothing, 0)
    absent = answer(sample(None, change="not there"), nothing=nothing)
    assert find_report(absent, INPUTS)["said"] == ["id  _change", "a   not there"]


def test_what_later_jobs_are_told_has_no_items():
    told = answer(
        sample({"text": {"S": SECRET}}, key=SECRET), missing=[{"id": {"S": SECRET}}], file="/x/found.csv"
    )
    report = find_report(told, INPUTS)
    assert SECRET in " ".join(report["said"])
    assert SECRET not in json.dumps(report["told"])
    assert report["told"] == {
        "msg": (
            "1 item found in P23 of 2026-11-23T02:00:00Z of orders, where 1,000 items were read. It is in"
            " /x/found.csv."
        ),
        "account_id": "123456789012",
        "region": "eu-west-1",
        "table": "orders",
        "found": 1,
        "missing": 1,
        "points": [
            {
                "id": "P23",
                "taken": "2026-11-23T02:00:00Z",
                "items": 1234,
                "read": 1000,
                "found": 1,
                "missing": 0,
            }
        ],
        "file": "/x/found.csv",
    }


def test_what_would_be_exported():
    plan = {"text": "Would export orders to backups.", "price": "$0.01 or less", "rights": ["a:B", "c:D"]}
    report = find_report(answer(plan=plan), INPUTS)
    assert report["said"] == [
        "Would export orders to backups.", "", "PRICE", "  $0.01 or less", "", "RIGHTS", "  a:B, c:D",
    ]  # fmt: skip
    assert (report["problems"], report["told"]["msg"]) == ([], "Would export orders to backups.")


def test_a_failure_and_another_target():
    report = find_report({"failed": True, "msg": "There is no point x."}, INPUTS)
    assert (report["problems"], report["said"]) == (["There is no point x."], [])
    assert report["told"]["msg"] == "There is no point x."
    report = find_report({}, INPUTS, "find_table is not set, but name the table.")
    assert report["problems"] == ["find_table is not set, but name the table."]
    report = find_report({}, INPUTS, elsewhere="us")
    assert report["told"]["msg"] == "orders is listed by us: it is looked for there."
    assert (report["problems"], report["said"]) == ([], ["orders is listed by us: it is looked for there."])
