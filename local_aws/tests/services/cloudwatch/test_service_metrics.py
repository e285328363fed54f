# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from local_aws.client.alarms import becomes, put

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_queues_publish_how_many_messages_wait(account: Account) -> None:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    put(
        account,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Statistic="Maximum",
        Dimensions=[{"Name": "QueueName", "Value": "dead-letters"}],
        Period=300,
        EvaluationPeriods=1,
        DatapointsToAlarm=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )
    account.aws.advance(minutes=2)
    becomes(account, "ALARM")


def test_state_machines_publish_their_executions(account: Account) -> None:
    sfn = account.client("stepfunctions")
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = account.client("iam").create_role(RoleName="m", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}})
    arn = sfn.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]
    sfn.start_execution(stateMachineArn=arn)
    time.sleep(0.3)
    for metric, expected in (("ExecutionsStarted", 1), ("ExecutionsFailed", 1), ("ExecutionsSucceeded", 0)):
        found = account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/States",
            MetricName=metric,
            Dimensions=[{"Name": "StateMachineArn", "Value": arn}],
            StartTime=account.aws.now().timestamp() - 600,
            EndTime=account.aws.now().timestamp() + 60,
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        assert sum(point["Sum"] for point in found) == expected
