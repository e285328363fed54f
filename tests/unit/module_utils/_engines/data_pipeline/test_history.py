# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the data_pipeline engine tells of runs, and with how few calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import (
    runs as data_pipeline_runs,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import start
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import SUCCEEDED
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import gather
from local_aws.client.pipelines import keys

if TYPE_CHECKING:
    from tests.unit.support.piped import Piped

# Every state that AWS documents, and what it counts as.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-interpret-status.html
DOCUMENTED = {
    "ACTIVATING": "RUNNING",
    "CANCELED": "ABORTED",
    "CASCADE_FAILED": "FAILED",
    "CREATING": "RUNNING",
    "DEACTIVATING": "ABORTED",
    "FAILED": "FAILED",
    "FINISHED": "SUCCEEDED",
    "INACTIVE": "ABORTED",
    "MARK_FINISHED": "ABORTED",
    "PAUSED": "PAUSED",
    "PENDING": "RUNNING",
    "RUNNING": "RUNNING",
    "SCHEDULED": "RUNNING",
    "SHUTTING_DOWN": "RUNNING",
    "SKIPPED": "ABORTED",
    "TIMEDOUT": "TIMED_OUT",
    "VALIDATING": "RUNNING",
    "WAITING_FOR_RUNNER": "RUNNING",
    "WAITING_ON_DEPENDENCIES": "RUNNING",
}
SHELL = {
    "type": "ShellCommandActivity",
    "command": "true",
    "step": "",
    "preStepCommand": "",
    "postStepCommand": "",
}


def instance(**fields: str) -> dict[str, str]:
    times = {"@scheduledStartTime": "2026-11-25T02:00:00", "@actualEndTime": "2026-11-25T02:40:00"}
    return {"id": "@T1_2026-11-25T02:00:00", "myDirectory": "s3://b/retain-35d/t/x", **times, **fields}


@pytest.mark.parametrize(("status", "state"), DOCUMENTED.items())
def test_every_documented_state_is_known(status: str, state: str) -> None:
    run = data_pipeline_runs.run_of("df-1", instance(**{"@status": status}), scheduled=True)
    assert run.state == state
    assert bool(run.point) == (state == SUCCEEDED)


@pytest.mark.parametrize("status", ["", "DREAMING", "finished"])
def test_a_state_of_the_future_is_no_success(status: str) -> None:
    run = data_pipeline_runs.run_of("df-1", instance(**{"@status": status}), scheduled=True)
    assert run.state not in (SUCCEEDED, "RUNNING", "FAILED")
    assert run.point is None


@pytest.mark.newest  # it is about many tables
def test_94_healthy_tables_are_told_by_their_components(piped: Piped) -> None:
    names = [f"t{number:02}" for number in range(94)]
    for begin in (0, 45, 90):
        piped.pipeline(*names[begin : begin + 45], **SHELL)
    piped.run()
    piped.account.forget_calls()
    past = piped.past()
    operations = Counter(call["operation"] for call in piped.account.calls())
    # Components are asked for 25 at a time, 2 + 2 + 1 times; the embedded AWS answers 10 a page.
    assert operations == {"ListPipelines": 1, "DescribePipelines": 1, "DescribeObjects": 11}
    assert {each.runs[0].state for each in past.values()} == {SUCCEEDED}
    assert {each.starter.state for each in past.values() if each.starter} == {"SCHEDULED"}
    # The instances say the same.
    for name, closer in piped.past("t00", "t93", young_hours=None).items():
        assert closer.runs[0].point
        assert past[name].runs[0].point
        told = closer.runs[0].point
        assert replace(past[name].runs[0].point, finished=told.finished, taken=told.taken) == told
        # A cluster reads one table after another: the component tells only when their turn began.
        assert past[name].runs[0].point.moment <= told.moment
        assert past[name].runs[0].id == closer.runs[0].id
        assert past[name].runs[0].scheduled == closer.runs[0].scheduled


@pytest.mark.parametrize("components_tell", [True, False])
def test_a_failed_table_is_told_with_its_cause_and_the_others_are_well(
    piped: Piped, *, components_tell: bool
) -> None:
    piped.account.aws.control(
        "POST", "datapipeline", account=piped.account.id, components_tell=components_tell
    )
    piped.tables("orders", "sessions")
    piped.account.client("dynamodb").delete_table(TableName="sessions")
    piped.run()
    past = piped.past()
    (good,), (bad,) = past["orders"].runs, past["sessions"].runs
    assert good.state == SUCCEEDED
    assert good.point
    assert f"{good.point.prefix}/data/manifest" in keys(piped.account)
    assert (bad.state, bad.point) == ("FAILED", None)
    assert bad.error.startswith("ActivityFailed")
    assert "sessions" in bad.cause
    assert bad.log.startswith(f"s3://{piped.bucket}/logs/")
    assert bad.finished
    assert bad.finished >= bad.started


def test_health_that_has_gone_stale_is_looked_at_and_stays_old(piped: Piped) -> None:
    piped.pipeline("orders", **SHELL)
    piped.run()
    piped.account.client("datapipeline").deactivate_pipeline(pipelineId=piped.pipes[0].id)
    piped.account.aws.advance(days=3)
    past = piped.past()["orders"]
    assert past.runs[0].state == SUCCEEDED
    assert (piped.account.aws.now() - past.runs[0].finished).days >= 2
    assert past.starter
    assert (past.starter.state, past.starter.runs) == ("INACTIVE", False)


def test_a_run_under_way_is_running_and_the_last_one_is_told_beside_it(piped: Piped) -> None:
    piped.tables("orders")
    piped.run()
    piped.account.aws.control("POST", "datapipeline", account=piped.account.id, slow={"orders": 7200})
    piped.account.aws.advance(hours=24)
    states = {run.state for run in piped.past()["orders"].runs}
    assert states == {"RUNNING", SUCCEEDED}


def test_a_pipeline_that_is_gone_starts_nothing(piped: Piped) -> None:
    piped.pipeline("orders", **SHELL)
    piped.account.client("datapipeline").delete_pipeline(pipelineId=piped.pipes[0].id)
    past = piped.past()["orders"]
    assert past.runs == ()
    assert past.starter
    assert (past.starter.state, past.starter.runs) == ("", False)


def test_where_a_backup_lies_is_told_by_its_run_when_its_definition_has_changed(piped: Piped) -> None:
    piped.pipeline("orders", **SHELL)
    piped.run()
    piped.rows[0] = replace(piped.rows[0], retention_days=7)  # and the pipeline is defined and activated anew
    piped.account.client("datapipeline").activate_pipeline(pipelineId=piped.pipes[0].id)
    point = piped.past()["orders"].runs[0].point
    assert point
    assert (point.prefix.split("/")[0], point.retention_days) == ("retain-35d", 35)


def test_the_later_of_a_scheduled_run_and_one_on_demand_counts(piped: Piped) -> None:
    piped.tables("orders")
    piped.run()
    (watch,) = start.start(piped.aws, piped.stack, ["orders"], "me", piped.account.aws.now())
    piped.pipes.append(replace(piped.pipes[0], id=watch.execution))
    piped.pipes[-1].wait()
    runs = sorted(piped.past()["orders"].runs, key=lambda run: run.started)
    assert [run.state for run in runs] == [SUCCEEDED, SUCCEEDED]
    assert [bool(run.scheduled) for run in runs] == [True, False]
    assert runs[1].id.startswith(watch.execution)


def test_a_point_is_found_in_the_bucket_when_no_run_tells_of_it(piped: Piped) -> None:
    piped.tables("orders")
    piped.run()
    told = piped.past(young_hours=None)["orders"].runs[0].point
    folders = gather.point_folders(piped.aws, piped.bucket, [7, 35])
    found = gather.newest_point(piped.aws, piped.bucket, folders)
    assert told
    assert found
    assert (found.prefix, found.engine, found.retention_days) == (told.prefix, "data_pipeline", 35)
    assert found.files
    assert found.bytes

    s3, newer = piped.account.client("s3"), "retain-35d/orders/29990101T020000Z-dp/data/"
    for name in ("manifest", "_SUCCESS"):
        s3.put_object(Bucket=piped.bucket, Key=newer + name, Body=b"{}")
    assert gather.newest_point(piped.aws, piped.bucket, folders) == found, "an empty one does not count"


def test_no_table_no_run(piped: Piped) -> None:
    past: dict[str, Any] = piped.past("stranger")
    assert past["stranger"].runs == ()
