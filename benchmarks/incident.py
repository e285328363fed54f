# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An incident in a large table of the embedded AWS, with others who write throughout.

What must hold after its undo is proven by the records of the table's stream.
"""

from __future__ import annotations

import base64
import random
import tempfile
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import content_digest
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply as loading
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from benchmarks import comparing
from benchmarks.target import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from local_aws.client.process import LocalAws

TABLE = "orders"
TTL = "until"
# What the incident has left, in the language of undo_where: others write throughout.
WHERE = "incident == `null` || incident.status == 'RUINED'"
BOTH = "NEW_AND_OLD_IMAGES"
PAGE = 1000
Key = tuple[str, str]
Item = dict[str, Any]


@dataclass(frozen=True)
class Sizes:
    """How many items there are, and what becomes of them."""

    items: int = 1_000_000
    ruined: int = 5_000  # changed or deleted
    since: int = 200  # of the ruined, rightly changed again
    inserted: int = 100  # by the incident
    expired: int = 50  # of the ruined; their time to live is over when they are put back


class NoJournal:
    """A load that nobody goes on with."""

    def read(self) -> None:
        return None

    def write(self, document: dict[str, Any]) -> None:
        """Nobody reads it."""


@dataclass
class Incident:
    """The table, from its making until its items are ruined."""

    aws: LocalAws
    account: str
    sizes: Sizes
    begin: datetime = field(init=False)
    end: datetime = field(init=False)
    late: dict[int, Item] = field(default_factory=dict)  # what others wrote into ruined items

    def __post_init__(self) -> None:
        step = self.sizes.items // self.sizes.ruined
        self.numbers = range(0, step * self.sizes.ruined, step)
        self.since = set(self.numbers[: self.sizes.since])
        self.expired = set(self.numbers[-self.sizes.expired :]) if self.sizes.expired else set()
        self.deleted = {number for number in self.numbers[self.sizes.since :] if number // step % 5 == 4}
        self.inserted = range(self.sizes.items, self.sizes.items + self.sizes.inserted)
        self.client = self._client("dynamodb")
        self.expires = str(int(self.aws.now().timestamp()) + 1800)

    def _client(self, service: str) -> Any:
        return self.aws.client(service, account=self.account)

    def item(self, number: int) -> Item:
        """As it was before."""
        more = {TTL: {"N": self.expires}} if number in self.expired else {}
        return {**comparing.item(number, parts=1), **more}

    def ruined(self, number: int) -> Item:
        """What the incident makes of it."""
        made = comparing.item(number, parts=1)
        return {"pk": made["pk"], "sk": made["sk"], "status": {"S": "RUINED"}, "total": {"N": "0"}}

    def right(self, number: int, by: str) -> Item:
        """What somebody else makes of it, rightly."""
        return {**self.ruined(number), "status": {"S": "PAID"}, "by": {"S": by}}

    def make(self) -> None:
        """The table with its items, a stream and point-in-time recovery."""
        self.client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.client.get_waiter("table_exists").wait(TableName=TABLE)
        self._fill()
        self.client.update_time_to_live(
            TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL}
        )
        self.client.update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        stream = {"StreamEnabled": True, "StreamViewType": BOTH}
        self.client.update_table(TableName=TABLE, StreamSpecification=stream)
        self.aws.advance(minutes=10)

    def _fill(self) -> None:
        """By the loader of the collection, from files as an export has them."""
        with tempfile.TemporaryDirectory(prefix="incident-") as folder:
            place = Path(folder, "data")
            comparing.write(place, self.sizes.items, self.item)
            reading = read.open_backup(folder_source(place))
            client = Aws(lambda service, config=None: self._client_with(service, config))
            loading.load(client, TABLE, reading, loading.Options(), NoJournal(), lambda _progress: None)

    def _client_with(self, service: str, config: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.aws.url,
            region_name=self.aws.region,
            aws_access_key_id=self.account,
            aws_secret_access_key="local",
            config=config,
        )

    def happen(self) -> None:
        """Ruin the items; some are rightly changed since, and the time of others ends."""
        self.begin = self._moment()
        self.put(self.ruined(number) for number in self.numbers if number not in self.deleted)
        self.put(self.ruined(number) for number in self.inserted)
        for number in self.deleted:
            made = self.ruined(number)
            self.client.delete_item(TableName=TABLE, Key={"pk": made["pk"], "sk": made["sk"]})
        self.end = self._moment()
        self.put(self.right(number, "clerk") for number in self.since)
        self.aws.advance(minutes=25)

    def _moment(self) -> datetime:
        self.aws.advance(seconds=2)
        found = self.aws.now().replace(microsecond=0)
        self.aws.advance(seconds=2)
        return found

    def put(self, items: Iterable[Item]) -> None:
        """Write items as others do."""
        for each in items:
            self.client.put_item(TableName=TABLE, Item=decoded(each))

    @contextmanager
    def others_write(self, pause: float = 0.005) -> Iterator[None]:
        """Somebody writes other items all the time, and now and then a ruined one."""
        stop, chance = threading.Event(), random.Random(14)
        touchable = [number for number in self.numbers if number not in self.since | self.expired]

        def write() -> None:
            client, count = self._client("dynamodb"), 0
            while not stop.wait(pause):
                count += 1
                if hasattr(self, "end") and chance.random() < 0.1:
                    number = chance.choice(touchable)
                    self.late[number] = self.right(number, f"late {count}")
                    made = self.late[number]
                else:
                    number = chance.randrange(self.sizes.items // self.sizes.ruined - 1) + 1
                    made = {**self.item(number), "by": {"S": f"other {count}"}}
                client.put_item(TableName=TABLE, Item=decoded(made))

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            stop.set()
            writer.join()

    def records(self) -> list[dict[str, Any]]:
        """What the table's stream tells, from its begin on."""
        streams = self._client("dynamodbstreams")
        arn = self.client.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        found: list[dict[str, Any]] = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            asked = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            place = streams.get_shard_iterator(**asked)["ShardIterator"]
            while place:
                page = streams.get_records(ShardIterator=place, Limit=PAGE)
                found += page["Records"]
                place = page.get("NextShardIterator") if page["Records"] else None
        return found

    def prove(self, before: int) -> dict[str, int]:
        """BenchmarkError unless the undo, whose first record has this number, did what it should and no more.

        Returned is what became of the ruined items.
        """
        undone, lost, others = self._told(self.records()[before:])
        expected = {key_of(self.item(number)): number for number in (*self.numbers, *self.inserted)}
        _require(not lost, f"good writes were lost: {lost[:3]}")
        _require(
            undone.keys() <= expected.keys(), f"other items were written: {undone.keys() - expected.keys()}"
        )
        _require(set(undone.values()) <= {1}, "items were written more than once")
        _require(bool(others), "nobody else wrote meanwhile")
        left = self.since | self.expired | self.late.keys()
        missing = [number for key, number in expected.items() if key not in undone and number not in left]
        _require(not missing, f"items were not put back: {missing[:3]}")
        wrong = [number for number in self.expired if key_of(self.item(number)) in undone]
        _require(not wrong, f"items whose time was over were put back: {wrong[:3]}")
        return {"undone": len(undone), "others": others, "late": len(self.late)}

    def _told(self, records: list[dict[str, Any]]) -> tuple[dict[Key, int], list[Key], int]:
        """How often the undo wrote each item, which good writes it wrote over, how many others wrote."""
        undone: dict[Key, int] = defaultdict(int)
        good, lost, others = set[Key](), list[Key](), 0
        for each in records:
            told = each["dynamodb"]
            key = (told["Keys"]["pk"]["S"], told["Keys"]["sk"]["N"])
            if "by" in told.get("NewImage", {}):
                good.add(key)
                others += 1
                continue
            undone[key] += 1
            if key in good or "by" in told.get("OldImage", {}):
                lost.append(key)
        return dict(undone), lost, others

    def require_as_before(self, numbers: Iterable[int]) -> int:
        """How many of these items are as before; BenchmarkError of one that is something else than that."""
        count = 0
        for number in numbers:
            key = {name: decoded(self.item(number))[name] for name in ("pk", "sk")}
            found = self.client.get_item(TableName=TABLE, Key=key, ConsistentRead=True).get("Item")
            is_before = found is not None and content_digest(encoded(found)) == content_digest(
                self.item(number)
            )
            _require(is_before, f"the item {number} is not as before: {found}")
            count += 1
        return count


def key_of(item: Item) -> Key:
    """What tells an item from all others."""
    return item["pk"]["S"], item["sk"]["N"]


def decoded(item: Item) -> Item:
    """As boto3 takes it: the token is its only binary value."""
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value for name, value in item.items()
    }


def encoded(item: Item) -> Item:
    """As DynamoDB JSON has it."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
        for name, value in item.items()
    }


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise BenchmarkError(why)
