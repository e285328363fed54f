# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded AWS starts, serves several accounts, moves its clock and ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local_aws.client.process import ROOT, LocalAws
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_accounts_do_not_see_each_other(account: Account, local_aws: LocalAws) -> None:
    account.client("sns").create_topic(Name="mine")
    other = local_aws.client("sns", account="300000000001")
    assert [t["TopicArn"].split(":")[4] for t in account.client("sns").list_topics()["Topics"]] == [
        account.id
    ]
    assert other.list_topics()["Topics"] == []


def test_the_clock_moves_forward_and_every_answer_carries_it(account: Account, local_aws: LocalAws) -> None:
    before = local_aws.now()
    after = local_aws.advance(hours=5, minutes=1)
    assert timedelta(hours=5, minutes=1) <= after - before < timedelta(hours=5, minutes=2)
    answer: dict[str, Any] = account.client("sts").get_caller_identity()
    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert abs(date - after) < timedelta(seconds=30)


def test_a_users_signature_is_good_whatever_the_clock_says(account: Account, local_aws: LocalAws) -> None:
    iam = account.client("iam")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    local_aws.advance(hours=1)
    sts = boto3.client(
        "sts",
        endpoint_url=local_aws.url,
        region_name=account.region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{account.id}:user/reader"


def test_the_clock_never_moves_back(local_aws: LocalAws) -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        local_aws.advance(hours=-1)


@pytest.mark.aws
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_without_complaint(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-m", "local_aws", "--log-file", str(tmp_path / "log")]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    assert server.stdout.readline().startswith("export AWS_URL=http://127.0.0.1:")
    server.send_signal(number)
    assert server.communicate(timeout=20) == ("", "")
    assert server.returncode == 0


@pytest.mark.aws
def test_it_ends_with_its_parent_and_leaves_nothing(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = (
        "import os, subprocess as s, sys, time\n"
        "server = s.Popen([sys.executable, '-m', 'local_aws', '--with-parent', str(os.getpid()),"
        f" '--ready-file', {str(ready)!r}], stdout=s.DEVNULL)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    scratch = {**os.environ, "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=scratch, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    server = int(parent.stdout.readline())
    until(ready.exists, "The start", 20)
    assert "AWS_URL=http://127.0.0.1:" in ready.read_text()
    parent.kill()
    parent.wait()
    until(lambda: not _alive(server), "The end", 20)
    assert [path.name for path in tmp_path.iterdir()] == ["ready"]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # an orphan that nobody has reaped is not running
