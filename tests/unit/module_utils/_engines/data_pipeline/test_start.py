# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backups on demand: which pipeline is made for them, what makes way, and what is told of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.datapipeline import (
    RefusedDefinitionError,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import (
    start as data_pipeline_start,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.run import (
    Look,
    MachineError,
    StartError,
    Watch,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._run import apply_runs
from local_aws.client.pipelines import at, default, keys
from local_aws.client.samples import create, simple
from tests.unit.support.piped import TAGS, row

if TYPE_CHECKING:
    from tests.unit.support.piped import Piped

pytestmark = pytest.mark.newest

Fields = dict[str, str]


def start(piped: Piped, *tables: str) -> list[Watch]:
    now = piped.account.aws.now()
    return list(data_pipeline_start.start(piped.aws, piped.stack, tables, "me", now))


def finish(piped: Piped, watch: Watch) -> Look:
    """What a look finds once the pipeline has run."""
    replace(piped.pipes[0], id=watch.execution).wait()
    return data_pipeline_start.look(piped.aws, watch)


def listed(piped: Piped) -> dict[str, str]:
    found = piped.account.client("datapipeline").list_pipelines()["pipelineIdList"]
    return {each["name"]: each["id"] for each in found}


def definition(piped: Piped, pipeline: str) -> dict[str, Fields]:
    answer = piped.account.client("datapipeline").get_pipeline_definition(pipelineId=pipeline)
    return {
        each["id"]: {
            field["key"]: field.get("stringValue", field.get("refValue")) for field in each["fields"]
        }
        for each in answer["pipelineObjects"]
    }


def test_named_tables_run_on_one_cluster_of_the_same_shape(piped: Piped) -> None:
    piped.tables("orders", "sessions", "other")
    scheduled = definition(piped, piped.pipes[0].id)
    (watch,) = start(piped, "sessions", "orders")
    assert watch.tables == ("orders", "sessions")
    name = piped.records[0].name
    assert listed(piped)[f"{name}-run"] == watch.execution
    made = definition(piped, watch.execution)
    orders, sessions = (naming.logical_id(table) for table in ("orders", "sessions"))
    assert made.keys() == {"Default", "Cluster", "Failed", orders, sessions}
    assert made["Cluster"] == scheduled["Cluster"]
    assert made["Default"]["scheduleType"] == "ondemand"
    assert not {"lateAfterTimeout", "onLateAction", "schedule"} & {
        key for each in made.values() for key in each
    }
    assert f"execution='{name}-run/" in made[orders]["preStepCommand"]
    told = piped.account.client("datapipeline").describe_pipelines(pipelineIds=[watch.execution])
    (described,) = told["pipelineDescriptionList"]
    assert {each["key"]: each["value"] for each in described["tags"]} == TAGS
    assert described["description"] == "Backs up DynamoDB tables once, for me"

    look = finish(piped, watch)
    assert look.ended
    results = {each.table: each for each in look.results}
    assert {each.ok for each in results.values()} == {True}
    assert (results["orders"].items, results["orders"].files) == (None, len(data(piped, "orders")))
    assert f"{results['orders'].prefix}/settings.json" in keys(piped.account)
    assert len(piped.account.client("emr").list_clusters()["Clusters"]) == 1


def data(piped: Piped, table: str) -> list[str]:
    found = keys(piped.account, f"retain-35d/{table}/")
    return [key for key in found if "/data/" in key and not key.endswith(("/manifest", "/_SUCCESS"))]


def test_a_table_that_fails_is_told_and_the_next_look_asks_for_the_rest(piped: Piped) -> None:
    piped.tables("orders", "sessions")
    piped.account.client("dynamodb").delete_table(TableName="sessions")
    (watch,) = start(piped, "orders", "sessions")
    look = finish(piped, watch)
    (bad,) = [each for each in look.results if not each.ok]
    assert (bad.table, bad.error.split(":")[0]) == ("sessions", "ActivityFailed")
    assert "sessions" in bad.cause
    assert bad.log.startswith("s3://")
    assert data_pipeline_start.look(piped.aws, look.watch).results == ()


def test_two_do_not_run_at_once_and_what_has_ended_makes_way(piped: Piped) -> None:
    piped.tables("orders")
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    (first,) = start(piped, "orders")
    with pytest.raises(StartError, match=rf"{first.execution}\) still runs tables of {piped.stack.name}"):
        start(piped, "orders")
    assert not data_pipeline_start.look(piped.aws, first).ended
    piped.account.aws.advance(hours=3)
    assert finish(piped, first).ended
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={})
    (second,) = start(piped, "orders")
    name = f"{piped.records[0].name}-run"
    assert listed(piped) == {piped.records[0].name: piped.pipes[0].id, name: second.execution}


def test_a_pipeline_that_is_being_made_is_not_torn_away_and_one_left_behind_is(piped: Piped) -> None:
    piped.tables("orders")
    client = piped.account.client("datapipeline")
    tags = [{"key": key, "value": value} for key, value in TAGS.items()]
    client.create_pipeline(name=f"{piped.records[0].name}-run", uniqueId="somebody-else", tags=tags)
    with pytest.raises(StartError, match="still runs tables"):
        start(piped, "orders")
    piped.account.aws.advance(minutes=11)
    assert start(piped, "orders")


def test_a_pipeline_that_was_deleted_has_lost_its_tables(piped: Piped) -> None:
    piped.tables("orders")
    (watch,) = start(piped, "orders")
    piped.account.client("datapipeline").delete_pipeline(pipelineId=watch.execution)
    look = data_pipeline_start.look(piped.aws, watch)
    assert look.ended
    assert [(each.table, each.ok, each.error) for each in look.results] == [("orders", False, "DELETED")]


def test_a_disabled_table_runs_as_the_others_do(piped: Piped) -> None:
    piped.tables("orders")
    create(piped.account.client("dynamodb"), (simple("archive"),), pitr=False)
    piped.rows.append(row("archive", 0, enabled=False, schedule="", retention_days=7, ratio=0.5))
    (watch,) = start(piped, "archive")
    (activity,) = [each for name, each in definition(piped, watch.execution).items() if name.startswith("T")]
    assert activity["step"].endswith("/data,archive,0.50")
    assert "orders" not in activity["preStepCommand"].split("execution=")[0]
    assert activity["postStepCommand"].startswith("table=archive run='#{myDirectory}' empty=no\n")
    (result,) = finish(piped, watch).results
    assert (result.ok, result.prefix.startswith("retain-7d/archive/")) == (True, True)
    assert f"{result.prefix}/settings.json" in keys(piped.account)


def test_disabled_tables_beyond_what_a_pipeline_holds_are_refused(piped: Piped, monkeypatch: Any) -> None:
    monkeypatch.setattr(data_pipeline_start.pipelines, "MOST_TABLES", 2)
    piped.tables("orders")
    piped.tables("sessions", "carts")
    piped.rows += [row(name, 0, enabled=False, schedule="") for name in ("archive", "old")]
    shares = data_pipeline_start._shares(piped.stack, ["orders", "sessions", "carts", "archive"])
    assert [[each.name for each in rows] for _record, rows in shares.values()] == [
        ["orders", "archive"],
        ["sessions", "carts"],
    ]
    with pytest.raises(StartError, match="old is disabled, and the pipelines of"):
        start(piped, "orders", "sessions", "carts", "archive", "old")
    assert len(listed(piped)) == 2


def test_without_any_pipeline_a_disabled_table_has_nothing_to_follow(piped: Piped) -> None:
    piped.rows.append(row("archive", 0, enabled=False, schedule=""))
    with pytest.raises(StartError, match="archive: every table of tablekeeper-data-pipeline-1 is disabled"):
        start(piped, "archive")


def test_a_definition_that_aws_refuses_leaves_no_pipeline(piped: Piped, monkeypatch: Any) -> None:
    piped.tables("orders")
    broken = [default(piped.account, schedule=("Nowhere",))]
    monkeypatch.setattr(data_pipeline_start.definition, "on_demand", lambda *_: broken)
    with pytest.raises(RefusedDefinitionError, match="Nowhere"):
        start(piped, "orders")
    assert list(listed(piped)) == [piped.records[0].name]


def test_what_cannot_be_started_has_failed_and_the_other_pipeline_has_not(
    piped: Piped, monkeypatch: Any
) -> None:
    piped.tables("orders")
    piped.tables("sessions")
    real = data_pipeline_start.datapipeline.get_definition

    def denied(client: Any, pipeline: str) -> Any:
        if pipeline == piped.pipes[1].id:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetPipelineDefinition")
        return real(client, pipeline)

    monkeypatch.setattr(data_pipeline_start.datapipeline, "get_definition", denied)
    share = apply_runs.Share(piped.stack, ["orders", "sessions"])
    runs = apply_runs.begin(piped.aws, share, "me")
    assert [(each["state"], each["tables"]) for each in runs] == [
        ("RUNNING", ["orders"]),
        ("NOT_STARTED", ["sessions"]),
    ]
    assert "AccessDeniedException" in runs[1]["cause"]
    poll = {"execution": runs[0]["execution"], "tables": ("orders",), "engine": "data_pipeline"}
    assert json.dumps(apply_runs.look(piped.aws, Watch(**poll)).watch.tables) == '["orders"]'


def test_an_unfinished_stack_is_refused() -> None:
    with pytest.raises(MachineError, match="tk is ROLLBACK_COMPLETE and has no role for its clusters"):
        data_pipeline_start.check(Stack("tk", "ROLLBACK_COMPLETE", Outputs(), ()))


def test_times_are_those_of_aws(piped: Piped) -> None:
    piped.tables("orders")
    before = at(piped.account)
    (watch,) = start(piped, "orders")
    (result,) = finish(piped, watch).results
    later = piped.account.aws.now() + timedelta(minutes=1)
    assert f"{before}Z" <= result.started <= result.finished <= later.strftime("%Y-%m-%dT%H:%M:%SZ")
