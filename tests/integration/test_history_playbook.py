# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The history playbook against the embedded AWS, on a stand-in for the machinery."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.playbooks import host
from tests.integration.state import mutations
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support.kept import Kept, at

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.integration.playbooks import Played, Target


@pytest.fixture(name="machinery")
def fixture_machinery(account: Account) -> Machinery:
    """A table that is backed up, and one that is gone since."""
    machinery = Machinery(account)
    machinery.deploy_store()
    machinery.deploy(record("orders"))
    machinery.export("orders")
    machinery.export("gone", items=1)
    account.client("dynamodb").delete_table(TableName="gone")
    return machinery


def published(played: Played, target: str = "target") -> dict[str, Any]:
    stats = played.stats["tablekeeper_history"]
    assert stats["version"] == 1
    mine: dict[str, Any] = stats["targets"][target]
    return mine


def shown(played: Played) -> list[str]:
    """The lines for people, none of which is wider than 100 columns."""
    lines = played.stdout.split("Say what was done, or found")[1].split("TASK")[0].splitlines()
    assert max(map(len, lines[1:])) <= 100
    return [line.strip().strip('",').strip() for line in lines if line.startswith('        "')]


def test_the_points_are_shown_published_and_written(
    target: Target, machinery: Machinery, tmp_path: Path
) -> None:
    machinery.account.forget_calls()
    played = target.play("history", host(), history_json_file="points.json")
    assert played.changed == 1  # the file
    lines = shown(played)
    gone, orders = lines.index("gone: 2 points"), lines.index("orders: 2 points")
    assert lines[gone + 1].split() == ["TAKEN", "KIND", "ITEMS", "SIZE", "EXPIRES", "VERIFIED", "WAY"]
    kinds = [line.split()[1] for line in lines[gone + 2 : orders - 1]]
    assert sorted(kinds) == ["export", "system"]
    assert lines[orders + 1].startswith("from 20")
    assert lines[orders + 1].endswith("every second, by pitr")
    assert lines[-3] == "To restore the newest point of gone, and others in the same way:"
    command = "ansible-playbook tablekeeper.dynamodb.restore -i INVENTORY -e restore_table=gone"
    assert lines[-2] == command
    told = published(played)
    assert (told["succeeded"], told["tables"], told["points"], told["nothing"]) == (True, 2, 4, [])
    assert told["latest"].keys() == {"gone", "orders"}
    assert told["msg"] == (
        f"In account {machinery.account.id}, eu-west-1: 4 points of 2 tables, of which 4 can be restored."
    )
    answer = json.loads((tmp_path / "points.json").read_text(encoding="utf-8"))
    assert (answer["version"], answer["target"]) == (1, "target")
    assert [each["table"] for each in answer["tables"]] == ["gone", "orders"]
    assert answer["tables"][1]["latest"] == told["latest"]["orders"]
    assert set(answer) == {
        "version", "target", "job", "place", "bucket", "native", "tables", "refusals", "summary",
    }  # fmt: skip
    # What it advises: the command, with the time of a point that is not the newest.
    taken = next(line.split()[0] for line in lines[gone:orders] if " export " in line)
    options = dict(re.findall(r"-e (\w+)=(\S+)", command))
    planned = target.play("restore", host(), check=True, **options, restore_point=taken)
    assert "Would restore gone as gone-restored-" in planned.said
    assert f"s3://{machinery.bucket}/retain-35d/gone/" in planned.said
    assert mutations(machinery.account) == []


@pytest.mark.newest
def test_a_table_of_which_nothing_is_kept_fails_the_play(target: Target, machinery: Machinery) -> None:
    played = target.play("history", host(), tables="orders, odrers", history_newest="1", fails=True)
    (message,) = played.failures.values()
    assert message.startswith(f"Nothing is kept of odrers, neither in {machinery.bucket} nor by DynamoDB or")
    assert "Is orders meant?" in message
    assert "orders: 2 points" in shown(played)
    told = published(played)
    assert (told["succeeded"], told["nothing"], told["msg"]) == (False, ["odrers"], message)


@pytest.mark.newest
def test_the_bucket_is_enough_and_each_target_has_its_own(target: Target, account: Account) -> None:
    """No stack is left, one of two targets has the table, and both are given the same file."""
    kept = Kept(account)
    kept.export("orders", at(5))
    given = {"history_bucket": kept.bucket, "history_native": "no"}
    hosts = {"ireland": host(), "oregon": {**host(), "tablekeeper_region": "us-west-2"}}
    hosts["ireland"] |= given
    empty = Kept(account, "kept-elsewhere")
    hosts["oregon"] |= {**given, "history_bucket": empty.bucket}
    played = target.play_hosts("history", hosts, tables=["orders"])
    assert published(played, "ireland")["latest"] == {"orders": "20261105T020000Z-1a2b3c4d"}
    assert published(played, "oregon")["succeeded"] is True
    command = "ansible-playbook tablekeeper.dynamodb.restore -i INVENTORY -l ireland -e restore_table=orders"
    assert f"{command} -e restore_bucket={kept.bucket}" in played.said
    played = target.play_hosts("history", hosts, tables=["orders"], history_json_file="x.json", fails=True)
    assert "several reports would be written to" in played.failures["ireland"]


@pytest.mark.newest
def test_what_cannot_be_asked(target: Target) -> None:
    wrong = {"history_newest": "some", "history_format": "high", "history_bucket": "A_b"}
    played = target.play("history", host(), fails=True, **wrong)
    for words in (
        'history_newest is "some", but',
        'history_format is "high", but it must be narrow or wide',
        'history_bucket is "A_b", but it must be a bucket name',
    ):
        assert words in played.failures["target"]
    assert published(played)["points"] == 0
    told = target.play("history", host(), fails=True).failures["target"]
    assert "There is no stack tablekeeper-store in eu-west-1 that tells of a bucket" in told
