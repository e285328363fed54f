# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._evidence import Evidence, Target
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status_text import (
    lines,
    reasons,
    summary,
)
from tests.unit.module_utils.evidence import ALARM, NOW, PATH, RECORD, SUBSCRIBER, evidence, point, run


def named(name: str, **changes: Any) -> Evidence:
    found = evidence(**changes)
    return replace(found, table=name, record=replace(found.record or RECORD, name=name))


def answer(*tables: Evidence) -> dict[str, Any]:
    return report(Target("tablekeeper", PATH, tables), NOW, None, 9)


SICK = named("sessions", runs=(run(60), run(2, "FAILED")), alarm=replace(ALARM, state="ALARM"))
WELL = named("orders", runs=(), points=(point(10, items=1234, bytes=5 * 1024 * 1024),))
OFF = replace(WELL, table="archive", record=replace(RECORD, enabled=False), runs=(), points=())


OTHER_CODES = ", last_run_failed, alarm_firing"
TABLE = """\
TABLE     VERDICT    LAST GOOD BACKUP  AGE         ALLOWED   ITEMS  SIZE     LAST RUN  ALARM  WHY
sessions  UNHEALTHY  2026-11-21 00:15  2.5 days    30 hours  5      1.2 KiB  FAILED    ALARM  too_old
orders    healthy    2026-11-23 02:00  10.0 hours  30 hours  1,234  5.0 MiB  -         OK
archive   disabled   -                 -           30 hours  -      -        -         OK     disabled"""


def test_the_table_is_aligned_and_worst_first() -> None:
    assert "\n".join(lines(answer(OFF, WELL, SICK))).replace(OTHER_CODES, "") == TABLE


def test_a_table_that_nobody_knows_has_a_line() -> None:
    unknown = Evidence("oders", None, path=PATH)
    assert lines(answer(unknown))[1].split() == ["oders", "UNHEALTHY", *"-------", "not_listed"]


def test_reasons_begin_with_the_count_and_name_every_table() -> None:
    told = reasons(answer(SICK, WELL, OFF))
    assert told[0] == "1 of 3 tables is not healthy (sessions)."
    assert len(told) == 4


def test_a_cause_that_is_the_target_s_is_told_once() -> None:
    pending = replace(PATH, subscribers=(replace(SUBSCRIBER, confirmed=False),))
    found = answer(*[named(name, path=pending, runs=()) for name in ("orders", "sessions", "users")])
    told = reasons(found)
    once = [message for message in told if message.endswith(" The same holds for 2 more tables.")]
    assert len(told) == 1 + 3 + len(once)
    assert [message.split()[0] for message in once] == ["Nobody", "ops@example.com"]
    assert [len(table["reasons"]) for table in found["tables"]] == [3, 3, 3]


def test_a_target_without_tables_says_why() -> None:
    told = reasons(answer())
    assert told[0] == "There is no table to judge."
    assert "run the backup playbook" in told[1]


def test_who_could_not_ask_says_so_first() -> None:
    unknown = {"code": "not_answered", "message": "Check the region."}
    refused = {**answer(), "asked": False, "reasons": [unknown]}
    assert reasons(refused) == ["Nothing could be judged:", "Check the region."]
    assert summary(refused)["msg"] == "Check the region."


def test_a_message_names_20_tables_at_most() -> None:
    told = reasons(answer(*[named(f"t{number:02}", runs=()) for number in range(22)]))
    assert told[0].endswith("t19 and 2 more).")
    assert told[0].startswith("22 of 22 tables are not healthy (t00, ")


def test_the_summary() -> None:
    assert summary(answer(WELL, SICK)) == {
        "succeeded": False,
        "healthy": False,
        "msg": "1 of 2 tables is not healthy (sessions).",
        "tables": 2,
        "unhealthy": ["sessions"],
        "codes": {"alarm_firing": 1, "last_run_failed": 1, "too_old": 1},
    }
    assert summary(answer(WELL))["msg"] == "Every table is healthy."
