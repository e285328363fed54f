# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An older boto3, which asks in Query, reads of the embedded CloudWatch what a newer one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.parsers import QueryParser
from botocore.serialize import QuerySerializer

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from local_aws.client.fixtures import Account

ALARM: dict[str, Any] = {
    "AlarmName": "missed",
    "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:alerts"],
    "Namespace": "AWS/SNS",
    "MetricName": "NumberOfMessagesPublished",
    "Dimensions": [{"Name": "TopicName", "Value": "orders"}],
    "Statistic": "Sum",
    "Period": 3600,
    "EvaluationPeriods": 24,
    "Threshold": 1.0,
    "ComparisonOperator": "LessThanThreshold",
    "TreatMissingData": "breaching",
}


def in_query(account: Account, model: ServiceModel, operation: str, **parameters: Any) -> dict[str, Any]:
    """A call in the Query protocol, whatever this boto3 would speak."""
    shape = model.operation_model(operation)
    sent = QuerySerializer().serialize_to_request(parameters, shape)
    key = account.env()["AWS_ACCESS_KEY_ID"]
    request = AWSRequest(
        "POST", f"{account.aws.url}/", headers=dict(sent["headers"]), data=dict(sent["body"])
    )
    SigV4Auth(Credentials(key, "x"), "monitoring", account.region).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    told = {"body": answer.content, "status_code": answer.status_code, "headers": answer.headers}
    parsed: dict[str, Any] = QueryParser().parse(told, shape.output_shape)
    return parsed


@pytest.fixture(name="model")
def fixture_model(account: Account) -> ServiceModel:
    found: ServiceModel = account.client("cloudwatch").meta.service_model
    return found


def test_an_alarm_is_told_whole(account: Account, model: ServiceModel) -> None:
    in_query(account, model, "PutMetricAlarm", **ALARM, ActionsEnabled=False)
    (told,) = in_query(account, model, "DescribeAlarms", AlarmNames=["missed"])["MetricAlarms"]
    (wanted,) = account.client("cloudwatch").describe_alarms(AlarmNames=["missed"])["MetricAlarms"]
    assert {key: told[key] for key in ALARM} == ALARM
    assert told["ActionsEnabled"] is False
    # Query knows dates to the second here, JSON to the millisecond.
    dates = {key for key, value in wanted.items() if hasattr(value, "timestamp")}
    assert {key: told[key] for key in wanted.keys() - dates} == {
        key: wanted[key] for key in wanted.keys() - dates
    }
    assert {key: int(told[key].timestamp()) for key in dates} == {
        key: int(wanted[key].timestamp()) for key in dates
    }


def test_a_refusal_has_its_code(account: Account, model: ServiceModel) -> None:
    asked = {"AlarmName": "none", "StateValue": "OK", "StateReason": "test"}
    told = in_query(account, model, "SetAlarmState", **asked)
    assert told["Error"]["Code"] == "ResourceNotFound"
