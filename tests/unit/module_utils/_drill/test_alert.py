# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.alert import publication
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.gather import Place
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.record import Drill
from tests.unit.support.alerts import published

PLACE = Place("123456789012", "eu-west-1", "aws", "tablekeeper", "b", "arn:aws:sns:eu-west-1:1:t", (), {})
RECORD = "s3://b/drills/orders/20261123T020000Z-failed.json"
FIRST = (
    "The drill of the DynamoDB table orders in eu-west-1 (account 123456789012) failed: a restore of its"
    " backup is not known to work."
)


def drill(*trouble: str, table: str = "orders") -> Drill:
    started = datetime(2026, 11, 23, 2, tzinfo=UTC)
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/tablekeeper-drill-1"
    one = Drill(table, arn, started, "night", {"id": "x"}, "newest", "due", result={}, removed=True)
    one.trouble.extend(trouble)
    return one


def test_words_for_people_and_a_document_for_programs() -> None:
    text, document = published(publication(PLACE, drill("One is missing.", "Two differ."), RECORD))
    assert text == f"{FIRST}\nOne is missing.\nTwo differ.\nThe record is {RECORD}."
    assert document == {
        "version": 1,
        "kind": "drill_failed",
        "target": {"account": "123456789012", "region": "eu-west-1", "prefix": "tablekeeper"},
        "run": {"record": RECORD},
        "tables": [
            {
                "table": "orders",
                "error": "DrillFailed",
                "cause": "One is missing. Two differ.",
                "since": "2026-11-23T02:00:00+00:00",
                "last_good_point": None,
            }
        ],
    }


def test_one_without_a_record() -> None:
    text, document = published(publication(PLACE, drill("x", table="t" * 255), ""))
    assert text.endswith("\nThere is no record of it.")
    assert document["run"] == {"record": None}
    assert len(publication(PLACE, drill("x", table="t" * 255), "")["Subject"]) == 100


def test_why_is_cut_where_sns_would_not_take_it() -> None:
    for letter in (
        "x",
        '"',
        "\u00e4",
        "\U0001f600",
        "\x00",
    ):  # up to 14 bytes of JSON within JSON
        for why in ([letter * 300_000], [letter] * 100_000):
            text, document = published(publication(PLACE, drill(*why, table="t" * 255), RECORD))
            assert letter * 4 in text.replace("\n", "")
            assert text.endswith(f" ...\nThe record is {RECORD}.")
            assert len(document["tables"][0]["cause"]) == 4000


def test_what_is_not_too_long_is_whole() -> None:
    text, _ = published(publication(PLACE, drill("x" * 7_999, "y"), RECORD))
    assert "..." not in text.splitlines()[1]
