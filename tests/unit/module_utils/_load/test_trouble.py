# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loads into a table that is busy, refuses, or is gone: all items arrive, or a sentence says why not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply_batch
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_batch import NotLoadedError
from tests.unit.support.loading import EVERY_TYPE, TABLE, Kept, exported, load, numbered, spelled
from tests.unit.support.table_stub import TableStub, now_and_then, table_stub

pytestmark = [pytest.mark.newest, pytest.mark.slow]

THROTTLED = (400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
ITEMS = numbered(1_500, **EVERY_TYPE)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply_batch, "FIRST_DELAY", 0.001)


def content(stub: TableStub) -> list[bytes]:
    return spelled(stub.items.values())


class TestThrottled:
    @pytest.mark.parametrize("share", [0.2, 0.5])
    def test_throughout(self, share: float) -> None:
        """Calls are refused, and of others items are left."""
        refused, left = now_and_then(share, 1), now_and_then(share, 2)
        with table_stub(refuses=lambda call: THROTTLED if refused(call) else None, leaves=left) as stub:
            found = load(stub.aws(), exported(ITEMS))
            assert (found.items, found.units) == (len(ITEMS), len(ITEMS))
            assert content(stub) == spelled(ITEMS)
            assert set(stub.puts.values()) == {1}
            assert len(stub.calls) > len(ITEMS) / 25 / (1 - share)

    @pytest.mark.parametrize("status", [(500, "InternalServerError"), (503, "ServiceUnavailable")])
    def test_aws_has_an_error(self, status: tuple[int, str]) -> None:
        refused = now_and_then(0.3)
        with table_stub(refuses=lambda call: status if refused(call) else None) as stub:
            load(stub.aws(), exported(ITEMS))
            assert content(stub) == spelled(ITEMS)

    def test_for_ever(self) -> None:
        with (
            table_stub(refuses=lambda call: THROTTLED if call > 20 else None) as stub,
            pytest.raises(NotLoadedError) as told,
        ):
            load(stub.aws(), exported(ITEMS), patience_seconds=0.2)
        assert f"nothing could be written to {TABLE}: An error occurred (Provisioned" in str(told.value)
        assert "items are in the table: the same call goes on from there" in str(told.value)

    def test_items_are_left_for_ever(self) -> None:
        with table_stub(leaves=lambda _item: True) as stub, pytest.raises(NotLoadedError) as told:
            load(stub.aws(), exported(ITEMS), patience_seconds=0.2)
        assert "DynamoDB leaves items unprocessed, which means that writes are throttled" in str(told.value)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDeniedException", "dynamodb:BatchWriteItem is needed"),
        ("ExpiredTokenException", "The credentials are no longer good"),
        ("ResourceNotFoundException", "somebody has deleted it"),
        ("ItemCollectionSizeLimitExceededException", f"DynamoDB does not write to {TABLE}: .*as told"),
    ],
)
@pytest.mark.parametrize("after", [0, 10])
def test_what_is_refused_for_good(code: str, why: str, after: int) -> None:
    """By the first call, and by one that follows."""
    journal = Kept()
    with table_stub(refuses=lambda call: (400, f"x#{code}") if call > after else None) as stub:
        with pytest.raises(NotLoadedError, match=why):
            load(stub.aws(), exported(ITEMS), journal)
        done = journal.written[-1]["items"]
        assert done <= len(stub.items)
        stub.refuses = lambda _call: None
        assert load(stub.aws(), exported(ITEMS), journal).items == len(ITEMS)
        assert content(stub) == spelled(ITEMS)
        assert sum(stub.puts.values()) <= 2 * len(ITEMS) - done


def test_nobody_answers_any_more() -> None:
    with (
        table_stub(breaks=lambda call: call > 10) as stub,
        pytest.raises(NotLoadedError, match=r"nothing could be written to .*: Connection was closed"),
    ):
        load(stub.aws(), exported(ITEMS), patience_seconds=0.2)


def test_connections_that_break() -> None:
    """Whether the call was done is not known then: it is made again."""
    chance = random.Random(3)
    with table_stub(breaks=lambda _call: chance.random() < 0.2) as stub:
        load(stub.aws(), exported(ITEMS))
        assert content(stub) == spelled(ITEMS)


def test_what_is_left_is_spelled_as_it_was() -> None:
    """Each item comes back once, those of botocore's own call too."""
    seen: set[Any] = set()

    def first(item: dict[str, Any]) -> bool:
        key = item["pk"]["S"]
        return key not in seen and not seen.add(key)  # type: ignore[func-returns-value]

    items = numbered(100, **EVERY_TYPE)
    with table_stub(leaves=first) as stub:
        load(stub.aws(), exported(items), at_once=1)
        assert content(stub) == spelled(items)
