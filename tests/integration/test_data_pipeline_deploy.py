# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables of AWS Data Pipeline: what is deployed for them, what it does by itself, and what is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.support.settings import invalid

from . import changes, listeners, state
from .playbooks import host
from .standing import first_backup
from .test_schedule import advance_to, next_start

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

STACK = "tablekeeper-data-pipeline-1"
LOGS = "tablekeeper-logs-{}-eu-west-1"


def piped(name: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "engine": "data_pipeline", **keys}


def pipelines(account: Account) -> dict[str, dict[str, dict[str, str]]]:
    """Of each pipeline by name, each object's fields."""
    client = account.client("datapipeline")
    found = {}
    for each in state.pages(client, "list_pipelines", "pipelineIdList"):
        objects = client.get_pipeline_definition(pipelineId=each["id"])["pipelineObjects"]
        found[each["name"]] = {
            one["id"]: {
                field["key"]: field.get("stringValue", field.get("refValue")) for field in one["fields"]
            }
            for one in objects
        }
    return found


def records(account: Account) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(state.outputs(account, STACK)["Pipelines0"])
    return made


def keys(account: Account, prefix: str) -> list[str]:
    bucket = f"tablekeeper-{account.id}-{account.region}"
    return [each for each, _version in state.objects(account, bucket) if each.startswith(prefix)]


def read(account: Account, key: str) -> Any:
    bucket = f"tablekeeper-{account.id}-{account.region}"
    return json.loads(account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.mark.newest
@pytest.mark.slow
def test_both_engines_beside_each_other_from_the_first_pipeline_to_the_last(target: Target) -> None:
    account = target.account
    state.tables(account, "orders", "more")
    # No pipeline needs it.
    state.tables(account, "ledger", "events", "weekly", pitr=False)
    # The store stands and never had a log bucket; one was left by somebody.
    first_backup(account, host("orders"))
    left = leave_log_bucket(account)

    tables = ["orders", piped("ledger"), piped("events"), piped("weekly", every="1 week")]
    account.forget_calls()
    refused = target.play("backup", host(*tables), fails=True).failures["target"]
    assert f"The bucket {left} exists, and no store of this prefix made it" in refused
    assert state.mutations(account) == []
    tag = {"Key": "tablekeeper-prefix", "Value": "tablekeeper"}
    account.client("s3").put_bucket_tagging(Bucket=left, Tagging={"TagSet": [tag]})
    played = target.play("backup", host(*tables))
    assert "a cluster of its own" in played.said
    assert set(state.stacks(account)) == {"tablekeeper-store", "tablekeeper-export-1", STACK}
    made = pipelines(account)
    names = {each["name"]: each for each in records(account)}
    assert made.keys() == names.keys()
    daily = next(name for name, each in names.items() if each["every"] == 24)
    activities = {fields["name"] for fields in _named(account, names[daily]["id"])}
    assert activities == {"ledger", "events"}
    assert names[daily]["start"] == next_start(account.aws.now(), "UTC").strftime("%Y-%m-%dT%H:%M:%S")
    assert made[daily]["Schedule"]["startDateTime"] == names[daily]["start"]
    alarms = state.alarms(account)
    watched = ("ledger/data_pipeline", "weekly/data_pipeline", "orders")
    assert all(alarms[f"tablekeeper-missed-{name}"]["ActionsEnabled"] for name in watched)
    assert state.resources(account, "tablekeeper-store")["LogBucket"]["PhysicalResourceId"] == left
    assert account.client("s3").get_object(Bucket=left, Key="old")["Body"].read() == b"log"
    rules = account.client("s3").get_bucket_lifecycle_configuration(Bucket=left)["Rules"]
    assert [rule["Expiration"]["Days"] for rule in rules] == [90]

    account.aws.advance(days=3)
    changes.nothing_left(target, host(*tables))

    # What AWS takes changes in place; another table is another pipeline, with a start of its own.
    kept_longer = piped("weekly", every="1 week", retention_days=90)
    target.play("backup", host(*tables[:3], kept_longer, piped("more")))
    after = {each["name"]: each for each in records(account)}
    (new,) = after.keys() - names.keys()
    assert daily not in after
    assert pipelines(account).keys() == after.keys()
    assert after[new]["start"] > names[daily]["start"]
    weekly = next(name for name, each in names.items() if each["every"] == 168)
    assert after[weekly] == names[weekly]
    now = pipelines(account)[weekly]
    assert ("retain-90d/" in json.dumps(now), "retain-90d/" in json.dumps(made[weekly])) == (True, False)

    # When no table needs a pipeline any more, the log bucket stays, and so do the logs in it. What kept the
    # week's heartbeat alive is stopped first, or its state machine would keep its name.
    account.forget_calls()
    target.play("backup", host("orders", stop_backups_of=["events", "ledger", "more", "weekly"]))
    done = [call["operation"] for call in account.calls()]
    assert "StopExecution" in done[: done.index("DeleteStack")]
    assert set(state.stacks(account)) == {"tablekeeper-store", "tablekeeper-export-1"}
    assert pipelines(account) == {}
    assert "LogBucket" in state.resources(account, "tablekeeper-store")
    assert account.client("s3").get_object(Bucket=left, Key="old")["Body"].read() == b"log"


def leave_log_bucket(account: Account) -> str:
    """A log bucket of the name that the store would give its own, with a log in it."""
    s3, name = account.client("s3"), LOGS.format(account.id)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_object(Bucket=name, Key="old", Body=b"log")
    return name


def _named(account: Account, pipeline: str) -> list[dict[str, str]]:
    client = account.client("datapipeline")
    objects = client.get_pipeline_definition(pipelineId=pipeline)["pipelineObjects"]
    return [{"name": one["name"]} for one in objects if any(each["key"] == "step" for each in one["fields"])]


def begin(target: Target, every: int) -> datetime:
    """Move the clock to just after the first start of the pipeline with this interval; returns that start."""
    (text,) = [each["start"] for each in records(target.account) if each["every"] == every]
    start = datetime.fromisoformat(f"{text}+00:00")
    advance_to(target, start + timedelta(minutes=1))
    return start


@pytest.mark.newest
@pytest.mark.slow
def test_a_pipeline_runs_by_itself_and_leaves_data_settings_and_a_heartbeat(target: Target) -> None:
    account = target.account
    # A weekly pipeline starts on Sundays: on any other day only the others do.
    now = account.aws.now()
    advance_to(target, now + timedelta(days=7 - now.weekday()))
    state.tables(account, "ledger", "weekly", "broken", pitr=False)
    subscriber = listeners.Subscriber(account)
    # Twice a day, so that no echo of an earlier heartbeat is taken for one of its own.
    tables = [
        piped("ledger", every="12 hours", at="05:00"),
        piped("weekly", every="1 week", at="05:00"),
        piped("broken", every="12 hours", at="05:00"),
    ]
    first_backup(account, host(*tables, alerts=[subscriber.alert], data_pipeline={"retries": 0}))
    account.client("dynamodb").delete_table(TableName="broken")
    before = state.heartbeats(account)

    start = begin(target, 12)
    state.until(lambda: state.heartbeats(account)["ledger"] > before["ledger"], "The heartbeat of ledger")
    folder = f"retain-35d/ledger/{start:%Y%m%dT%H%M%SZ}-dp/"
    found = {key.removeprefix(folder) for key in keys(account, folder)}
    assert {"settings.json", "data/manifest", "data/_SUCCESS"} < found
    saved = read(account, f"{folder}settings.json")
    assert saved["Table"]["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert (saved["Version"], saved["ResourcePolicy"], invalid(saved)) == (2, None, [])

    told = subscriber.told("Backup of a DynamoDB table failed")["Message"]
    assert "The backup of the DynamoDB table broken in eu-west-1" in told
    assert "ResourceNotFoundException" in told
    assert "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY -e tables=broken" in told
    # Not its day.
    assert keys(account, "retain-35d/weekly/") == []

    begin(target, 168)
    beats = before["weekly"]
    state.until(lambda: state.heartbeats(account)["weekly"] > beats, "The heartbeat of weekly")
    kept = state.executions(account, f"{STACK}-heartbeat")
    inputs = [json.loads(str(each["input"])) for each in kept]
    assert any("weekly" in each.get("topic", "") for each in inputs)


@pytest.mark.newest
@pytest.mark.slow
def test_what_cannot_work_is_refused_before_anything_is_made(target: Target) -> None:
    account = target.account
    state.tables(account, "ledger", pitr=False)
    account.aws.control("POST", "datapipeline", account=account.id, customer=False)
    refused = target.play("backup", host(piped("ledger")), fails=True)
    assert f"AWS Data Pipeline cannot be used in account {account.id} in eu-west-1" in refused.said
    assert "write engine: export for ledger" in refused.said
    account.aws.control("POST", "datapipeline", account=account.id, customer=True)

    refused = target.play("backup", host(piped("legder")), fails=True)
    assert "are no table" in refused.said
    assert ": legder." in refused.said

    slow = {"terminate_after": "1 hour"}
    account.client("dynamodb").create_table(
        TableName="huge",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    # The embedded DynamoDB counts 200 bytes an item: at a tenth of two times 4 KB a second, 50 minutes.
    for first in range(0, 12_500, 25):
        batch = [{"PutRequest": {"Item": {"id": {"S": str(first + number)}}}} for number in range(25)]
        account.client("dynamodb").batch_write_item(RequestItems={"huge": batch})
    few = piped("huge", read_ratio=0.1)
    refused = target.play("backup", host(few, data_pipeline=slow), fails=True)
    assert "and its cluster is stopped after 1 (terminate_after of tablekeeper_data_pipeline)" in refused.said
    assert "Give huge more read capacity or a larger read_ratio" in refused.said
    assert state.stacks(account) == {}
