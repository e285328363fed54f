# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody has changed or deleted in AWS: status tells, and backup puts it right."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client.faults import faults_before
from local_aws.server.environment import environment
from tests.unit.support import by_hand

from . import listeners, state
from .playbooks import host
from .standing import first_backup

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Played, Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

STORE, STACK = "tablekeeper-store", "tablekeeper-export-1"
LATER = {
    "service": "dynamodb",
    "operation": "UpdateContinuousBackups",
    "error": {"code": "ContinuousBackupsUnavailableException", "status": 400},
}


def standing(account: Account) -> Any:
    """The target, as by_hand takes it."""
    outputs = {name: state.outputs(account, name) for name in (STORE, STACK)}
    return SimpleNamespace(account=account, client=account.client, outputs=outputs)


def summary(played: Played, playbook: str) -> dict[str, Any]:
    found: dict[str, Any] = played.stats[f"tablekeeper_{playbook}"]["targets"]["target"]
    return found


def edit_template(account: Account) -> None:
    """As somebody does in CloudFormation's console: no run is started any more."""
    client, body = account.client("cloudformation"), state.template(account, STACK)
    for each in body["Resources"].values():
        if each["Type"] == "AWS::Scheduler::Schedule":
            each["Properties"]["State"] = "DISABLED"
    parameters = [{"ParameterKey": key, "UsePreviousValue": True} for key in body["Parameters"]]
    # It is too large for a request: the console uploads it, too.
    s3, bucket = account.client("s3"), f"cf-templates-{account.id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_object(Bucket=bucket, Key="edited.json", Body=json.dumps(body))
    client.update_stack(
        StackName=STACK, TemplateURL=f"https://{bucket}.s3.{account.region}.amazonaws.com/edited.json",
        Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"],
    )  # fmt: skip
    state.until(lambda: state.status(account, STACK) == "UPDATE_COMPLETE", "The end of the update by hand")


def remove_while_a_heartbeat_is_kept_alive(account: Account) -> None:
    topics = [each["TopicArn"] for each in account.client("sns").list_topics()["Topics"]]
    topic = next(each for each in topics if "-heartbeat-" in each)
    beats = {"topic": topic, "until": "2099-01-01T00:00:00Z"}
    machine = state.outputs(account, STACK)["HeartbeatMachineArn"]
    account.client("stepfunctions").start_execution(stateMachineArn=machine, input=json.dumps(beats))
    client = account.client("cloudformation")
    client.update_termination_protection(StackName=STACK, EnableTerminationProtection=False)
    client.delete_stack(StackName=STACK)
    state.until(lambda: STACK not in state.stacks(account), "The end of the stack")


def test_backup_puts_it_right_and_its_deployment_does_not_stumble_over_it(
    target: Target, account: Account
) -> None:
    state.tables(account, "orders", "sessions", "users")
    first, second = (listeners.Subscriber(account, name).alert for name in ("first", "second"))
    inventory = host(*by_hand.TABLES, alerts=[first], encryption="aws:kms", dashboard=True)
    first_backup(account, inventory)

    by_hand.alter(standing(account))
    told = summary(target.play("status", inventory, fails=True), "status")
    assert {"alarm_actions_disabled", "schedule_stopped"} <= told["codes"].keys()
    foreseen = summary(target.play("backup", inventory, check=True), "backup")
    repaired = target.play("backup", inventory)
    assert foreseen["repaired"] == summary(repaired, "backup")["repaired"]
    assert len(foreseen["repaired"]) > 10
    assert repaired.changed > 0
    unchanged = target.play("backup", inventory)
    assert unchanged.changed == 0
    assert "Nothing had to be changed" in unchanged.said

    # What is gone is what the next deployment changes: machine, topic, bucket, roles, alarms and schedules.
    by_hand.delete(standing(account))
    account.aws.advance(seconds=61)  # SQS lets nobody have the name of a queue so soon
    orders = {"name": "orders", "at": "04:00", "retention_days": 3, "tags": {"team": "shop"}}
    changed = host(orders, by_hand.TABLES[1], "users", alerts=[first, second], encryption="aws:kms",
                   dashboard=True)  # fmt: skip
    played = target.play("backup", changed)
    # Before it is done and at the end, though the store stands by then.
    assert played.said.count(f"{STORE}: alerts go to ") == 2
    done = summary(played, "backup")
    assert done["stacks"] == {STORE: "update", STACK: "update"}
    assert "the state machine tablekeeper-export-1 is gone" in done["repaired"]
    assert "the dashboard tablekeeper-eu-west-1 is gone" in done["repaired"]
    assert summary(target.play("status", changed), "status")["healthy"] is True
    assert target.play("backup", changed, check=True).changed == 0

    # Somebody edits the template, and somebody else removes the stack while a heartbeat is kept alive.
    edit_template(account)
    told = summary(target.play("status", changed, fails=True), "status")
    assert "stack_changed_by_hand" in told["codes"]
    assert summary(target.play("backup", changed), "backup")["stacks"] == {STACK: "update"}
    assert summary(target.play("status", changed), "status")["healthy"] is True
    remove_while_a_heartbeat_is_kept_alive(account)
    assert summary(target.play("backup", changed), "backup")["stacks"] == {STACK: "create"}


@pytest.mark.parametrize("name", [STORE, STACK])
def test_a_stack_of_somebody_else_is_neither_taken_over_nor_removed(
    target: Target, account: Account, name: str
) -> None:
    state.tables(account, "orders")
    client, queue = account.client("cloudformation"), {"Type": "AWS::SQS::Queue"}
    client.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Queue": queue}}),
        EnableTerminationProtection=True,
    )  # fmt: skip
    state.until(lambda: state.status(account, name) == "CREATE_COMPLETE", "The stack of somebody else")
    account.forget_calls()
    yes = {"teardown_confirm": f"tablekeeper@{account.id}"}
    for playbook, more in (("backup", {"check": True}), ("backup", {}), ("teardown", yes)):
        played = target.play(playbook, host("orders"), fails=True, **more)
        assert f"The stack {name} (CREATE_COMPLETE) in account {account.id}" in played.failures["target"]
        assert "another tablekeeper_prefix" in played.failures["target"]
        assert played.stdout.count("fatal: [target]") == 1
    assert state.mutations(account) == []


def test_a_stack_that_another_job_has_deployed_meanwhile_is_left_alone(
    target: Target, account: Account
) -> None:
    state.tables(account, "orders", "users")
    state.tables(account, "sessions", pitr=False)
    first_backup(account, host("orders"))
    client, body = account.client("cloudformation"), state.template(account, STACK)
    parameters = [{"ParameterKey": key, "UsePreviousValue": True} for key in body["Parameters"]]
    inventory = host("orders", "sessions", enable_pitr=True)
    with faults_before(account.aws.url) as faults, ThreadPoolExecutor() as pool:
        faults.set(LATER)
        target.env = environment(faults.url, account.id, account.region)
        job = pool.submit(target.play, "backup", inventory, fails=True, __backup_fresh_seconds=-1)
        state.until(faults.fired, "Point-in-time recovery")
        body["Resources"]["DeadLetterAlarm"]["Properties"]["AlarmDescription"] = "By another job"
        client.update_stack(
            StackName=STACK, TemplateBody=json.dumps(body, separators=(",", ":")), Parameters=parameters,
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )  # fmt: skip
        state.until(lambda: state.status(account, STACK) == "UPDATE_COMPLETE", "The other job's end")
        faults.set()
        played = job.result()
    assert "another job has deployed it after this one had read it" in played.failures["target"]
    assert played.stdout.count("fatal: [target]") == 1
    assert state.template(account, STACK) == body


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("playbook", ["backup", "teardown"])
def test_another_account_is_not_touched(target: Target, account: Account, playbook: str, check: bool) -> None:
    inventory = host("orders", account_id="123456789012")
    confirmed = {"teardown_confirm": "tablekeeper@123456789012"} if playbook == "teardown" else {}
    played = target.play(playbook, inventory, check=check, fails=True, **confirmed)
    assert "target is in account 123456789012" in played.failures["target"]
    assert played.stdout.count("fatal: [target]") == 1
    assert {call["operation"] for call in account.calls()} == {"GetCallerIdentity"}
