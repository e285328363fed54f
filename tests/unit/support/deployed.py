# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The templates of the collection, deployed to the embedded AWS without Ansible."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import WaiterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather import deployed_stack
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.deployment import seal
from tests.unit.support import rendering
from tests.unit.support.inventories import planned_from

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import DeployedStack
    from local_aws.client.fixtures import Account

INLINE = 51_200


@dataclass
class Target:
    """What an inventory makes of an account."""

    account: Account
    plan: Plan
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.account.client(service)

    def deploy(self) -> None:
        store = rendering.store(self.plan)
        self._deploy(self.plan.store, "", store, {})
        told = self.outputs[self.plan.store]
        given = {
            "Bucket": told["BucketName"],
            "AlertsTopicArn": told["AlertsTopicArn"],
            "LogGroupArn": told["LogGroupArn"],
            "KmsKeyArn": told["KmsKeyArn"],
            "LogBucket": told.get("LogBucketName", ""),
        }
        for number, stack in enumerate(self.plan.stacks):
            template = rendering.machinery(self.plan, number)
            parameters = {key: given[key] for key in template["Parameters"]}
            self._deploy(stack.name, stack.engine, template, parameters)

    def _deploy(self, name: str, engine: str, template: dict[str, Any], parameters: dict[str, str]) -> None:
        seal(template, engine, parameters)
        client, body = self.client("cloudformation"), json.dumps(template, sort_keys=True)
        told = {"TemplateBody": body} if len(body) <= INLINE else {"TemplateURL": self._upload(body)}
        client.create_stack(
            StackName=name,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Tags=[{"Key": "tablekeeper-prefix", "Value": self.plan.prefix}],
            **told,
        )
        try:
            client.get_waiter("stack_create_complete").wait(
                StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
            )
        except WaiterError as error:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [each.get("ResourceStatusReason", "") for each in events]
            raise AssertionError(f"{name} was not created: {[*filter(None, reasons)]}") from error
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        self.outputs[name] = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}

    def _upload(self, body: str) -> str:
        bucket = self.outputs[self.plan.store]["BucketName"]
        self.client("s3").put_object(Bucket=bucket, Key="templates/machinery.json", Body=body)
        return f"https://s3.{self.account.region}.amazonaws.com/{bucket}/templates/machinery.json"

    def stacks(self) -> list[DeployedStack]:
        """As status and backup read them."""
        client = self.client("cloudformation")
        return [
            deployed_stack(client, client.describe_stacks(StackName=name)["Stacks"][0])
            for name in self.outputs
        ]


def deployed(account: Account, variables: dict[str, Any]) -> Target:
    """The stacks of an inventory's tablekeeper_* variables."""
    now = account.aws.now()
    plan = planned_from({"tablekeeper_region": account.region, **variables}, now=now, armed=True)
    target = Target(account, plan)
    target.deploy()
    return target
