# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pipelines that run in the embedded AWS: schedules, attempts, alarms, and what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.pipelines import (
    EVERYTHING,
    Json,
    Pipe,
    activity,
    alarm,
    allow,
    at,
    bucket_of,
    cluster,
    default,
    denied,
    pipe,
    schedule,
    shell,
)
from local_aws.client.samples import create, simple

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ALERTS = "ops@example.com"


@pytest.fixture
def topic(home: Account) -> str:
    """A topic with somebody who reads."""
    sns = home.client("sns")
    arn: str = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ALERTS)
    home.aws.control("POST", "confirm", account=home.id, endpoint=ALERTS)
    return arn


def mails(account: Account) -> list[Json]:
    found: list[Json] = account.aws.control("GET", "mailbox", account=account.id)["mails"]
    return found


def scheduled(account: Account, *objects: Json, start: str, period: str = "1 day", **fields: Any) -> Pipe:
    common = default(account, scheduleType="cron", schedule=("Schedule",))
    return pipe(account).define(common, schedule(start, period, **fields), cluster(), *objects)


def test_one_of_three_tables_fails_and_the_others_do_not(home: Account, topic: str) -> None:
    create(home.client("dynamodb"), (simple("orders"), simple("ledger")))
    made = pipe(home).define(
        default(home, onFail=("Failed",)), cluster(), alarm("Failed", topic), alarm("Beat", topic),
        activity(home, "A", "orders", onSuccess=("Beat",)),
        activity(home, "B", "gone", onSuccess=("Beat",)),
        activity(home, "C", "ledger"),
    ).activate()  # fmt: skip
    found = made.wait()
    assert {name: one["@status"] for name, one in found.items()} == {
        "A": "FINISHED", "B": "FAILED", "C": "FINISHED", "Cluster": "FINISHED",
    }  # fmt: skip
    failed = found["B"]
    assert "Could not lookup table gone in DynamoDB" in failed["errorMessage"]
    assert failed["errorId"].startswith("ActivityFailed")
    assert "ResourceNotFoundException" in failed["errorStackTrace"]
    told = {mail["subject"]: mail["message"] for mail in mails(home)}
    assert set(told) == {"A", "B"}
    assert told["A"].startswith(found["A"]["@scheduledStartTime"])
    assert failed["errorMessage"] in told["B"]
    assert failed["emrStepLog"] in told["B"]
    assert made.state() == "FINISHED"
    components = {one["id"]: one for one in made.objects("A", "B", "C", "Cluster")}
    assert components["B"]["@healthStatus"] == "ERROR"
    assert components["B"]["@healthStatusFromInstanceId"] == failed["id"]
    assert components["A"]["@healthStatus"] == "HEALTHY"
    assert components["A"]["@latestRunTime"] == components["A"]["@latestCompletedRunTime"]
    home.aws.advance(minutes=5)
    assert made.told()["@healthStatus"] == "ERROR"


def test_a_component_may_keep_its_runs_to_itself(home: Account) -> None:
    home.aws.control("POST", "datapipeline", account=home.id, components_tell=False)
    made = pipe(home).define(default(home), cluster(), shell("A", "true")).activate()
    found = made.wait()["A"]
    (component,) = made.objects("A")
    assert not {"@healthStatus", "@latestRunTime"} & set(component)
    parent = {"fieldName": "@componentParent", "operator": {"type": "REF_EQ", "values": ["A"]}}
    times = {
        "fieldName": "@scheduledStartTime",
        "operator": {"type": "GE", "values": ["2026-01-01T00:00:00"]},
    }
    assert made.ids("INSTANCE", query={"selectors": [parent, times]}) == [found["id"]]
    later = {**times, "operator": {"type": "BETWEEN", "values": ["2999-01-01", "2999-02-01"]}}
    assert made.ids("INSTANCE", query={"selectors": [parent, later]}) == []


def test_a_schedule_fires_when_its_time_comes(home: Account) -> None:
    start = at(home, hours=2)
    made = scheduled(home, shell("A", "true", myNote="#{name}"), start=start, period="6 hours").activate()
    home.aws.advance(hours=1, minutes=50)
    assert made.ids("INSTANCE") == []
    assert made.state() == "SCHEDULED"
    home.aws.advance(minutes=15)
    found = made.wait()
    assert found["A"]["@scheduledStartTime"] == start
    assert found["A"]["id"] == f"@A_{start}"
    home.aws.advance(hours=12)
    assert len([name for name in made.ids("INSTANCE") if name.startswith("@A_")]) == 3
    (component,) = made.objects("A")
    assert component["@latestRunTime"] > start
    assert component["@nextRunTime"] > component["@latestRunTime"]
    evaluated = made.objects(f"@A_{start}", evaluateExpressions=True)[0]
    assert (evaluated["@sphere"], evaluated["@componentParent"]) == ("INSTANCE", "A")


def test_a_schedule_ends(home: Account) -> None:
    made = scheduled(home, shell("A", "true"), start=at(home, hours=1), period="1 hour", occurrences="2")
    made.activate()
    home.aws.advance(hours=5)
    assert len([name for name in made.ids("INSTANCE") if name.startswith("@A_")]) == 2
    assert made.state() == "FINISHED"
    with pytest.raises(ClientError, match="InvalidRequestException"):
        made.put(default(home))
    with pytest.raises(ClientError, match="InvalidRequestException"):
        made.activate()


def test_a_start_in_the_past_is_made_up_for_unless_it_is_too_long_ago(home: Account) -> None:
    made = scheduled(home, shell("A", "true"), start=at(home, hours=-20)).activate()
    assert made.wait()["A"]["@status"] == "FINISHED"
    other = pipe(home, "other").define(
        default(home, scheduleType="cron", schedule=("Schedule",)), schedule(at(home, hours=-25)), cluster(),
        shell("A", "true"),
    )  # fmt: skip
    with pytest.raises(ClientError, match="more than a day ago"):
        other.activate()
    assert other.state() == "PENDING"


def test_a_failure_is_tried_again(home: Account) -> None:
    once = "aws s3api put-object --bucket $1 --key once --if-none-match '*'"
    again = f"if {once}; then echo not yet >&2; exit 3; fi"
    made = pipe(home).define(
        default(home), cluster(),
        shell("A", again, scriptArgument=bucket_of(home), maximumRetries="2", retryDelay="2 minutes"),
    ).activate()  # fmt: skip
    assert made.wait(30)["A"]["@status"] == "FINISHED"
    attempts = [f"{made.instances()['A']['id']}_Attempt={number}" for number in (1, 2)]
    first, second = made.objects(*attempts)
    assert (first["@status"], second["@status"]) == ("FAILED", "FINISHED")
    assert "not yet" in first["errorMessage"]
    assert second["@instanceParent"] == made.instances()["A"]["id"]
    assert [name for name in made.ids("ATTEMPT") if name.startswith("@A_")] == attempts


def test_an_export_tried_again_finds_what_the_first_attempt_left(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    allow(home, "machine", EVERYTHING, denied("dynamodb:Scan"))
    made = pipe(home).define(default(home), cluster(), activity(home, "A", maximumRetries="1")).activate()
    made.wait()
    first, second = made.objects(*[name for name in made.ids("ATTEMPT") if name.startswith("@A_")])
    assert "dynamodb:Scan" in first["errorMessage"]
    assert "FileAlreadyExistsException" in second["errorMessage"]


def test_who_is_late_is_told_once(home: Account, topic: str) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    home.aws.control("POST", "datapipeline", account=home.id, slow={"tab": 2.5 * 3600})
    late: Json = {"lateAfterTimeout": "1 hour", "onLateAction": ("Late",)}
    start = at(home, hours=1)
    made = scheduled(home, activity(home, "A", **late), alarm("Late", topic, message="late"), start=start)
    made.activate()
    home.aws.advance(hours=1, minutes=50)
    assert mails(home) == []
    home.aws.advance(hours=1)
    assert [(mail["subject"], mail["message"]) for mail in mails(home)] == [("A", "late")]
    home.aws.advance(hours=2)
    assert made.wait()["A"]["@status"] == "FINISHED"
    assert len(mails(home)) == 1


def test_an_attempt_is_given_up_after_its_timeout(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"), simple("quick")))
    home.aws.control("POST", "datapipeline", account=home.id, slow={"tab": 7200})
    made = pipe(home).define(
        default(home), cluster(), activity(home, "A", attemptTimeout="1 hour"), activity(home, "B", "quick")
    ).activate()  # fmt: skip
    made.wait_for(lambda found: found["A"]["@status"] == "RUNNING")
    home.aws.advance(minutes=65)
    found = made.wait()
    assert (found["A"]["@status"], found["A"]["errorId"]) == ("FAILED", "AttemptTimedOut")
    assert found["B"]["@status"] == "FINISHED"


def test_terminate_after_ends_the_cluster_and_all_that_needs_it(home: Account, topic: str) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    home.aws.control("POST", "datapipeline", account=home.id, slow={"tab": 86400})
    made = pipe(home).define(
        default(home), cluster(onFail=("Failed",)), alarm("Failed", topic),
        activity(home, "A", maximumRetries="3", onFail=("Failed",)), shell("B", "true"),
    ).activate()  # fmt: skip
    made.wait_for(lambda found: found["A"]["@status"] == "RUNNING")
    home.aws.advance(hours=3, minutes=30)
    found = made.wait()
    assert {name: one["@status"] for name, one in found.items()} == {
        "A": "CANCELED", "B": "CANCELED", "Cluster": "TIMEDOUT",
    }  # fmt: skip
    assert "terminateAfter (3 hours)" in found["Cluster"]["@failureReason"]
    assert "terminateAfter" in found["A"]["cancellationReason"]
    assert len([name for name in made.ids("ATTEMPT") if name.startswith("@A_")]) == 1
    assert [mail["subject"] for mail in mails(home)] == ["Cluster"]


def test_a_failed_activity_takes_the_cluster_along_unless_told_otherwise(home: Account) -> None:
    made = pipe(home).define(
        default(home), cluster(actionOnTaskFailure="terminate"), shell("A", "exit 1"), shell("B", "true")
    ).activate()  # fmt: skip
    found = made.wait()
    assert [found[name]["@status"] for name in ("A", "B", "Cluster")] == ["FAILED", "CANCELED", "FAILED"]


@pytest.mark.parametrize(
    ("mode", "status"), [("cascade", "CASCADE_FAILED"), ("none", "WAITING_ON_DEPENDENCIES")]
)
def test_what_depends_on_a_failure(home: Account, mode: str, status: str) -> None:
    made = pipe(home).define(
        default(home, failureAndRerunMode=mode), cluster(),
        shell("B", "true", dependsOn=("A",)), shell("A", "exit 1"), shell("C", "true"),
    ).activate()  # fmt: skip
    made.wait_for(lambda found: found["A"]["@status"] == "FAILED" and found["C"]["@status"] == "FINISHED")
    found = made.wait_for(lambda found: found["B"]["@status"] == status)
    assert found["B"].get("@cascadeFailedOn" if mode == "cascade" else "@waitingOn") == found["A"]["id"]
    if mode == "none":
        home.aws.advance(hours=4)
        assert made.wait()["B"]["@status"] == "CANCELED"


def test_deactivating_cancels_and_activating_resumes(home: Account) -> None:
    create(home.client("dynamodb"), (simple("tab"),))
    home.aws.control("POST", "datapipeline", account=home.id, slow={"tab": 86400})
    start = at(home, hours=1)
    clean = f"aws s3 rm --recursive s3://{bucket_of(home)}/tab/"
    made = scheduled(home, activity(home, "A", preStepCommand=clean), start=start).activate()
    home.aws.advance(hours=1, minutes=5)
    made.wait_for(lambda found: found["A"]["@status"] == "RUNNING")
    made.client.deactivate_pipeline(pipelineId=made.id)
    assert made.wait()["A"]["@status"] == "CANCELED"
    home.aws.advance(minutes=1)
    assert made.state() == "INACTIVE"
    with pytest.raises(ClientError, match="not active"):
        made.client.deactivate_pipeline(pipelineId=made.id)
    home.aws.control("POST", "datapipeline", account=home.id, slow={})
    made.activate()
    found = made.wait_for(lambda found: found["A"]["@status"] == "FINISHED")
    assert found["A"]["@scheduledStartTime"] == start


def test_activating_from_a_later_time_skips_what_lies_before(home: Account) -> None:
    start = at(home, hours=1)
    made = scheduled(home, shell("A", "true"), start=start, period="1 hour").activate()
    made.client.deactivate_pipeline(pipelineId=made.id)
    later = home.aws.now().timestamp() + 2.5 * 3600
    made.activate(startTimestamp=later)
    home.aws.advance(hours=4)
    made.wait()
    statuses = [
        one["@status"] for one in made.objects(*made.ids("INSTANCE")) if one["@componentParent"] == "A"
    ]
    assert statuses == ["SKIPPED", "SKIPPED", "FINISHED", "FINISHED"]


def test_an_alarm_that_cannot_be_sent_has_failed(home: Account, topic: str) -> None:
    allow(home, "pipe", EVERYTHING, denied("sns:Publish"))
    made = pipe(home).define(
        default(home), cluster(), shell("A", "true", onSuccess=("Beat",)), alarm("Beat", topic)
    ).activate()  # fmt: skip
    made.wait()
    parent = {"fieldName": "@componentParent", "operator": {"type": "REF_EQ", "values": ["Beat"]}}
    (sent,) = made.objects(*made.ids("INSTANCE", query={"selectors": [parent]}))
    assert sent["@status"] == "FAILED"
    assert "sns:Publish" in sent["errorMessage"]
    assert mails(home) == []
