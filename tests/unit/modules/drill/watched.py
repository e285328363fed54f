# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that ask for drills, with the alarm and the state machine that the role deploys."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.plugins.modules import first_heartbeat
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support import rendering
from tests.unit.support.inventories import planned

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., dict[str, Any]]

STACK = "tablekeeper-export-1"
ALARM = f"{STACK}-missed-drills"
PARTS = ("HeartbeatRole", "HeartbeatMachine", "DrillsHeartbeat", "DrillsMissed")


class Watched(Machinery):
    """Tables that ask for drills, and what watches over that."""

    def deploy_watched(self, play: Play, every: dict[str, int]) -> None:
        """As `backup` leaves it: armed after a first heartbeat."""
        self.deploy_store()
        group = self.client("logs")
        group.create_log_group(logGroupName="/aws/vendedlogs/states/tablekeeper")
        tables = [{"name": name, "drill_every": f"{hours} hours"} for name, hours in every.items()]
        plan = planned(tables)
        text = json.dumps({key: rendering.machinery(plan)["Resources"][key] for key in PARTS})
        place = f"{self.account.region}:{self.account.id}"
        logs = f"arn:aws:logs:{place}:log-group:/aws/vendedlogs/states/tablekeeper:*"
        for parameter, value in (("AlertsTopicArn", self.topic), ("LogGroupArn", logs)):
            text = text.replace(json.dumps({"Ref": parameter}), json.dumps(value))
        self.deploy(
            *(record(name, drill_every=hours, drill_armed=True) for name, hours in every.items()),
            more=json.loads(text),
            told={"HeartbeatMachineArn": {"Ref": "HeartbeatMachine"}},
        )
        answer = play(
            first_heartbeat,
            state_machine_arn=self.machine,
            tables=[as_data(plan)["stacks"][0]["drills"]],
            wait_timeout=20,
            wait_sleep=0.2,
        )
        assert answer["waiting"] == []
        self.client("cloudwatch").enable_alarm_actions(AlarmNames=[ALARM])

    @property
    def machine(self) -> str:
        return self.outputs["export-1"]["HeartbeatMachineArn"]

    def kept_until(self) -> list[datetime]:
        """Until when heartbeats of drills are kept alive, once whoever starts that has ended."""
        self.wait_for(lambda: all("until" in each for each in self._told()))
        return sorted(datetime.fromisoformat(each["until"]) for each in self._told())

    def _told(self) -> list[dict[str, Any]]:
        """What the executions that run were told."""
        client = self.client("stepfunctions")
        found = client.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")["executions"]
        return [
            json.loads(client.describe_execution(executionArn=each["executionArn"])["input"])
            for each in found
        ]
