# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Commands that pipelines run on clusters of the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local_aws.client.pipelines import (
    EVERYTHING,
    activity,
    allow,
    bucket_of,
    cluster,
    default,
    denied,
    keys,
    pipe,
    shell,
)
from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def _content(home: Account, key: str) -> str:
    body = home.client("s3").get_object(Bucket=bucket_of(home), Key=key)["Body"]
    return str(body.read().decode())


def test_a_command_sees_its_cluster_s_identity_and_nothing_of_ours(home: Account) -> None:
    made = pipe(home).define(
        default(home), cluster(),
        shell("A", 'env; pwd; ls; aws sts get-caller-identity; echo "$1|$2"; echo bad >&2',
              scriptArgument=["one two", "#{@scheduledStartTime}"]),
    ).activate()  # fmt: skip
    found = made.wait(30)["A"]
    assert found["@status"] == "FINISHED", found
    logs = f"logs/{made.id}/A/{found['id']}/{found['id']}_Attempt=1/"
    assert keys(home, logs) == [f"{logs}stderr", f"{logs}stdout"]
    assert _content(home, f"{logs}stderr") == "bad\n"
    told = _content(home, f"{logs}stdout")
    assert f"one two|{found['@scheduledStartTime']}\n" in told
    assert f"arn:aws:sts::{home.id}:assumed-role/machine/i-" in told
    names = {line.split("=")[0] for line in told.partition("{")[0].splitlines() if "=" in line}
    assert names <= {
        "PATH", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_", "AWS_ENDPOINT_URL", "AWS_REGION",
        "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    }  # fmt: skip


def test_commands_run_before_and_after_the_steps(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    bucket = bucket_of(home)
    put = f"aws s3api put-object --bucket {bucket} --key"
    made = pipe(home).define(
        default(home), cluster(),
        activity(home, "A",
                 preStepCommand=f'test "$(aws s3api list-objects-v2 --bucket {bucket} --prefix tab/ '
                                f"--query 'length(Contents || `[]`)')\" = 0 && {put} before",
                 postStepCommand=f"aws dynamodb describe-table --table-name tab > d && {put} after --body d"),
    ).activate()  # fmt: skip
    found = made.wait(30)["A"]
    assert found["@status"] == "FINISHED", found
    assert {"after", "before"} < set(keys(home))
    assert json.loads(_content(home, "after"))["Table"]["TableName"] == "tab"


def test_a_command_that_fails_fails_the_attempt_before_its_step(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    made = pipe(home).define(
        default(home), cluster(), activity(home, "A", preStepCommand="echo why; echo because >&2; exit 7")
    ).activate()  # fmt: skip
    found = made.wait()["A"]
    assert found["@status"] == "FAILED"
    assert found["errorMessage"].endswith("exit status 7: because")
    assert "TaskExecutionException" in found["errorId"]
    assert keys(home, "tab/") == []


def test_a_command_may_do_what_the_machines_may(home: Account) -> None:
    allow(home, "machine", EVERYTHING, denied("dynamodb:ListTables"))
    made = pipe(home).define(default(home), cluster(), shell("A", "aws dynamodb list-tables")).activate()
    found = made.wait(30)["A"]
    assert found["@status"] == "FAILED"
    assert "AccessDenied" in found["errorMessage"]
    assert "dynamodb:ListTables" in found["errorMessage"]


def test_logs_that_may_not_be_written_do_not_hide_how_it_ended(home: Account) -> None:
    allow(home, "machine", EVERYTHING, denied("s3:PutObject"))
    made = pipe(home).define(default(home), cluster(), shell("A", "true")).activate()
    assert made.wait()["A"]["@status"] == "FINISHED"
    (attempt,) = made.objects(f"{made.instances()['A']['id']}_Attempt=1")
    assert attempt["attemptStatus"].startswith("The logs were lost")
