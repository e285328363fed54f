# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The script that checks what a cluster has written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.support.command_line import Cluster
from tests.unit.support.rendering import script

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


@pytest.fixture(name="cluster")
def fixture_cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def check(cluster: Cluster, more: str = "empty=no") -> subprocess.CompletedProcess[str]:
    return cluster.run(f"table=ledger run=s3://b/run {more}\n{script('check_data.sh')}")


FILES = "2026-11-25 02:01:00 0 _SUCCESS\n2026-11-25 02:01:00 99 manifest\n2026-11-25 02:01:00 {} 0b1c\n"


def test_data_that_is_whole_passes_and_a_long_interval_is_kept_alive(cluster: Cluster) -> None:
    cluster.answers = {"ls": FILES.format(5)}
    done = check(cluster, "empty=no hours=168 beat=arn:machine topic=arn:topic")
    assert done.returncode == 0, done.stderr
    (started,) = [call for call in cluster.calls() if call.startswith("stepfunctions start-execution")]
    told = json.loads(started[started.index("{") :])
    # From when the settings were saved, which was just before the table was read.
    assert told == {"topic": "arn:topic", "until": "2026-12-02T02:01:00Z"}
    assert cluster.calls()[-1].endswith("- s3://b/run/checked.json")


@pytest.mark.parametrize(("empty", "code"), [("no", 1), ("yes", 0)])
def test_no_item_is_a_failure_unless_the_table_may_be_empty(cluster: Cluster, empty: str, code: int) -> None:
    cluster.answers = {"ls": FILES.format(0)}
    done = check(cluster, f"empty={empty}")
    assert done.returncode == code
    assert ("set allow_empty for it" in done.stderr) == (code == 1)
    assert any("checked.json" in call for call in cluster.calls()) == (code == 0)
    assert not any("start-execution" in call for call in cluster.calls())


def test_data_without_a_manifest_is_a_failure(cluster: Cluster) -> None:
    cluster.answers = {"ls": FILES.format(5)}
    cluster.says("cp", 1, "fatal error: An error occurred (404) when calling the HeadObject operation")
    assert check(cluster).returncode == 1
