# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What _engines/interface.py promises of every engine. What does not pass here is no engine."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines import interface
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import DEFAULT
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.registry import (
    ENGINES,
    engine_of,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import MachineError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack

from .toy import engine as toy

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ALL: list[Any] = [*ENGINES.values(), toy]
PROMISED = [
    name for name, member in vars(interface.Engine).items() if inspect.isfunction(member) and name[0] != "_"
]
UNFINISHED = Stack("tablekeeper-x-1", "CREATE_FAILED", Outputs(), ())
FOLDERS = {
    "export": "retain-35d/orders/20261128T020000Z-1a2b3c4d/",
    "data_pipeline": "retain-35d/orders/20261128T020000Z-dp/",
}


@pytest.fixture(name="aws")
def fixture_aws(account: Account) -> Aws:
    return Aws(account.client)


@pytest.fixture(name="bucket")
def fixture_bucket(account: Account) -> str:
    """An empty one."""
    name = f"backups-{account.id}"
    account.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    return name


def parameters(function: Any) -> list[tuple[str, Any, Any]]:
    return [
        (each.name, each.kind, each.default)
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    ]


def test_there_is_something_to_promise() -> None:
    assert len(PROMISED) > 8


@pytest.mark.parametrize("engine", ALL, ids=lambda engine: engine.NAME)
@pytest.mark.parametrize("name", PROMISED)
def test_it_takes_what_is_promised(engine: Any, name: str) -> None:
    assert parameters(getattr(engine, name)) == parameters(getattr(interface.Engine, name))


@pytest.mark.parametrize("engine", ALL, ids=lambda engine: engine.NAME)
def test_it_says_what_it_is(engine: Any) -> None:
    kinds = {"NAME": str, "SERVICE": str, "ENDS": tuple}
    assert set(kinds) == set(get_type_hints(interface.Engine, {**vars(interface), **globals()}))
    for name, kind in kinds.items():
        assert isinstance(getattr(engine, name), kind), name
    assert all(end.startswith("/") for end in engine.ENDS)


@pytest.mark.parametrize("engine", ALL, ids=lambda engine: engine.NAME)
def test_nothing_is_started_with_a_stack_that_is_not_finished(engine: Any) -> None:
    with pytest.raises(MachineError, match=r"tablekeeper-x-1 .*run the backup playbook to finish it"):
        engine.check(UNFINISHED)


@pytest.mark.parametrize(("name", "folder"), FOLDERS.items())
def test_each_knows_its_own_folders(name: str, folder: str) -> None:
    assert name == engine_of(folder).NAME


def test_each_has_a_folder_here() -> None:
    assert FOLDERS.keys() == ENGINES.keys()


@pytest.mark.parametrize("engine", ALL, ids=lambda engine: engine.NAME)
def test_an_empty_folder_holds_no_point(engine: Any, aws: Aws, bucket: str) -> None:
    folder = FOLDERS.get(engine.NAME, "retain-35d/orders/20261128T020000Z-toy/")
    assert engine.read_point(aws, bucket, folder) is None
    assert engine.read_point(aws, bucket, folder, empty=True) is None
    assert [each.point for each in engine.listed_points(aws, bucket, folder, {})] == [None]
    for key in engine.end_keys(aws("s3"), bucket, folder):
        assert not key.startswith(engine.bulk(key) or "?")
        assert key.startswith(folder)
        assert key.endswith(engine.ENDS)


@pytest.mark.parametrize(
    "engine", [each for each in ALL if each.NAME != DEFAULT], ids=lambda engine: engine.NAME
)
def test_a_stack_without_runs_tells_of_every_table(engine: Any, aws: Aws, bucket: str) -> None:
    stack = Stack("tablekeeper-x-1", "CREATE_COMPLETE", Outputs(), ())
    assert engine.latest_runs(aws, stack, bucket, {"orders", "sessions"}).keys() == {"orders", "sessions"}
    assert engine.failed_runs(aws, stack, bucket, {"orders": NOW}, set()) == {}
    assert list(engine.reported_points(aws, stack, bucket, NOW, 9)) == []
