# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import retire_pipelines

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

NAME = "tablekeeper-data-pipeline-1-24h-0200-7e5f76-{}"


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, retire_pipelines)


def make(account: Account, name: str, prefix: str = "tablekeeper") -> str:
    tags = [{"key": "tablekeeper-prefix", "value": prefix}]
    made = account.client("datapipeline").create_pipeline(name=name, uniqueId=name, tags=tags)
    return str(made["pipelineId"])


def names(account: Account) -> set[str]:
    return {each["name"] for each in account.client("datapipeline").list_pipelines()["pipelineIdList"]}


def test_only_what_ran_on_demand_beside_a_pipeline_that_goes_is_removed(account: Account, ask: Ask) -> None:
    stays, goes = NAME.format("11111111"), NAME.format("22222222")
    for name in (stays, f"{stays}-run", goes, f"{goes}-run"):
        make(account, name)
    make(account, f"{NAME.format('33333333')}-run", prefix="tablekeeper-data-pipeline-1")
    make(account, "somebody-elses-run")
    account.aws.advance(minutes=11)  # until then they might be about to be activated
    before = names(account)

    foretold = ask(kept=[stays], check=True)
    assert (foretold["changed"], foretold["removed"]) == (True, [f"{goes}-run"])
    assert names(account) == before
    assert ask(kept=[stays])["removed"] == [f"{goes}-run"]
    assert names(account) == before - {f"{goes}-run"}
    again = ask(kept=[stays])
    assert (again["changed"], again["removed"], again["running"]) == (False, [], [])


def test_nothing_is_removed_while_one_is_at_work(account: Account, ask: Ask) -> None:
    made = f"{NAME.format('22222222')}-run"
    pipeline = make(account, made)
    answer = ask()
    assert answer["running"] == [{"id": pipeline, "name": made}]
    assert (answer["changed"], answer["removed"]) == (False, [])
    assert names(account) == {made}
    assert ask(stop_running=True)["removed"] == [made]
    assert names(account) == set()


def test_a_call_that_is_denied_is_named(account: Account, ask: Ask, allow: Callable[..., None]) -> None:
    make(account, NAME.format("22222222"))
    allow("sts:GetCallerIdentity")
    answer = ask()
    assert answer["failed"]
    assert "datapipeline:ListPipelines" in answer["msg"]
