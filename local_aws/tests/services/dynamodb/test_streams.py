# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the stream of a table of the embedded DynamoDB tells, whichever call has written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_aws.client.samples import create, simple
from local_aws.client.streams import images, records

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

Item = dict[str, Any]
Images = tuple[Item | None, Item | None]
ONE: Item = {"id": {"S": "one"}, "v": {"N": "1"}, "s": {"SS": ["a", "b"]}}
TWO: Item = {"id": {"S": "two"}, "v": {"N": "2"}}
KEY = {"id": {"S": "one"}}
NEW = {"id": {"S": "one"}, "v": {"N": "3"}}


@pytest.fixture
def dynamodb(account: Account) -> Any:
    """A table with a stream, and an item."""
    client = account.client("dynamodb")
    create(client, (replace(simple("tab", 0), stream=True),))
    client.put_item(TableName="tab", Item=ONE)
    return client


def told(account: Account) -> list[Images]:
    """Of what came after the item that is there."""
    first, *rest = records(account, "tab")
    assert (first["eventName"], *images(first)) == ("INSERT", None, ONE)
    events = {(False, True): "INSERT", (True, True): "MODIFY", (True, False): "REMOVE"}
    for record in rest:
        before, after = images(record)
        assert record["eventName"] == events[before is not None, after is not None]
    return [images(record) for record in rest]


def statement(text: str) -> Callable[[Any], None]:
    return lambda client: client.execute_statement(Statement=text)


def transaction(*texts: str) -> Callable[[Any], None]:
    return lambda client: client.execute_transaction(
        TransactStatements=[{"Statement": text} for text in texts]
    )


def update(client: Any, value: str) -> None:
    client.update_item(
        TableName="tab",
        Key=KEY,
        UpdateExpression="SET v = :v REMOVE s",
        ExpressionAttributeValues={":v": {"N": value}},
    )


WRITES: dict[str, tuple[Callable[[Any], Any], list[Images]]] = {
    "a put": (lambda client: client.put_item(TableName="tab", Item=NEW), [(ONE, NEW)]),
    "a put with a condition": (
        lambda client: client.put_item(
            TableName="tab",
            Item=NEW,
            ConditionExpression="v = :v",
            ExpressionAttributeValues={":v": {"N": "1.0"}},
        ),
        [(ONE, NEW)],
    ),
    "a delete": (lambda client: client.delete_item(TableName="tab", Key=KEY), [(ONE, None)]),
    "an update": (lambda client: update(client, "3"), [(ONE, NEW)]),
    "a batch": (
        lambda client: client.batch_write_item(
            RequestItems={"tab": [{"PutRequest": {"Item": TWO}}, {"DeleteRequest": {"Key": KEY}}]}
        ),
        [(None, TWO), (ONE, None)],
    ),
    "a transaction": (
        lambda client: client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "tab", "Item": TWO}},
                {"Delete": {"TableName": "tab", "Key": KEY}},
            ]
        ),
        [(None, TWO), (ONE, None)],
    ),
    "INSERT": (statement("INSERT INTO \"tab\" VALUE {'id': 'two', 'v': 2}"), [(None, TWO)]),
    "UPDATE": (statement("UPDATE \"tab\" SET v = 3 REMOVE s WHERE id = 'one'"), [(ONE, NEW)]),
    "DELETE": (statement("DELETE FROM \"tab\" WHERE id = 'one'"), [(ONE, None)]),
    "statements of a transaction": (
        transaction(
            "INSERT INTO \"tab\" VALUE {'id': 'two', 'v': 2}", "DELETE FROM \"tab\" WHERE id = 'one'"
        ),
        [(None, TWO), (ONE, None)],
    ),
    "the same item again": (
        lambda client: client.put_item(
            TableName="tab", Item=ONE | {"s": {"SS": ["b", "a"]}, "v": {"N": "1.00"}}
        ),
        [],
    ),
    "a delete of what is not there": (
        lambda client: client.delete_item(TableName="tab", Key={"id": {"S": "nobody"}}),
        [],
    ),
}


@pytest.mark.parametrize("case", WRITES)
def test_a_stream_tells_of_every_write_that_changes_something(
    account: Account, dynamodb: Any, case: str
) -> None:
    write, expected = WRITES[case]
    write(dynamodb)
    assert told(account) == expected


REFUSED: dict[str, Callable[[Any], Any]] = {
    "a condition": lambda client: client.put_item(
        TableName="tab", Item=NEW, ConditionExpression="attribute_not_exists(id)"
    ),
    "a transaction that is undone": transaction(
        "UPDATE \"tab\" SET v = 3 WHERE id = 'one'", "INSERT INTO \"tab\" VALUE {'id': 'one'}"
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_stream_tells_nothing_of_what_was_refused(account: Account, dynamodb: Any, case: str) -> None:
    with pytest.raises(ClientError):
        REFUSED[case](dynamodb)
    assert told(account) == []


def expire(account: Account, table: str = "tab") -> None:
    account.client("dynamodb").update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
    )


def test_what_has_expired_is_deleted_by_dynamodb_after_a_while(account: Account, dynamodb: Any) -> None:
    expire(account)
    now = account.aws.now().timestamp()
    times = {
        "soon": {"N": f"{now + 60:.0f}"},
        "before": {"N": f"{now - 30 * 86400:.0f}"},
        "late": {"N": f"{now + 3 * 86400:.0f}"},
        "long-ago": {"N": f"{now - 6 * 365 * 86400:.0f}"},
        "text": {"S": f"{now:.0f}"},
    }
    items = {name: {"id": {"S": name}, "until": until} for name, until in times.items()}
    for item in items.values():
        dynamodb.put_item(TableName="tab", Item=item)
    account.aws.advance(hours=40)
    # They are there until somebody comes for them.
    assert len(dynamodb.scan(TableName="tab")["Items"]) == 6
    account.aws.advance(hours=10)
    left = {item["id"]["S"] for item in dynamodb.scan(TableName="tab")["Items"]}
    assert left == {"one", "late", "long-ago", "text"}
    gone = records(account, "tab")
    assert [images(record) for record in gone] == [(items[name], None) for name in ("soon", "before")]
    dynamodb_itself = {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert [record["userIdentity"] for record in gone] == [dynamodb_itself] * 2


def test_a_window_has_what_expired_in_it(account: Account, dynamodb: Any) -> None:
    """It passes the journal as any other write does."""
    expire(account)
    account.aws.control("POST", "tables", account=account.id, expire=0)
    item = {"id": {"S": "soon"}, "until": {"N": f"{account.aws.now().timestamp() + 1:.0f}"}}
    dynamodb.put_item(TableName="tab", Item=item)
    account.aws.advance(hours=2)
    then = account.aws.now()
    account.aws.advance(minutes=10)
    assert "Item" not in dynamodb.get_item(TableName="tab", Key={"id": {"S": "soon"}})
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="tab", TargetTableName="then", RestoreDateTime=then
    )
    dynamodb.get_waiter("table_exists").wait(TableName="then", WaiterConfig={"Delay": 1})
    assert [each["id"]["S"] for each in dynamodb.scan(TableName="then")["Items"]] == ["one"]


def test_a_replica_hears_of_all_and_has_no_past_of_its_own(account: Account, dynamodb: Any) -> None:
    dynamodb.update_table(TableName="tab", ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    replica = account.client("dynamodb", "eu-central-1")
    dynamodb.execute_statement(Statement="UPDATE \"tab\" SET v = 3 REMOVE s WHERE id = 'one'")
    assert replica.get_item(TableName="tab", Key=KEY)["Item"] == NEW
    recovery = replica.describe_continuous_backups(TableName="tab")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
