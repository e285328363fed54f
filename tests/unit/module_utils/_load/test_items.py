# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items of a backup in a table, one by one: in the embedded AWS, and in AWS's own DynamoDB Local."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from tests.unit.support import foreign
from tests.unit.support.loading import (
    EVERY_TYPE,
    content,
    exported,
    load,
    make_table,
    numbered,
    spelled,
)

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.dynamodb_local import DynamoDbLocal

LOCAL = pytest.param("dynamodb_local", marks=pytest.mark.newest)


@pytest.fixture(params=["account", LOCAL])
def aws(request: pytest.FixtureRequest) -> Aws:
    """A table in either of them."""
    place: Account | DynamoDbLocal = request.getfixturevalue(request.param)
    make_table(place.client("dynamodb"))
    return Aws(place.client)


pytestmark = pytest.mark.aws


@pytest.mark.parametrize("count", [0, 1, 25, 26])
def test_few(aws: Aws, count: int) -> None:
    found = load(aws, exported(numbered(count)))
    assert found.items == count
    assert content(aws("dynamodb")) == spelled(numbered(count))


def test_many(aws: Aws) -> None:
    items = numbered(10_000, n={"N": "12.5"}, m={"M": {"l": {"L": [{"B": "AAH/"}]}}})
    found = load(aws, exported(items, files=40))
    assert (found.items, found.units) == (10_000, 10_000)
    assert content(aws("dynamodb")) == spelled(items)


def test_every_type_at_every_depth(aws: Aws) -> None:
    items = numbered(30, **EVERY_TYPE)
    load(aws, exported(items))
    assert content(aws("dynamodb")) == spelled(items)


@pytest.mark.parametrize(
    "files",
    [
        {"x.json": foreign.page(numbered(30, **EVERY_TYPE))},
        foreign.dump(numbered(30, **EVERY_TYPE), size=7),
        {"4e4f": foreign.emr_lines(numbered(30, **EVERY_TYPE), generation=4)},
        {"ion.ion": foreign.ion_lines(numbered(30, **EVERY_TYPE))},
    ],
    ids=["scan", "dynamodump", "emr", "ion"],
)
def test_other_formats(aws: Aws, files: foreign.Files) -> None:
    load(aws, read.open_backup(foreign.source(files)))
    assert content(aws("dynamodb")) == spelled(numbered(30, **EVERY_TYPE))


def test_the_largest_items(aws: Aws) -> None:
    # 400 KB with its names, and as base64 a third more: no more than seven go into a batch.
    held = base64.b64encode(bytes(400 * 1024 - len("pk") - len("A#0") - len("b"))).decode()
    items = numbered(10, b={"B": held})
    load(aws, exported(items, files=1))
    assert content(aws("dynamodb")) == spelled(items)


def test_equal_keys_in_a_batch(aws: Aws) -> None:
    """A foreign backup that may hold an item twice is refused before; if it is loaded, the last one stays."""
    twice = [*numbered(20), *numbered(3, v={"N": "2"})]
    load(aws, exported(twice, files=1))
    assert content(aws("dynamodb")) == spelled([*numbered(3, v={"N": "2"}), *numbered(17, 3)])


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"x": {"N": "12x"}}, "numeric|not a valid|into a number"),
        ({"x": {"SS": []}}, "empty"),
        ({"pk": {"N": "1"}}, "schema|[Tt]ype mismatch"),
        ({"x": {"S": "y" * 410_000}}, "size"),
    ],
)
def test_an_item_that_is_refused_is_named_by_its_line(aws: Aws, bad: dict[str, Any], why: str) -> None:
    items = numbered(40)
    items[17] |= bad
    with pytest.raises(
        Exception, match=rf"data/0000\.json\.gz, line 18: DynamoDB refuses the item: .*({why})"
    ):
        load(aws, exported(items, files=1))
