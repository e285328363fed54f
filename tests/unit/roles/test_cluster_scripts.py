# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shell scripts of a cluster, with an AWS CLI that says what old and new ones say.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.support.rendering import script

if TYPE_CHECKING:
    from pathlib import Path

# Answers by the call's name; keeps what is copied from a file; notes every call.
CLI = """#!/bin/sh
echo "$*" >>"$HOME/calls"
name=$2
if [ "$1 $2" = "s3 cp" ]; then
  for word in "$@"; do [ -f "$word" ] && cp "$word" "$HOME/saved"; done
fi
[ -f "$HOME/error.$name" ] && cat "$HOME/error.$name" >&2
[ -f "$HOME/answer.$name" ] && cat "$HOME/answer.$name"
[ -f "$HOME/code.$name" ] && exit "$(cat "$HOME/code.$name")"
exit 0
"""
# As the AWS CLI prints them.
TABLE = {
    "TableName": "led'ger",
    "GlobalSecondaryIndexes": [{"IndexName": "by.day"}, {"IndexName": "by-shop"}],
}
ANSWERS: dict[str, Any] = {
    "describe-table": TABLE,
    "describe-time-to-live": {"TimeToLiveStatus": "DISABLED"},
    "list-tags-of-resource": [{"Key": "text", "Value": 'a "b" \\n %s'}],
    "describe-continuous-backups": {"ContinuousBackupsStatus": "ENABLED"},
    "get-resource-policy": '{"Version": "2012-10-17"}',
    "describe-kinesis-streaming-destination": [],
    "describe-contributor-insights": "DISABLED",
    "describe-scalable-targets": [],
    "describe-scaling-policies": [{"PolicyName": "one"}, {"PolicyName": "two"}],
}
SAVE = "table=ledger arn=arn:aws:dynamodb:eu-west-1:1:table/ledger run=s3://b/run execution=me\n"


@dataclass
class Cluster:
    """A home with a command line interface in it."""

    home: Path
    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))

    def says(self, call: str, code: int, error: str) -> None:
        self.answers.pop(call, None)
        (self.home / f"code.{call}").write_text(str(code))
        (self.home / f"error.{call}").write_text(error)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        programs = self.home / "bin"
        programs.mkdir()
        (programs / "aws").write_text(CLI)
        (programs / "aws").chmod(0o755)
        for call, answer in self.answers.items():
            text = answer if call == "ls" else json.dumps(answer, indent=4)
            (self.home / f"answer.{call}").write_text(text)
        env = {"HOME": str(self.home), "PATH": f"{programs}:/usr/bin:/bin", "TMPDIR": str(self.home)}
        return subprocess.run(
            ["/bin/sh", "-c", command], env=env, capture_output=True, text=True, check=False
        )

    def holds(self, code: int) -> None:
        """How the CLI ends when it is asked for a backup that was checked: with 1 if there is none."""
        (self.home / "code.ls").write_text(str(code))

    def save(self) -> dict[str, Any]:
        self.holds(1)
        done = self.run(SAVE + script("save_settings.sh"))
        assert done.returncode == 0, done.stderr
        saved: dict[str, Any] = json.loads((self.home / "saved").read_text())
        return saved

    def calls(self) -> list[str]:
        return (self.home / "calls").read_text().splitlines()


@pytest.fixture(name="cluster")
def fixture_cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def test_every_setting_is_saved_as_the_other_engine_saves_it(cluster: Cluster) -> None:
    saved = cluster.save()
    assert saved.pop("SavedAt").endswith("Z")
    assert saved == {
        "Version": 1,
        "Execution": "me",
        "Table": TABLE,
        "TimeToLiveDescription": ANSWERS["describe-time-to-live"],
        "Tags": ANSWERS["list-tags-of-resource"],
        "ContinuousBackupsDescription": ANSWERS["describe-continuous-backups"],
        "ResourcePolicy": ANSWERS["get-resource-policy"],
        "KinesisDataStreamDestinations": [],
        "ContributorInsightsStatus": "DISABLED",
        "ScalableTargets": [],
        "ScalingPolicies": [],
        "NotRead": [],
    }
    assert cluster.calls()[:2] == [
        "s3 ls s3://b/run/checked.json",
        "s3 rm --recursive --only-show-errors s3://b/run/",
    ]
    assert not any("describe-scaling-policies" in call for call in cluster.calls())


def test_the_policies_of_a_table_and_of_its_indexes_are_one_list(cluster: Cluster) -> None:
    cluster.answers["describe-scalable-targets"] = [{"ResourceId": "table/ledger"}]
    policies = cluster.save()["ScalingPolicies"]
    assert [each["PolicyName"] for each in policies] == ["one", "two"] * 3
    asked = " ".join(cluster.calls())
    assert "--resource-ids table/ledger table/ledger/index/by.day table/ledger/index/by-shop" in asked


@pytest.mark.parametrize("code", [2, 252])
def test_what_an_old_cli_cannot_ask_is_named(cluster: Cluster, code: int) -> None:
    for call in ("get-resource-policy", "describe-contributor-insights"):
        cluster.says(call, code, "aws: error: argument operation: Invalid choice, valid choices are:")
    saved = cluster.save()
    assert saved["NotRead"] == ["ResourcePolicy", "ContributorInsightsStatus"]
    assert (saved["ResourcePolicy"], saved["ContributorInsightsStatus"]) == (None, None)


@pytest.mark.parametrize("code", [254, 255])
def test_no_policy_is_no_failure(cluster: Cluster, code: int) -> None:
    cluster.says("get-resource-policy", code, "An error occurred (PolicyNotFoundException) when calling")
    saved = cluster.save()
    assert (saved["ResourcePolicy"], saved["NotRead"]) == (None, [])


@pytest.mark.parametrize("call", ANSWERS)
def test_a_call_that_fails_fails_the_attempt(cluster: Cluster, call: str) -> None:
    cluster.answers["describe-scalable-targets"] = [{"ResourceId": "table/ledger"}]
    cluster.says(call, 255, "An error occurred (AccessDeniedException) when calling it")
    cluster.holds(1)
    done = cluster.run(SAVE + script("save_settings.sh"))
    assert done.returncode == 255
    assert "AccessDeniedException" in done.stderr
    assert not (cluster.home / "saved").exists()


@pytest.mark.parametrize(("code", "words"), [(0, "is whole and is kept"), (255, "")])
def test_a_good_backup_is_not_deleted_before_there_is_another(
    cluster: Cluster, code: int, words: str
) -> None:
    cluster.holds(code)
    done = cluster.run(SAVE + script("save_settings.sh"))
    assert done.returncode == (code or 1)
    assert words in done.stderr
    assert not any(call.startswith("s3 rm") for call in cluster.calls())


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
