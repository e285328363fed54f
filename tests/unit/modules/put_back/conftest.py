# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table that an incident has ruined, and the module that undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import put_back
from tests.unit.support.incidents import TABLE, Scene
from tests.unit.support.undoing import content, item

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def good(number: int) -> Item:
    return item(number, status={"S": "open"}, total={"N": str(number)})


def ruined(number: int) -> Item:
    return item(number, status={"S": "BAD"}, total={"N": str(number)})


@dataclass
class Night:
    """0 to 9 were ruined, 10 and 11 deleted, 100 inserted; 0 was rightly changed since."""

    scene: Scene
    play: Callable[..., dict[str, Any]]
    window: dict[str, str]

    def undo(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        given = {"table": TABLE, "bucket": self.scene.bucket, "wait_sleep": 0.05, **options}
        return self.play(put_back, check=check, **given)

    def plan(self, **options: Any) -> dict[str, Any]:
        answer = self.undo(**self.window, **options)
        assert "plan" in answer, answer
        return answer

    def yes(self, plan: dict[str, Any], *acknowledge: str) -> dict[str, Any]:
        """The options that confirm a plan."""
        names = {"acknowledge": list(acknowledge)} if acknowledge else {}
        return {"plan": plan["plan"]["id"], "confirm": f"{TABLE}@{self.scene.account.id}", **names}

    def items(self) -> dict[tuple[str, str], bytes]:
        return content(self.scene.client)


@pytest.fixture(name="night")
def fixture_night(account: Account, play: Callable[..., dict[str, Any]]) -> Night:
    scene = Scene(account, [good(number) for number in range(30)], STREAM)
    begin = scene.moment()
    scene.put(ruined(number) for number in (*range(10), 100))
    scene.delete(good(number) for number in (10, 11))
    until = scene.moment()
    scene.put([good(0) | {"carrier": {"S": "post"}}])
    scene.reached()
    return Night(scene, play, {"from": begin.isoformat(), "until": until.isoformat()})
