# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A name of the embedded SQS rests for a minute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from local_aws.tests.services.cloudformation.drifting import end

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

TOLD = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
STACK = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "mine"}}}})


def test_a_name_is_free_after_a_minute(account: Account) -> None:
    sqs = account.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="mine")["QueueUrl"])
    with pytest.raises(sqs.exceptions.QueueDeletedRecently, match=TOLD):
        sqs.create_queue(QueueName="mine")
    assert sqs.create_queue(QueueName="other")["QueueUrl"]
    account.client("sqs", region="us-east-1").create_queue(QueueName="mine")
    account.aws.advance(seconds=60)
    assert sqs.create_queue(QueueName="mine")["QueueUrl"]


def test_stacks_wait_too(account: Account) -> None:
    client = account.client("cloudformation")
    for _attempt in range(2):
        client.create_stack(StackName="s", TemplateBody=STACK)
        assert end(account) == "CREATE_COMPLETE"
        client.delete_stack(StackName="s")
        client.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
        with pytest.raises(ClientError, match="QueueDeletedRecently"):
            account.client("sqs").create_queue(QueueName="mine")
        client.create_stack(StackName="early", TemplateBody=STACK)
        assert end(account, "early") == "ROLLBACK_COMPLETE"
        events = client.describe_stack_events(StackName="early")["StackEvents"]
        assert any(TOLD in each.get("ResourceStatusReason", "") for each in events)
        client.delete_stack(StackName="early")
        account.aws.advance(minutes=1)
