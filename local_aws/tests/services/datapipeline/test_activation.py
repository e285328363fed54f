# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines that are activated by hand, and those that wait for somebody's task runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.client.pipelines import cluster, default, pipe, shell

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_an_on_demand_pipeline_runs_once_for_each_activation(home: Account) -> None:
    made = pipe(home).define(default(home), cluster(), shell("A", "true")).activate()
    made.wait()
    home.aws.advance(minutes=1)
    assert made.state() == "FINISHED"
    made.activate()
    made.wait()
    assert len([name for name in made.ids("INSTANCE") if name.startswith("@A_")]) == 2
    made.client.delete_pipeline(pipelineId=made.id)
    with pytest.raises(ClientError, match="PipelineDeletedException"):
        made.state()


def test_tasks_of_a_worker_group_wait_for_a_runner(home: Account) -> None:
    made = pipe(home).define(default(home), shell("A", "true", runsOn=[], workerGroup="w")).activate()
    assert made.wait_for(bool)["A"]["@status"] == "WAITING_FOR_RUNNER"
    with pytest.raises(ClientError, match="maxActiveInstances"):
        made.activate()
    made.client.deactivate_pipeline(pipelineId=made.id)
    assert made.wait()["A"]["@status"] == "CANCELED"
