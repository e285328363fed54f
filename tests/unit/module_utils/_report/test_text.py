# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    Evidence,
    SourceTable,
    Target,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.text import lines, reasons, summary
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.answer import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import Rules
from tests.unit.support.evidence import (
    ALARM,
    NOW,
    PATH,
    RECORD,
    SUBSCRIBER,
    deviation,
    evidence,
    point,
    run,
)


def named(name: str, **changes: Any) -> Evidence:
    found = evidence(**changes)
    return replace(found, table=name, record=replace(found.record or RECORD, name=name))


def answer(*tables: Evidence) -> dict[str, Any]:
    told = report(Target("tablekeeper", PATH, tables), NOW, Rules(), 9)
    return {"place": {"account": "123456789012", "region": "eu-west-1"}, **told}


SICK = named("sessions", runs=(run(60), run(2, "FAILED")), alarm=replace(ALARM, state="ALARM"))
WELL = named("orders", runs=(), points=(point(10, items=1234, bytes=5 * 1024 * 1024),))
OFF = replace(WELL, table="archive", record=replace(RECORD, enabled=False), runs=(), points=())


NEW = named("catalog", runs=(), alarm=replace(ALARM, configured=NOW))
RETIRED = replace(WELL, table="old", record=None, retired=True)
TABLE = """\
Note: old is backed up no more: it is in no stack, and not listed. Its last backup, of
  2026-11-23 02:00 UTC, is deleted on 2026-12-28.
Note: archive is not backed up: it was deployed with enabled: false. No backup of it
  is known.
Note: catalog waits for its first backup, which is due by 2026-11-24 18:00 UTC; to
  have one now, run the run playbook with -e tables=catalog.

TABLE     VERDICT    LAST GOOD BACKUP  AGE         ITEMS  SIZE
old       retired    2026-11-23 02:00  10.0 hours  1,234  5.0 MiB
    no_longer_backed_up
archive   disabled   -                 -           -      -
    disabled
orders    healthy    2026-11-23 02:00  10.0 hours  1,234  5.0 MiB
catalog   waiting    -                 -           -      -
    waiting_for_first_run
sessions  UNHEALTHY  2026-11-21 00:15  2.5 days    5      1.2 KiB
    too_old, last_run_failed, alarm_firing"""


def test_what_is_wrong_comes_last() -> None:
    assert "\n".join(lines(answer(OFF, WELL, SICK, NEW, RETIRED))) == TABLE


def test_a_wide_table_has_every_column() -> None:
    shown = lines(answer(WELL, SICK), wide=True)
    assert [line.split("  ")[0] for line in shown] == ["TABLE", "orders", "sessions"]
    assert shown[0].split()[-5:] == ["UNTIL", "LAST", "RUN", "ALARM", "WHY"]
    assert "30 hours" in shown[2]
    assert shown[2].endswith("  FAILED    ALARM  too_old, last_run_failed, alarm_firing")


def test_a_code_is_shown_once_in_a_row() -> None:
    alike = tuple(
        deviation("CloudWatch::Alarm", name, "missing") for name in ("RunFailedAlarm", "RunAbortedAlarm")
    )
    (row,) = lines(answer(replace(SICK, deviations=alike)), wide=True)[1:]
    assert row.count("stack_alarm_missing") == 1


@pytest.mark.parametrize("length", [3, 60, 255])
def test_rows_fit_whatever_the_names_are(length: int) -> None:
    names = ["a" * (length - 1) + "1", "a" * (length - 1) + "2"]
    wrong = replace(ALARM, actions=(), actions_enabled=False, state="ALARM", deviations=("x",))
    found = answer(*[named(name, alarm=wrong, runs=(run(50), run(2, "FAILED"))) for name in names])
    shown = lines(found)
    assert max(map(len, shown)) <= 86
    assert all(any(name[-1] in line.split()[0] for line in shown[1:]) for name in names)


def test_a_table_that_nobody_knows_has_a_line() -> None:
    unknown = Evidence("oders", None, path=PATH)
    assert lines(answer(unknown))[1].split() == ["oders", "UNHEALTHY", *"----"]


def test_reasons_begin_with_the_count_and_name_every_table() -> None:
    told = reasons(answer(SICK, WELL, OFF))
    assert told[0] == "In account 123456789012, eu-west-1: 1 of 3 tables is not healthy (sessions)."
    assert len(told) == 4


def test_notes_are_no_reasons() -> None:
    noted = replace(SICK, source=SourceTable(exists=True, items=0))
    assert "items_fell" in [reason["code"] for reason in answer(noted)["tables"][0]["reasons"]]
    assert not [message for message in reasons(answer(noted)) if "deleted by mistake" in message]
    assert "deleted by mistake" in re.sub(r"\s+", " ", " ".join(lines(answer(noted))))


def test_a_cause_that_is_the_target_s_is_told_once() -> None:
    pending = replace(PATH, subscribers=(replace(SUBSCRIBER, confirmed=False),))
    found = answer(*[named(name, path=pending) for name in ("orders", "sessions", "users")])
    told = reasons(found)
    end = " The same holds for 2 more tables (sessions, users)."
    assert [message.endswith(end) for message in told] == [False, True]
    assert [len(table["reasons"]) for table in found["tables"]] == [1, 1, 1]


def test_what_is_the_target_s_is_told_of_no_single_table() -> None:
    path = replace(PATH, subscribers=(*PATH.subscribers, replace(SUBSCRIBER, confirmed=False, exists=False)))
    told = reasons(answer(*(named(name, path=path) for name in ("customers", "orders", "users"))))
    (missing,) = (each for each in told if "is not subscribed" in each)
    assert "who is to be told of alerts, is not subscribed (any more): run the backup playbook" in missing
    assert "The same holds" not in missing
    assert "customers" not in missing


def test_the_last_good_backup_is_told_by_the_moment_that_its_age_counts_from() -> None:
    late = point(3, taken=NOW - timedelta(hours=9))  # an export of six hours
    (_head, row) = lines(answer(named("orders", runs=(), points=(late,))))[-2:]
    assert "2026-11-23 03:00" in row
    assert "9.0 hours" in row


def test_one_cause_of_many_tables_is_told_once_whatever_aws_calls_its_requests() -> None:
    cause = "no such key (Service: S3, Request ID: {})"
    ids = ("0C7BUSK1JKV6G0R5B9KQNSO5AEMVJF66Q9ASUAAJG", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    failed = [
        named(
            f"t{number:03}",
            runs=(run(10), run(2, "FAILED", error="Kms", cause=cause.format(ids[number % 2]))),
        )
        for number in range(150)
    ]
    told = reasons(answer(*failed))
    assert len(told) == 2
    assert told[1].endswith(
        " The same holds for 149 more tables (t001, t002, t003, t004, t005 and 144 more)."
    )
    others = [named("orders", runs=(run(10), run(2, "FAILED", cause="another")))]
    assert len(reasons(answer(*failed, *others))) == 3


def waiting(name: str, max_age: int) -> Evidence:
    record = replace(RECORD, max_age=max_age)
    return named(name, record=record, runs=(), alarm=replace(ALARM, configured=NOW))


def told_of(*tables: Evidence, reason: str) -> str:
    text = re.sub(r"\s+", " ", " ".join([*lines(answer(*tables)), *reasons(answer(*tables))]))
    assert text.count(reason) == 1
    return text


def test_a_table_that_waits_longer_is_not_told_to_be_due_with_the_others() -> None:
    tables = [waiting("catalog", 192), waiting("users", 8), waiting("events", 30)]
    told = told_of(*tables, reason="is due by")
    assert "users waits for its first backup, which is due by 2026-11-23 20:00 UTC; " in told
    end = "The same holds for 2 more tables (events, catalog), with times up to 2026-12-01 12:00 UTC."
    assert end in told
    alike = told_of(waiting("catalog", 30), waiting("events", 30), reason="is due by")
    assert "The same holds for 1 more table (events). " in alike


OTHER = replace(RECORD, enabled=False)


@pytest.mark.parametrize(
    ("changes", "ages", "end"),
    [
        ({"record": OTHER}, (10, 48), ("2026-12-26", "2026-12-28")),
        ({"record": None, "retired": True}, (10, 48), ("2026-12-26", "2026-12-28")),
        ({}, (30 * 24, 32 * 24), ("2026-11-26", "2026-11-28")),
    ],
)
def test_a_backup_that_is_deleted_later_is_not_told_to_go_with_the_others(
    changes: dict[str, Any], ages: tuple[float, float], end: tuple[str, str]
) -> None:
    tables = [replace(named(f"t{age}", runs=(), points=(point(age),)), **changes) for age in (*ages, ages[0])]
    tables[2] = replace(tables[2], table="users")
    told = told_of(*tables, reason=" is deleted on ")
    assert f"is deleted on {end[0]}" in told
    assert f"The same holds for 2 more tables (t{ages[0]}, users), with times up to {end[1]}." in told


def test_a_target_without_tables_says_why() -> None:
    told = reasons(answer())
    assert told[0] == "In account 123456789012, eu-west-1: there is no table to judge."
    assert "run the backup playbook" in told[1]


def test_who_could_not_ask_says_so_first() -> None:
    unknown = {"code": "not_answered", "message": "Check the region.", "note": False}
    refused = {**answer(), "asked": False, "reasons": [unknown], "place": {"account": "", "region": ""}}
    assert reasons(refused) == ["Nothing could be judged:", "Check the region."]
    assert summary(refused)["msg"] == "Check the region."


def test_a_message_names_20_tables_at_most() -> None:
    told = reasons(answer(*[named(f"t{number:02}", runs=()) for number in range(22)]))
    assert told[0].endswith("t19 and 2 more).")
    assert "22 of 22 tables are not healthy (t00, " in told[0]


def test_one_is_one() -> None:
    assert reasons(answer(SICK))[0].endswith(": 1 of 1 table is not healthy (sessions).")


def test_who_waits_is_not_told_to_be_healthy() -> None:
    assert summary(answer(NEW))["msg"].endswith(
        ": no table is unhealthy, and 1 of 1 waits for a first backup (catalog)."
    )
    assert answer(NEW, WELL)["summary"].items() >= {"healthy": 1, "waiting": 1, "tables": 2}.items()


def test_what_only_has_backups_left_makes_no_target_healthy() -> None:
    found = answer(RETIRED)
    assert (found["healthy"], found["summary"]["tables"], found["summary"]["retired"]) == (False, 0, 1)


def test_an_end_after_now_is_no_age_below_none() -> None:
    ahead = replace(WELL, points=(point(-0.02),))
    assert str(answer(ahead)["tables"][0]["last_success"]["age_hours"]) == "0.0"
    assert "-0.0" not in "".join(lines(answer(ahead)))


def test_the_summary() -> None:
    assert summary(answer(WELL, SICK, NEW)) == {
        "succeeded": False,
        "healthy": False,
        "msg": "In account 123456789012, eu-west-1: 1 of 3 tables is not healthy (sessions).",
        "account_id": "123456789012",
        "region": "eu-west-1",
        "tables": 3,
        "unhealthy": ["sessions"],
        "waiting": ["catalog"],
        "codes": {"alarm_firing": 1, "last_run_failed": 1, "too_old": 1, "waiting_for_first_run": 1},
    }
    assert summary(answer(WELL))["msg"].endswith(": every table is healthy.")
