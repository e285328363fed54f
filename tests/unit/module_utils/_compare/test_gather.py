# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table in AWS against a backup of it."""

from __future__ import annotations

import copy
import gzip
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import gather, gather_sides
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import UncomparableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)
from local_aws.client.fixtures import account, local_aws
from tests.unit.support import foreign
from tests.unit.support.compared import EVERY_TYPE, KEYS, TABLE, compare, make_table, numbered, reading

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

__all__ = ["account", "local_aws"]


@pytest.mark.parametrize("count", [0, 1, 26])
def test_equal(account: Account, count: int) -> None:
    items = numbered(count)
    make_table(account, items)
    found = compare(account, reading(items, files=2))
    assert (found.equal, found.expected, found.found, found.same) == (True, count, count, count)
    assert (found.missing, found.unexpected, found.changed, found.samples) == (0, 0, 0, ())
    assert ("nothing to compare" in found.sentence) == (count == 0)


def test_ten_thousand_with_one_of_each(account: Account) -> None:
    """One item is damaged, one is missing, one is too many."""
    items = numbered(10_000)
    changed = {**items[77], "v": {"S": "value 77 "}, "new": {"N": "1"}}
    make_table(
        account, [*items[:77], changed, *items[78:5000], *items[5001:], {**items[0], "sk": {"N": "9"}}]
    )
    told: list[Progress] = []
    found = compare(account, reading(items, files=3), tell=told)
    assert not found.equal
    assert (found.expected, found.found, found.same) == (10_000, 10_000, 9_998)
    assert (found.missing, found.unexpected, found.changed) == (1, 1, 1)
    assert found.sentence == (
        "Not equal: 1 missing, 1 too many, 1 changed; 9,998 of 10,000 items are the same."
    )
    by_kind = {each.kind: each for each in found.samples}
    assert by_kind["changed"].attributes == ("new", "v")
    assert (by_kind["changed"].file, by_kind["changed"].line) == ("data/a2.json.gz", 26)
    assert by_kind["changed"].text == "pk=A#77, sk=0"
    assert by_kind["missing"].key == {"pk": {"S": "A#5000"}, "sk": {"N": "2"}}
    assert by_kind["unexpected"].text == "pk=A#0, sk=9"
    assert not any(each.now or each.values for each in found.samples)
    assert "value" not in str(found.to_json()["samples"])
    phases = {each.phase: each for each in told}
    assert [phases[each].items for each in (gather_sides.READING, gather_sides.SCANNING)] == [10_000, 10_000]


def scans(account: Account) -> int:
    return sum(each["operation"] == "Scan" for each in account.calls())


def test_it_counts(account: Account) -> None:
    items = numbered(50)
    make_table(account, items[1:])
    found = compare(account, reading(items), content=False)
    assert (found.equal, found.by_content, found.expected, found.found) == (False, False, 50, 49)
    assert "49 found; contents were not compared" in found.sentence
    same = compare(account, reading(items[1:]), content=False)
    assert same.equal
    assert "not compared" in same.sentence


SPELLED_OTHERWISE: Item = {
    **EVERY_TYPE,
    "ss": {"SS": ["b", "a"]},
    "ns": {"NS": ["2.50", "1E0"]},
    "bs": {"BS": ["AQ==", "AA=="]},
    "deep": {"M": {"list": {"L": [{"M": {"n": {"N": "1.0"}, "bin": {"B": "AAECAw=="}}}, {"NULL": True}]}}},
}


def test_every_type_however_it_is_spelled(account: Account) -> None:
    make_table(account, [SPELLED_OTHERWISE])
    assert compare(account, reading([EVERY_TYPE])).equal


def _with(path: list[Any], value: Any) -> Item:
    item = copy.deepcopy(EVERY_TYPE)
    held: Any = item
    for each in path[:-1]:
        held = held[each]
    held[path[-1]] = value
    return item


@pytest.mark.parametrize(
    ("item", "name"),
    [
        pytest.param(
            _with(["deep", "M", "list", "L", 0, "M", "bin", "B"], "AAECAg=="), "deep", id="a byte at depth"
        ),
        pytest.param(_with(["n", "N"], "12345678901234567890123456789012345679"), "n", id="38th digit"),
        pytest.param(_with(["ss", "SS"], ["a", "b", "c"]), "ss", id="one more in a set"),
        pytest.param(_with(["ss"], {"L": [{"S": "a"}, {"S": "b"}]}), "ss", id="a list, and no set"),
        pytest.param(_with(["empty"], {"NULL": True}), "empty", id="nothing, and no empty text"),
        pytest.param({k: v for k, v in EVERY_TYPE.items() if k != "none"}, "none", id="an attribute fewer"),
    ],
)
def test_every_type_damaged(account: Account, item: Item, name: str) -> None:
    make_table(account, [item])
    found = compare(account, reading([EVERY_TYPE]), values=True)
    assert (found.changed, found.same) == (1, 0)
    (sample,) = found.samples
    assert sample.attributes == (name,)
    assert sample.values == {name: (EVERY_TYPE[name], item.get(name))}


def test_binary_keys(account: Account) -> None:
    """Also those that a page ends with, and that are read again."""
    keys = {"id": "B", "at": "B"}
    items: list[Item] = [
        {"id": {"B": f"AA{letter}="}, "at": {"B": "/w=="}, "text": {"S": letter * 390_000}}
        for letter in "AEIMQ"
    ]
    make_table(account, [*items[:3], {**items[3], "text": {"S": "x"}}], keys)
    found = compare(account, reading(items), keys)
    assert scans(account) > 1
    assert [each.text for each in found.samples] == ["id=AAM=, at=/w==", "id=AAQ=, at=/w=="]
    assert (found.same, found.changed, found.missing) == (3, 1, 1)
    assert not any(each.now for each in found.samples)


def test_of_another_format(account: Account) -> None:
    items = [EVERY_TYPE, *numbered(3)]
    make_table(account, items)
    source = foreign.source({"x/part-0": foreign.emr_lines(items[:-1])})
    found = compare(account, read.open_backup(source))
    assert (found.same, found.unexpected, found.missing) == (3, 1, 0)


def test_somebody_writes_meanwhile(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    items = numbered(3)
    make_table(account, [{**items[0], "v": {"S": "x"}}, items[2]])
    client, kept = account.client("dynamodb"), gather.kept

    def write_then(*arguments: Any) -> Any:
        differences = kept(*arguments)
        for item in items[:2]:
            client.put_item(TableName=TABLE, Item=item)
        return differences

    monkeypatch.setattr(gather, "kept", write_then)
    found = compare(account, reading(items))
    assert (found.changed, found.missing) == (1, 1)
    assert ["the same now" in each.now or "there now" in each.now for each in found.samples] == [True, True]


def test_samples_are_few(account: Account) -> None:
    make_table(account, [])
    found = compare(account, reading(numbered(100)), samples=4)
    assert (found.missing, len(found.samples)) == (100, 4)


def test_no_table(account: Account) -> None:
    with pytest.raises(UncomparableError, match=f"no table {TABLE}"):
        compare(account, reading(numbered(1)))


def test_other_keys(account: Account) -> None:
    make_table(account, numbered(1))
    with pytest.raises(UnreadableError, match=r"data/a0.json.gz, line 1: its key 'id' is not there"):
        compare(account, reading(numbered(1)), {"id": "S"})
    with pytest.raises(UncomparableError, match="no key 'id'"):
        compare(account, reading([{"id": {"S": "x"}}]), {"id": "S"})


def test_a_key_twice_in_the_backup(account: Account) -> None:
    items = numbered(2)
    make_table(account, items)
    with pytest.raises(UncomparableError, match="twice"):
        compare(account, reading([*items, items[0]]))


def test_a_damaged_file(account: Account) -> None:
    items = numbered(100)
    make_table(account, items)
    files = foreign.export({"aa.json.gz": (101, gzip.compress(foreign.export_lines(items)))})
    with pytest.raises(UnreadableError, match="the manifest says 101"):
        compare(account, read.open_backup(foreign.source(files)))


def test_two_backups() -> None:
    items = numbered(100)
    told: list[Progress] = []
    other = [*items[1:50], {**items[50], "v": {"N": "1"}}, *items[51:], {"pk": {"S": "B"}, "sk": {"N": "0"}}]
    found = gather.compare_readings(reading(items), reading(other, files=2), KEYS, told.append)
    assert (found.same, found.missing, found.unexpected, found.changed) == (98, 1, 1, 1)
    assert {each.kind: (each.text, each.attributes, each.now) for each in found.samples} == {
        "missing": ("pk=A#0, sk=0", (), ""),
        "unexpected": ("pk=B, sk=0", (), ""),
        "changed": ("pk=A#50, sk=1", ("v",), ""),
    }
    assert gather.compare_readings(reading(items), reading(items, files=3), KEYS, told.append).equal
    counted = gather.compare_readings(
        reading(items), reading(other), KEYS, told.append, gather.Options(content=False)
    )
    assert (counted.equal, counted.by_content) == (True, False)
