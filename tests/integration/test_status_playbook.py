# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The status playbook against the embedded AWS, on a stand-in for the machinery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.playbooks import host
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.integration.playbooks import Played, Target


@pytest.fixture(name="machinery")
def fixture_machinery(account: Account) -> Machinery:
    """Two tables, the second of which failed when it was last backed up."""
    machinery = Machinery(account)
    machinery.deploy_store()
    machinery.deploy(record("orders"), record("sessions"), record("archive", enabled=False))
    orders, sessions = machinery.export("orders"), machinery.export("sessions")
    machinery.run(orders, sessions)
    machinery.run({**orders, "finished": account.aws.now().isoformat()}, machinery.failure("sessions"))
    return machinery


def published(played: Played) -> dict[str, Any]:
    stats = played.stats["tablekeeper_status"]
    assert stats["version"] == 1
    assert list(stats["targets"]) == ["target"]
    mine: dict[str, Any] = stats["targets"]["target"]
    return mine


def rows(played: Played) -> list[list[str]]:
    """First and second word of the rows of the table that was shown; no line is wider than 100 columns."""
    shown = played.stdout.split("Say what was done, or found")[1].split("TASK")[0].splitlines()
    assert max(map(len, shown[1:])) <= 100
    lines = [line.strip().strip('",') for line in shown]
    start = next(number for number, line in enumerate(lines) if line.startswith("TABLE"))
    return [line.split()[:2] for line in lines[start + 1 :] if line[:1].strip() and len(line.split()) > 4]


def test_what_is_not_healthy_is_shown_published_and_fails_the_play(
    target: Target, machinery: Machinery
) -> None:
    machinery.account.forget_calls()
    played = target.play("status", host(), fails=True)
    assert rows(played) == [["archive", "disabled"], ["orders", "healthy"], ["sessions", "UNHEALTHY"]]
    told = published(played)
    assert told["healthy"] is False
    assert told["unhealthy"] == ["sessions"]
    assert told["codes"] == {"disabled": 1, "last_run_failed": 1}
    assert told["tables"] == 3
    count, reason = played.failures["target"].splitlines()
    place = f"In account {machinery.account.id}, eu-west-1:"
    assert count == f"{place} 1 of 3 tables is not healthy (sessions)."
    assert reason.startswith(
        "The last backup of sessions failed (PointInTimeRecoveryUnavailable: PITR is off)"
    )
    assert played.changed == 0
    operations = {call["operation"] for call in machinery.account.calls()}
    assert {each for each in operations if not each.startswith(("Describe", "List", "Get"))} == set()


@pytest.mark.newest
def test_what_is_healthy_passes(target: Target, machinery: Machinery) -> None:
    assert machinery
    played = target.play("status", host(), tables="orders, archive")
    assert rows(played) == [["archive", "disabled"], ["orders", "healthy"]]
    assert published(played)["healthy"] is True


@pytest.mark.newest
def test_the_play_need_not_fail(target: Target, machinery: Machinery) -> None:
    assert machinery
    assert published(target.play("status", host(), status_fail="no"))["unhealthy"] == ["sessions"]


def test_survey_answers_left_empty_mean_the_defaults(target: Target, machinery: Machinery) -> None:
    assert machinery
    empty = dict.fromkeys(("tables", "status_max_age", "status_verify", "status_json_file"), "")
    assert published(target.play("status", host(), **empty, fails=True))["unhealthy"] == ["sessions"]


def test_the_whole_answer_goes_into_a_file(target: Target, machinery: Machinery, tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    relative = {"status_json_file": "status.json"}
    played = target.play("status", host(), **relative, tables=["orders"], status_max_age="2 hours")
    assert f"=> (item={file})" in played.said
    answer = json.loads(file.read_text(encoding="utf-8"))
    assert answer["version"] == 1
    assert answer["target"] == "target"
    assert answer["healthy"] is True
    assert answer["tables"][0]["point"]["bucket"] == machinery.bucket
    assert answer["tables"][0]["last_success"]["max_age_hours"] == 2
    assert set(answer) == {
        "version", "target", "job", "healthy", "place", "reasons", "notes", "now", "tables", "summary",
        "stacks", "alert_path", "costs",
    }  # fmt: skip


@pytest.mark.newest
def test_the_objects_are_looked_at_unless_that_is_not_wanted(target: Target, machinery: Machinery) -> None:
    client, bucket = machinery.client("s3"), machinery.bucket
    for each in client.list_objects_v2(Bucket=bucket, Prefix="retain-35d/orders/")["Contents"]:
        client.delete_object(Bucket=bucket, Key=each["Key"])
    played = target.play("status", host(), tables="orders", fails=True)
    assert published(played)["codes"] == {"point_missing": 1, "points_deleted": 1}
    assert published(target.play("status", host(), tables="orders", status_verify="none"))["codes"] == {}


def test_a_file_that_cannot_be_written_keeps_no_other_from_being_written(
    target: Target, machinery: Machinery, tmp_path: Path
) -> None:
    assert machinery
    (tmp_path / "file").write_text("", encoding="utf-8")
    files = {
        "status_json_file": str(tmp_path / "file" / "status.json"),
        "status_junit_file": str(tmp_path / "status.xml"),
        "status_prometheus_file": str(tmp_path / "status.prom"),
    }
    played = target.play("status", host(), **files, status_fail="no", fails=True)
    assert published(played)["tables"] > 1
    assert played.failures["target"].startswith(f"{files['status_json_file']} could not be written: ")
    assert 'target="target"' in (tmp_path / "status.prom").read_text(encoding="utf-8")
    assert "testsuite" in (tmp_path / "status.xml").read_text(encoding="utf-8")


@pytest.mark.newest
def test_another_account_is_not_looked_at(target: Target, machinery: Machinery) -> None:
    machinery.account.forget_calls()
    played = target.play("status", {**host(), "status_account_id": "123456789012"}, fails=True)
    message = played.failures["target"]
    assert "target is in account 123456789012" in message
    assert f"the credentials are those of account {machinery.account.id}" in message
    assert {call["operation"] for call in machinery.account.calls()} == {"GetCallerIdentity"}
    assert played.stdout.count("fatal: [target]") == 1


@pytest.mark.newest
def test_nothing_deployed_is_a_failure(target: Target) -> None:
    played = target.play("status", host(), fails=True)
    where = f"(account {target.account.id}, region eu-west-1, prefix tablekeeper)"
    advice = "check region, prefix and credentials; if they are right, run the backup playbook."
    told = published(played)
    assert (told["healthy"], told["unhealthy"], told["tables"]) == (False, [], 0)
    assert told["msg"] == f"tablekeeper backs up no table here {where}: {advice}"
    assert told["msg"] in played.said


def test_several_targets_publish_side_by_side(target: Target, machinery: Machinery) -> None:
    assert machinery
    hosts = {"ireland": host(), "oregon": {**host(), "tablekeeper_region": "us-west-2"}}
    played = target.play_hosts("status", hosts, fails=True)
    targets = played.stats["tablekeeper_status"]["targets"]
    assert targets["ireland"]["unhealthy"] == ["sessions"]
    assert targets["oregon"]["codes"] == {"not_deployed": 1}

    # A table that is named is judged by who lists it; a name that nobody lists is told by the first.
    hosts["ireland"]["tablekeeper_tables"] = ["orders", "sessions"]
    hosts["oregon"]["tablekeeper_tables"] = ["users"]
    played = target.play_hosts("status", hosts, tables="orders, odrers", fails=True)
    targets = played.stats["tablekeeper_status"]["targets"]
    assert (targets["ireland"]["unhealthy"], targets["ireland"]["tables"]) == (["odrers"], 2)
    assert (targets["oregon"]["succeeded"], targets["oregon"]["codes"]) == (True, {"told_elsewhere": 2})
    assert "Note: orders is none of the tables of this target: ireland tells of it." in played.stdout


@pytest.mark.newest
def test_a_target_without_region_is_refused(target: Target) -> None:
    played = target.play("status", {"tablekeeper_tables": ["orders"]}, fails=True)
    first, cause = played.failures["target"].split("\n", 1)
    assert first == "Nothing could be judged:"
    assert "tablekeeper_region is not set, but it must be an AWS region" in cause
    assert published(played)["codes"] == {"not_answered": 1}


def test_wrong_inputs_are_refused_all_at_once(target: Target) -> None:
    wrong = {"status_max_age": "soon", "status_verify": "hard", "status_json_file": "/x/"}
    told = target.play("status", host(), fails=True, status_fail=False, **wrong).failures["target"]
    for words in (
        'status_max_age is "soon", but',
        'status_verify is "hard", but it must be none or manifest or content',
        'status_json_file is "/x/", but it must be the path of a file',
    ):
        assert words in told
