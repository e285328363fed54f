# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module says of real states of the embedded AWS."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


def codes(answer: dict[str, Any], table: str = "orders") -> list[str]:
    (found,) = [each for each in answer["tables"] if each["table"] == table]
    return [reason["code"] for reason in found["reasons"]]


def test_a_table_that_should_be_deployed_and_is_not_is_told(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    target.table(target.client("dynamodb"), "carts")
    answer = ask(expected=["orders", "carts"])
    assert (answer["healthy"], codes(answer), codes(answer, "carts")) == (False, [], ["not_listed"])
    assert "carts is in the inventory" in answer["tables"][0]["reasons"][0]["message"]
    assert ask(tables=["orders"], expected=["orders", "carts"])["healthy"] is True


def test_a_good_run_makes_a_healthy_table(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    taken = (target.account.aws.now() - timedelta(hours=3)).isoformat(timespec="seconds")
    entry = target.entry("orders", taken=taken)
    execution = target.run(entry, scheduled="2026-11-23T02:00:00Z")
    answer = ask()
    assert answer["healthy"] is True
    assert answer["reasons"] == []
    (table,) = answer["tables"]
    assert (table["table"], table["healthy"], table["reasons"]) == ("orders", True, [])
    assert table["run"]["id"] == execution
    assert table["run"]["state"] == "SUCCEEDED"
    assert table["run"]["scheduled"] == "2026-11-23T02:00:00Z"
    assert table["last_success"]["max_age_hours"] == 30
    assert table["last_success"]["age_hours"] == 3
    assert table["point"] == {
        "bucket": target.bucket,
        "prefix": entry["prefix"],
        "manifest": f"{entry['prefix']}/AWSDynamoDB/{entry['export']}/manifest-summary.json",
        "export_arn": f"arn:aws:dynamodb:eu-west-1:{target.account.id}:table/orders/export/{entry['export']}",
        "items": 5,
        "bytes": 1234,
        "retention_days": 35,
        "engine": "export",
        "files": None,
        "taken": taken.replace("+00:00", "Z"),
        "expires": table["point"]["expires"],
    }
    ends = datetime.fromisoformat(table["point"]["expires"])
    assert (ends.hour, ends.minute, ends.second) == (0, 0, 0)
    assert timedelta(days=34, hours=23) < ends - target.account.aws.now() <= timedelta(days=36)
    assert table["alarm"]["name"] == "tablekeeper-missed-orders"
    assert table["alarm"]["state"] == "OK"
    assert table["alarm"]["actions"] == [target.topic]
    assert table["alarm"]["actions_enabled"] is True
    assert answer["alert_path"]["exists"] is True
    assert answer["alert_path"]["policy_lets_cloudwatch_publish"] is True
    assert [each["protocol"] for each in answer["alert_path"]["subscribers"]] == ["sqs"]


def test_one_failed_table_fails_alone(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.run(target.entry("orders"), target.entry("sessions"))
    target.run(target.failure("orders"), target.entry("sessions"))
    answer = ask()
    assert answer["healthy"] is False
    assert [each["table"] for each in answer["tables"]] == ["orders", "sessions"]
    assert codes(answer) == ["last_run_failed"]
    assert codes(answer, "sessions") == []
    orders = answer["tables"][0]
    assert orders["run"]["error"] == "PointInTimeRecoveryUnavailable"
    assert orders["point"] is not None
    summary = {"tables": 2, "healthy": 1, "unhealthy": 1, "disabled": 0, "worst": "last_run_failed"}
    assert answer["summary"].items() >= summary.items()


def test_what_was_stopped_is_told_of_the_tables_in_its_input(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"), record("users", schedule="1h-0000-abcdef"))
    target.run(*[target.entry(table) for table in ("orders", "sessions", "users")])
    target.stop(target.start({"end": "never", "tables": ["orders"]}))
    target.stop(
        target.start({"end": "never", "schedule": "1h-0000-abcdef", "scheduled": "2026-11-23T02:00Z"})
    )
    answer = ask()
    assert codes(answer) == ["last_run_aborted"]
    assert codes(answer, "users") == ["last_run_aborted"]
    assert codes(answer, "sessions") == []
    (users,) = [each for each in answer["tables"] if each["table"] == "users"]
    assert users["run"]["state"] == "ABORTED"
    assert users["run"]["scheduled"] == "2026-11-23T02:00Z"


def test_a_run_under_way_leaves_the_last_verdict(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.run(target.failure("orders"), target.entry("sessions"))
    running = target.start({"end": "never", "tables": ["orders", "sessions"]})
    answer = ask()
    assert codes(answer) == ["no_good_point", "last_run_failed"]
    assert codes(answer, "sessions") == []
    assert {each["run"]["id"] for each in answer["tables"]} == {running}
    assert {each["run"]["state"] for each in answer["tables"]} == {"RUNNING"}


def test_a_run_that_failed_without_a_report(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.run(target.entry("orders"), target.entry("sessions"))
    target.run(end="lost", tables=["orders"])
    answer = ask()
    assert codes(answer) == ["last_run_failed"]
    assert answer["tables"][0]["run"]["error"] == "NoTables"
    assert codes(answer, "sessions") == []


def test_a_report_of_another_version_is_not_trusted(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"), version=2, tables=["orders"])
    assert codes(ask()) == ["no_good_point", "run_state_unknown"]


@pytest.mark.parametrize("wrong", [{"items": "many"}, {"finished": None}, {"prefix": "elsewhere/orders"}])
def test_a_report_that_makes_no_sense_is_not_trusted(
    target: Machinery, ask: Ask, wrong: dict[str, Any]
) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders", **wrong), schedule="24h-0200-abcdef")
    assert codes(ask()) == ["no_good_point", "run_state_unknown"]


def test_time_makes_a_good_table_unhealthy(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    now = target.account.aws.now()

    def after(**duration: float) -> str:
        return (now + timedelta(**duration)).isoformat()

    assert codes(ask(now=after(hours=2))) == []
    assert codes(ask(now=after(hours=2), max_age="1 hour")) == ["too_old"]
    assert codes(ask(now=after(hours=31))) == ["too_old"]
    assert codes(ask(now=after(hours=31), max_age="2 days")) == []
    assert codes(ask(now=after(days=36))) == ["point_expired"]
    assert ask(now="2100-01-01T00:00:00+01:00")["now"] == "2099-12-31T23:00:00Z"


def test_a_new_table_waits_for_its_first_run(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    answer = ask()
    assert codes(answer) == ["waiting_for_first_run"]
    assert answer["healthy"] is True
    later = target.account.aws.now() + timedelta(hours=31)
    assert codes(ask(now=later.isoformat())) == ["never_ran"]


def test_a_disabled_table_is_only_reported(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions", enabled=False))
    target.run(target.entry("orders"))
    answer = ask()
    assert answer["healthy"] is True
    assert codes(answer, "sessions") == ["disabled"]
    summary = {"tables": 2, "healthy": 1, "unhealthy": 0, "disabled": 1, "worst": None}
    assert answer["summary"].items() >= summary.items()


def test_nothing_deployed_is_not_healthy(account: Any, ask: Ask) -> None:
    assert account
    answer = ask()
    assert answer["healthy"] is False
    assert answer["tables"] == []
    assert [reason["code"] for reason in answer["reasons"]] == ["not_deployed"]
    named = ask(tables=["orders"])
    assert codes(named) == ["not_deployed"]
    assert "DynamoDB has no such table" in named["tables"][0]["reasons"][0]["message"]
    for reason in (*answer["reasons"], *named["tables"][0]["reasons"]):
        assert f"(account {account.id}, region eu-west-1, prefix tablekeeper)" in reason["message"]


def test_a_table_that_no_stack_knows(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions"))
    target.run(target.entry("orders"), target.entry("sessions"))
    answer = ask(tables=["orders", "oders"])
    assert [each["table"] for each in answer["tables"]] == ["oders", "orders"]
    assert codes(answer, "oders") == ["not_listed"]
    assert codes(answer, "orders") == []


def test_the_alarm_is_looked_at(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders", armed=False), record("sessions"), record("users"))
    target.run(*[target.entry(table) for table in ("orders", "sessions", "users")])
    cloudwatch = target.client("cloudwatch")
    cloudwatch.delete_alarms(AlarmNames=["tablekeeper-missed-sessions"])
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["tablekeeper-missed-users"])["MetricAlarms"]
    keys = ("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "Threshold")
    same = {key: alarm[key] for key in (*keys, "EvaluationPeriods", "ComparisonOperator")}
    cloudwatch.put_metric_alarm(**same, TreatMissingData="notBreaching", AlarmActions=[target.topic + "2"])
    answer = ask()
    assert codes(answer) == ["alarm_actions_disabled"]
    assert codes(answer, "sessions") == ["alarm_missing"]
    assert codes(answer, "users")[:2] == ["alarm_altered", "alarm_points_elsewhere"]


def test_the_topic_is_looked_at(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    sns = target.client("sns")
    shut = (
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "sns:*", "Resource": "*"}]}'
    )
    sns.set_topic_attributes(TopicArn=target.topic, AttributeName="Policy", AttributeValue=shut)
    sns.set_topic_attributes(
        TopicArn=target.topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns"
    )
    assert codes(ask()) == ["alert_policy_blocks_cloudwatch", "alert_key_blocks_cloudwatch"]
    sns.delete_topic(TopicArn=target.topic)
    assert codes(ask()) == ["alert_topic_missing"]


def test_the_key_of_the_topic_is_looked_at(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    kms = target.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/ours", TargetKeyId=key)
    target.client("sns").set_topic_attributes(
        TopicArn=target.topic, AttributeName="KmsMasterKeyId", AttributeValue="alias/ours"
    )
    assert codes(ask()) == ["alert_key_blocks_cloudwatch"]
    statement = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Action": "kms:*"}]}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    assert codes(ask()) == ["alert_topic_altered"]  # it was deployed without a key
    kms.disable_key(KeyId=key)
    assert codes(ask()) == ["alert_key_blocks_cloudwatch"]


def test_nobody_listens(account: Account, ask: Ask) -> None:
    target = Machinery(account)
    target.deploy_store(subscribed=False)
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    assert codes(ask()) == ["no_confirmed_subscriber"]


def test_tables_of_several_stacks(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), number=1)
    target.deploy(record("sessions"), number=2)
    target.run(target.entry("orders"), number=1)
    target.run(target.failure("sessions"), number=2)
    answer = ask()
    assert codes(answer) == []
    assert codes(answer, "sessions") == ["no_good_point", "last_run_failed"]


def test_another_prefix_is_another_installation(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    answer = ask(prefix="other")
    assert answer["tables"] == []
    assert "other backs up no table" in answer["reasons"][0]["message"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_age": "soon"}, "max_age is 'soon'"),
        ({"max_age": "0 hours"}, "max_age is '0 hours'"),
        ({"now": "today"}, "now is 'today'"),
        ({"now": "2026-11-23T12:00:00"}, "now is '2026-11-23T12:00:00'"),
    ],
)
def test_wrong_options_fail(ask: Ask, options: dict[str, Any], message: str) -> None:
    answer = ask(**options)
    assert answer["failed"] is True
    assert answer["msg"].startswith(message)


def test_check_mode_answers_the_same(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.run(target.entry("orders"))
    now = target.account.aws.now().isoformat()
    assert ask(now=now, check=True) == ask(now=now)
