# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dashboards of the embedded CloudWatch: whose they are, and which bodies are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.users import allow, as_user
from local_aws.services.cloudwatch.dashboard_body import check
from local_aws.tests.services.cloudformation.drifting import end as end_of_stack

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:missed"
TEXT = {"type": "text", "properties": {"markdown": "Backups"}}
METRIC = ["AWS/States", "ExecutionsFailed", "StateMachineArn", "a", {"label": "failed"}]


def graph(*metrics: Any, **more: Any) -> dict[str, Any]:
    return {"type": "metric", "properties": {"region": "eu-west-1", "metrics": list(metrics), **more}}


def alarms(count: int, **more: Any) -> dict[str, Any]:
    return {"type": "alarm", "properties": {"alarms": [f"{ALARM}-{n}" for n in range(count)], **more}}


def body(*widgets: Any, **more: Any) -> str:
    return json.dumps({"widgets": list(widgets), **more})


def put(account: Account, text: str, name: str = "backups", **more: Any) -> list[Any]:
    client = account.client("cloudwatch")
    told = client.put_dashboard(DashboardName=name, DashboardBody=text, **more)
    return list(told.get("DashboardValidationMessages", []))


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_dashboard_is_the_accounts_in_every_region(account: Account) -> None:
    here, there = account.client("cloudwatch"), account.client("cloudwatch", "eu-central-1")
    assert put(account, body(TEXT)) == []
    arn = f"arn:aws:cloudwatch::{account.id}:dashboard/backups"
    found = there.get_dashboard(DashboardName="backups")
    assert (found["DashboardArn"], json.loads(found["DashboardBody"])) == (arn, {"widgets": [TEXT]})
    put(account, body(), "other")
    listed = there.list_dashboards(DashboardNamePrefix="back")["DashboardEntries"]
    assert [(each["DashboardName"], each["Size"]) for each in listed] == [("backups", len(body(TEXT)))]
    code, told = refused(here.delete_dashboards, DashboardNames=["backups", "nobodys"])
    assert (code, "nobodys" in told, "backups" in told) == ("ResourceNotFound", True, False)
    assert refused(here.get_dashboard, DashboardName="backups")[0] == "ResourceNotFound"
    assert [each["DashboardName"] for each in here.list_dashboards()["DashboardEntries"]] == ["other"]


@pytest.mark.parametrize("name", ["a.b", "a b", "x" * 256])
def test_a_name_has_letters_digits_hyphens_and_underscores(account: Account, name: str) -> None:
    assert refused(put, account, body(), name)[0] == "InvalidParameterInput"


def test_a_refused_body_is_told_as_aws_tells_it_and_changes_nothing(account: Account) -> None:
    put(account, body(TEXT))
    code, told = refused(put, account, body(alarms(0)))
    assert code == "InvalidParameterInput"
    assert told.startswith("The dashboard body is invalid, there are 1 validation errors:\n")
    listed = json.loads(told.partition("\n")[2])
    assert listed == [
        {"dataPath": "/widgets/0/properties/alarms", "message": "Should NOT have less than 1 items"}
    ]
    found = account.client("cloudwatch").get_dashboard(DashboardName="backups")["DashboardBody"]
    assert found == body(TEXT)
    assert refused(put, account, "[]") == (code, "The field DashboardBody must be a valid JSON object")


def test_what_nobody_knows_is_a_warning(account: Account) -> None:
    (told,) = put(account, body({**TEXT, "colour": "red"}))
    assert told["DataPath"] == "/widgets/0"
    assert '"colour" property is not expected' in told["Message"]


@pytest.mark.parametrize(
    "text",
    [
        body(TEXT, start="-P7D", periodOverride="inherit"),
        body(alarms(100, sortBy="stateUpdatedTimestamp", title="Missed")),
        body(graph(METRIC, [".", ".", ".", "b"], period=3600, stat="Sum", view="timeSeries")),
        body(graph([{"expression": "SUM(METRICS())", "id": "e1"}])),
        body({"type": "metric", "properties": {"region": "r", "annotations": {"alarms": [ALARM]}}}),
        body(*[{**TEXT, "x": 0, "y": n} for n in range(500)]),
    ],
)
def test_what_the_page_shows_is_taken(text: str) -> None:
    assert check(text) == ([], [])


REQUIRED = "Should have required property "


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("{}", "", REQUIRED + "'widgets'"),
        (body(start="yesterday"), "/start", "Should match pattern"),
        (body(end="2026-11-29T00:00:00Z"), "", "start"),
        (body(periodOverride="never"), "/periodOverride", "one of the allowed values"),
        (body(*[TEXT] * 501), "/widgets", "Should NOT have more than 500 items"),
        (body({"type": "text"}), "/widgets/0", REQUIRED + "'properties'"),
        (body({**TEXT, "type": "video"}), "/widgets/0/type", "one of the allowed values"),
        (body({**TEXT, "x": 1}), "/widgets/0", REQUIRED + "'y'"),
        (body({**TEXT, "x": 24, "y": 0}), "/widgets/0/x", "Should be <= 23"),
        (body({**TEXT, "width": 25}), "/widgets/0/width", "Should be <= 24"),
        (body({**TEXT, "height": 0}), "/widgets/0/height", "Should be >= 1"),
        (body({"type": "text", "properties": {}}), "/widgets/0/properties", REQUIRED + "'markdown'"),
        (body(alarms(101)), "/widgets/0/properties/alarms", "Should NOT have more than 100 items"),
        (body(alarms(1, states=["GONE"])), "/widgets/0/properties/states", "one of the allowed values"),
        (body(alarms(1, sortBy="name")), "/widgets/0/properties/sortBy", "one of the allowed values"),
        (
            body({"type": "alarm", "properties": {"alarms": ["missed"]}}),
            "/widgets/0/properties/alarms/0", "the ARN of an alarm",
        ),
        (
            body({"type": "metric", "properties": {"metrics": [METRIC]}}),
            "/widgets/0/properties", "a region and a data source",
        ),
        (
            body({"type": "metric", "properties": {"region": "r"}}),
            "/widgets/0/properties", REQUIRED + "'annotations'",
        ),
        (
            body(graph(["AWS/States", "Failed", {"A": "b"}])),
            "/widgets/0/properties/metrics/0", "Should NOT have more than 2 items",
        ),
        (
            body(graph(["AWS/States", "Failed", {"label": "a"}, "b"])),
            "/widgets/0/properties/metrics/0/2", "only 'String' type",
        ),
        (body(graph(["N", "M", "D"])), "/widgets/0/properties/metrics/0", "more than 2 items"),
        (body(graph(METRIC, period=90)), "/widgets/0/properties/period", "multiple of 60"),
        (body(graph(METRIC, stat="Median")), "/widgets/0/properties/stat", "valid statistic"),
        (body(graph([*METRIC[:4], {"color": "red"}])), "/widgets/0/properties/metrics/0/color", "pattern"),
        (body(graph(*[METRIC] * 501)), "/widgets/0/properties/metrics", "more than 500 items"),
        (body(*[graph(*[METRIC] * 417)] * 6), "/widgets", "more than 2500 metrics"),
    ],
)  # fmt: skip
def test_what_it_does_not_allow_is_refused(text: str, path: str, message: str) -> None:
    errors, _warnings = check(text)
    assert any(where == path and message in what for where, what in errors), errors


def template(text: str, name: str = "backups") -> str:
    properties = {"DashboardName": name, "DashboardBody": text}
    return json.dumps({"Resources": {"D": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}})


def deploy(account: Account, operation: str, text: str, name: str = "backups") -> str:
    client = account.client("cloudformation")
    tags = [{"Key": "team", "Value": "shop"}]
    getattr(client, operation)(StackName="s", TemplateBody=template(text, name), Tags=tags)
    return end_of_stack(account)


def test_cloudformation_makes_one_changes_it_and_takes_it_away(account: Account) -> None:
    client = account.client("cloudwatch")
    assert deploy(account, "create_stack", body(TEXT)) == "CREATE_COMPLETE"
    assert deploy(account, "update_stack", body(TEXT, TEXT)) == "UPDATE_COMPLETE"
    assert client.get_dashboard(DashboardName="backups")["DashboardBody"] == body(TEXT, TEXT)
    # Another name is another dashboard.
    assert deploy(account, "update_stack", body(), "others") == "UPDATE_COMPLETE"
    assert [each["DashboardName"] for each in client.list_dashboards()["DashboardEntries"]] == ["others"]
    assert deploy(account, "update_stack", body(alarms(0)), "others") == "UPDATE_ROLLBACK_COMPLETE"
    assert client.get_dashboard(DashboardName="others")["DashboardBody"] == body()
    # One that is gone is not made again, as with every type of which drift is detected.
    client.delete_dashboards(DashboardNames=["others"])
    assert deploy(account, "update_stack", body(TEXT), "others") == "UPDATE_ROLLBACK_COMPLETE"
    put(account, body(), "others")
    account.client("cloudformation").delete_stack(StackName="s")
    account.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName="s", WaiterConfig={"Delay": 1}
    )
    assert client.list_dashboards()["DashboardEntries"] == []


def test_cloudformation_takes_over_none_that_there_is(account: Account) -> None:
    put(account, body(TEXT))
    assert deploy(account, "create_stack", body()) == "ROLLBACK_COMPLETE"
    assert put(account, body(TEXT)) == []


def test_rights_are_for_one_dashboard(account: Account) -> None:
    put(account, body(TEXT), "others")
    mine = f"arn:aws:cloudwatch::{account.id}:dashboard/mine"
    actions = (f"cloudwatch:{each}" for each in ("GetDashboard", "PutDashboard", "DeleteDashboards"))
    client = as_user(account, "cloudwatch", allow(*actions, resource=mine))
    tagged = {"Tags": [{"Key": "team", "Value": "shop"}]}
    if "Tags" in client.meta.service_model.operation_model("PutDashboard").input_shape.members:
        told = refused(client.put_dashboard, DashboardName="mine", DashboardBody=body(), **tagged)
        assert (told[0], "cloudwatch:TagResource" in told[1]) == ("AccessDenied", True)
    client.put_dashboard(DashboardName="mine", DashboardBody=body())
    client.get_dashboard(DashboardName="mine")
    assert refused(client.get_dashboard, DashboardName="others")[0].startswith("AccessDenied")
    assert refused(client.put_dashboard, DashboardName="others", DashboardBody=body())[0].startswith(
        "AccessDenied"
    )
    client.delete_dashboards(DashboardNames=["mine"])
    assert refused(client.list_dashboards)[0].startswith("AccessDenied")
