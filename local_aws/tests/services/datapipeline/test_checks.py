# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the embedded AWS Data Pipeline thinks of definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.pipelines import (
    Json,
    Pipe,
    activity,
    alarm,
    at,
    cluster,
    default,
    pipe,
    pipeline_object,
    schedule,
    shell,
)

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TOPIC = "arn:aws:sns:eu-west-1:123456789012:t"


def problem_of(account: Account, *objects: Json) -> str:
    return pipe(account).problems(default(account), cluster(), *objects)


def test_a_good_definition_is_good(account: Account) -> None:
    objects = [
        default(account, scheduleType="cron", schedule=("Schedule",), myPlace="s3://b"),
        schedule("2026-11-25T02:00:00", "1 days"),
        cluster(configuration=("Memory",), subnetId="subnet-1", keyPair="k"),
        pipeline_object("Memory", type="EmrConfiguration", classification="yarn-site", property=[("P",)]),
        pipeline_object("P", type="Property", key="yarn.nodemanager.resource.memory-mb", value="11520"),
        activity(account, "A", preStepCommand=["echo #{myPlace}", "true"], onFail=("Failed",)),
        activity(account, "B", dependsOn=[("A",)], lateAfterTimeout="2 hours", myTable="#{name}"),
        shell("C", "echo $1", scriptArgument=["#{runsOn.releaseLabel}"]),
        alarm("Failed", TOPIC, message="#{node.name} #{node.step} #{node.runsOn.name}"),
    ]  # fmt: skip
    assert pipe(account).problems(*objects) == ""


@pytest.mark.parametrize(
    ("objects", "told"),
    [
        ([pipeline_object("X", role="r")], "X: The object has no type"),
        ([pipeline_object("X", type="Xyz")], "X: 'Xyz' is not a type of object"),
        ([alarm("X", TOPIC, role=[])], "'role' is required"),
        ([alarm("X", TOPIC, subject=[])], "'subject' is required"),
        ([alarm("X", TOPIC, message=[])], "'message' is required"),
        ([alarm("X", TOPIC, topicArn=[])], "'topicArn' is required"),
        ([pipeline_object("X", type="EmrActivity", step="a")], "Field 'runsOn or workerGroup' is required"),
        ([shell("X", [])], "X: Field 'command' is required"),
        ([pipeline_object("X", type="Property", key="k")], "X: Field 'value' is required"),
        ([pipeline_object("X", type="EmrConfiguration")], "X: Field 'classification' is required"),
        ([shell("X", "true", colour="red")], "X: Field 'colour' is not known"),
        ([shell("X", "true", mycolour="red")], "X: Field 'mycolour' is not known"),
        ([shell("X", "true", runsOn=("Nobody",))], "Field 'runsOn' refers to 'Nobody', which is no object"),
        ([shell("X", "true", runsOn=("X",))], "Field 'runsOn' must refer to an object of type EmrCluster"),
        ([shell("X", "true", runsOn="Cluster")], "Field 'runsOn' takes a reference"),
        ([shell("X", ("Cluster",))], "Field 'command' takes a string"),
        ([shell("X", "true", onFail=("Cluster",))], "'onFail' must refer to an object of type SnsAlarm"),
        ([shell("X", "true", myRef=("Nobody",))], "Field 'myRef' refers to 'Nobody'"),
        ([shell("X", ["true", "false"])], "X: Field 'command' takes one value, not 2"),
        ([shell("X", "true", maximumRetries="6")], "'maximumRetries' must lie between 0 and 5"),
        ([shell("X", "true", maximumRetries="few")], "'maximumRetries' must be an integer"),
        ([shell("X", "true", retryDelay="1 minute")], "'retryDelay' must lie between 2 and"),
        ([shell("X", "true", attemptTimeout="soon")], "'attemptTimeout' must be a period"),
        ([shell("X", "true", failureAndRerunMode="often")], "must be one of cascade, none"),
        (
            [pipeline_object("X", type="EmrActivity", resizeClusterBeforeRunning="maybe")],
            "Field 'resizeClusterBeforeRunning' must be true or false",
        ),
        ([cluster("X", masterInstanceType="m5.large")], "does not support the instance type 'm5.large'"),
        ([cluster("X", region="eu-north-1")], "starts no clusters in 'eu-north-1'"),
        ([cluster("X", runsOn=("Cluster",))], "X: Field 'runsOn' is not known for type EmrCluster"),
        ([schedule("2026-11-25T02:00:00")], "Schedule: An on-demand pipeline has no schedule"),
        ([shell("X", "true", scheduleType="cron")], "scheduleType ondemand belongs on the Default object"),
        ([shell("X", "true", dependsOn=("Y",)), shell("Y", "true", dependsOn=("X",))], "leads in a circle"),
        ([shell("X", "#{node.name}")], "'node' in '#{node.name}' is for objects of type SnsAlarm"),
        ([shell("X", "#{colour}")], "X: '#{colour}': 'X' has no values of a field 'colour'"),
        ([shell("X", "#{toUpper(name)}")], "Unknown function 'toUpper'"),
        ([shell("X", "#{")], "X: An expression is not closed"),
        ([shell("X", "#{command.name}")], "'command' of 'X' is no reference"),
        ([shell("X", "#{runsOn.configuration.@status}")], "has no values of a field 'configuration'"),
        ([alarm("X", TOPIC, message="#{node.runsOn.@status}")], "can only be read from the node itself"),
        ([alarm("X", TOPIC, message="#{node.colour}")], "no activity or resource has a field 'colour'"),
        ([alarm("X", TOPIC, myText="x" * 5200, myMore="x" * 10200)], "at most 15360 are allowed"),
        ([shell("X", "true", **{f"my_{n}": "x" for n in range(50)})], "fields; at most 50 are allowed"),
    ],
)  # fmt: skip
def test_a_bad_object_is_told(account: Account, objects: list[Json], told: str) -> None:
    assert told in problem_of(account, *objects)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"period": "14 minutes"}, "'period' must lie between 15 and"),
        ({"period": "4 years"}, "'period' must lie between 15 and"),
        ({"startDateTime": "tomorrow"}, "'startDateTime' must be a time like"),
        ({"startDateTime": []}, "Field 'startDateTime or startAt' is required"),
        ({"startAt": "FIRST_ACTIVATION_DATE_TIME"}, "'startDateTime' and 'startAt' exclude each other"),
        (
            {"occurrences": "1", "endDateTime": "2026-11-26T02:00:00"},
            "'occurrences' and 'endDateTime' exclude",
        ),
        ({"occurrences": "0"}, "'occurrences' must lie between 1"),
    ],
)
def test_a_bad_schedule_is_told(account: Account, fields: Any, told: str) -> None:
    given = pipeline_object("Schedule", **{
        "type": "Schedule", "period": "1 day", "startDateTime": "2026-11-25T02:00:00", **fields,
    })  # fmt: skip
    scheduled = default(account, scheduleType="cron", schedule=("Schedule",))
    assert told in pipe(account).problems(scheduled, given, cluster(), shell("A", "true"))


def test_runnable_objects_need_the_schedule(account: Account) -> None:
    found = pipe(account).problems(default(account, scheduleType="cron"), cluster())
    assert "Cluster: Field 'schedule' is required" in found


@pytest.mark.parametrize(
    "objects",
    [
        [pipeline_object("X", type="HadoopActivity")],
        [shell("X", "true", precondition=("Cluster",))],
        [cluster("X", releaseLabel=[])],
        [shell("X", "true", scheduleType="timeseries")],
    ],
)
def test_what_cannot_be_judged_is_refused(account: Account, objects: list[Json]) -> None:
    given = default(account, scheduleType="cron") if "scheduleType" in str(objects) else default(account)
    with pytest.raises(ClientError, match="NotImitatedException"):
        pipe(account).put(given, cluster(), *objects)


def test_an_erroneous_definition_is_stored_but_not_activated(account: Account) -> None:
    made = pipe(account)
    answer = made.put(default(account), shell("A", "true"))
    assert answer["errored"]
    assert answer["validationErrors"][0]["id"] == "A"
    stored = made.client.get_pipeline_definition(pipelineId=made.id)["pipelineObjects"]
    assert [one["id"] for one in stored] == ["Default", "A"]
    with pytest.raises(ClientError, match="InvalidRequestException"):
        made.activate()


@pytest.mark.parametrize(
    ("objects", "told"),
    [
        (
            [pipeline_object("X", type="Property", key="k", value="")],
            "Field 'value' needs either",
        ),
        ([{"id": "X", "name": "X", "fields": [{"key": "type"}]}], "Field 'type' needs either"),
        ([shell("X", "true")] * 2, "2 objects have the id 'X'"),
        ([shell(f"X{n}", "true") for n in range(99)], "has 101 objects; at most 100 are allowed"),
    ],
)
def test_some_definitions_are_not_even_stored(account: Account, objects: list[Json], told: str) -> None:
    made = pipe(account)
    answer = made.put(default(account), cluster(), *objects)
    assert answer["errored"]
    assert told in str(answer["validationErrors"])
    assert made.client.get_pipeline_definition(pipelineId=made.id)["pipelineObjects"] == []


def test_a_missing_log_is_a_warning(account: Account) -> None:
    made = pipe(account)
    silent = default(account, pipelineLogUri=[])
    answer = made.put(silent, cluster(), shell("A", "true"))
    assert not answer["errored"]
    assert "pipelineLogUri" in str(answer["validationWarnings"])


def test_parameters_have_values(account: Account) -> None:
    made = pipe(account)
    parameter = {"id": "myPlace", "attributes": [{"key": "default", "stringValue": "s3://b"}]}
    objects = [default(account), cluster(), shell("A", "echo #{myPlace} #{myOther}")]
    for values, errored in (([], True), ([{"id": "myOther", "stringValue": "x"}], True)):
        answer = made.client.put_pipeline_definition(
            pipelineId=made.id, pipelineObjects=objects, parameterObjects=[parameter], parameterValues=values
        )
        assert answer["errored"] == errored
    both = [parameter, {"id": "myOther", "attributes": []}]
    answer = made.client.put_pipeline_definition(
        pipelineId=made.id, pipelineObjects=objects, parameterObjects=both,
        parameterValues=[{"id": "myOther", "stringValue": "x"}],
    )  # fmt: skip
    assert not answer["errored"], answer


@pytest.fixture
def active(account: Account) -> Pipe:
    """A pipeline that was activated, with a run that is yet to come."""
    return pipe(account).define(*_active(account, at(account, hours=5))).activate()


def _active(account: Account, start: str, period: str = "1 day", **fields: Any) -> list[Json]:
    common = {"scheduleType": "cron", "schedule": ("Schedule",)}
    return [
        default(account, **common),
        schedule(start, period),
        cluster(),
        shell("A", fields.pop("command", "true"), onFail=("Alarm",), **fields),
        alarm("Alarm", TOPIC),
    ]


def test_strings_and_new_objects_may_still_change(active: Pipe) -> None:
    start = active.objects("Schedule")[0]["startDateTime"]
    active.define(*_active(active.account, start, command="false", maximumRetries="3"), shell("B", "true"))
    versions = {
        version: active.client.get_pipeline_definition(pipelineId=active.id, version=version)[
            "pipelineObjects"
        ]
        for version in ("latest", "active")
    }
    assert (len(versions["latest"]), len(versions["active"])) == (6, 5)
    active.activate()
    assert (
        len(active.client.get_pipeline_definition(pipelineId=active.id, version="active")["pipelineObjects"])
        == 6
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda all_of: all_of[:-1], "Alarm: An object cannot be removed"),
        (lambda all_of: [*all_of[:3], shell("A", "true"), all_of[4]], "A: Reference fields of an existing"),
        (
            lambda all_of: [
                *all_of[:3],
                shell("A", "true", onFail=("Alarm",), onSuccess=("Alarm",)),
                all_of[4],
            ],
            "A: Reference fields of an existing",
        ),
        (
            lambda all_of: [all_of[0], schedule("2027-01-01T00:00:00"), *all_of[2:]],
            "Schedule: The start of an existing schedule cannot be changed",
        ),
    ],
)
def test_other_changes_of_an_active_pipeline_are_refused(active: Pipe, change: Any, told: str) -> None:
    start = active.objects("Schedule")[0]["startDateTime"]
    answer = active.put(*change(_active(active.account, start)))
    assert answer["errored"]
    assert told in "; ".join(f"{one['id']}: {one['errors'][0]}" for one in answer["validationErrors"])
    assert len(active.client.get_pipeline_definition(pipelineId=active.id)["pipelineObjects"]) == 5


def test_the_period_of_an_active_pipeline_stays(active: Pipe) -> None:
    start = active.objects("Schedule")[0]["startDateTime"]
    assert "period of an existing schedule" in active.problems(*_active(active.account, start, "2 days"))
