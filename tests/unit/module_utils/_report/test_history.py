# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people read of the points of tables."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.columns import WIDTH
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.history import report

BUCKET = "tablekeeper-123456789012-eu-west-1"
INPUTS = {"format": "narrow", "bucket": "", "tables": [], "region": "eu-west-1"}
RESTORE = "ansible-playbook tablekeeper.dynamodb.restore -i INVENTORY"
NOTHING = "Nothing is kept of ordres."


def point(day: int, **changes: Any) -> dict[str, Any]:
    name = f"202611{day:02}T020000Z-1a2b3c4d"
    return {
        "id": name,
        "kind": "export",
        "taken": f"2026-11-{day:02}T02:00:09Z",
        "until": None,
        "location": f"s3://{BUCKET}/retain-35d/orders/{name}/",
        "items": 1234,
        "bytes": 5_600_000,
        "expires": "2026-12-29T00:00:00Z",
        "verified": {"when": "2026-11-29T08:00:00Z", "how": "manifest", "by": ""},
        "ways": ["import", "load"],
        "why_not": "",
        "format": "dynamodb_json",
        **changes,
    }


WINDOW = point(
    1, id="pitr", kind="pitr", until="2026-11-29T08:00:00Z", items=None, bytes=None, verified=None,
    ways=["pitr"],
)  # fmt: skip


def table(*points: dict[str, Any], name: str = "orders", **changes: Any) -> dict[str, Any]:
    latest = next((each["id"] for each in points if each["ways"]), "")
    told = {
        "table": name,
        "points": list(points),
        "latest": latest,
        "left_out": [],
        "unread": 0,
        "nothing": "",
    }
    return {**told, **changes}


def answer(*tables: dict[str, Any], **changes: Any) -> dict[str, Any]:
    points = [each for one in tables for each in one["points"]]
    restorable = [each for each in points if each["ways"]]
    return {
        "place": {"account": "123456789012", "region": "eu-west-1", "prefix": "tablekeeper"},
        "bucket": {"name": BUCKET, "exists": True},
        "tables": list(tables),
        "refusals": [],
        "summary": {
            "tables": len(tables), "points": len(points), "restorable": len(restorable), "unread": 0,
        },
        **changes,
    }  # fmt: skip


def lines(*tables: dict[str, Any], **inputs: Any) -> list[str]:
    found: list[str] = report(answer(*tables), {**INPUTS, **inputs})["lines"]
    return found


def refusal(call: str, code: str = "AccessDenied", *, denied: bool = True) -> dict[str, Any]:
    return {"call": call, "code": code, "message": "No", "denied": denied}


def test_points_newest_first_with_the_window_above() -> None:
    assert lines(table(WINDOW, point(28), point(27, items=None, expires=None, verified=None), unread=2)) == [
        "orders: 3 points, 2 older backups not read (-e history_newest=0 reads all)",
        "  from 2026-11-01T02:00:09Z to 2026-11-29T08:00:00Z  every second, by pitr",
        "  TAKEN                 KIND    ITEMS  SIZE     EXPIRES     VERIFIED  WAY",
        "  2026-11-28T02:00:09Z  export  1,234  5.3 MiB  2026-12-29  manifest  import",
        "  2026-11-27T02:00:09Z  export  -      5.3 MiB  never       -         import",
        "",
        "To restore the newest point of orders:",
        f"{RESTORE} -e restore_table=orders -e restore_point=pitr",
        "For another point, add -e restore_point= and its time.",
    ]  # fmt: skip


def test_the_command_has_what_the_restore_must_know() -> None:
    tables = (table(point(28)), table(point(27), name="users"))
    told = report(answer(*tables), {**INPUTS, "bucket": BUCKET}, limit="shop-eu")["lines"]
    assert told[-3:-1] == [
        "To restore the newest point of orders, and others in the same way:",
        f"{RESTORE} -l shop-eu -e restore_table=orders -e restore_bucket={BUCKET}",
    ]


def test_why_points_cannot_be_restored_is_told_once() -> None:
    gone = {"ways": [], "why_not": "Its data files are gone."}
    told = lines(table(point(28, **gone), point(27), point(26, **gone), point(25, **gone)))
    assert told[3:7] == [
        "    Its data files are gone. The same holds for 2 older ones.",
        "  2026-11-27T02:00:09Z  export  1,234  5.3 MiB  2026-12-29  manifest  import",
        "  2026-11-26T02:00:09Z  export  1,234  5.3 MiB  2026-12-29  manifest  none",
        "  2026-11-25T02:00:09Z  export  1,234  5.3 MiB  2026-12-29  manifest  none",
    ]
    assert lines(table(point(28, **gone)))[-1] == "    Its data files are gone."


def test_what_is_no_point_is_told_by_its_cause() -> None:
    left_out = [
        {"location": f"s3://{BUCKET}/retain-35d/orders/run-{n}/", "why": "its run failed"} for n in range(7)
    ]
    assert lines(table(left_out=left_out)) == [
        "orders: nothing is kept",
        "  No point, its run failed: run-6, run-5, run-4, run-3, run-2 and 2 older ones.",
    ]


def test_no_line_is_too_long_but_the_command() -> None:
    large = point(28, kind="data_pipeline", items=123_456_789_012, bytes=1 << 49, ways=["convert"])
    told = lines(table(large, name="x" * 255, unread=123_456))
    assert max(map(len, told[:-2])) <= WIDTH
    assert "VERIFIED" not in told[1]
    assert "x" * 255 in told[-2]


def test_wide_lines_have_ids_and_places() -> None:
    told = lines(table(point(28)), format="wide")
    assert told[1].split()[-3:] == ["WAYS", "ID", "LOCATION"]
    assert told[2].split()[-4:] == ["import,", "load", point(28)["id"], point(28)["location"]]
    assert told[-1] == "For another point, add -e restore_point= and its id."


class TestProblems:
    def test_none(self) -> None:
        found = report(answer(table(point(28))), INPUTS)
        assert found["problems"] == []
        assert found["told"] == {
            "msg": "In account 123456789012, eu-west-1: 1 point of 1 table, of which 1 can be restored.",
            "account_id": "123456789012",
            "region": "eu-west-1",
            "bucket": BUCKET,
            "tables": 1,
            "points": 1,
            "restorable": 1,
            "unread": 0,
            "latest": {"orders": point(28)["id"]},
            "nothing": [],
        }

    def test_nothing_is_kept_of_a_named_table(self) -> None:
        asked = answer(table(name="ordres", nothing=NOTHING), table(point(28)))
        found = report(asked, {**INPUTS, "tables": ["ordres", "orders"]})
        assert (found["problems"], found["told"]["nothing"]) == ([NOTHING], ["ordres"])
        found = report(asked, {**INPUTS, "tables": ["ordres", "orders"]}, elsewhere={"ordres"})
        assert (found["problems"], found["told"]["nothing"]) == ([], [])

    def test_nothing_is_kept_at_all(self) -> None:
        for tables in ((), (table(),)):
            (told,) = report(answer(*tables), INPUTS)["problems"]
            assert told.startswith(f"Nothing is kept of any table in {BUCKET}: run the run playbook")

    def test_the_bucket_is_gone(self) -> None:
        asked = answer(bucket={"name": BUCKET, "exists": False})
        assert report(asked, INPUTS)["problems"] == [
            f"There is no bucket {BUCKET}: somebody deleted it, with all that was in it."
        ]
        assert report(asked, {**INPUTS, "bucket": BUCKET})["problems"] == [
            f"There is no bucket {BUCKET}: correct history_bucket."
        ]

    def test_aws_would_not_tell(self) -> None:
        asked = answer(table(point(28)), refusals=[refusal("s3:GetObject"), refusal("backup:List")])
        (told,) = report(asked, INPUTS)["problems"]
        assert told == (
            "There may be more points: AWS refused s3:GetObject, backup:List (AccessDenied)."
            " docs/iam/history.json has the rights that are needed. Or do without what DynamoDB and AWS"
            " Backup have: -e history_native=false."
        )
        asked = answer(table(point(28)), refusals=[refusal("s3:ListBucket", "InternalError", denied=False)])
        assert report(asked, INPUTS)["problems"] == [
            "There may be more points: AWS refused s3:ListBucket (InternalError). Run this again."
        ]

    def test_aws_could_not_be_asked(self) -> None:
        found = report({}, INPUTS, trouble="No network.")
        assert (found["lines"], found["problems"]) == ([], ["No network."])
        assert found["told"]["points"] == 0
        assert report({}, {}, trouble="No region.")["told"]["region"] == ""
