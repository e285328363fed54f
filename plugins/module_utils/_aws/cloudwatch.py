# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


def describe_alarms(client: Any, name_prefix: str) -> Iterator[dict[str, Any]]:
    """Metric alarms whose names begin with a text, 100 a call."""
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=name_prefix, AlarmTypes=["MetricAlarm"], MaxRecords=100
    )
    for page in pages:
        yield from page["MetricAlarms"]


def describe_named_alarms(client: Any, names: list[str]) -> Iterator[dict[str, Any]]:
    """The metric alarms of these names that exist, 100 a call."""
    for first in range(0, len(names), 100):
        pages = client.get_paginator("describe_alarms").paginate(
            AlarmNames=names[first : first + 100], AlarmTypes=["MetricAlarm"], MaxRecords=100
        )
        for page in pages:
            yield from page["MetricAlarms"]


def set_insufficient_data(client: Any, alarm: str, reason: str) -> None:
    """What an alarm is until it is evaluated again."""
    client.set_alarm_state(AlarmName=alarm, StateValue="INSUFFICIENT_DATA", StateReason=reason)


def switch_off(client: Any, alarms: list[str]) -> None:
    """Let these alarms tell nobody; names that are no alarm are passed over. AWS takes 100 a call."""
    for first in range(0, len(alarms), 100):
        client.disable_alarm_actions(AlarmNames=alarms[first : first + 100])


def put_alarm(client: Any, properties: Mapping[str, Any], tags: Mapping[str, str]) -> None:
    """Make an alarm, or replace one as a whole; a template has the same names for its properties.

    CloudWatch takes tags of an alarm that is not there yet only, and leaves those of another.
    """
    own = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}
    listed = [{"Key": key, "Value": value} for key, value in {**tags, **own}.items() if key[:4] != "aws:"]
    client.put_metric_alarm(**{**properties, "Tags": listed})


def get_dashboard(client: Any, name: str) -> str | None:
    """The body of a dashboard, None if there is none of that name."""
    try:
        return str(client.get_dashboard(DashboardName=name)["DashboardBody"])
    except is_boto3_error_code(["ResourceNotFound", "DashboardNotFoundError"]):
        return None


def put_dashboard(client: Any, name: str, body: str, tags: Mapping[str, str]) -> None:
    """Make a dashboard, or replace the body of one.

    CloudWatch takes tags of one that is not there yet only, and leaves those of another; an older boto3
    does not know them.
    """
    known = client.meta.service_model.operation_model("PutDashboard").input_shape.members
    listed = [{"Key": key, "Value": value} for key, value in tags.items() if key[:4] != "aws:"]
    own = {"Tags": listed} if listed and "Tags" in known else {}
    client.put_dashboard(DashboardName=name, DashboardBody=body, **own)


METRICS_OF_A_CALL = 500


def published_topics(client: Any, topics: list[str], since: datetime) -> frozenset[str]:
    """The topics, by name, of which CloudWatch has counted a message since then; 500 a call."""
    counted = set()
    for first in range(0, len(topics), METRICS_OF_A_CALL):
        some = {f"t{number}": topic for number, topic in enumerate(topics[first : first + METRICS_OF_A_CALL])}
        pages = client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[_messages_of(name, topic) for name, topic in some.items()],
            StartTime=since,
            EndTime=since + timedelta(days=1),
        )
        for page in pages:
            counted |= {some[each["Id"]] for each in page["MetricDataResults"] if sum(each["Values"])}
    return frozenset(counted)


def _messages_of(name: str, topic: str) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/SNS",
        "MetricName": "NumberOfMessagesPublished",
        "Dimensions": [{"Name": "TopicName", "Value": topic}],
    }
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}}


def knows_mute_rules(client: Any) -> bool:
    """Whether this boto3 can ask for the rules that mute alarms."""
    return "ListAlarmMuteRules" in client.meta.service_model.operation_names


def unseen_settings(client: Any) -> list[str]:
    """What of an alarm may keep it quiet, and is not told by this boto3."""
    known = client.meta.service_model.shape_for("MetricAlarm").members
    return [each for each in ("EvaluationWindow", "WarmUpConfiguration") if each not in known]


def active_mute_rules(client: Any) -> Iterator[dict[str, Any]]:
    """The rules that mute alarms now, with their schedules and alarms: a call for each beside the list."""
    pages = client.get_paginator("list_alarm_mute_rules").paginate(Statuses=["ACTIVE"])
    for page in pages:
        for rule in page["AlarmMuteRuleSummaries"]:
            name = str(rule["AlarmMuteRuleArn"]).rsplit(":", 1)[1]
            yield client.get_alarm_mute_rule(AlarmMuteRuleName=name)
