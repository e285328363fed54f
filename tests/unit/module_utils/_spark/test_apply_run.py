# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a run of a job is started, followed and ended. What it does here are a few lines, without Spark."""

from __future__ import annotations

import json
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import apply_run, document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.apply_run import JobError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import Code
from tests.unit.support.incident import images, request
from tests.unit.support.spark_jobs import JOB, Deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.document import Request
    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

pytestmark = pytest.mark.newest

# It has `put(name, content)` and `told`, the text of its request.
BEGIN = """\
import json, sys, time
import boto3
location = sys.argv[sys.argv.index("--request") + 1]
bucket, _, key = location.removeprefix("s3://").partition("/")
s3 = boto3.client("s3", region_name=sys.argv[sys.argv.index("--region") + 1])
told = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
folder = key.rpartition("/")[0] + "/"
def put(name, content):
    s3.put_object(Bucket=bucket, Key=folder + name, Body=json.dumps(content).encode())
"""
WAITS = 'put("progress.json", {"read": 3, "done": 1})\ntime.sleep(60)\n'
SUCCEEDS = 'put("result.json", {"request": folder, "counts": {}})\n'


@pytest.fixture
def python(local_aws: LocalAws) -> Iterator[None]:
    local_aws.control("POST", "glue", python=sys.executable)
    yield
    local_aws.control("POST", "glue", python="")


def deployed(account: Account, script: str) -> Deployed:
    made = Deployed(account, Code((BEGIN + script).encode(), b"PK\x05\x06" + bytes(18)))
    made.deploy()
    return made


def asked(on: Deployed, **more: Any) -> Request:
    return request(document.PLAN, on.bucket, on.account.region, images(), **more)


def states(on: Deployed) -> list[str]:
    runs = on.account.client("glue").get_job_runs(JobName=JOB)["JobRuns"]
    return [each["JobRunState"] for each in runs]


def at(moment: int, do: Any) -> Any:
    """A way to sleep that does something when it is asked for a second, third ... time."""
    times = iter(range(1_000))

    def sleep(_seconds: float) -> None:
        threading.Event().wait(0.1)
        if next(times) == moment:
            do()

    return sleep


@pytest.mark.usefixtures("python")
class TestRuns:
    def test_one_that_succeeds_tells_its_result(self, account: Account) -> None:
        on = deployed(account, SUCCEEDS)
        wanted = asked(on)
        assert on.run(wanted) == {"request": wanted.folder, "counts": {}}
        assert on.told[0] == ("plan", "AWS Glue starts the machines")

    def test_one_that_leaves_no_result_has_failed(self, account: Account) -> None:
        with pytest.raises(JobError, match=r"succeeded and left no result in s3://store-\d+/undo/orders/"):
            deployed(account, "pass\n").run(asked(Deployed(account)))

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            (
                'put("result.json", {"failed": "a file is cut."})\nsys.exit(1)\n',
                "FAILED: a file is cut. Its log",
            ),
            ("raise ValueError('no such thing')\n", "FAILED: ValueError: no such thing. Its log"),
        ],
    )
    def test_one_that_fails_tells_why(self, account: Account, script: str, reason: str) -> None:
        on = deployed(account, script)
        with pytest.raises(JobError, match=reason) as caught:
            on.run(asked(on))
        assert f"/tablekeeper/{JOB}/error (jr_" in str(caught.value)

    def test_one_is_stopped_when_this_is_ended_from_outside(self, account: Account) -> None:
        on = deployed(account, WAITS)

        def interrupt() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            on.run(asked(on), at(2, interrupt))
        (state,) = states(on)
        assert state in {"STOPPING", "STOPPED"}

    def test_one_that_somebody_stops_has_ended(self, account: Account) -> None:
        on = deployed(account, WAITS)
        glue = account.client("glue")

        def stop() -> None:
            runs = [each["Id"] for each in glue.get_job_runs(JobName=JOB)["JobRuns"]]
            glue.batch_stop_job_run(JobName=JOB, JobRunIds=runs)

        with pytest.raises(JobError, match="ended as STOPPED: somebody stopped it"):
            on.run(asked(on), at(2, stop))

    def test_one_at_work_on_the_same_is_followed_and_on_another_is_left(self, account: Account) -> None:
        on = deployed(account, 'put("progress.json", {"read": 3, "done": 1})\ntime.sleep(2)\n' + SUCCEEDS)
        wanted = asked(on)

        class KilledError(BaseException):
            pass

        def kill() -> None:
            raise KilledError

        with pytest.raises(KilledError):
            on.run(wanted, at(1, kill))
        with pytest.raises(JobError, match=f"The job {JOB} is at work on another request for this table"):
            on.run(asked(on, slots=7))
        later = asked(on, moment=wanted.moment + 60)
        assert on.run(later)["request"] == wanted.folder
        assert states(on) == ["SUCCEEDED"]
        assert on.run(later)["request"] == wanted.folder
        assert states(on) == ["SUCCEEDED", "SUCCEEDED"]


def test_code_that_somebody_changed_is_not_run(account: Account) -> None:
    on = Deployed(account)
    place = {"LocationConstraint": account.region}
    on.s3.create_bucket(Bucket=on.bucket, CreateBucketConfiguration=place)
    made = Code(b"pass\n", b"")
    folder = apply_run.upload(on.aws, on.bucket, made)
    assert apply_run.upload(on.aws, on.bucket, made) == folder
    on.s3.put_object(Bucket=on.bucket, Key=f"{folder}job.py", Body=b"evil")
    with pytest.raises(JobError, match="somebody has changed it"):
        apply_run.upload(on.aws, on.bucket, made)
    # Its advice:
    on.s3.delete_object(Bucket=on.bucket, Key=f"{folder}job.py")
    assert apply_run.upload(on.aws, on.bucket, made) == folder


def test_without_a_job_it_is_told_what_makes_it(account: Account) -> None:
    on = Deployed(account)
    place = {"LocationConstraint": account.region}
    on.s3.create_bucket(Bucket=on.bucket, CreateBucketConfiguration=place)
    with pytest.raises(JobError, match=f"There is no job {JOB} in AWS Glue: its stack of the same name"):
        on.run(asked(on))


def test_a_request_is_read_back_and_nothing_else_is_one() -> None:
    made = request(document.PLAN, "b", "eu-west-1", images())
    assert document.of_json(document.to_json(made)) == made
    other = json.loads(document.to_json(made))
    for change, why in (
        ({"version": 2}, "it is a request of version 2, and this code does 1"),
        ({"work": "dance"}, "it asks for 'dance'"),
        ({"slots": "2"}, "slots is '2', and no int"),
        ({"more": 1}, "more is not known"),
    ):
        with pytest.raises(document.RequestError, match=why):
            document.of_json(json.dumps(other | change).encode())
