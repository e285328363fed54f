# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `backup` deploys to an empty account, deployed to the embedded AWS without Ansible.

tests/integration/test_deploying.py holds the two to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import WaiterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.settings import CHECKS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather import deployed_stack
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.deployment import deployment
from tests.unit.support.inventories import planned_from

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import DeployedStack
    from local_aws.client.fixtures import Account

HOST = "target"
# What M(deployment_info) finds where nothing is deployed.
NOTHING: dict[str, Any] = {
    "now": "2026-11-28T10:00:00+00:00",
    "account_id": "123456789012",
    "stacks": [],
    "missing": [],
    "disabled": [],
    "key_states": {},
    "unlisted": {},
    "beside": [],
    "standing": {},
    "existing": {"retention_days": [], "log_bucket": False, "stacks": {}},
}


@dataclass
class Target:
    """What an inventory makes of an account."""

    account: Account
    variables: dict[str, Any]
    plan: Plan
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.account.client(service)

    def deploy(self, *, armed: bool = True) -> None:
        """Make the stacks, or change them; the alarms that are not armed tell nobody."""
        self._deploy(self._work(armed=armed)["store"])
        for step in self._work(armed=armed)["machinery"]:
            self._deploy(step)

    def _work(self, *, armed: bool) -> dict[str, Any]:
        """What there is to be done, given the stacks that stand."""
        now, given = self.account.aws.now().isoformat(), self.variables.get
        stacks = [self._read(name) for name in self.outputs]
        return deployment(
            given("tablekeeper_tables"),
            given("tablekeeper_defaults"),
            {key: given(f"tablekeeper_{key}") for key in CHECKS},
            {**NOTHING, "now": now, "account_id": self.account.id, "stacks": stacks},
            host=HOST,
            armed=armed,
        )

    def _read(self, name: str) -> dict[str, Any]:
        client = self.client("cloudformation")
        stack = gather.read_stack(client, name)
        assert stack
        return gather.record(stack, gather.read_template(client, stack))

    def _deploy(self, step: dict[str, Any]) -> None:
        if step["action"] == "none":
            return
        client, name = self.client("cloudformation"), step["name"]
        new = {"EnableTerminationProtection": True} if step["action"] == "create" else {}
        told = {"TemplateBody": step["template"]} if step["inline"] else {"TemplateURL": self._upload(step)}
        getattr(client, f"{step['action']}_stack")(
            StackName=name,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in step["parameters"].items()
            ],
            Tags=[{"Key": key, "Value": value} for key, value in step["tags"].items()],
            **told,
            **new,
        )
        try:
            client.get_waiter(f"stack_{step['action']}_complete").wait(
                StackName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
            )
        except WaiterError as error:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [each.get("ResourceStatusReason", "") for each in events]
            raise AssertionError(f"{name} was not deployed: {[*filter(None, reasons)]}") from error
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        self.outputs[name] = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}

    def _upload(self, step: dict[str, Any]) -> str:
        bucket = self.outputs[self.plan.store]["BucketName"]
        self.client("s3").put_object(Bucket=bucket, Key=step["object"], Body=step["template"])
        return str(step["url"])

    def stacks(self) -> list[DeployedStack]:
        """As status and backup read them."""
        client = self.client("cloudformation")
        return [
            deployed_stack(client, client.describe_stacks(StackName=name)["Stacks"][0])
            for name in self.outputs
        ]


def deployed(account: Account, variables: dict[str, Any], *, armed: bool = True) -> Target:
    """The stacks of an inventory's tablekeeper_* variables."""
    given = {"tablekeeper_region": account.region, **variables}
    target = Target(account, given, planned_from(given, now=account.aws.now(), armed=True))
    target.deploy(armed=armed)
    return target
