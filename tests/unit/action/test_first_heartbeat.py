# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.action import first_heartbeat

if TYPE_CHECKING:
    from collections.abc import Mapping

WAITING = {"name": "orders", "alarm": "tk-missed-orders", "state": "ALARM", "until": "counted"}
BEGUN = {"changed": True, "execution_arns": ["e1"], "since": "2026-11-28T10:00:00Z"}


class Action(first_heartbeat.ActionModule):
    """The action plugin with a module that gives prepared answers, each after as long as it may wait."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, answers: list[dict[str, Any]], **arguments: Any
    ) -> None:
        self._task = SimpleNamespace(args=arguments, check_mode=False, async_val=0)
        self._answers = answers
        self.asked: list[Mapping[str, Any]] = []
        self.lines: list[str] = []
        self._now = 0.0
        monkeypatch.setattr(first_heartbeat.ActionBase, "run", lambda *_args: {})
        monkeypatch.setattr(first_heartbeat.time, "monotonic", lambda: self._now)
        monkeypatch.setattr(first_heartbeat, "tell", lambda lines, _variables: self.lines.extend(lines))

    def _execute_module(
        self, module_name: str, module_args: Mapping[str, Any], **_more: Any
    ) -> dict[str, Any]:
        assert module_name == first_heartbeat.MODULE
        self.asked.append(module_args)
        self._now += module_args["wait_timeout"]
        return self._answers.pop(0)


def test_it_says_for_what_it_waits_and_publishes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    later = {**BEGUN, "changed": False, "waiting": [{**WAITING, "until": "watched"}]}
    done = {**BEGUN, "changed": False, "waiting": []}
    action = Action(monkeypatch, [{**BEGUN, "waiting": [WAITING]}, later, done], wait_timeout=900)
    answer = action.run(None, {"inventory_hostname": "shop"})
    assert (answer["changed"], answer.get("failed")) == (True, None)
    first, second, third = action.asked
    assert "execution_arns" not in first
    assert second["execution_arns"] == third["execution_arns"] == ["e1"]
    assert [line.split(" (")[0] for line in action.lines] == [
        "orders: waiting for CloudWatch to count their first heartbeat",
        "orders: waiting for their alarms",
    ]


def test_it_waits_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [{**BEGUN, "waiting": [WAITING]} for _number in range(9)]
    action = Action(monkeypatch, answers, wait_timeout=70)
    answer = action.run(None, {"inventory_hostname": "shop"})
    assert answer["failed"] is True
    assert answer["msg"].startswith("After 70 seconds the first heartbeats of these tables")
    assert [each["wait_timeout"] for each in action.asked] == [30, 30, 10]


@pytest.mark.parametrize("answer", [{"changed": True}, {"failed": True, "msg": "no"}])
def test_what_ends_at_once_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> None:
    action = Action(monkeypatch, [answer])
    assert action.run(None, {}) == {"changed": False, **answer}
    assert action.lines == []
