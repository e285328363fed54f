# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between tables and backups, with both images: in the embedded AWS, and in DynamoDB Local."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.dynamodb_items import ItemReads
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import gather_differences, sides
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import (
    Tally,
    UncomparableError,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_differences import (
    Wanted,
    compared,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_scan import Scan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import (
    NEVER,
    Expiry,
    Files,
    Table,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from local_aws.client.fixtures import account, local_aws
from tests.unit.support import foreign
from tests.unit.support.dynamodb_local import dynamodb_local, dynamodb_local_url
from tests.unit.support.loading import TABLE, exported, load, make_table, numbered

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.differing import Differing
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_sides import Whole
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from local_aws.client.fixtures import Account
    from tests.unit.support.dynamodb_local import DynamoDbLocal
    from tests.unit.support.items import Item

__all__ = ["account", "dynamodb_local", "dynamodb_local_url", "local_aws"]

LOCAL = pytest.param("dynamodb_local", marks=pytest.mark.newest)
KEYS = {"pk": "S"}
NOW = 1_800_000_000


@pytest.fixture(params=["account", LOCAL])
def aws(request: pytest.FixtureRequest) -> Aws:
    """A table in either of them."""
    place: Account | DynamoDbLocal = request.getfixturevalue(request.param)
    make_table(place.client("dynamodb"))
    return Aws(place.client)


def table(aws: Aws, segments: int = 1) -> Table:
    client = aws("dynamodb")
    return Table(ItemReads(client), Scan(client, TABLE, segments, consistent=False), KEYS, 0)


def files(items: list[Item], number: int = 3) -> Files:
    return Files(exported(items, files=number), KEYS)


def found(
    expected: Whole, other: Whole, expiry: Expiry = NEVER, tell: list[Progress] | None = None, **wanted: Any
) -> tuple[Tally, dict[str, Differing]]:
    """The counts, and what differs by partition key."""
    told: list[Progress] = [] if tell is None else tell
    asked = Wanted(**wanted) if wanted else Wanted(all=True)
    with compared(expected, other, asked, told.append, expiry) as outcome:
        return outcome.tally, {each.key["pk"]["S"]: each for each in outcome.differing()}


def test_a_table_against_a_backup(aws: Aws) -> None:
    """One of each kind, among more items than are read again by one call."""
    items = numbered(120, v={"S": "as it was"})
    past, ahead = {"N": str(NOW - 60)}, {"N": str(NOW + 60)}
    gone = [{**each, "until": past} for each in numbered(30, 200)]
    lost = [{**each, "until": ahead} for each in numbered(3, 300)]
    changed = [{**each, "v": {"S": "ruined"}, "by": {"S": "a script"}} for each in items[:40]]
    extra = numbered(2, 400)
    load(aws, exported([*changed, *items[40:], *extra]))
    told: list[Progress] = []
    tally, differing = found(files([*items, *gone, *lost]), table(aws, 3), Expiry("until", NOW), told)
    assert tally == Tally(same=80, changed=40, missing=3, unexpected=2, expired=30, meantime=0)
    assert (tally.expected, tally.found, tally.equal) == (153, 122, False)
    assert tally.sentence == (
        "Not equal: 40 changed, 3 missing, 2 unexpected; 80 of 153 items are the same."
        " 30 of the missing had expired, which is no damage."
    )
    assert len(differing) == 75
    one = differing["A#7"]
    assert (one.kind, one.expected, one.found) == ("changed", items[7], changed[7])
    assert one.attributes == ("by", "v")
    assert (one.file, one.line) == ("data/0001.json.gz", 3)
    missing = differing["A#301"]
    assert (missing.kind, missing.expected, missing.found) == ("missing", lost[1], None)
    new = differing["A#400"]
    assert (new.kind, new.expected, new.found, new.file) == ("unexpected", None, extra[0], "")
    assert (differing["A#200"].kind, differing["A#200"].expected) == ("expired", gone[0])
    assert [each for each in told if each.phase == gather_differences.AGAIN][-1].items == 75


def test_equal_however_it_is_spelled(aws: Aws) -> None:
    ones: Item = {
        "n": {"N": "1.0"},
        "sets": {
            "M": {"ns": {"NS": ["1", "2.50"]}, "ss": {"SS": ["a", "b"]}, "bs": {"BS": ["AA==", "AQ=="]}}
        },
        "deep": {"L": [{"M": {"b": {"B": "AAH/"}, "n": {"N": "100"}}}]},
    }
    others: Item = {
        "deep": {"L": [{"M": {"n": {"N": "1E2"}, "b": {"B": "AAH/"}}}]},
        "n": {"N": "1.00"},
        "sets": {
            "M": {"ss": {"SS": ["b", "a"]}, "bs": {"BS": ["AQ==", "AA=="]}, "ns": {"NS": ["2.5", "1E0"]}}
        },
    }
    load(aws, exported(numbered(3, **others)))
    tally, differing = found(files(numbered(3, **ones)), table(aws))
    assert (tally, differing) == (Tally(same=3), {})
    assert tally.sentence == "Equal: all 3 items are the same, by key and content."


def test_a_byte_at_depth_150_attributes_and_one_added_since(aws: Aws) -> None:
    held = {"deep": {"L": [{"M": {"b": {"B": "AAH/"}}}]}}
    wide = {f"a{number}": {"N": str(number)} for number in range(151)}
    items = [*numbered(1, **held), *numbered(1, 1, **wide), *numbered(1, 2)]
    now: list[Item] = [
        {**items[0], "deep": {"L": [{"M": {"b": {"B": "AAH+"}}}]}},
        {**items[1], "a150": {"N": "151"}},
        {**items[2], "since": {"NULL": True}},
    ]
    load(aws, exported(now))
    tally, differing = found(files(items), table(aws))
    assert tally == Tally(changed=3)
    assert {each.attributes for each in differing.values()} == {("deep",), ("a150",), ("since",)}


def test_two_tables(account: Account) -> None:
    """Both are read again; what is missing has expired by the image that is there now."""
    make_table(account.client("dynamodb"))
    aws = Aws(account.client)
    load(aws, exported([*numbered(5), *numbered(1, 9, until={"N": str(NOW)})]))
    client = aws("dynamodb")
    client.create_table(
        TableName="other",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    client.get_waiter("table_exists").wait(TableName="other", WaiterConfig={"Delay": 0.1})
    for item in ({"pk": {"S": "A#0"}, "v": {"S": "x"}}, {"pk": {"S": "A#1"}}):
        client.put_item(TableName="other", Item=item)
    other = Table(ItemReads(client), Scan(client, "other"), KEYS, 0)
    tally, differing = found(table(aws), other, Expiry("until", NOW))
    assert tally == Tally(same=1, changed=1, missing=3, expired=1)
    assert (differing["A#0"].expected, differing["A#0"].found) == (
        {"pk": {"S": "A#0"}},
        {"pk": {"S": "A#0"}, "v": {"S": "x"}},
    )


@pytest.mark.parametrize("format_of", ["export", "dynamodump", "emr"])
def test_two_backups(format_of: str) -> None:
    items = numbered(60, v={"S": "as it was"}, n={"N": "1"})
    now = [*({**each, "v": {"S": "new"}} for each in items[:7]), *items[7:50], *numbered(2, 90)]
    opened = {
        "export": lambda: exported(now, files=2),
        "dynamodump": lambda: read.open_backup(foreign.source(foreign.dump(now, size=9))),
        "emr": lambda: read.open_backup(foreign.source({"4e4f": foreign.emr_lines(now)})),
    }[format_of]
    tally, differing = found(files(items), Files(opened(), KEYS))
    assert tally == Tally(same=43, changed=7, missing=10, unexpected=2)
    for number in range(7):
        each = differing[f"A#{number}"]
        assert (each.expected, each.found, each.attributes) == (items[number], now[number], ("v",))
    assert differing["A#91"].found == now[-1]
    assert differing["A#59"].expected == items[59]


def test_images_of_the_first_ones_only(aws: Aws) -> None:
    """Everything is counted, and read again, nevertheless."""
    load(aws, exported(numbered(60, 30)))
    tally, differing = found(files(numbered(60)), table(aws), first=2)
    assert tally == Tally(same=30, missing=30, unexpected=30)
    assert sorted(each.kind for each in differing.values()) == ["missing"] * 2 + ["unexpected"] * 2


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
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    tally, _differing = found(files(numbered(40)), table(aws))
    assert tally == Tally(changed=40)
    assert len(calls) > 40


def test_a_file_that_changes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "picked", lambda *_arguments: iter(()))
    with pytest.raises(UncomparableError, match="Of 1 lines of the backup only 0 were there"):
        found(files(numbered(1)), files([]))


def test_no_table(account: Account) -> None:
    sides_of = files(numbered(1)), table(Aws(account.client))
    with (
        pytest.raises(UncomparableError, match="There is no table orders: nothing was compared"),
        compared(*sides_of, Wanted(), lambda _told: None, NEVER, "orders"),
    ):
        pass
