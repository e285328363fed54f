# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import TableResult
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.failure import failure
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.progress import Progress, conclusion

ORDERS = TableResult("orders", ok=True, items=1234, bytes=5_600_000, prefix="retain-35d/orders/1")
SESSIONS = TableResult("sessions", ok=False, error="DynamoDb.SomeException", cause="recovery is\n off.")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_minutes(self, minutes: float) -> None:
        self.seconds += 60 * minutes


@pytest.fixture(name="clock")
def fixture_clock() -> Clock:
    return Clock()


@pytest.fixture(name="progress")
def fixture_progress(clock: Clock) -> Progress:
    return Progress(["sessions", "orders"], clock)


def test_the_first_line_names_the_tables(progress: Progress) -> None:
    assert progress.begin() == ["orders, sessions: started"]


def test_nothing_to_wait_for_has_no_first_line(clock: Clock) -> None:
    assert Progress([], clock).begin() == []


def test_a_table_that_is_backed_up_has_a_line_with_minutes_items_and_size(
    progress: Progress, clock: Clock
) -> None:
    clock.pass_minutes(12.9)
    assert progress.update([ORDERS]) == ["orders: backed up, 12 min, 1,234 items, 5.3 MiB"]


def test_a_format_without_a_count_of_items_is_told_by_its_files(progress: Progress) -> None:
    assert progress.update([replace(ORDERS, items=None, files=3)]) == [
        "orders: backed up, 0 min, 3 files, 5.3 MiB"
    ]
    uncounted = replace(SESSIONS, ok=True, items=None, bytes=None)
    assert progress.update([uncounted]) == ["sessions: backed up, 0 min"]


def test_a_table_that_failed_has_a_line_with_its_cause_on_one_line(progress: Progress) -> None:
    assert progress.update([SESSIONS]) == ["sessions: FAILED after 0 min: recovery is off."]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (TableResult("t", ok=False, error="SomeError"), "SomeError"),
        (TableResult("t", ok=False), "AWS gave no cause"),
    ],
)
def test_a_failure_without_a_cause_tells_what_there_is(result: TableResult, reason: str) -> None:
    assert result.reason == reason


def test_lines_of_one_look_are_sorted_by_table(progress: Progress) -> None:
    assert [line.split(":")[0] for line in progress.update([SESSIONS, ORDERS])] == ["orders", "sessions"]


def test_one_item_is_not_items(progress: Progress) -> None:
    (line,) = progress.update([TableResult("orders", ok=True, items=1, bytes=10)])
    assert line == "orders: backed up, 0 min, 1 item, 10 B"


def test_a_result_is_told_once(progress: Progress) -> None:
    progress.update([ORDERS])
    assert progress.update([ORDERS]) == []


def test_a_result_of_a_table_not_asked_for_is_not_told(progress: Progress) -> None:
    assert progress.update([TableResult("other", ok=False)]) == []
    assert progress.failed == []


def test_a_heartbeat_comes_every_five_minutes_of_silence(progress: Progress, clock: Clock) -> None:
    progress.begin()
    clock.pass_minutes(4.9)
    assert progress.update([]) == []
    clock.pass_minutes(0.1)
    assert progress.update([]) == ["orders, sessions: running, 5 min"]
    assert progress.update([]) == []
    clock.pass_minutes(5)
    assert progress.update([]) == ["orders, sessions: running, 10 min"]


def test_a_table_that_ended_puts_the_heartbeat_off_and_is_not_in_it(progress: Progress, clock: Clock) -> None:
    clock.pass_minutes(4)
    progress.update([ORDERS])
    clock.pass_minutes(4)
    assert progress.update([]) == []
    clock.pass_minutes(1)
    assert progress.update([]) == ["sessions: running, 9 min"]


def test_no_heartbeat_when_all_have_ended(progress: Progress, clock: Clock) -> None:
    progress.update([ORDERS, SESSIONS])
    clock.pass_minutes(60)
    assert progress.update([]) == []


def test_a_long_heartbeat_is_shortened(clock: Clock) -> None:
    progress = Progress([f"t{number}" for number in range(200)], clock)
    clock.pass_minutes(5)
    assert progress.update([]) == ["t0, t1, t10, t100, t101 and 195 more: running, 5 min"]


def test_states_tell_what_is_known_of_each_table(progress: Progress) -> None:
    progress.update([SESSIONS])
    assert progress.states() == [
        {"table": "orders", "state": "running"},
        {
            "table": "sessions",
            "state": "failed",
            "error": "DynamoDb.SomeException",
            "cause": "recovery is\n off.",
        },
    ]
    progress.update([ORDERS])
    assert progress.states()[0] == {
        "table": "orders",
        "state": "succeeded",
        "prefix": "retain-35d/orders/1",
        "items": 1234,
        "bytes": 5_600_000,
    }


def test_an_empty_backup_still_tells_its_numbers(progress: Progress) -> None:
    progress.update([TableResult("orders", ok=True)])
    assert progress.states()[0] == {"table": "orders", "state": "succeeded", "items": 0, "bytes": 0}


REMOVE = "Remove the cause, then run the run playbook again with"


@pytest.mark.parametrize(
    ("results", "waited", "sentence"),
    [
        ([ORDERS, TableResult("sessions", ok=True)], True, "2 tables backed up."),
        (
            [ORDERS, SESSIONS],
            True,
            f"1 of 2 tables failed. sessions: recovery is off. {REMOVE} -e tables=sessions.",
        ),
        (
            [
                TableResult("orders", ok=False, cause="denied"),
                TableResult("sessions", ok=False, cause="denied"),
            ],
            True,
            f"2 of 2 tables failed. orders, sessions: denied. {REMOVE} -e tables=orders,sessions.",
        ),
        (
            [ORDERS],
            True,
            (
                "Still running after 0 min: sessions. AWS goes on with them; "
                "the status playbook tells how they ended."
            ),
        ),
        ([], False, "2 tables started; the status playbook tells how it ended."),
        (
            [SESSIONS],
            False,
            (
                f"1 of 2 tables failed. sessions: recovery is off. {REMOVE} -e tables=sessions. "
                "1 table started; the status playbook tells how it ended."
            ),
        ),
    ],
)
def test_conclusion(progress: Progress, results: list[TableResult], waited: bool, sentence: str) -> None:
    progress.update(results)
    assert conclusion(progress, waited=waited) == sentence


PITR = "Point in time recovery is not enabled for table '{}'"
ON = (
    "Switch point-in-time recovery on: set tablekeeper_enable_pitr: true and run the backup playbook (it "
    "costs money by the size of the table)."
)
NO_TOPIC = "Topic does not exist: arn:x (Service: Sns, Status Code: 404)"
AGAIN = "run the run playbook again with -e tables=orders,sessions."
MADE_AGAIN = "The topic was deleted: run the backup playbook, which makes it again."


@pytest.mark.parametrize(
    ("causes", "told"),
    [
        (
            [PITR.format("orders"), PITR.format("sessions")],
            (
                f"2 of 2 tables failed. orders: {PITR.format('orders')} (the same for sessions). {ON} "
                f"Then {AGAIN}"
            ),
        ),
        (
            [NO_TOPIC, PITR.format("sessions")],
            (
                f"2 of 2 tables failed. orders: {NO_TOPIC}. {MADE_AGAIN} sessions: {PITR.format('sessions')}."
                f" {ON} Then {AGAIN}"
            ),
        ),
        (
            ["no idea", f"It failed: {NO_TOPIC}. {MADE_AGAIN}"],
            (
                f"2 of 2 tables failed. orders: no idea. sessions: It failed: {NO_TOPIC}. {MADE_AGAIN} "
                f"Remove the cause, then {AGAIN}"
            ),
        ),
    ],
)
def test_each_cause_is_told_with_what_to_do_about_it(
    progress: Progress, causes: list[str], told: str
) -> None:
    names = ("orders", "sessions")
    progress.update(
        TableResult(name, ok=False, cause=cause) for name, cause in zip(names, causes, strict=True)
    )
    assert conclusion(progress, waited=True) == told
    assert failure({"msg": told}) == told
