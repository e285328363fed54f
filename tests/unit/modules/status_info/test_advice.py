# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The commands that messages tell, typed as they stand there: whatever they were told for is gone then."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.backed import MACHINE, TABLES, codes, message, run
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support.by_hand import queue
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest

COMMAND = re.compile(r"aws [a-z0-9]+ [a-z-]+(?: --[a-z-]+ [^\s),;:]+(?::[^\s),;]+)*)*")
ROLE = f"{MACHINE}-machine-eu-west-1"
DENY = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}


def typed(account: Account, command: str) -> Any:
    """What the AWS CLI answers to a command."""
    where = ["--endpoint-url", account.aws.url]  # of a queue it takes no address from the environment
    ended = subprocess.run(
        [sys.executable, "-m", "awscli", *command.split()[1:], *where],
        env={**os.environ, **account.env()}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout) if ended.stdout.strip() else {}


def follow(account: Account, told: str, *operations: str) -> list[Any]:
    """Type the commands of a message, which are these."""
    found = COMMAND.findall(told)
    assert [each.split()[2] for each in found] == list(operations), told
    return [typed(account, each) for each in found]


@dataclass
class Case:
    """What somebody did by hand, the code that is told of it, and the commands of its message."""

    code: str
    operations: tuple[str, ...]

    def breaks(self, target: Target) -> None:
        raise NotImplementedError

    def afterwards(self, target: Target) -> None:
        """What has to pass before it is seen."""


class Muted(Case):
    def breaks(self, target: Target) -> None:
        schedule = {"Expression": "cron(* * * * *)", "Duration": "PT4H", "Timezone": "Europe/Dublin"}
        target.client("cloudwatch").put_alarm_mute_rule(
            Name="quiet",
            Rule={"Schedule": schedule},
            MuteTargets={"AlarmNames": ["tablekeeper-missed-orders"]},
        )
        target.account.aws.advance(minutes=2)


class Missed(Case):
    def breaks(self, target: Target) -> None:
        sqs = target.client("sqs")
        url = sqs.get_queue_url(QueueName=queue(target))["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        self.afterwards(target)

    def afterwards(self, target: Target) -> None:
        for _minutes in range(3):
            target.account.aws.advance(minutes=5)


class Attached(Case):
    def breaks(self, target: Target) -> None:
        iam = target.client("iam")
        arn = iam.create_policy(PolicyName="stop", PolicyDocument=json.dumps(DENY))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)


class Bounded(Case):
    def breaks(self, target: Target) -> None:
        iam = target.client("iam")
        arn = iam.create_policy(PolicyName="stop", PolicyDocument=json.dumps(DENY))["Policy"]["Arn"]
        iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=arn)


class NotRecoverable(Case):
    def breaks(self, target: Target) -> None:
        off = {"PointInTimeRecoveryEnabled": False}
        target.client("dynamodb").update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification=off
        )


CASES = [
    Muted("alarm_muted", ("delete-alarm-mute-rule",)),
    Missed("start_missed", ("purge-queue",)),
    Attached("role_altered", ("detach-role-policy",)),
    Bounded("role_altered", ("delete-role-permissions-boundary",)),
    NotRecoverable("recovery_off", ("update-continuous-backups",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: type(case).__name__)
def test_a_command(backed: Target, look: Ask, case: Case) -> None:
    case.breaks(backed)
    answer = look()
    assert codes(answer) == [case.code]
    follow(backed.account, message(answer, case.code), *case.operations)
    case.afterwards(backed)
    assert codes(look()) == []


def test_points_come_back(backed: Target, look: Ask) -> None:
    client, bucket = backed.client("s3"), backed.outputs["tablekeeper-store"]["BucketName"]
    older = client.list_objects_v2(Bucket=bucket, Prefix="retain-35d/orders/")["Contents"]
    backed.account.aws.advance(hours=1)
    run(backed)
    for each in older:
        client.delete_object(Bucket=bucket, Key=each["Key"])
    told = message(look(), "points_deleted")
    assert "aws s3api delete-object with their keys" in told
    listed = typed(backed.account, COMMAND.findall(told)[0])
    for each in listed["DeleteMarkers"]:
        which = f"--key {each['Key']} --version-id {each['VersionId']}"
        typed(backed.account, f"aws s3api delete-object --bucket {bucket} {which}")
    assert codes(look()) == []


def test_a_stuck_run_is_stopped(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    target.start({"end": "never", "tables": ["orders"]})
    target.account.aws.advance(hours=31)
    told = message(ask(), "run_stuck")
    follow(target.account, told, "stop-execution")
    assert "run_stuck" not in codes(ask())
    assert "then run the run playbook with -e tables=orders" in told
    target.run(target.entry("orders"))
    assert [each for each in codes(ask()) if not each.startswith("alarm")] == []


@pytest.mark.parametrize("waits", [True, False], ids=["waits to be deleted", "disabled"])
def test_a_key_that_was_given_is_enabled(account: Account, look: Ask, waits: bool) -> None:
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    for name in ("orders", "sessions"):
        Machinery.table(account.client("dynamodb"), name)
    deployed(account, {
        "tablekeeper_tables": TABLES, "tablekeeper_encryption": "aws:kms", "tablekeeper_kms_key_arn": key,
    })  # fmt: skip
    if waits:
        kms.schedule_key_deletion(KeyId=key)
    else:
        kms.disable_key(KeyId=key)
    cancel, enable = COMMAND.findall(message(look(), "key_unusable"))
    if waits:
        typed(account, cancel)
    typed(account, enable)
    assert "key_unusable" not in codes(look())


def test_a_rule_that_mutes_again_and_again_says_so(backed: Target, look: Ask) -> None:
    Muted("", ()).breaks(backed)
    told = message(look(), "alarm_muted")
    assert "tell nobody now, and again and again, as the mute rule quiet says" in told
    assert "(from cron(* * * * *) for PT4H, Europe/Dublin)" in told
    expires = backed.account.aws.now() + timedelta(days=3)
    schedule = {"Expression": "cron(* * * * *)", "Duration": "PT4H"}
    backed.client("cloudwatch").put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": schedule},
        MuteTargets={"AlarmNames": ["tablekeeper-missed-orders"]},
        ExpireDate=expires,
    )
    assert f"for the last time before {expires:%Y-%m-%d %H:%M} UTC" in message(look(), "alarm_muted")
