# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Deployment, Stack
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.selection import SelectionError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run import apply, apply_runs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run.apply_runs import Share
from ansible_collections.tablekeeper.dynamodb.plugins.modules import run
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support.records import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:tk-export-"
WHEN = "2026-11-23T02:00:00Z"


@pytest.fixture(name="client")
def fixture_client() -> Any:
    return boto3.client("stepfunctions", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture(name="stub")
def fixture_stub(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def says_started(stub: Stubber, number: int, tables: list[str]) -> None:
    payload = json.dumps({"started_by": "me", "tables": tables})
    stub.add_response(
        "start_execution",
        {"executionArn": f"execution-{number}", "startDate": WHEN},
        {"stateMachineArn": f"{ARN}{number}", "name": ANY, "input": payload},
    )


class Reached(SimpleNamespace):
    """The clients of an account, of which there is only one; AWS has not told its time."""

    now = None

    def __call__(self, _service: str) -> Any:
        return self.client


def share(number: int, *names: str, **tables: bool) -> Share:
    """A stack with tables that are enabled or not, and which of them are wanted."""
    rows = tuple(table(name, enabled=enabled) for name, enabled in tables.items())
    outputs = Outputs(state_machine_arn=f"{ARN}{number}")
    return Share(Stack(f"tk-export-{number}", "CREATE_COMPLETE", outputs, rows, "export"), list(names))


@pytest.fixture(name="deployed")
def fixture_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stacks: tk-export-1 with orders and archive, which is disabled, and tk-export-2 with sessions."""
    shares = (share(1, orders=True, archive=False), share(2, sessions=True))
    stacks = tuple(each.stack for each in shares)
    monkeypatch.setattr(apply_runs, "read_deployment", lambda *_: Deployment(None, stacks))


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("wanted", "shares"),
    [
        ([], [("tk-export-1", ["orders"]), ("tk-export-2", ["sessions"])]),
        (["sessions"], [("tk-export-2", ["sessions"])]),
        (["archive", "orders"], [("tk-export-1", ["archive", "orders"])]),
    ],
)
def test_each_stack_gets_its_share(wanted: list[str], shares: list[tuple[str, list[str]]]) -> None:
    found, _selected = apply_runs.share_out(None, "tk", "eu-west-1", wanted)
    assert [(each.stack.name, each.tables) for each in found] == shares


@pytest.mark.usefixtures("deployed")
def test_an_unknown_table_is_told_with_prefix_region_and_the_nearest_name() -> None:
    with pytest.raises(SelectionError, match='"tk" in eu-west-1: the nearest is sessions'):
        apply_runs.share_out(None, "tk", "eu-west-1", ["orders", "sesions"])


def test_every_share_is_started_in_one_execution(client: Any, stub: Stubber) -> None:
    says_started(stub, 1, ["archive", "orders"])
    says_started(stub, 2, ["sessions"])
    shares = [share(1, "archive", "orders"), share(2, "sessions")]
    result = apply.start(Reached(client=client), shares, "me")
    assert result["changed"] is True
    assert [(each["stack"], each["execution"], each["state"], each["tables"]) for each in result["runs"]] == [
        ("tk-export-1", "execution-1", "RUNNING", ["archive", "orders"]),
        ("tk-export-2", "execution-2", "RUNNING", ["sessions"]),
    ]


def test_a_stack_that_cannot_be_started_does_not_stop_another(client: Any, stub: Stubber) -> None:
    stub.add_client_error("start_execution", "AccessDeniedException", "no")
    says_started(stub, 2, ["sessions"])
    result = apply.start(Reached(client=client), [share(1, "orders"), share(2, "sessions")], "me")
    assert result["changed"] is True
    assert [each["state"] for each in result["runs"]] == ["NOT_STARTED", "RUNNING"]
    assert "AccessDeniedException" in result["runs"][0]["cause"]


def test_nothing_changed_if_nothing_could_be_started(client: Any, stub: Stubber) -> None:
    stub.add_client_error("start_execution", "AccessDeniedException", "no")
    assert apply.start(Reached(client=client), [share(1, "orders")], "me")["changed"] is False


def test_in_the_wrong_account_nothing_is_asked(account: Account, play: Callable[..., dict[str, Any]]) -> None:
    account.forget_calls()
    answer = play(run, account_id="999999999999", target="shop")
    assert "shop is in account 999999999999" in answer["msg"]
    assert [call["operation"] for call in account.calls()] == ["GetCallerIdentity"]


def test_listed_tables_that_no_stack_has_are_told_and_the_others_backed_up(
    account: Account, play: Callable[..., dict[str, Any]]
) -> None:
    target = Machinery(account)
    target.deploy_store(subscribed=False)
    target.deploy(record("orders"), record("off", enabled=False))
    listed = ["orders", "sessions", "off"]
    foreseen = play(run, check=True, listed=listed)
    assert foreseen["msg"] == (
        "Would back up orders. Listed in tablekeeper_tables and not deployed: sessions; run the backup "
        "playbook, which says why if it cannot."
    )
    answer = play(run, listed=listed)
    assert (answer["not_deployed"], answer["account_id"]) == (["sessions"], account.id)
    assert [each["tables"] for each in answer["runs"]] == [["orders"]]


def test_a_named_table_of_another_target_is_left_to_it(play: Callable[..., dict[str, Any]]) -> None:
    answer = play(run, tables=["users"], others={"shop-us": ["users"]})
    assert (answer["elsewhere"], answer["runs"], answer["changed"]) == (["users"], [], False)


def test_what_was_started_is_told_of_whatever_happens_then(client: Any, stub: Stubber) -> None:
    says_started(stub, 1, ["orders"])
    nameless = Share(Stack("tk-export-2", "CREATE_COMPLETE", Outputs(), (), "export"), ["sessions"])
    result = apply.start(Reached(client=client), [share(1, "orders"), nameless], "me")
    assert [each["state"] for each in result["runs"]] == ["RUNNING", "NOT_STARTED"]
    assert "Unexpected API Call" in result["runs"][1]["cause"]


def test_an_error_that_was_not_expected_is_told_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, play: Callable[..., dict[str, Any]]
) -> None:
    monkeypatch.setattr(run, "ask", lambda *_, **__: {}["mapRuns"])
    answer = play(run)
    assert answer["msg"] == "An error that was not expected, KeyError('mapRuns')"
    assert "Traceback" in answer["traceback"]
