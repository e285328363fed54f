# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Before pipelines go with their stacks, they are looked at, and those on demand beside them go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import start
from ansible_collections.tablekeeper.dynamodb.plugins.modules import prepare_deployment
from local_aws.client.pipelines import pipe, set_up
from tests.unit.support.piped import Piped

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    def ask(
        kept: tuple[str, ...] = (), prefix: str = "tablekeeper", removal: bool = False, **options: Any
    ) -> dict[str, Any]:
        wanted = {"prefix": prefix, "kept": list(kept), "removal": removal}
        return play(prepare_deployment, engines={"data_pipeline": wanted}, **options)

    return ask


@pytest.fixture(name="piped")
def fixture_piped(account: Account) -> Piped:
    """Two scheduled pipelines, each with one that ran its table on demand, and somebody else's."""
    made = Piped(set_up(account))
    made.tables("orders")
    made.tables("sessions")
    now = account.aws.now()
    for watch in start.start(made.aws, made.stack, ["orders", "sessions"], "me", now):
        made.pipes.append(type(made.pipes[0])(account, made.pipes[0].client, watch.execution))
        made.pipes[-1].wait()
    pipe(
        account, "tablekeeper-data-pipeline-1-theirs-run", tags=[{"key": "tablekeeper-prefix", "value": "t"}]
    )
    pipe(account, "nightly")
    return made


def listed(account: Account) -> set[str]:
    return {each["name"] for each in account.client("datapipeline").list_pipelines()["pipelineIdList"]}


def test_those_on_demand_go_unless_their_pipeline_is_kept(piped: Piped, ask: Ask) -> None:
    kept, going = (each.name for each in piped.records)
    before = listed(piped.account)
    for check in (True, False):
        answer = ask((kept,), check=check)
        assert (answer["changed"], answer["changes"]) == (True, {"data_pipeline": [f"{going}-run"]})
        assert answer["diff"] == {"before": f"{going}-run: present\n", "after": f"{going}-run: absent\n"}
        assert listed(piped.account) == (before if check else before - {f"{going}-run"})
    assert ask((kept,))["changed"] is False


def test_by_half_a_name_nothing_is_removed(piped: Piped, ask: Ask) -> None:
    kept, before = piped.records[0].name, listed(piped.account)
    half = kept.replace("e", "********", 1)
    for answer in (ask((half,)), ask((kept,), half)):
        assert answer["failed"] is True
        assert f"Ansible has hidden a part of {half}" in answer["msg"]
        assert listed(piped.account) == before


def test_while_one_is_at_work_nothing_goes_without_a_word(piped: Piped, ask: Ask) -> None:
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    piped.account.aws.advance(hours=2)
    (busy, other), before = piped.records, listed(piped.account)
    for check in (True, False):
        assert ask(check=check)["msg"] == (
            "Nothing was changed. These pipelines would be replaced or removed, and are backing up tables "
            f"now: {busy.name}. Wait until they have ended (the status playbook tells), or let them be "
            "canceled with -e tablekeeper_stop_running_pipelines=true."
        )
        assert ask(check=check, removal=True)["msg"] == (
            f"Nothing was removed. These pipelines are backing up tables now: {busy.name}. Wait until "
            "they have ended, or let them be canceled with -e teardown_stop_running_pipelines=true."
        )
        assert listed(piped.account) == before
    assert ask((busy.name,), check=True)["changed"] is True
    answer = ask(stop_running=True)
    assert answer["changes"]["data_pipeline"] == [f"{busy.name}-run", f"{other.name}-run"]


def test_no_other_engine_changes_anything_either(
    piped: Piped, play: Callable[..., dict[str, Any]], account: Account
) -> None:
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    piped.account.aws.advance(hours=2)
    account.forget_calls()
    pipelines = {"prefix": "tablekeeper", "kept": [], "removal": False}
    engines = {"export": {"recovery": ["orders"]}, "data_pipeline": pipelines}
    assert "are backing up tables now" in play(prepare_deployment, engines=engines)["msg"]
    asked = ("Describe", "List", "Query")
    assert all(call["operation"].startswith(asked) for call in account.calls())
    assert play(prepare_deployment, engines=engines, stop_running=True)["changes"]["export"] == ["orders"]


def test_one_on_demand_that_is_at_work_is_named(piped: Piped, ask: Ask) -> None:
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    # In the second of the run before it would find that run's directory, and fail at once.
    piped.account.aws.advance(seconds=2)
    list(start.start(piped.aws, piped.stack, ["orders"], "me", piped.account.aws.now()))
    assert f"now: {piped.records[0].name}-run. Wait" in ask()["msg"]


def test_who_may_not_ask_is_told(piped: Piped, ask: Ask, allow: Callable[..., None]) -> None:
    assert piped.records
    allow("datapipeline:ListPipelines")
    answer = ask()
    assert answer["failed"] is True
    assert "The pipelines cannot be read" in answer["msg"]
    assert "datapipeline:DescribePipelines" in answer["msg"]
