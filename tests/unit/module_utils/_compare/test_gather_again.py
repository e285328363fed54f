# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs is read again before it is told: in the embedded AWS, and in DynamoDB Local."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import Tally
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import Table
from tests.unit.support import foreign
from tests.unit.support.differences import files, found, table
from tests.unit.support.loading import TABLE, exported, load, make_table, numbered
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    import pytest

    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item


def test_somebody_writes_meanwhile(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is read again: what is right by then counts as the same, what differs otherwise as it is."""
    items = numbered(6, v={"S": "x"})
    load(aws, exported([{**items[0], "v": {"S": "y"}}, *items[2:5], {**items[5], "v": {"S": "y"}}]))
    load(aws, exported(numbered(1, 7)))
    client, again = aws("dynamodb"), Table.again

    def write_then(side: Table, keys: list[bytes]) -> dict[bytes, Item]:
        client.put_item(TableName=TABLE, Item=items[0])
        client.put_item(TableName=TABLE, Item=items[1])
        client.delete_item(TableName=TABLE, Key={"pk": {"S": "A#7"}})
        client.delete_item(TableName=TABLE, Key={"pk": {"S": "A#5"}})
        return again(side, keys)

    monkeypatch.setattr(Table, "again", write_then)
    tally, differing = found(files(items), table(aws))
    assert tally == Tally(same=5, missing=1, meantime=3)
    assert [(key, each.kind) for key, each in differing.items()] == [("A#5", "missing")]
    assert "3 differed at first, and not when they were read again: somebody writes." in tally.sentence


def test_writers_throughout(aws: Aws) -> None:
    """Three of them ruin items and put them right again: what nobody touches is told as it is."""
    items = numbered(600, v={"S": "x"})
    ruined = {each["pk"]["S"] for each in items[:50]}
    touched = items[50:80]
    load(aws, exported([*({**each, "v": {"S": "y"}} for each in items[:50]), *items[50:]]))
    client, stop = aws("dynamodb"), threading.Event()

    def write(mine: list[Item]) -> None:
        while not stop.is_set():
            for item in mine:
                client.put_item(TableName=TABLE, Item={**item, "v": {"S": "y"}})
                client.put_item(TableName=TABLE, Item=item)

    writers = [threading.Thread(target=write, args=(touched[number::3],)) for number in range(3)]
    for each in writers:
        each.start()
    try:
        tally, differing = found(files(items), table(aws, 3))
    finally:
        stop.set()
        for each in writers:
            each.join()
    assert ruined <= differing.keys() <= ruined | {each["pk"]["S"] for each in touched}
    assert (tally.expected, tally.found, tally.missing, tally.unexpected) == (600, 600, 0, 0)
    assert tally.changed == len(differing)
    assert all(each.found != each.expected for each in differing.values())
    again, _differing = found(files(items), table(aws))
    assert (again.changed, again.same, again.meantime) == (50, 550, 0)


def test_large_items_are_read_again_whole(aws: Aws) -> None:
    """An answer has 16 MB at most: what is left out is asked for again."""
    held = {"B": base64.b64encode(bytes(300_000)).decode()}
    load(aws, exported(numbered(60, v=held)))
    asked = []
    client = aws("dynamodb")
    client.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem", lambda params, **_event: asked.append(params)
    )
    tally, differing = found(files(numbered(60)), table(aws))
    assert tally == Tally(changed=60)
    assert {each.found["v"] == held for each in differing.values() if each.found} == {True}
    assert len(asked) >= 3


def test_what_is_left_out_of_an_answer(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of each first answer, and calls that are refused as too many."""
    make_table(account.client("dynamodb"))
    aws = Aws(account.client)
    load(aws, exported(numbered(40, v={"N": "1"})))
    whole = ItemReads.batch_get_item
    calls = []

    def half(reads: ItemReads, name: str, keys: Any) -> bytes:
        asked = list(keys)
        calls.append(len(asked))
        if len(calls) % 3 == 1:
            raise aws("dynamodb").exceptions.ProvisionedThroughputExceededException(
                {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow"}},
                "BatchGetItem",
            )
        if len(asked) < 2:
            return whole(reads, name, asked)
        left = b'"UnprocessedKeys":{"%b":{"Keys":%b}}' % (
            name.encode(), foreign.compact(asked[1:]).encode(),
        )  # fmt: skip
        return (
            whole(reads, name, asked[:1])
            .replace(b'"UnprocessedKeys":{}', left)
            .replace(b'"UnprocessedKeys": {}', left)
        )

    monkeypatch.setattr(ItemReads, "batch_get_item", half)
    without_waiting(monkeypatch)
    tally, _differing = found(files(numbered(40)), table(aws))
    assert tally == Tally(changed=40)
    assert len(calls) > 40
