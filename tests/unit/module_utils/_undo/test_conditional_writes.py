# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A write holds its item to what was read: in the embedded AWS, and in AWS's own DynamoDB Local."""

from __future__ import annotations

import base64
import copy
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import content_digest
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import request
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Done, Failed, Refused
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.condition import condition
from tests.unit.support.loading import EVERY_TYPE
from tests.unit.support.undoing import KEY, KEYS, TABLE, image, item_client, make_table

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Answer
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.apply_client import ItemClient
    from local_aws.client.fixtures import Account
    from tests.unit.support.dynamodb_local import DynamoDbLocal
    from tests.unit.support.items import Item

pytestmark = pytest.mark.aws

LOCAL = pytest.param("dynamodb_local", marks=pytest.mark.newest)


@pytest.fixture(params=["account", LOCAL])
def client(request: pytest.FixtureRequest) -> ItemClient:
    """Of an empty table in either of them."""
    place: Account | DynamoDbLocal = request.getfixturevalue(request.param)
    make_table(place.client("dynamodb"))
    return item_client(Aws(place.client))


def write(client: ItemClient, new: Item | None, expected: Item | None, version: str = "") -> Answer:
    return client.ask(*request.write(TABLE, KEY, new, condition(expected, KEYS, version)))


def put(client: ItemClient, item: Item) -> Item:
    """The item, and how it is read then."""
    assert write(client, item, image(client, KEY)) == Done(None, pytest.approx(1, abs=400))
    found = image(client, KEY)
    assert found is not None
    assert content_digest(found) == content_digest(item)
    return found


def same(one: Item | None, other: Item | None) -> bool:
    return (one and content_digest(one)) == (other and content_digest(other))


def test_every_type_is_written_and_held_equal(client: ItemClient) -> None:
    held = put(client, KEY | EVERY_TYPE)
    new = KEY | {"n": {"N": "1.00"}}
    done = write(client, new, held)
    assert isinstance(done, Done)
    assert same(done.image, held)
    assert same(image(client, KEY), new)


def change(item: Item, path: tuple[Any, ...], value: Any) -> Item:
    """The item with another value somewhere."""
    changed = copy.deepcopy(item)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("n", "N"), "-12345678901234567890.123456789012345679"),
        (("b", "B"), "AAH+"),
        (("empty", "S"), "x"),
        (("no bytes", "B"), "AA=="),
        (("bool", "BOOL"), True),
        (("null",), {"S": ""}),
        (("ss", "SS"), ["a", "b", "c"]),
        (("bs", "BS"), ["AQ=="]),
        (("l", "L", 1, "L", 1, "M", "deep", "B"), "/g=="),
        (("l", "L", 2, "N"), "2.51"),
        (("m", "M", "m", "M", "bs", "BS"), ["AQ=="]),
    ],
)
def test_whatever_has_changed_is_noticed(client: ItemClient, path: tuple[Any, ...], value: Any) -> None:
    held = put(client, KEY | EVERY_TYPE)
    other = change(held, path, value)
    failed = write(client, KEY, other)
    assert isinstance(failed, Failed)
    assert same(failed.image, held)
    assert same(image(client, KEY), held)


@pytest.mark.parametrize(
    ("held", "spelled"),
    [
        ({"N": "1.0"}, {"N": "1.00"}),
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
        ({"NS": ["1", "2"]}, {"NS": ["2.0", "1"]}),
        ({"BS": ["AA==", "AQ=="]}, {"BS": ["AQ==", "AA=="]}),
    ],
    ids=["1.0 and 1.00", "texts", "numbers", "binary"],
)
def test_equal_values_are_equal_however_they_are_spelled(client: ItemClient, held: Any, spelled: Any) -> None:
    put(client, KEY | {"x": held})
    assert isinstance(write(client, None, KEY | {"x": spelled}), Done)
    assert image(client, KEY) is None


def many(count: int) -> Item:
    return KEY | {f"a{number:03}": {"N": str(number)} for number in range(count)}


def test_150_attributes(client: ItemClient) -> None:
    held = put(client, many(150))
    for name in ("a000", "a149"):
        assert write(client, None, change(held, (name, "N"), "-1")) == Failed(held, pytest.approx(2, abs=1))
    assert isinstance(write(client, None, held), Done)


def test_more_attributes_with_a_version(client: ItemClient) -> None:
    held = put(client, many(300))
    for name in ("a000", "a299"):
        failed = write(client, None, change(held, (name, "N"), "-1"), "a299")
        assert failed == Failed(held, pytest.approx(3, abs=2))
    assert isinstance(write(client, None, held, "a299"), Done)


def test_151_equalities_are_too_many(client: ItemClient) -> None:
    """What the limit is taken from."""
    held = put(client, many(150))
    guard = condition(held, KEYS)
    more = guard._replace(
        expression=f"{guard.expression} AND #150=:150",
        names={**guard.names, "#150": "b"},
        values={**guard.values, ":150": {"N": "1"}},
    )
    refused = client.ask(*request.write(TABLE, KEY, None, more))
    assert isinstance(refused, Refused)
    assert refused.code == "ValidationException"


def test_the_largest_item(client: ItemClient) -> None:
    """400 KB that are replaced by 400 KB, under a condition of as many."""
    bytes_ = 400 * 1024 - len("pk") - len("a") - len("sk") - 2 - len("b")
    held = put(client, KEY | {"b": {"B": base64.b64encode(bytes(bytes_)).decode()}})
    other = KEY | {"b": {"B": base64.b64encode(b"x" * bytes_).decode()}}
    assert write(client, other, held) == Done(held, 400)
    assert image(client, KEY) == other


def test_items_of_a_key_alone(client: ItemClient) -> None:
    assert put(client, KEY) == KEY
    assert write(client, KEY, None) == Failed(KEY, 1)
    assert write(client, None, KEY) == Done(KEY, 1)
    assert write(client, None, KEY) == Failed(None, 1)
    assert write(client, KEY, None) == Done(None, 1)


def test_an_attribute_that_was_added_shows_in_what_was_replaced(client: ItemClient) -> None:
    """No condition can tell it."""
    held = put(client, KEY | {"v": {"N": "1"}, "added": {"S": "x"}})
    assert write(client, KEY, KEY | {"v": {"N": "1"}}) == Done(held, 1)


def test_an_attribute_that_was_removed_fails(client: ItemClient) -> None:
    held = put(client, KEY | {"v": {"N": "1"}})
    assert write(client, None, held | {"w": {"N": "1"}}) == Failed(held, 1)
