# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user
from local_aws.services.scheduler.expressions import next_due

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

OFF = {"Mode": "OFF"}


def role(account: Account, name: str, service: str, *statements: dict[str, Any]) -> str:
    iam = account.client("iam")
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    return arn


def machine(account: Account) -> str:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    arn: str = account.client("stepfunctions").create_state_machine(
        name="m", definition=definition, roleArn=role(account, "machine", "states")
    )["stateMachineArn"]
    return arn


def target(account: Account, *, allowed: bool = True, **more: Any) -> dict[str, Any]:
    arn, queue = machine(account), f"arn:aws:sqs:{account.region}:{account.id}:dead"
    may = [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": arn}] if allowed else []
    may.append({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue})
    return {"Arn": arn, "RoleArn": role(account, "scheduler", "scheduler", *may), **more}


def create(
    account: Account, given: dict[str, Any], expression: str = "cron(0 * * * ? *)", **more: Any
) -> str:
    name = more.pop("Name", "s")
    wanted = {"ScheduleExpression": expression, "FlexibleTimeWindow": OFF, "Target": given} | more
    return str(account.client("scheduler").create_schedule(Name=name, **wanted)["ScheduleArn"])


def executions(account: Account) -> list[dict[str, Any]]:
    sfn = account.client("stepfunctions")
    [arn] = [one["stateMachineArn"] for one in sfn.list_state_machines()["stateMachines"]]
    found = sfn.list_executions(stateMachineArn=arn)["executions"]
    return [json.loads(sfn.describe_execution(executionArn=one["executionArn"])["input"]) for one in found]


def test_each_missed_hour_of_a_time_jump_fires_once(account: Account) -> None:
    words = {
        name: f"<aws.scheduler.{name}>"
        for name in ("scheduled-time", "schedule-arn", "execution-id", "attempt-number")
    }
    arn = create(account, target(account, Input=json.dumps(words)))
    start = account.aws.now()
    account.aws.advance(hours=5)
    time.sleep(0.2)
    found = executions(account)
    assert len(found) == 5
    times = sorted(datetime.fromisoformat(one["scheduled-time"]) for one in found)
    assert all(moment.minute == moment.second == 0 and moment > start for moment in times)
    assert len({one["execution-id"] for one in found}) == 5
    assert {(one["schedule-arn"], one["attempt-number"]) for one in found} == {(arn, "1")}


def test_a_disabled_schedule_does_not_catch_up(account: Account) -> None:
    given = target(account)
    create(account, given, State="DISABLED")
    account.aws.advance(hours=3)
    account.client("scheduler").update_schedule(
        Name="s",
        ScheduleExpression="cron(0 * * * ? *)",
        FlexibleTimeWindow=OFF,
        Target=given,
        State="ENABLED",
    )
    account.aws.advance(seconds=2)
    assert executions(account) == []


def test_start_and_end_dates_bound_a_schedule(account: Account) -> None:
    now = account.aws.now().timestamp()
    create(account, target(account), "rate(1 hour)", StartDate=now + 7200, EndDate=now + 5 * 3600 + 60)
    account.aws.advance(hours=9)
    time.sleep(0.2)
    assert len(executions(account)) == 3


def test_a_flexible_window_still_fires_once(account: Account) -> None:
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    create(account, target(account), "rate(1 hour)", FlexibleTimeWindow=window)
    account.aws.advance(hours=1, minutes=20)
    time.sleep(0.2)
    assert len(executions(account)) == 1


def test_one_time_schedules_are_deleted_when_asked(account: Account) -> None:
    moment = datetime.fromtimestamp(account.aws.now().timestamp() + 3600, ZoneInfo("Asia/Tokyo"))
    expression = f"at({moment:%Y-%m-%dT%H:%M:%S})"
    create(
        account,
        target(account),
        expression,
        ScheduleExpressionTimezone="Asia/Tokyo",
        ActionAfterCompletion="DELETE",
    )
    account.aws.advance(hours=2)
    time.sleep(0.2)
    assert len(executions(account)) == 1
    assert account.client("scheduler").list_schedules()["Schedules"] == []


def test_what_the_role_may_not_do_goes_to_the_dead_letter_queue(account: Account) -> None:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    queue = f"arn:aws:sqs:{account.region}:{account.id}:dead"
    retry = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600}
    given = target(
        account, allowed=False, Input='{"a": 1}', DeadLetterConfig={"Arn": queue}, RetryPolicy=retry
    )
    create(account, given, "rate(1 day)")
    account.aws.advance(hours=23, minutes=50)
    account.aws.advance(minutes=20)
    assert sqs.receive_message(QueueUrl=url).get("Messages") is None
    account.aws.advance(minutes=5)
    account.aws.advance(minutes=5)
    [message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    told = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert message["Body"] == '{"a": 1}'
    assert told["ERROR_CODE"] == "AccessDeniedException"
    assert "states:StartExecution" in told["ERROR_MESSAGE"]
    assert (told["RETRY_ATTEMPTS"], told["EXHAUSTED_RETRY_CONDITION"]) == ("2", "MaximumRetryAttempts")
    assert executions(account) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"Name": "a b"}, "name"),
        ({"Name": "x" * 65}, "name"),
        ({"ScheduleExpression": "cron(0 2 * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "cron(0 2 * * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "cron(0 2 ? * ? *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "cron(60 2 * * ? *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "cron(0 2 ? * SUNDAY *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "rate(0 hours)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": "every day"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Europe/Atlantis"}, "ScheduleExpressionTimezone"),
        ({"ScheduleExpressionTimezone": "localtime"}, "ScheduleExpressionTimezone"),
        ({"ScheduleExpressionTimezone": "Factory"}, "ScheduleExpressionTimezone"),
        ({"ScheduleExpressionTimezone": "posixrules"}, "ScheduleExpressionTimezone"),
        ({"ScheduleExpressionTimezone": "posix/Asia/Tokyo"}, "ScheduleExpressionTimezone"),
        ({"ScheduleExpressionTimezone": "right/Asia/Tokyo"}, "ScheduleExpressionTimezone"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "maximumWindowInMinutes"),
        ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "OFF"),
        ({"GroupName": "none"}, "none does not exist"),
    ],
)
def test_schedules_that_aws_refuses(account: Account, more: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        create(
            account, target(account), **{"expression": more.pop("ScheduleExpression", "rate(1 day)"), **more}
        )


def test_a_role_that_does_not_trust_the_scheduler(account: Account) -> None:
    given = target(account) | {"RoleArn": role(account, "other", "lambda")}
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        create(account, given)


def test_updating_replaces_everything(account: Account) -> None:
    given, scheduler = target(account), account.client("scheduler")
    create(account, given, Description="old", ScheduleExpressionTimezone="Asia/Tokyo", State="DISABLED")
    scheduler.update_schedule(
        Name="s", ScheduleExpression="rate(1 day)", FlexibleTimeWindow=OFF, Target=given
    )
    found = scheduler.get_schedule(Name="s")
    assert (found.get("Description"), found["ScheduleExpressionTimezone"], found["State"]) == (
        "",
        "UTC",
        "ENABLED",
    )


def test_only_groups_have_tags(account: Account) -> None:
    scheduler = account.client("scheduler")
    group = scheduler.create_schedule_group(Name="g", Tags=[{"Key": "a", "Value": "b"}])["ScheduleGroupArn"]
    assert scheduler.list_tags_for_resource(ResourceArn=group)["Tags"] == [{"Key": "a", "Value": "b"}]
    with pytest.raises(ClientError, match="ValidationException"):
        scheduler.tag_resource(
            ResourceArn=create(account, target(account)), Tags=[{"Key": "a", "Value": "b"}]
        )


def test_pages(account: Account) -> None:
    given, scheduler = target(account), account.client("scheduler")
    for number in range(7):
        create(account, given, "rate(1 day)", Name=f"s{number}")
    pages = list(scheduler.get_paginator("list_schedules").paginate(PaginationConfig={"PageSize": 3}))
    assert [[one["Name"] for one in page["Schedules"]] for page in pages] == [
        ["s0", "s1", "s2"],
        ["s3", "s4", "s5"],
        ["s6"],
    ]


def test_a_template_keeps_the_time_zone_and_updates_in_place(account: Account) -> None:
    given, scheduler = target(account), account.client("scheduler")
    cloudformation = account.client("cloudformation")

    def template(hour: int) -> str:
        properties = {
            "Name": "s",
            "ScheduleExpression": f"cron(0 {hour} * * ? *)",
            "ScheduleExpressionTimezone": "Asia/Tokyo",
            "FlexibleTimeWindow": OFF,
            "Target": given,
        }
        return json.dumps(
            {"Resources": {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}}
        )

    cloudformation.create_stack(StackName="s", TemplateBody=template(2))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    assert scheduler.get_schedule(Name="s")["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    cloudformation.update_stack(StackName="s", TemplateBody=template(3))
    cloudformation.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    assert scheduler.get_schedule(Name="s")["ScheduleExpression"] == "cron(0 3 * * ? *)"
    cloudformation.update_stack(StackName="s", TemplateBody=template(99))
    with pytest.raises(Exception, match="ROLLBACK"):
        cloudformation.get_waiter("stack_update_complete").wait(StackName="s", WaiterConfig={"Delay": 1})


@pytest.mark.parametrize(
    ("words", "timezone", "after", "expected"),
    [
        ("0 2 * * ? *", "UTC", "2026-11-23T02:00", "2026-11-24T02:00"),
        ("30 1,13 * * ? *", "Asia/Tokyo", "2026-11-23T02:00", "2026-11-23T13:30"),
        ("0 3 ? * SUN *", "UTC", "2026-11-23T00:00", "2026-11-29T03:00"),
        ("0 3 ? * 2-6 *", "UTC", "2026-11-27T04:00", "2026-11-30T03:00"),
        ("0 3 L * ? *", "UTC", "2026-02-01T00:00", "2026-02-28T03:00"),
        ("0 3 15W * ? *", "UTC", "2026-11-01T00:00", "2026-11-16T03:00"),
        ("0 3 ? * 6#3 *", "UTC", "2026-11-01T00:00", "2026-11-20T03:00"),
        ("0 3 ? * 6L *", "UTC", "2026-11-01T00:00", "2026-11-27T03:00"),
        ("0/20 8-9 1 JAN,JUL ? *", "UTC", "2026-07-01T08:40", "2026-07-01T09:00"),
        # Berlin jumps from 02:00 to 03:00 on 29 March 2026, and back from 03:00 to 02:00 on 25 October.
        ("30 2 * * ? *", "Europe/Berlin", "2026-03-28T03:00", "2026-03-30T02:30"),
        ("30 2 * * ? *", "Europe/Berlin", "2026-10-25T02:31", "2026-10-26T02:30"),
        ("0 3 29 2 ? *", "UTC", "2026-03-01T00:00", "2028-02-29T03:00"),
    ],
)
def test_cron(words: str, timezone: str, after: str, expected: str) -> None:
    zone = ZoneInfo(timezone)
    start = datetime.fromisoformat(after).replace(tzinfo=zone).timestamp()
    found = next_due(f"cron({words})", timezone, start, 0)
    assert found is not None
    assert datetime.fromtimestamp(found, zone).strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize("allowed", [True, False])
def test_who_changes_a_schedule_passes_its_role(account: Account, allowed: bool) -> None:
    given = target(account)
    passing = allow("iam:PassRole", resource=given["RoleArn"] if allowed else "arn:aws:iam::*:role/other")
    own = as_user(account, "scheduler", allow("scheduler:*"), passing)
    wanted = {"Name": "s", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF, "Target": given}
    if allowed:
        assert own.create_schedule(**wanted)["ScheduleArn"]
        return
    with pytest.raises(ClientError, match="iam:PassRole"):
        own.create_schedule(**wanted)
