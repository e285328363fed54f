# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs of the embedded AWS Glue, and runs of them. Any Python may be told as the one that has a Spark."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user, document
from local_aws.client.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

ROLE = "runner"
ENDED = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"}
USUAL: dict[str, Any] = {
    "Name": "job", "Role": ROLE, "GlueVersion": "5.0", "WorkerType": "G.1X", "NumberOfWorkers": 2,
    "Command": {"Name": "glueetl", "PythonVersion": "3", "ScriptLocation": "s3://code/job.py"},
}  # fmt: skip
READ = allow("s3:GetObject", resource="arn:aws:s3:::code-*/*")
SHOW = "import os, sys\nprint(sys.argv[1:], 'AWS_REGION' in os.environ)\n"


@pytest.fixture
def home(local_aws: LocalAws, account: Account) -> Iterator[Account]:
    local_aws.control("POST", "glue", python=sys.executable)
    account.client("s3").create_bucket(
        Bucket=f"code-{account.id}", CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    account.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=document(trust))
    yield account
    local_aws.control("POST", "glue", python="")


def may(home: Account, *statements: dict[str, Any]) -> None:
    home.client("iam").put_role_policy(RoleName=ROLE, PolicyName="own", PolicyDocument=document(*statements))


def start(home: Account, script: str = "pass", **more: Any) -> str:
    bucket = f"code-{home.id}"
    home.client("s3").put_object(Bucket=bucket, Key="job.py", Body=script.encode())
    command = USUAL["Command"] | {"ScriptLocation": f"s3://{bucket}/job.py"}
    home.client("glue").create_job(**USUAL | {"Command": command} | more)
    return str(home.client("glue").start_job_run(JobName="job")["JobRunId"])


def ended(home: Account, run: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = home.client("glue").get_job_run(JobName="job", RunId=run)["JobRun"]
        return found if found["JobRunState"] in ENDED else None

    told: dict[str, Any] = until(look, f"the end of {run}")
    return told


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_script_runs_with_its_arguments_and_its_logs_are_kept(home: Account) -> None:
    may(home, READ, allow("logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"))
    run = start(home, SHOW, DefaultArguments={"--request": "r", "--custom-logGroup-prefix": "/own"})
    found = ended(home, run)
    assert (found["JobRunState"], found["GlueVersion"], found["WorkerType"]) == ("SUCCEEDED", "5.0", "G.1X")
    events = home.client("logs").get_log_events(logGroupName="/own/output", logStreamName=f"{run}-driver")
    told = f"['--JOB_NAME', 'job', '--JOB_RUN_ID', '{run}', '--request', 'r', "
    told += "'--custom-logGroup-prefix', '/own']"
    assert events["events"][0]["message"].strip() == f"{told} False"
    (listed,) = home.client("glue").get_job_runs(JobName="job")["JobRuns"]
    assert listed["Id"] == run


@pytest.mark.parametrize(
    ("script", "statements", "message"),
    [
        ("raise ValueError('no')", (READ,), "ValueError: no"),
        ("import sys; sys.exit('for a reason')", (READ,), "SystemExit: for a reason"),
        ("pass", (), "is not authorized to perform: s3:GetObject"),
        ("import boto3; boto3.client('s3', 'eu-west-1').list_buckets()", (READ,), "s3:ListAllMyBuckets"),
    ],
)
def test_a_run_fails_and_says_why(
    home: Account, script: str, statements: tuple[dict[str, Any], ...], message: str
) -> None:
    if statements:
        may(home, *statements)
    found = ended(home, start(home, script))
    assert found["JobRunState"] == "FAILED"
    assert message in found["ErrorMessage"]


def test_a_run_fails_where_no_spark_is_known(local_aws: LocalAws, home: Account) -> None:
    may(home, READ)
    local_aws.control("POST", "glue", python="")
    assert "does not imitate this: Spark" in ended(home, start(home))["ErrorMessage"]


def test_a_run_can_be_stopped_and_no_other_starts_meanwhile(home: Account) -> None:
    may(home, READ)
    glue = home.client("glue")
    run = start(home, "import time; time.sleep(60)")
    code, _message = refusal(glue.start_job_run, JobName="job")
    assert code == "ConcurrentRunsExceededException"

    def state() -> str:
        return str(glue.get_job_run(JobName="job", RunId=run)["JobRun"]["JobRunState"])

    until(lambda: state() == "RUNNING", "the beginning")
    answer = glue.batch_stop_job_run(JobName="job", JobRunIds=[run, "jr_other"])
    assert [each["JobRunId"] for each in answer["SuccessfulSubmissions"]] == [run]
    assert [each["ErrorDetail"]["ErrorCode"] for each in answer["Errors"]] == ["EntityNotFoundException"]
    began = time.monotonic()
    assert ended(home, run)["JobRunState"] == "STOPPED"
    assert time.monotonic() - began < 10
    (error,) = glue.batch_stop_job_run(JobName="job", JobRunIds=[run])["Errors"]
    assert error["ErrorDetail"]["ErrorCode"] == "InvalidInputException"


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"MaxCapacity": 2.0}, "InvalidInputException", "do not set Max Capacity"),
        ({"NumberOfWorkers": 1}, "InvalidInputException", "2 workers at least"),
        ({"Role": "stranger"}, "InvalidInputException", "assume role permissions for Glue"),
        ({"MaxRetries": 1}, "NotImitatedException", "MaxRetries"),
        ({"Command": USUAL["Command"] | {"Name": "pythonshell"}}, "NotImitatedException", "glueetl"),
    ],
)
def test_what_a_job_must_be(home: Account, change: dict[str, Any], code: str, message: str) -> None:
    found = refusal(home.client("glue").create_job, **USUAL | change)
    assert found[0] == code
    assert message in found[1]


def test_who_makes_a_job_must_be_allowed_to_pass_its_role(home: Account) -> None:
    glue = as_user(home, "glue", allow("glue:CreateJob"))
    code, message = refusal(glue.create_job, **USUAL)
    assert (code, "iam:PassRole" in message) == ("AccessDeniedException", True)


def test_a_job_without_a_version_gets_the_newest(home: Account) -> None:
    glue = home.client("glue")
    glue.create_job(**{name: value for name, value in USUAL.items() if name != "GlueVersion"})
    job = glue.get_job(JobName="job")["Job"]
    assert (job["GlueVersion"], job["Timeout"], job["ExecutionProperty"]) == (
        "6.0", 480, {"MaxConcurrentRuns": 1},
    )  # fmt: skip
    assert refusal(glue.get_job, JobName="other")[0] == "EntityNotFoundException"
    glue.delete_job(JobName="job")
    glue.delete_job(JobName="job")
    assert refusal(glue.start_job_run, JobName="job")[0] == "EntityNotFoundException"
