# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.tablekeeper.dynamodb.plugins.action import run
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import progress

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = {"not_deployed": [], "elsewhere": []}
RUNNING = {"engine": "export", "state": "RUNNING", "cause": ""}
STARTED = {
    "changed": True,
    **HERE,
    "runs": [
        {**RUNNING, "stack": "tk-export-1", "execution": "e1", "tables": ["orders"]},
        {**RUNNING, "stack": "tk-export-2", "execution": "e2", "tables": ["sessions"]},
    ],
}
REFUSED = {"failed": True, "msg": "The security token is expired"}


def look(execution: str, *, ended: bool = False, **tables: bool) -> dict[str, Any]:
    return {
        "watch": {"execution": execution, "tables": [], "map_run": "m", "seen": sorted(tables)},
        "state": "SUCCEEDED" if ended else "RUNNING",
        "ended": ended,
        "results": [{"table": table, "ok": ok, "cause": "" if ok else "c"} for table, ok in tables.items()],
    }


class Action(run.ActionModule):
    """The action plugin with a module that gives prepared answers, and a clock that only sleeping moves."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]], **arguments: Any
    ) -> None:
        self._task = SimpleNamespace(args=arguments, check_mode=False, async_val=0)
        self._answers = answers
        self.asked: list[Mapping[str, Any]] = []
        self.lines: list[str] = []
        self.details: list[str] = []
        self.now = 0.0
        self.hosts = ["ireland"]
        shell = SimpleNamespace(tmpdir="/nowhere")
        self._connection = SimpleNamespace(_shell=shell)
        monkeypatch.setattr(run.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(run.time, "sleep", self._sleep)
        monkeypatch.setattr(
            progress, "Display", lambda: SimpleNamespace(display=self._show, vvv=self.details.append)
        )

    def _show(self, line: str, *, stderr: bool) -> None:
        self.lines.append(f"stderr: {line}" if stderr else line)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _execute_module(self, *, module_args: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        self.asked.append(module_args)
        return dict(self._answers.pop(0))

    def go(self) -> dict[str, Any]:
        return self.run(task_vars={"inventory_hostname": "ireland", "ansible_play_hosts_all": self.hosts})


def test_it_looks_until_every_run_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        STARTED,
        {"looks": [look("e1", orders=True), look("e2")]},
        {"looks": [look("e1", ended=True, orders=True), look("e2")]},
        {"looks": [look("e2", ended=True, sessions=False)]},
    ]
    action = Action(monkeypatch, answers, region="eu-west-1", wait_sleep=60)
    result = action.go()
    assert action.lines == [
        "orders, sessions: started",
        "orders: backed up, 1 min, 0 items, 0 B",
        "sessions: FAILED after 3 min: c",
    ]
    assert [[watch["execution"] for watch in asked.get("watches", [])] for asked in action.asked] == [
        [],
        ["e1", "e2"],
        ["e1", "e2"],
        ["e2"],
    ]
    assert action.asked[2]["watches"][0]["seen"] == ["orders"]
    assert all(asked["region"] == "eu-west-1" for asked in action.asked)
    assert result["failed"] is True
    assert result["succeeded"] is False
    assert result["changed"] is True
    assert result["failed_tables"] == ["sessions"]
    assert result["unfinished_tables"] == []
    assert [(table["table"], table["state"]) for table in result["tables"]] == [
        ("orders", "succeeded"),
        ("sessions", "failed"),
    ]
    assert result["msg"].startswith("1 of 2 tables failed. sessions: c.")


def test_a_failed_table_need_not_fail_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        STARTED,
        {"looks": [look("e1", ended=True, orders=True), look("e2", ended=True, sessions=False)]},
    ]
    result = Action(monkeypatch, answers, fail_on_failed_tables=False).go()
    assert (result["failed"], result["succeeded"]) == (False, False)
    assert result["failed_tables"] == ["sessions"]


def test_the_wait_is_bounded_and_names_what_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    running = {"looks": [look("e1", orders=True), look("e2")]}
    action = Action(monkeypatch, [STARTED, running, running, running], wait_timeout=150, wait_sleep=60)
    result = action.go()
    assert action.now == 150
    assert result["failed"] is True
    assert result["unfinished_tables"] == ["sessions"]
    assert "Still running after 2 min: sessions." in result["msg"]


def test_without_a_wait_it_looks_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [STARTED], wait=False)
    result = action.go()
    assert len(action.asked) == 1
    assert (result["failed"], result["succeeded"]) == (False, True)
    assert result["unfinished_tables"] == ["orders", "sessions"]


def test_a_look_that_fails_is_told_and_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    end = {"looks": [look("e1", ended=True, orders=True), look("e2", ended=True, sessions=True)]}
    action = Action(monkeypatch, [STARTED, *[REFUSED] * 4, end])
    result = action.go()
    trouble = "cannot see how the backups get on: The security token is expired"
    assert action.lines[1:5] == [trouble] * 4
    assert result["succeeded"] is True


def test_after_five_failed_looks_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [STARTED, *[REFUSED] * 5])
    result = action.go()
    assert result["failed"] is True
    assert result["unfinished_tables"] == ["orders", "sessions"]
    assert result["msg"].endswith("The last look at them failed: The security token is expired")


def test_a_look_that_dies_is_told_and_its_traceback_shown_to_who_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    died = {"failed": True, "msg": "An error that was not expected, KeyError('x')", "traceback": "line 7"}
    event = SimpleNamespace(msg="'mapRuns'")
    unsaid = {"failed": True, "exception": SimpleNamespace(event=event)}
    action = Action(monkeypatch, [STARTED, died, *[unsaid] * 4])
    result = action.go()
    assert (
        action.lines[1] == "cannot see how the backups get on: An error that was not expected, KeyError('x')"
    )
    assert "'mapRuns'" in action.lines[2]
    assert "ANSIBLE_DISPLAY_TRACEBACK" in " ".join(action.lines[2:4])
    assert action.details == ["line 7"]
    assert result["unfinished_tables"] == ["orders", "sessions"]
    assert "'mapRuns'" in result["msg"]


def test_whatever_goes_wrong_the_backups_that_run_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [STARTED, {"nonsense": True}])
    result = action.go()
    assert (result["failed"], result["unfinished_tables"]) == (True, ["orders", "sessions"])
    assert "KeyError('looks')" in result["msg"]
    assert "Traceback" in action.details[0]


def test_when_the_start_dies_nobody_says_that_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [{"failed": True, "module_stderr": "Killed\n"}], listed=["orders"])
    result = action.go()
    assert result["msg"].startswith(
        "A module could not be run: Killed. Backups may have been started all the same"
    )
    assert result["unfinished_tables"] == ["orders"]


def test_a_module_that_never_began_has_started_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    event = SimpleNamespace(
        msg="it needs Python 3.11 or newer: set ansible_python_interpreter to a newer one"
    )
    died = {"failed": True, "exception": SimpleNamespace(event=event)}
    result = Action(monkeypatch, [died], listed=["orders"]).go()
    assert (result["msg"], "unfinished_tables" in result) == (f"{event.msg}.", False)


def test_a_listed_table_that_is_not_deployed_fails_the_run_that_backs_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = {"looks": [look("e1", ended=True, orders=True), look("e2", ended=True, sessions=True)]}
    result = Action(monkeypatch, [{**STARTED, "not_deployed": ["users"]}, ended]).go()
    assert (result["failed"], result["succeeded"], result["failed_tables"]) == (True, False, [])
    assert result["msg"] == (
        "2 tables backed up. Listed in tablekeeper_tables and not deployed: users; run the backup playbook, "
        "which says why if it cannot."
    )


def test_what_is_left_to_another_target_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [{**STARTED, "changed": False, "runs": [], "elsewhere": ["users"]}])
    result = action.go()
    assert action.lines == ["users: left to another target"]
    assert (result["failed"], result["succeeded"]) == (False, True)
    assert result["msg"] == "Nothing to do here: users left to another target."


@pytest.mark.parametrize(
    ("callback", "program"),
    [
        ("default", False),
        ("ansible.builtin.default", False),
        ("awx_display", False),
        ("minimal", False),
        ("community.general.yaml", False),
        ("json", True),
        ("ansible.posix.json", True),
        ("ansible.posix.jsonl", True),
        ("community.general.null", True),
    ],
)
def test_lines_keep_out_of_what_a_program_reads(
    monkeypatch: pytest.MonkeyPatch, callback: str, program: bool
) -> None:
    monkeypatch.setattr(progress.constants, "DEFAULT_STDOUT_CALLBACK", callback)
    action = Action(monkeypatch, [STARTED], wait=False)
    action.go()
    assert action.lines == ["stderr: orders, sessions: started" if program else "orders, sessions: started"]


def test_tables_whose_start_was_refused_have_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {**STARTED["runs"][1], "execution": "", "state": "NOT_STARTED", "cause": "denied"}
    started = {**STARTED, "runs": [STARTED["runs"][0], refused]}
    action = Action(monkeypatch, [started, {"looks": [look("e1", ended=True, orders=True)]}])
    result = action.go()
    assert "sessions: FAILED after 0 min: denied" in action.lines
    assert result["failed_tables"] == ["sessions"]
    assert [watch["execution"] for watch in action.asked[1]["watches"]] == ["e1"]


def test_a_failed_start_is_returned_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Action(monkeypatch, [REFUSED]).go() == REFUSED


def test_check_mode_tells_the_plan_and_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = {**STARTED, "msg": "Would back up orders.", "runs": []}
    action = Action(monkeypatch, [planned])
    action._task.check_mode = True
    assert action.go() == planned
    assert action.lines == ["Would back up orders."]


def test_lines_name_the_target_when_there_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action(monkeypatch, [STARTED], wait=False)
    action.hosts = ["ireland", "oregon"]
    action.go()
    assert action.lines == ["[ireland] orders, sessions: started"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"wait_sleep": "soon"}, "wait_sleep"),
        ({"wait_sleep": 0}, "wait_sleep is 0: give a number above 0"),
        ({"wait": "perhaps"}, "wait"),
    ],
)
def test_wrong_options_start_nothing(
    monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], message: str
) -> None:
    action = Action(monkeypatch, [], **arguments)
    with pytest.raises(AnsibleActionFail, match=message):
        action.go()
    assert action.asked == []


def test_options_given_as_text_are_read() -> None:
    options = run.wait_options(
        {"wait": "no", "wait_timeout": "30", "wait_sleep": "0.5", "region": "eu-west-1"}
    )
    assert options == {"wait": False, "wait_timeout": 30.0, "wait_sleep": 0.5, "fail_on_failed_tables": True}
