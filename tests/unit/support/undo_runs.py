# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plans of undos that are executed in the embedded AWS, and what the table's stream tells of it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.lines import Lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import plan_document as doc
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_log import Keeper
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_run import Pace, Running
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import WRITES
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.state import State
from tests.unit.support import undo_plans
from tests.unit.support.undoing import TABLE, content, digests, make_table, put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import Planned
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item


@dataclass
class Incident:
    """A table after an incident, a plan that undoes it, and other items that nobody may touch."""

    account: Account
    changes: Sequence[Planned]
    others: Sequence[Item] = ()
    made: doc.Plan = field(init=False)
    records_before: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        client = self.client
        make_table(
            client, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        )
        self.account.client("s3").create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": self.account.region}
        )
        put(client, [*(each.change.incident for each in self.changes), *self.others])
        self.records_before = len(self.all_records())
        work = replace(undo_plans.plan().work, items=sum(each.action in WRITES for each in self.changes))
        self.made = undo_plans.stored(self.account, self.bucket, self.changes, table=self.table(), work=work)

    @property
    def bucket(self) -> str:
        return f"store-{self.account.id}"

    @property
    def client(self) -> Any:
        return self.account.client("dynamodb")

    def table(self) -> doc.Table:
        found = self.client.describe_table(TableName=TABLE)["Table"]
        keys = (doc.Key("pk", "S"), doc.Key("sk", "N"))
        made = found["CreationDateTime"].isoformat()
        return doc.Table(TABLE, found["TableArn"], found["TableId"], made, keys, "", True, 0)

    def all_records(self) -> list[dict[str, Any]]:
        """What the table's stream tells, from its begin on."""
        streams = self.account.client("dynamodbstreams")
        arn = self.client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        found = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            place = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while True:
                page = streams.get_records(ShardIterator=place)
                found += page["Records"]
                place = page.get("NextShardIterator")
                if not place or not page["Records"]:
                    break
        return found

    def writes(self) -> Counter[tuple[str, str]]:
        """How often each item was written since the incident."""
        keys = [each["dynamodb"]["Keys"] for each in self.all_records()[self.records_before :]]
        return Counter((key["pk"]["S"], key["sk"]["N"]) for key in keys)

    def before(self) -> dict[tuple[str, str], bytes]:
        """What the table is to hold."""
        return digests([*(each.change.before for each in self.changes), *self.others])

    def now(self) -> dict[tuple[str, str], bytes]:
        return content(self.client)


def running(aws: Aws, bucket: str, plan: doc.Plan, **pace: Any) -> Running:
    """A call that executes a plan, or goes on with it."""
    keeper = Keeper(aws, bucket, plan.folder)
    aws("s3").head_bucket(Bucket=bucket)  # AWS's clock
    state = keeper.read_state() or State("", aws.time().isoformat(), "ansible")
    lines = Lines(plan.table.name, lambda _line: None, time.monotonic)
    return Running(aws, plan, keeper, state, lines, Pace(**pace))


def run(incident: Incident, **pace: Any) -> Running:
    """Execute its plan."""
    made = running(Aws(incident.account.client), incident.bucket, incident.made, **pace)
    made.run()
    return made
