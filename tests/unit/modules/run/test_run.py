# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._export_start import Machine
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines._stacks import Deployment, Stack
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._selection import SelectionError
from ansible_collections.tablekeeper.dynamodb.plugins.modules import run

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def machine(number: int, **tables: bool) -> Machine:
    return Machine(f"tk-export-{number}", f"{ARN}{number}", tables)


@pytest.fixture(name="deployed")
def fixture_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stacks: tk-export-1 with orders and archive, which is disabled, and tk-export-2 with sessions."""
    machinery = [
        Stack(
            each.stack,
            "CREATE_COMPLETE",
            {"StateMachineArn": each.arn},
            tuple({"name": name, "enabled": enabled} for name, enabled in each.tables.items()),
        )
        for each in (machine(1, orders=True, archive=False), machine(2, sessions=True))
    ]
    monkeypatch.setattr(run, "read_deployment", lambda *_: Deployment(None, tuple(machinery)))


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
    found = run.share_out(None, "tk", "eu-west-1", wanted)
    assert [(each.stack, names) for each, names in found] == shares


@pytest.mark.usefixtures("deployed")
def test_an_unknown_table_is_told_with_prefix_region_and_the_nearest_name() -> None:
    with pytest.raises(SelectionError, match='"tk" in eu-west-1: the nearest is sessions'):
        run.share_out(None, "tk", "eu-west-1", ["orders", "sesions"])


def test_every_share_is_started_in_one_execution(client: Any, stub: Stubber) -> None:
    says_started(stub, 1, ["archive", "orders"])
    says_started(stub, 2, ["sessions"])
    shares = [(machine(1), ["archive", "orders"]), (machine(2), ["sessions"])]
    result = run.start(client, shares, "me")
    assert result["changed"] is True
    assert [(each["stack"], each["execution"], each["state"], each["tables"]) for each in result["runs"]] == [
        ("tk-export-1", "execution-1", "RUNNING", ["archive", "orders"]),
        ("tk-export-2", "execution-2", "RUNNING", ["sessions"]),
    ]


def test_a_stack_that_cannot_be_started_does_not_stop_another(client: Any, stub: Stubber) -> None:
    stub.add_client_error("start_execution", "AccessDeniedException", "no")
    says_started(stub, 2, ["sessions"])
    result = run.start(client, [(machine(1), ["orders"]), (machine(2), ["sessions"])], "me")
    assert result["changed"] is True
    assert [each["state"] for each in result["runs"]] == ["NOT_STARTED", "RUNNING"]
    assert "AccessDeniedException" in result["runs"][0]["cause"]


def test_nothing_changed_if_nothing_could_be_started(client: Any, stub: Stubber) -> None:
    stub.add_client_error("start_execution", "AccessDeniedException", "no")
    assert run.start(client, [(machine(1), ["orders"])], "me")["changed"] is False


def test_look_returns_what_the_next_look_needs(client: Any, stub: Stubber) -> None:
    stub.add_response(
        "describe_execution",
        {"executionArn": "e", "stateMachineArn": "m", "status": "RUNNING", "startDate": WHEN},
        {"executionArn": "execution-1"},
    )
    stub.add_response("list_map_runs", {"mapRuns": []})
    poll = {"execution": "execution-1", "tables": ["orders"], "map_run": "", "seen": []}
    (found,) = run.look(client, [poll])["looks"]
    assert json.loads(json.dumps(found)) == {"watch": poll, "state": "RUNNING", "ended": False, "results": []}
