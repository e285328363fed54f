# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between tables and backups, with both images: in the embedded AWS, and in DynamoDB Local."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from tests.unit.support import foreign
from tests.unit.support.differences import KEYS, files, found, table
from tests.unit.support.loading import exported, load, make_table, numbered

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

NOW = 1_800_000_000


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
