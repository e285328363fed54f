# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rules of the embedded CloudWatch that mute alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.alarms import alarm, becomes, put, queue_on, received
from local_aws.client.users import allow, as_user

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def mute(account: Account, expression: str = "", **more: Any) -> None:
    """A rule that mutes the alarm from now on, for an hour unless told otherwise."""
    schedule = {
        "Expression": expression or f"at({account.aws.now():%Y-%m-%dT%H:%M})",
        "Duration": more.pop("duration", "PT1H"),
        **({"Timezone": more.pop("timezone")} if "timezone" in more else {}),
    }
    account.client("cloudwatch").put_alarm_mute_rule(
        Name="quiet", Rule={"Schedule": schedule}, MuteTargets={"AlarmNames": ["missed"]}, **more
    )


def status(account: Account) -> str:
    found = account.client("cloudwatch").get_alarm_mute_rule(AlarmMuteRuleName="quiet")
    return str(found["Status"])


def loud(account: Account) -> str:
    """An alarm with an action; returns the queue that its messages reach."""
    alerts: str = account.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = queue_on(account, alerts)
    put(account, AlarmActions=[alerts], TreatMissingData="notBreaching")
    becomes(account, "OK")
    return queue


def breach(account: Account) -> None:
    """Let the alarm fire by itself."""
    found = alarm(account)
    put(account, AlarmActions=found["AlarmActions"], TreatMissingData="breaching")
    becomes(account, "ALARM")


def test_a_muted_alarm_changes_its_state_and_tells_nobody(account: Account) -> None:
    queue = loud(account)
    mute(account)
    assert status(account) == "ACTIVE"
    breach(account)
    assert received(account, queue) == []


@pytest.mark.parametrize("how", ["deleted", "over"])
def test_what_is_still_so_is_told_afterwards(account: Account, how: str) -> None:
    queue = loud(account)
    mute(account)
    breach(account)
    if how == "deleted":
        account.client("cloudwatch").delete_alarm_mute_rule(AlarmMuteRuleName="quiet")
    account.aws.advance(minutes=1 if how == "deleted" else 61)
    [told] = received(account, queue)
    assert told["Subject"].startswith("ALARM")


def test_other_alarms_are_heard(account: Account) -> None:
    queue = loud(account)
    put(account, AlarmName="other")
    account.client("cloudwatch").put_alarm_mute_rule(
        Name="quiet", MuteTargets={"AlarmNames": ["other"]},
        Rule={"Schedule": {"Expression": "cron(* * * * *)", "Duration": "P15D"}},
    )  # fmt: skip
    breach(account)
    assert len(received(account, queue)) == 1


def test_a_rule_is_active_in_its_windows(account: Account) -> None:
    put(account)
    begins = account.aws.now() + timedelta(hours=2)
    mute(account, f"cron({begins.minute} {begins.hour} * * *)", duration="PT3H")
    assert status(account) == "SCHEDULED"
    account.aws.advance(hours=3)
    assert status(account) == "ACTIVE"
    account.aws.advance(hours=3)
    assert status(account) == "SCHEDULED"
    account.aws.advance(hours=21)
    assert status(account) == "ACTIVE"


def test_a_rule_begins_expires_and_knows_time_zones(account: Account) -> None:
    put(account)
    now = account.aws.now()
    mute(account, "cron(* * * * *)", StartDate=now + timedelta(hours=1), ExpireDate=now + timedelta(hours=3))
    assert status(account) == "SCHEDULED"
    account.aws.advance(hours=2)
    assert status(account) == "ACTIVE"
    account.aws.advance(hours=2)
    assert status(account) == "EXPIRED"
    mute(account, f"at({account.aws.now() + timedelta(hours=9):%Y-%m-%dT%H:%M})", timezone="Asia/Tokyo")
    assert status(account) == "ACTIVE"


def test_rules_are_listed_by_alarm_and_status_in_pages(account: Account) -> None:
    put(account)
    put(account, AlarmName="other")
    client = account.client("cloudwatch")
    mute(account)
    for name in ("later", "never"):
        client.put_alarm_mute_rule(
            Name=name, MuteTargets={"AlarmNames": ["other"]},
            Rule={"Schedule": {"Expression": "at(2199-01-01T00:00)", "Duration": "PT1M"}},
        )  # fmt: skip

    def listed(**request: Any) -> list[str]:
        pages = client.get_paginator("list_alarm_mute_rules").paginate(
            PaginationConfig={"PageSize": 1}, **request
        )
        found = [each for page in pages for each in page["AlarmMuteRuleSummaries"]]
        return [each["AlarmMuteRuleArn"].rsplit(":", 1)[1] for each in found]

    assert listed() == ["later", "never", "quiet"]
    assert listed(Statuses=["ACTIVE"]) == listed(AlarmName="missed") == ["quiet"]
    assert listed(AlarmName="other", Statuses=["ACTIVE"]) == []
    client.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")
    client.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")
    assert listed(Statuses=["ACTIVE"]) == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        status(account)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"Expression": "at(2030-01-01T00:00)", "Duration": "P16D"}, "duration"),
        ({"Expression": "rate(1 day)", "Duration": "PT1H"}, "expression"),
        ({"Expression": "cron(0 2 * *)", "Duration": "PT1H"}, "expression"),
        ({"Expression": "cron(0 2 1 * SUN)", "Duration": "PT1H"}, "does not imitate"),
        ({"Expression": "at(2030-01-01T00:00)", "Duration": "PT1H", "Timezone": "Mars"}, "time zone"),
    ],
)
def test_rules_that_make_no_sense(account: Account, schedule: dict[str, str], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        account.client("cloudwatch").put_alarm_mute_rule(Name="quiet", Rule={"Schedule": schedule})


def test_rules_are_read_with_a_right_of_their_own(account: Account) -> None:
    put(account)
    mute(account)
    own = f"arn:aws:cloudwatch:{account.region}:{account.id}:alarm-mute-rule:quiet"
    client = as_user(account, "cloudwatch", allow("cloudwatch:GetAlarmMuteRule", resource=own))
    assert client.get_alarm_mute_rule(AlarmMuteRuleName="quiet")["Status"] == "ACTIVE"
    with pytest.raises(ClientError, match="not authorized to perform: cloudwatch:ListAlarmMuteRules"):
        client.list_alarm_mute_rules()
