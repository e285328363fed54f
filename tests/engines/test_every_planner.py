# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What _engines/planning.py promises of every engine. What does not pass here is no engine."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import asdict, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import Reading, plain
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines import planning
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import DEFAULT, PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.registry import ENGINES
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.plan import StackPlan, TablePlan
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import templates

from .checkout import ROOT
from .test_every_engine import PROMISED as OF_ENGINES
from .test_every_engine import parameters
from .toy import engine as toy_engine
from .toy import planner as toy

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ALL: list[Any] = [*PLANNERS.values(), toy]
PROMISED = [
    name for name, member in vars(planning.Planner).items() if inspect.isfunction(member) and name[0] != "_"
]
every_engine = pytest.mark.parametrize("engine", ALL, ids=lambda engine: engine.NAME)


def settings(engine: Any) -> Any:
    mistakes: list[Any] = []
    own = engine.read_settings(Reading(), "eu-west-1", mistakes)
    assert mistakes == []
    return own


def table(engine: Any, name: str = "orders", **changes: Any) -> TablePlan:
    return TablePlan(
        **{
            "name": name, "engine": engine.NAME, "every": 24, "at": "02:00", "timezone": "UTC",
            "retention_days": 35, "max_age": 30, "enabled": True, "allow_empty": False, "tags": {},
            "key": f"T{name}", "topic": name, "alarm": name, "prefix": f"retain-35d/{name}",
            "schedule": "24h-0200-7e5f76", "window": 24, "echo": 6, "armed": False,
            "own": engine.read_entry({}), **changes,
        }
    )  # fmt: skip


def record(engine: Any, plan: TablePlan) -> TableRecord:
    """What the next plan reads of a table's own."""
    told = TableRecord(
        name=plan.name, every=24, max_age=30, retention_days=35, enabled=True, own=engine.remember(plan),
        schedule=plan.schedule,
    )  # fmt: skip
    return TableRecord.from_json(json.loads(json.dumps(told.to_json())), engine=engine.NAME)


def stack(engine: Any, before: dict[str, TableRecord]) -> StackPlan:
    given = planning.Given("tablekeeper", settings(engine), before, {}, (), NOW)
    held = [table(engine), table(engine, "sessions")]
    tables, own = engine.plan_stack("tablekeeper-x-1", 1, held, given)
    assert [each.name for each in tables] == ["orders", "sessions"]
    return StackPlan("tablekeeper-x-1", engine.NAME, 1, engine.ROLE, tuple(tables), (), (), own)


def test_there_is_something_to_promise() -> None:
    assert len(PROMISED) > 12
    assert not set(PROMISED) & set(OF_ENGINES)


@every_engine
@pytest.mark.parametrize("name", PROMISED)
def test_it_takes_what_is_promised(engine: Any, name: str) -> None:
    assert parameters(getattr(engine, name)) == parameters(getattr(planning.Planner, name))


@every_engine
def test_it_says_what_it_is(engine: Any) -> None:
    texts = ("NAME", "MARK", "ROLE", "DESCRIPTION", "LEAF", "NEEDS")
    kinds = {**dict.fromkeys(texts, str), "NEEDS_PITR": bool, "KEYS": dict, "SETTINGS": dict}
    assert set(kinds) == set(planning.Planner.__annotations__)
    for name, kind in kinds.items():
        assert isinstance(getattr(engine, name), kind), name
    assert all(engine.KEYS[key].without for key in engine.KEYS)


def test_both_lists_have_the_same_engines() -> None:
    assert list(PLANNERS) == list(ENGINES)
    assert next(iter(ENGINES)) == DEFAULT
    assert PLANNERS[DEFAULT].MARK == ""


def test_none_takes_what_is_another_s() -> None:
    assert len({each.MARK for each in ALL}) == len(ALL)
    for what in ("KEYS", "SETTINGS"):
        names = [name for each in ALL for name in getattr(each, what)]
        assert len(set(names)) == len(names)


@every_engine
def test_settings_and_entries_may_be_left_out(engine: Any) -> None:
    assert is_dataclass(settings(engine))
    json.dumps(plain(asdict(settings(engine))))
    assert list(engine.refused_target("eu-west-1", {}, ["orders"])) == []
    assert engine.refused_timezone("UTC") == ""


@every_engine
def test_a_table_weighs_something_and_the_first_no_less(engine: Any) -> None:
    later, first = (engine.weigh(table(engine), first=first) for first in (False, True))
    assert 0 < later.template <= first.template
    assert later.machine <= first.machine


@every_engine
def test_what_it_remembers_changes_nothing_the_next_time(engine: Any) -> None:
    first = stack(engine, {})
    shared = {each.name for each in fields(TableRecord)}
    for each in first.tables:
        assert not engine.remember(each).keys() & shared
    again = stack(engine, {each.name: record(engine, each) for each in first.tables})
    assert again == first
    for each in again.tables:
        assert list(engine.changes(record(engine, each), each)) == []
    assert list(engine.refused_stacks([first], settings(engine))) == []


@every_engine
def test_it_is_told_in_words_and_prices(engine: Any) -> None:
    assert engine.in_words(24, "02:00").strip()
    data = plain(asdict(stack(engine, {})))
    own = plain(asdict(settings(engine)))
    nothing = engine.estimate([], own, None)
    assert not nothing.lines and not nothing.problems  # noqa: PT018
    told = engine.estimate([data], own, None)
    assert all(isinstance(line, str) for line in (*told.lines, *told.problems))
    assert told.problems in ((), [])


@every_engine
def test_nothing_is_to_be_done_before_what_never_was(engine: Any) -> None:
    for planned in (None, [stack(engine, {})]):
        assert engine.preparation(planning.Upcoming("tablekeeper", {}, False, planned)) == {}


@every_engine
def test_what_is_to_be_done_before_can_be_asked_of_the_engine(engine: Any, account: Account) -> None:
    """As the module gets it; in an empty account there is nothing to do."""
    planned, deployed = [stack(engine, {})], {"tablekeeper-x-1": {"List": [{"name": "x"}]}}
    ready = planning.Upcoming("tablekeeper", deployed, True, planned, ["orders"])
    wanted = json.loads(json.dumps(engine.preparation(ready)))
    assert wanted, engine.NAME
    found = {**ENGINES, "toy": toy_engine}[engine.NAME].prepare(Aws(account.client), wanted)
    assert (found.at_work, found.refusal) == ((), "")
    assert found.changes == (("tablekeeper-x-1",) if engine is toy else ())
    assert not found.do(0)


@every_engine
def test_a_state_machine_is_one_that_step_functions_takes(engine: Any) -> None:
    data = plain(asdict(replace(stack(engine, {}))))
    made = engine.machine(
        data, plain(asdict(settings(engine))), lambda file: templates._definition(file, "eu-west-1")
    )
    assert not made or made["StartAt"] in made["States"]


# What users write.
NAMED_BY_USERS = re.compile(r"tablekeeper_data_pipeline|backup_data_pipeline")
# Still to be asked through the door of the engines: which modules there are for one of them only.
ASKED_BY_NAME = {
    "roles/backup/vars/main.yml",
}


def code_of(path: Path) -> str:
    """A file without its comments and without the texts for people: documentation, descriptions, examples."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = re.sub(r'(?ms)^(DOCUMENTATION|EXAMPLES|RETURN) = r""".*?"""|""".*?"""', "", text)
    return NAMED_BY_USERS.sub("", re.sub(r"(?m)(^|\s)#.*$", "", text))


@pytest.mark.parametrize("name", [name for name in PLANNERS if "_" in name])  # export is a word, too
def test_nobody_else_writes_the_name_of_an_engine(name: str) -> None:
    own = (f"_engines/{name}/", "_engines/planners.py", "_engines/registry.py", f"templates/{name}.yaml.j2")
    files = [
        path
        for folder in ("plugins", "roles", "playbooks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yml", ".j2"}
        and not any(each in path.as_posix() for each in own)
        and "meta" not in path.parts and "defaults" not in path.parts and "_inputs" not in path.parts
    ]  # fmt: skip
    found = {path.relative_to(ROOT).as_posix() for path in files if name in code_of(path)}
    assert found <= ASKED_BY_NAME
