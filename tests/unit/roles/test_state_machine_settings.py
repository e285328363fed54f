# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the state machine makes of answers to what it asks for settings, also if there are none."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from tests.unit.support.machine_expressions import fixture_states, handed_on, saved_settings, value

__all__ = ["fixture_states"]

STREAM: dict[str, Any] = {"StreamSpecification": {"StreamEnabled": True}, "LatestStreamArn": "S"}
DENIED = {"Error": "Pipes.PipesException", "Cause": "User is not authorized"}
METRIC = {"Namespace": "AWS/DynamoDB", "Dimensions": [{"Name": "TableName", "Value": "orders"}]}
MATH = {"AlarmName": "math", "Metrics": [{"Expression": "m1"}, {"MetricStat": {"Metric": METRIC}}]}
ALARMS = [
    {"AlarmName": "one", **METRIC},
    {"AlarmName": "another-service", **METRIC, "Namespace": "AWS/SQS"},
    {"AlarmName": "TargetTracking-table/orders-x", **METRIC},
    {"AlarmName": "another-table", **METRIC, "Dimensions": [{"Name": "TableName", "Value": "other"}]},
    {"AlarmName": "no-dimension", "Namespace": "AWS/DynamoDB"},
]


def branch(states: dict[str, Any], start: str) -> dict[str, Any]:
    found: dict[str, Any] = {each["StartAt"]: each["States"] for each in states["ReadSettings"]["Branches"]}
    inner: dict[str, Any] = found[start]
    return inner


def beside(states: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = branch(states, "DescribeScalableTargets")["Beside"]
    return found


def asks(states: dict[str, Any]) -> dict[str, Any]:
    """The states that ask for one setting that only some tables have."""
    found: dict[str, Any] = beside(states)["ItemProcessor"]["States"]["Ask"]["Branches"][0]["States"]
    return found


def test_the_saved_settings_hold_all_that_aws_tells_of_a_table(states: dict[str, Any]) -> None:
    """What DynamoDB has learnt since as well, such as warm throughput and vector indexes."""
    shape = botocore.session.get_session().get_service_model("dynamodb").shape_for("TableDescription")
    table = {name: {"Of": name} for name in [*shape.members, "WarmThroughput", "VectorIndexes", "Next"]}
    table["GlobalSecondaryIndexes"] = [{"IndexName": "i", "WarmThroughput": {"ReadUnitsPerSecond": 1}}]
    found = value(states["DescribeTable"]["Assign"]["description"], states={"result": {"Table": table}})
    saved = saved_settings(states, found, [], [{"Tags": []}])
    assert saved["Table"] == table
    assert saved.keys() == {"Version", "SavedAt", "Execution", "Table", "Alarms", "Tags"}
    assert saved["Version"] == 2


class TestAlarms:
    @pytest.mark.parametrize(
        ("told", "names"),
        [
            (ALARMS, ["one"]),
            ([*ALARMS, MATH], ["one", "math"]),
            ([MATH], ["math"]),
            ([], []),
            (ALARMS[1:], []),
        ],
    )
    def test_are_those_on_metrics_of_a_table_that_is_backed_up(
        self, states: dict[str, Any], told: list[Any], names: list[str]
    ) -> None:
        written = states["ListAlarms"]["Assign"]["alarms"]
        before = [{"table": "users", "alarm": "before"}]
        for selected in ([{"name": "orders"}], [{"name": "orders"}, {"name": "users"}]):
            bound: dict[str, Any] = {"states": {"result": {"MetricAlarms": told}}, "selected": selected}
            found = [{"table": "orders", "alarm": each} for each in names]
            assert value(written, alarms=[], **bound) == found
            assert value(written, alarms=before, **bound) == before + found

    def test_are_read_page_by_page(self, states: dict[str, Any]) -> None:
        state = states["ListAlarms"]
        result = {"MetricAlarms": [], "NextToken": "t"}
        page = value(state["Assign"]["page"], states={"result": result})
        assert value(state["Arguments"], page=page)["NextToken"] == "t"
        assert value(state["Assign"]["page"], states={"result": {"MetricAlarms": []}}) == {}
        assert value(state["Arguments"], page={}) == {"MaxRecords": 50}
        (again,) = states["MoreAlarms"]["Choices"]
        assert again["Next"] == "ListAlarms"
        assert value(again["Condition"], page=page, alarms=[]) is True
        assert value(again["Condition"], page={}, alarms=[]) is False
        assert value(again["Condition"], page=page, alarms=["x" * 60_000]) is False

    def test_reach_the_child_of_their_table(self, states: dict[str, Any]) -> None:
        alarms = [{"table": "orders", "alarm": name} for name in ("one", "two")]
        items = handed_on(states, [{"name": "orders"}, {"name": "users"}], alarms=alarms)
        assert [each["alarms"] for each in items] == [["one", "two"], []]

    def test_that_cannot_be_read_stop_no_run_and_are_unknown(self, states: dict[str, Any]) -> None:
        (catcher,) = states["ListAlarms"]["Catch"]
        assert catcher["Next"] == "HandOn"
        unlisted = value(catcher["Assign"]["unlisted"], states={"errorOutput": DENIED})
        (item,) = handed_on(states, [{"name": "orders"}], unlisted=unlisted)
        saved = saved_settings(states, {}, item["alarms"], [])
        assert saved["Alarms"] == {
            "unknown": "Pipes.PipesException: User is not authorized", "listed": [],
        }  # fmt: skip

    @pytest.mark.parametrize("case", ["more pages", "long names", "names in other letters"])
    def test_that_are_too_many_are_unknown(self, states: dict[str, Any], case: str) -> None:
        """A payload holds 262,144 bytes, and so must all items together."""
        name = {"long names": "x" * 245_000, "names in other letters": "\u20ac" * 82_000}.get(case, "one")
        page = {"NextToken": "t"} if case == "more pages" else {}
        alarms = [{"table": "orders", "alarm": name}]
        (item,) = handed_on(states, [{"name": "orders"}], alarms=alarms, page=page)
        saved = saved_settings(states, {}, item["alarms"], [])
        listed = ["one"] if case == "more pages" else []
        assert saved["Alarms"] == {"unknown": "NotWhole: there are more", "listed": listed}


class TestPolicies:
    def test_are_of_the_table_and_of_its_stream(self, states: dict[str, Any]) -> None:
        policies = branch(states, "Policies")["Policies"]
        off = STREAM | {"StreamSpecification": {"StreamEnabled": False}}
        for description, asked in (({}, ["T"]), (off, ["T"]), (STREAM, ["T", "S"])):
            assert value(policies["Items"], tableArn="T", description=description) == asked

    @pytest.mark.parametrize(
        ("result", "policy"),
        [
            ([{"Policy": "p"}], ("p", "")),
            ([{"Policy": ""}, {"Policy": "q"}], ("", "q")),
            ([{}, {}], ("", "")),
        ],
    )
    def test_that_there_are_not_are_empty(
        self, states: dict[str, Any], result: list[Any], policy: tuple[str, str]
    ) -> None:
        output = branch(states, "Policies")["Policies"]["Output"]
        found = {name: value(written, states={"result": result}) for name, written in output.items()}
        assert (found["ResourcePolicy"], found["StreamResourcePolicy"]) == policy

    def test_that_are_refused_are_unknown(self, states: dict[str, Any]) -> None:
        policies = branch(states, "Policies")["Policies"]
        (catcher,) = policies["ItemProcessor"]["States"]["GetResourcePolicy"]["Catch"]
        none = {"Error": "DynamoDb.PolicyNotFoundException", "Cause": "No policy"}
        for error, policy in ((none, ""), (DENIED, DENIED)):
            found = value(catcher["Output"]["Policy"], states={"errorOutput": error})
            assert found == policy
            written = policies["Output"]["StreamResourcePolicy"]
            assert value(written, states={"result": [{"Policy": "p"}, {"Policy": found}]}) == policy

    def test_that_are_not_to_be_read_are_unknown(self, states: dict[str, Any]) -> None:
        output = branch(states, "PoliciesNotRead")["PoliciesNotRead"]["Output"]
        unknown = {"unknown": "tablekeeper_read_resource_policy is false"}
        assert output == {"ResourcePolicy": unknown, "StreamResourcePolicy": unknown}


class TestWhatOnlySomeTablesHave:
    def test_is_asked_of_them(self, states: dict[str, Any]) -> None:
        key = "arn:aws:kms:eu-west-1:${Account}:key/1"
        whole = {
            "TableName": "orders", "StreamSpecification": {"StreamEnabled": True}, "LatestStreamArn": "S",
            "SseDescription": {"KmsMasterKeyArn": key}, "Replicas": [{"RegionName": "eu-central-1"}],
        }  # fmt: skip
        none = whole | {
            "StreamSpecification": {"StreamEnabled": False}, "Replicas": [],
            "SseDescription": {"KmsMasterKeyArn": "arn:aws:kms:eu-west-1:210987654321:key/1"},
        }  # fmt: skip
        targets = [{"ResourceId": "table/orders"}, {"ResourceId": "table/orders"}, {"ResourceId": "i"}]
        written = beside(states)["Items"]
        assert value(written, description={"TableName": "orders"}, targets=[]) == []
        assert value(written, description=none, targets=[]) == []
        assert value(written, description=none, targets=targets[:1]) == [{"ScheduledActions": "table/orders"}]
        items = value(written, description=whole, targets=targets)
        assert items == [
            {"KeyManager": key}, {"EventSourceMappings": "S"}, {"Pipes": "S"},
            {"ReplicaAutoScaling": "orders"}, {"ScheduledActions": "table/orders"}, {"ScheduledActions": "i"},
        ]  # fmt: skip
        assert {chosen(states, each) for each in items} == asks(states).keys() - {"Which"}

    def test_is_what_aws_answers(self, states: dict[str, Any]) -> None:
        mapping = {"Uuid": "1", "FunctionArn": "f", "State": "Enabled", "BatchSize": 9}
        for call, name, answer, told in (
            ("DescribeKey", "KeyManager", {"KeyMetadata": {"KeyManager": "AWS"}}, "AWS"),
            ("ListEventSourceMappings", "EventSourceMappings", {"EventSourceMappings": [mapping]},
             [{"UUID": "1", "FunctionArn": "f", "State": "Enabled"}]),
            ("ListPipes", "Pipes", {"Pipes": [{"Name": "p", "Target": "t", "Arn": "a"}]},
             [{"Name": "p", "Target": "t", "Arn": "a"}]),
            ("DescribeScheduledActions", "ScheduledActions", {"ScheduledActions": [{"Schedule": "x"}]},
             [{"Schedule": "x"}]),
            ("DescribeReplicas", "ReplicaAutoScaling",
             {"TableAutoScalingDescription": {"Replicas": [{"RegionName": "r"}]}}, [{"RegionName": "r"}]),
        ):  # fmt: skip
            written = asks(states)[call]["Output"][name]
            assert value(written, states={"result": answer}, more={}) == told
            if name != "KeyManager":
                assert value(written, states={"result": {}}, more={}) == []

    @pytest.mark.parametrize(
        ("call", "name", "token"),
        [
            ("ListEventSourceMappings", "EventSourceMappings", "NextMarker"),
            ("ListPipes", "Pipes", "NextToken"),
            ("DescribeScheduledActions", "ScheduledActions", "NextToken"),
        ],
    )
    def test_of_which_there_are_more_pages_is_unknown(
        self, states: dict[str, Any], call: str, name: str, token: str
    ) -> None:
        more = states["Begin"]["Assign"]["more"]
        result = {name: [{"Name": "p", "Uuid": "u"}], token: "t"}
        told = value(asks(states)[call]["Output"][name], states={"result": result}, more=more)
        saved = saved_settings(states, {}, [], [{name: told}])[name]
        assert saved["unknown"] == "NotWhole: there are more"
        assert len(saved["listed"]) == 1

    def test_that_is_refused_is_unknown_and_all_else_known(self, states: dict[str, Any]) -> None:
        ask = beside(states)["ItemProcessor"]["States"]["Ask"]
        (catcher,) = ask["Catch"]
        refused = value(catcher["Output"], states={"input": {"Pipes": "S"}, "errorOutput": DENIED})
        results = [
            refused, {"KeyManager": DENIED}, {"ScheduledActions": [{"Schedule": "x"}]},
            {"ScheduledActions": DENIED}, {"EventSourceMappings": [{"UUID": "1"}]},
        ]  # fmt: skip
        scaled = [{"ScalingPolicies": [{"PolicyName": "p"}]}, {"ScalingPolicies": []}]
        told = value(beside(states)["Output"], states={"result": results, "input": scaled}, targets=[])
        assert told["ScalingPolicies"] == [{"PolicyName": "p"}]
        saved = saved_settings(states, {}, ["one"], [told, {"Tags": [{"Key": "Error", "Value": "x"}]}])
        unknown = "Pipes.PipesException: User is not authorized"
        assert saved["Pipes"] == saved["KeyManager"] == {"unknown": unknown, "listed": []}
        assert saved["ScheduledActions"] == {"unknown": unknown, "listed": [{"Schedule": "x"}]}
        assert (saved["EventSourceMappings"], saved["ReplicaAutoScaling"]) == ([{"UUID": "1"}], [])
        assert (saved["Alarms"], saved["Tags"]) == (["one"], [{"Key": "Error", "Value": "x"}])

    def test_that_there_is_not_is_absent(self, states: dict[str, Any]) -> None:
        told = value(beside(states)["Output"], states={"result": [], "input": []}, targets=[])
        assert told == {
            "ScalableTargets": [], "ScalingPolicies": [], "ScheduledActions": [],
            "EventSourceMappings": [], "Pipes": [], "ReplicaAutoScaling": [],
        }  # fmt: skip


def chosen(states: dict[str, Any], item: dict[str, str]) -> str:
    which = asks(states)["Which"]
    true = [each["Next"] for each in which["Choices"] if value(each["Condition"], states={"input": item})]
    return str([*true, which["Default"]][0])


@pytest.mark.parametrize(
    ("start", "name", "member"),
    [
        (
            "DescribeKinesisStreamingDestination",
            "KinesisDataStreamDestinations",
            "KinesisDataStreamDestinations",
        ),
        ("ListContributorInsights", "ContributorInsights", "ContributorInsightsSummaries"),
    ],
)
def test_lists_that_dynamodb_leaves_out_are_empty(
    states: dict[str, Any], start: str, name: str, member: str
) -> None:
    state = branch(states, start)[start]
    for result, told in (({}, []), ({member: []}, []), ({member: [{"A": 1}]}, [{"A": 1}])):
        assert value(state["Output"][name], states={"result": result}, more={}) == told
    (catcher,) = state["Catch"]
    assert value(catcher["Output"][name], states={"errorOutput": DENIED}) == DENIED


@pytest.mark.parametrize(
    ("before", "answer", "tags", "more"),
    [
        ({}, {"Tags": []}, [], False),
        ({}, {"Tags": [{"Key": "a"}], "NextToken": "t"}, [{"Key": "a"}], True),
        (
            {"Tags": [{"Key": "a"}], "NextToken": "t"},
            {"Tags": [{"Key": "b"}]},
            [{"Key": "a"}, {"Key": "b"}],
            False,
        ),
    ],
)
def test_tags_are_read_page_by_page(
    states: dict[str, Any], before: dict[str, Any], answer: dict[str, Any], tags: list[Any], more: bool
) -> None:
    listing = branch(states, "ListTags")
    asked = value(listing["ListTags"]["Arguments"], tableArn="T", states={"input": {"Table": {}, **before}})
    assert asked == {"ResourceArn": "T"} | ({"NextToken": "t"} if before else {})
    told = value(listing["ListTags"]["Output"], states={"input": {"Table": {}, **before}, "result": answer})
    assert value(listing["MoreTags"]["Choices"][0]["Condition"], states={"input": told}) is more
    assert told["Tags"] == tags
    assert listing["AllTags"] == {"Type": "Pass", "End": True}  # what it gets are the tags and nothing else
    assert told.keys() == {"Tags"} | ({"NextToken"} if more else set())
