# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people read of an undo, and what later jobs are told of it."""

from __future__ import annotations

from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.columns import WIDTH
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.undone import lines, summary

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ID = "20261129T140003Z-1a2b"
FOLDER = f"s3://tablekeeper-123456789012-eu-west-1/undo/orders/{ID}/"
INPUTS = {"table": "orders", "region": "eu-west-1", "bucket": ""}
UNDO = "ansible-playbook tablekeeper.dynamodb.undo -i INVENTORY"
NONE = dict.fromkeys(("put", "delete", "conflict", "expired", "same", "left_out"), 0)

WINDOW = {
    "kind": "windows",
    "from": "2026-11-29T13:00:00Z",
    "until": "2026-11-29T13:20:00Z",
    "origins": [{"id": f"{ARN}/export/01"}],
    "undo": "",
}


def plan(**over: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "made": "2026-11-29T14:00:03Z",
        "made_by": "mia",
        "table": {"name": "orders", "arn": ARN},
        "images": WINDOW,
        "filter": {"keys": 0, "where": "incident.status == 'CORRUPT'", "choose": []},
        "counts": {**NONE, "put": 4750, "delete": 100, "conflict": 200, "expired": 50},
        "work": {"dollars": 0.02, "told": "about 12 seconds at 500 write units a second; less than $0.01"},
        "effects": [
            {
                "name": "stream",
                "state": "found",
                "told": [f"{ARN}/stream/2026-11-01 (KEYS_ONLY)"],
            },
            {"name": "triggers", "state": "unknown", "told": ["lambda:ListEventSourceMappings was refused"]},
            {"name": "pipes", "state": "none", "told": []},
        ],
        "protection": "Point-in-time recovery is on since 2026-11-01.",
        "notes": ["The window was widened to 15 minutes."],
        **over,
    }


def sample(action: str, customer: str, *attributes: str, item: str = "", why: str = "") -> dict[str, Any]:
    return {
        "action": action,
        "key": {"customer": customer, "line": "1"},
        "attributes": list(attributes),
        "item": item,
        "why": why,
    }


SAMPLES = [
    sample("conflict", "C-3", "total"),
    sample("put", "C-1", "status", "total"),
    sample("put", "C-2", item="gone"),
    sample("delete", "C-9", item="new"),
]

CONFLICTS = (
    "CONFLICTS, with what each item was, what the incident made of it, and what it is",
    "  add -e undo_conflicts_file=conflicts.jsonl",
)


def planned(**over: Any) -> dict[str, Any]:
    return {
        "changed": False,
        "succeeded": True,
        "phase": "planned",
        "msg": f"Plan {ID}: would put back 4,750 items of orders and delete 100 items.",
        "plan": plan(),
        "location": FOLDER,
        "samples": SAMPLES,
        "confirm": "orders@123456789012",
        "acknowledge": ["stream", "triggers"],
        "refusals": [],
        **over,
    }


def done(**over: Any) -> dict[str, Any]:
    return {
        **planned(),
        "changed": True,
        "phase": "finished",
        "msg": "4,848 items of orders were written.",
        "samples": [sample("conflict", "C-4", "status")],
        "done": {**NONE, "put": 4748, "delete": 100, "conflict": 202, "expired": 50},
        "notes": ["2 items were changed since the plan was made."],
        "report": f"{FOLDER}report.json",
        "log": f"{FOLDER}log/",
        **over,
    }


def test_a_plan_is_a_table_with_counts_effects_price_and_the_next_command() -> None:
    assert lines(planned(), INPUTS) == [
        f"Plan {ID}: would put back 4,750 items of orders and delete 100 items.",
        "",
        "ACTION    KEY                  ATTRIBUTES THAT DIFFER",
        "put       customer=C-1 line=1  status, total",
        "put       customer=C-2 line=1  the item is gone",
        "delete    customer=C-9 line=1  the item is new",
        "CONFLICT  customer=C-3 line=1  total",
        "put: and 4,748 more",
        "delete: and 99 more",
        "CONFLICT: and 199 more",
        "",
        f"All of them: {FOLDER}",
        "",
        "MADE FROM",
        "  what was written from 2026-11-29T13:00:00Z to 2026-11-29T13:20:00Z",
        "  only where incident.status == 'CORRUPT'",
        "  planned 2026-11-29T14:00:03Z by mia",
        "",
        "ITEMS",
        "  4,750 to be put back as before the incident",
        "    100 to be deleted, which the incident made",
        "    200 changed since by somebody: left alone",
        "     50 would expire at once: left alone",
        "",
        *CONFLICTS,
        "",
        "EACH WRITE IS ALSO SEEN BY",
        "  stream: table/orders/stream/2026-11-01 (KEYS_ONLY)",
        "  triggers: could not be looked up: lambda:ListEventSourceMappings was refused",
        "  Say that this may happen: undo_acknowledge=stream,triggers",
        "",
        "TIME AND PRICE",
        "  about 12 seconds at 500 write units a second; less than $0.01",
        "",
        "IF THE UNDO ITSELF IS WRONG",
        "  Point-in-time recovery is on since 2026-11-01.",
        "",
        "NOTES",
        "  - The window was widened to 15 minutes.",
        "",
        "TO WRITE EXACTLY THIS, within 24 hours of its making",
        (
            f"{UNDO} -e undo_table=orders -e undo_plan={ID} -e undo_confirm=orders@123456789012"
            " -e undo_acknowledge=stream,triggers"
        ),
    ]


def test_a_plan_tells_what_it_takes_for_the_incident_and_which_items() -> None:
    def told(kind: str, **taken: Any) -> list[str]:
        found = {"kind": kind, "from": "", "until": "", "origins": [{"id": "A"}, {"id": "B"}], "undo": "U"}
        given = {"keys": 0, "where": "", "choose": [], **taken}
        said = lines(planned(plan=plan(images=found, filter=given)), INPUTS)
        return said[said.index("MADE FROM") + 1 : said.index("ITEMS") - 2]

    assert told("points", keys=3) == ["  the points A and B", "  only the items of 3 keys that were named"]
    assert told("point", choose=["missing", "changed"]) == [
        "  the point A and B, and the table as it is now",
        "  only what is missing or changed",
    ]
    assert told("undo") == ["  the log of the undo U"]


def test_an_undo_of_an_undo_is_not_told_as_one_of_the_incident() -> None:
    of_undo = plan(images={**WINDOW, "kind": "undo", "undo": "U"})
    said = lines(planned(plan=of_undo), INPUTS)
    assert "  4,750 to be put back as before that undo" in said
    assert "    100 to be deleted, which that undo put there" in said
    assert "  4,748 put back as before that undo" in lines(done(plan=of_undo), INPUTS)


def test_files_that_were_written_are_named() -> None:
    said = lines(planned(), {**INPUTS, "plan_file": "/home/mia/plan", "conflicts_file": "/home/mia/left"})
    assert "PLAN FILE  /home/mia/plan" in said
    assert said[said.index(CONFLICTS[0]) + 1] == "  /home/mia/left"


def test_what_keeps_it_from_being_written_is_told_before_the_command() -> None:
    why = "Point-in-time recovery is off and there is no point: back the table up first."
    told = lines(planned(refusals=[why]), INPUTS)
    begin = told.index("IT WOULD BE REFUSED NOW")
    assert " ".join(line.strip() for line in told[begin + 1 : begin + 3]).strip() == f"- {why}"
    assert told.index("TO WRITE EXACTLY THIS, within 24 hours of its making") > begin


def test_a_conflict_that_images_do_not_tell_is_explained() -> None:
    why = "It has 151 attributes, and a condition names 150: name one that every write changes."
    told = lines(planned(samples=[sample("conflict", "C-1", why=why)]), INPUTS)
    begin = told.index("CONFLICT  customer=C-1 line=1  none")
    assert " ".join(line.strip() for line in told[begin + 1 : begin + 3]).startswith(why)


def test_nothing_to_write_has_no_next_command() -> None:
    nothing = planned(plan=plan(counts={**NONE, "same": 7}, effects=[]), samples=[], acknowledge=[])
    told = lines(nothing, INPUTS)
    assert not [line for line in told if "ansible-playbook" in line or "ACTION" in line]
    assert "  0 to be put back as before the incident" in told
    assert "  7 as before already" in told
    (heard,) = [line for line in told if line.startswith("  nobody:")]
    assert "no stream, trigger, pipe" in heard


def test_lines_fit_however_long_keys_and_names_are() -> None:
    long = sample("put", "C" * 2048, *(f"attribute-{number}" * 20 for number in range(300)))
    told = lines(planned(samples=[*SAMPLES, long]), INPUTS)
    assert max(len(line) for line in told if "s3://" not in line and "ansible-playbook" not in line) <= WIDTH
    (row,) = [line for line in told if "CCC" in line]
    assert row.endswith("and 299 more") or "..." in row


def test_a_run_tells_what_it_left_alone_and_how_it_is_undone() -> None:
    assert lines(done(), INPUTS) == [
        "4,848 items of orders were written.",
        "",
        "ACTION    KEY                  ATTRIBUTES THAT DIFFER",
        "CONFLICT  customer=C-4 line=1  status",
        "",
        "ITEMS",
        "  4,748 put back as before the incident",
        "    100 deleted, which the incident had made",
        "    202 changed since by somebody: left alone",
        "     50 would expire at once: left alone",
        "",
        *CONFLICTS,
        "",
        "NOTES",
        "  - 2 items were changed since the plan was made.",
        "",
        f"REPORT    {FOLDER}report.json",
        f"UNDO LOG  {FOLDER}log/",
        "",
        "TO UNDO THE UNDO",
        f"{UNDO} -e undo_table=orders -e undo_of={ID}",
    ]


def test_the_command_is_for_the_same_target_and_bucket() -> None:
    (last,) = lines(done(), {**INPUTS, "bucket": "mine"}, "eu")[-1:]
    assert last == f"{UNDO} -l eu -e undo_table=orders -e undo_bucket=mine -e undo_of={ID}"


def test_nothing_is_said_of_what_there_is_not() -> None:
    """The reason is told as the problem."""
    assert lines({"msg": "Nothing was written: no.", "failed": True}, INPUTS) == []


def test_later_jobs_are_told_counts_and_no_item() -> None:
    told = summary(done(), INPUTS)
    assert told == {
        "msg": "4,848 items of orders were written.",
        "account_id": "123456789012",
        "region": "eu-west-1",
        "table": "orders",
        "plan": ID,
        "phase": "finished",
        "counts": plan()["counts"],
        "done": done()["done"],
        "acknowledge": ["stream", "triggers"],
        "dollars": 0.02,
        "report": f"{FOLDER}report.json",
        "log": f"{FOLDER}log/",
        "resume": "",
    }
    assert "C-" not in str(told)


def test_later_jobs_are_told_of_a_failure_too() -> None:
    told = summary({"msg": "Nothing was written: no.", "failed": True}, INPUTS)
    assert (told["plan"], told["counts"], told["dollars"]) == ("", {}, None)
