# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Glue that has a Spark, and a job in it, deployed as it is deployed for an undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import apply_deployed, apply_run
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import Code, code
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.gather_live import as_json
from tests.unit.support.incident import TABLE
from tests.unit.support.loading import decoded
from tests.unit.support.spark_session import JAVA, PYTHON, SPARK, require_spark
from tests.unit.support.undoing import make_table

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.document import Request
    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "playbooks" / "templates" / "job.yaml"
JOB = "tablekeeper-undo-1a2b3c4d5e"


def tell_of_spark(local_aws: LocalAws) -> None:
    """Tell the embedded Glue which Python has a Spark: that of Glue's own version."""
    require_spark()
    local_aws.control("POST", "glue", python=str(PYTHON), libraries=str(SPARK), java_home=str(JAVA))


def deploy(cloudformation: Any, stack: dict[str, Any]) -> None:
    """As playbooks/tasks/job.yml does it."""
    cloudformation.create_stack(
        StackName=stack["name"],
        TemplateBody=TEMPLATE.read_text(encoding="utf-8"),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in stack["parameters"].items()
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack["name"], WaiterConfig={"Delay": 1}
    )


@dataclass
class Deployed:
    """An account with a bucket, a table and the job."""

    account: Account
    code: Code | None = None  # what the job runs; the one that is shipped, if there is none

    def __post_init__(self) -> None:
        self.bucket = f"store-{self.account.id}"
        self.s3, self.db = self.account.client("s3"), self.account.client("dynamodb")
        self.aws = Aws(self.account.client)
        self.told: list[Any] = []

    def deploy(self) -> None:
        """As roles/undo does it."""
        place = {"LocationConstraint": self.account.region}
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=place)
        make_table(self.db)
        self.db.get_waiter("table_exists").wait(TableName=TABLE)
        folder = apply_run.upload(self.aws, self.bucket, self.code or code())
        job = apply_deployed.Job(JOB, TABLE, self.bucket, folder, 2)
        deploy(self.account.client("cloudformation"), {"name": job.name, "parameters": job.parameters})

    def fill(self, items: list[dict[str, Any]]) -> None:
        """Put items into the table."""
        for begin in range(0, len(items), 25):
            puts = [{"PutRequest": {"Item": decoded(each)}} for each in items[begin : begin + 25]]
            assert not self.db.batch_write_item(RequestItems={TABLE: puts})["UnprocessedItems"]

    def run(self, request: Request, sleep: Any = None) -> dict[str, Any]:
        """What the job makes of it."""
        follow = apply_run.Follow(self.told.append, lambda *told: self.told.append(told), seconds=0.2)
        if sleep:
            follow = apply_run.Follow(follow.tell, follow.wait, 0.2, sleep)
        return apply_run.run(self.aws, JOB, request, follow)

    def live(self) -> dict[str, dict[str, Any]]:
        """The table's items by their sort keys, as it spells them."""
        pages = self.db.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return {each["sk"]["N"]: as_json(each) for page in pages for each in page["Items"]}
