# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans that are executed in the embedded AWS: what the table holds, what was written, what the log tells."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import incremental
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_objects import s3_source
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import apply_writes, log, state
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_log import Keeper
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_writes import (
    NotWrittenError,
    Writing,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import CONFLICT, SAME
from tests.unit.support.undo_runs import Incident, run, running
from tests.unit.support.undoing import digests, incident, item, put

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_run import Running
    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

pytestmark = [pytest.mark.aws, pytest.mark.newest]

CHANGES = incident(60, random.Random(3))
OTHERS = [item(number, other={"N": "1"}) for number in range(5000, 5010)]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_ITEMS", 25)


@pytest.fixture(name="ruined")
def fixture_ruined(account: Account) -> Incident:
    return Incident(account, CHANGES, OTHERS)


def changes_of(log_of: Running) -> dict[tuple[str, str], tuple[Any, Any]]:
    """What the log tells, read as an incremental export is."""
    aws = log_of.aws
    source = s3_source(aws, log_of.keeper.bucket, f"{log_of.plan.folder}{log.LOG}".rstrip("/"))
    (folder,) = incremental.exports(source)
    found = incremental.with_manifest(source, folder)
    return {(each.keys["pk"]["S"], each.keys["sk"]["N"]): (each.old, each.new) for each in found.entries()}


def test_exactly_the_items_of_the_plan_are_as_before(ruined: Incident) -> None:
    done = run(ruined)
    assert ruined.now() == ruined.before()
    keys = digests(each.change.before or each.change.incident for each in CHANGES).keys()
    assert ruined.writes() == dict.fromkeys(keys, 1)
    assert done.state.verified == {"as_before": len(CHANGES), "changed_since": 0, "samples": []}
    told = changes_of(done)
    assert told == {
        (each.change.key["pk"]["S"], each.change.key["sk"]["N"]): (each.change.incident, each.change.before)
        for each in CHANGES
    }
    assert [each.items for each in done.done] == [25, 25, 10]


def test_a_second_run_of_the_plan_writes_nothing(ruined: Incident) -> None:
    """Even where nobody knows of the first."""
    run(ruined)
    for each in ruined.account.client("s3").list_objects_v2(Bucket=ruined.bucket)["Contents"]:
        if "/log/" in each["Key"] or each["Key"].endswith("state.json"):
            ruined.account.client("s3").delete_object(Bucket=ruined.bucket, Key=each["Key"])
    before = ruined.writes()
    again = run(ruined)
    assert ruined.writes() == before
    assert log.total(again.done) == {SAME: len(CHANGES)}
    assert not again.changed


def test_a_batch_that_is_missing_between_others_is_gone_on_with(ruined: Incident) -> None:
    """Many machines do several batches at a time, and may be ended while a later one is done."""
    first, before = run(ruined), ruined.writes()
    gone = first.done[1]
    s3 = ruined.account.client("s3")
    for name in (log.done_key(gone.number), "state.json"):
        s3.delete_object(Bucket=ruined.bucket, Key=f"{ruined.made.folder}{name}")
    second = run(ruined)
    assert [each.number for each in second.done] == [each.number for each in first.done]
    assert second.done[1].counts == gone.counts
    assert ruined.writes() == before
    assert ruined.now() == ruined.before()


def test_what_others_have_changed_is_a_conflict_and_stays(ruined: Incident) -> None:
    since = [each.change.key | {"since": {"S": "a good write"}} for each in CHANGES[:20]]
    put(ruined.client, since)
    before = ruined.writes()
    done = run(ruined)
    assert ruined.now() == ruined.before() | digests(since)
    assert sum((ruined.writes() - before).values()) == len(CHANGES) - 20
    assert log.total(done.done)[CONFLICT] == 20
    listed = [
        each for batch in done.done for file in batch.conflicts for each in done.keeper.read_conflicts(file)
    ]
    assert [(each.change, each.now) for each in listed] == [
        (each.change, now) for each, now in zip(CHANGES, since, strict=False)
    ]


class CutOffError(BaseException):
    """As if it had been killed: nothing catches it."""


def cut_off_at(call: str, number: int, monkeypatch: pytest.MonkeyPatch, *, done: bool) -> None:
    """At one call of these, before it or when it was `done`."""
    where: Any = Writing if call == "_write" else Keeper
    do = getattr(where, call)
    calls = iter(range(10**6))

    def cutting(*arguments: Any) -> Any:
        this = next(calls)
        if this == number and not done:
            raise CutOffError
        found = do(*arguments)
        if this == number:
            raise CutOffError
        return found

    monkeypatch.setattr(where, call, cutting)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("write_state", 0),
        ("intend", 0),
        ("intend", 1),
        ("_write", 0),
        ("_write", 40),
        ("end", 0),
        ("end", 2),
        ("write_state", 1),
        ("manifests", 0),
    ],
)
def test_it_goes_on_where_it_was_cut_off(
    account: Account, monkeypatch: pytest.MonkeyPatch, call: str, number: int, *, done: bool
) -> None:
    ruined = Incident(account, CHANGES, OTHERS[:5])
    with monkeypatch.context() as patch:
        cut_off_at(call, number, patch, done=done)
        with pytest.raises(CutOffError):
            run(ruined)
    resumed = run(ruined)
    assert ruined.now() == ruined.before()
    assert set(ruined.writes().values()) == {1}
    # The log has what either of them wrote.
    assert len(changes_of(resumed)) == len(CHANGES)
    assert resumed.state.verified["as_before"] == len(CHANGES)


def test_cut_off_again_in_what_it_had_resumed(ruined: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first had written before is still known to the third."""
    for writes in (20, 5):
        with monkeypatch.context() as patch:
            cut_off_at("_write", writes, patch, done=True)
            with pytest.raises(CutOffError):
                run(ruined)
    assert len(changes_of(run(ruined))) == len(CHANGES)
    assert ruined.now() == ruined.before()
    assert set(ruined.writes().values()) == {1}


def test_what_others_wrote_after_it_was_cut_off_is_left_alone(
    ruined: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        cut_off_at("end", 0, patch, done=False)
        with pytest.raises(CutOffError):
            run(ruined)
    since = [each.change.key | {"since": {"S": "a good write"}} for each in CHANGES[:20]]
    put(ruined.client, since)
    done = run(ruined)
    assert ruined.now() == ruined.before() | digests(since)
    assert log.total(done.done)[CONFLICT] == 20
    assert len(changes_of(done)) == len(CHANGES) - 20


def test_what_others_write_before_the_end_is_counted(
    ruined: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        cut_off_at("manifests", 0, patch, done=False)
        with pytest.raises(CutOffError):
            run(ruined)
    put(ruined.client, [each.change.key | {"since": {"S": "a good write"}} for each in CHANGES[:3]])
    made = running(Aws(ruined.account.client), ruined.bucket, ruined.made)
    made.state.phase = state.VERIFY
    made.run()
    assert made.state.verified["as_before"] == len(CHANGES) - 3
    assert made.state.verified["changed_since"] == 3
    assert len(made.state.verified["samples"]) == 3


def behind(account: Account, url: str) -> Aws:
    """Clients of the account that ask there."""
    return Aws(
        lambda service, config=None: boto3.client(
            service,
            endpoint_url=url,
            region_name=account.region,
            aws_access_key_id=account.id,
            aws_secret_access_key="local",
            config=config,
        )
    )


class TestTrouble:
    """Of the network, of DynamoDB, of credentials."""

    def test_throttled_and_without_answers(
        self, ruined: Incident, faults: Faults, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One call in four is refused. One write in six is done, and its answer is lost."""
        monkeypatch.setattr(apply_writes, "FIRST_DELAY", 0.001)
        errors = [("ProvisionedThroughputExceededException", 400), ("InternalServerError", 500)]
        refused = [
            {"error": {"code": code, "status": status}, "sequence": {"fail": 1, "pass": 7}}
            for code, status in errors
        ]
        lost = {"response": {"abort_bytes": 0}, "sequence": {"fail": 1, "pass": 5}}
        rules = [
            {"service": "dynamodb", "operation": operation, **rule}
            for operation in ("PutItem", "DeleteItem", "BatchGetItem")
            for rule in (*refused, lost)
        ]
        faults.set(*rules)
        made = running(behind(ruined.account, faults.url), ruined.bucket, ruined.made)
        made.run()
        assert len(faults.fired()) > len(CHANGES) / 2
        assert len(changes_of(made)) == len(CHANGES)
        assert ruined.now() == ruined.before()
        assert set(ruined.writes().values()) == {1}

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            ("AccessDeniedException", "dynamodb:PutItem of orders is not allowed"),
            ("ExpiredTokenException", "The credentials are no longer good for orders"),
            ("ThrottlingException", "For 0 seconds nothing got through to orders: ThrottlingException"),
            ("ResourceNotFoundException", "The table orders is no longer there"),
        ],
    )
    def test_refused(self, ruined: Incident, faults: Faults, error: str, why: str) -> None:
        """After ten puts."""
        puts = {"service": "dynamodb", "operation": "PutItem"}
        bad = {"error": {"code": error, "status": 400}}
        faults.set({**puts, "latency": 0, "times": 10}, {**puts, **bad})
        if error == "ThrottlingException":
            faults.set({**puts, "latency": 0, "times": 10}, {"service": "dynamodb", **bad})
        made = running(behind(ruined.account, faults.url), ruined.bucket, ruined.made, patience_seconds=0.1)
        with pytest.raises(NotWrittenError, match=why):
            made.run()
        run(ruined)
        assert ruined.now() == ruined.before()
        assert set(ruined.writes().values()) == {1}
