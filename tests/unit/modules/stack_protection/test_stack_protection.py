# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.modules import stack_protection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


def test_a_protected_stack_stays_until_that_is_switched_off(
    account: Account, play: Callable[..., dict[str, Any]]
) -> None:
    client = account.client("cloudformation")
    client.create_stack(StackName="tk-export-2", TemplateBody=TEMPLATE)
    client.get_waiter("stack_create_complete").wait(StackName="tk-export-2", WaiterConfig={"Delay": 0.1})
    names = ["tk-export-2", "tk-export-9"]
    assert play(stack_protection, stack_names=names, protected=True)["stack_names"] == ["tk-export-2"]
    assert play(stack_protection, stack_names=names, protected=True)["changed"] is False
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
        client.delete_stack(StackName="tk-export-2")
    assert play(stack_protection, stack_names=names, protected=False, check=True)["changed"] is True
    with pytest.raises(ClientError, match="TerminationProtection"):
        client.delete_stack(StackName="tk-export-2")
    assert play(stack_protection, stack_names=names, protected=False)["changed"] is True
    client.delete_stack(StackName="tk-export-2")
