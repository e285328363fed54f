# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody writes between the reading of an item and its write is not lost, whatever ends it then."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import apply_writes, request, steps
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Refused
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import CONFLICT, SAME
from tests.unit.support.undoing import content, digests, item, planned, put, write_all, writing

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from tests.unit.support.items import Item

pytestmark = pytest.mark.aws

BEFORE, RUINED = item(1, v={"N": "1"}), item(1, v={"N": "2"})


class Meddling:
    """Does something to the table once the item was read, just before its write."""

    def __init__(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, *changes: Item | None) -> None:
        self.client, self.left, self.lock = aws("dynamodb"), list(changes), threading.Lock()
        self.writer = writing(aws)
        self.ask = self.writer.client.ask
        monkeypatch.setattr(self.writer.client, "ask", self._ask)

    def _ask(self, operation: str, body: bytes) -> Any:
        with self.lock:
            if operation != "BatchGetItem" and self.left:
                change = self.left.pop(0)
                if change is None:
                    key = {"pk": BEFORE["pk"], "sk": BEFORE["sk"]}
                    self.client.delete_item(TableName="orders", Key=key)
                else:
                    put(self.client, [change])
        return self.ask(operation, body)


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ([RUINED | {"v": {"N": "3"}}], CONFLICT),
        ([None], CONFLICT),
        ([BEFORE], SAME),
        ([RUINED | {"added": {"S": "since"}}], CONFLICT),
    ],
    ids=["changed", "deleted", "put back by somebody", "an attribute added"],
)
def test_what_is_written_between_reading_and_writing_is_not_lost(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, changes: list[Item | None], result: str
) -> None:
    put(aws("dynamodb"), [RUINED])
    meddling = Meddling(aws, monkeypatch, *changes)
    ((outcome,), _told) = write_all(meddling.writer, [planned(BEFORE, RUINED)])
    assert (outcome.result, outcome.image) == (result, changes[-1])
    assert outcome.why == (steps.ADDED if changes[0] and "added" in changes[0] else "")
    assert content(aws("dynamodb")) == digests(changes)


def test_an_added_attribute_that_was_written_over_is_in_the_list(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes again before it can be put back."""
    put(aws("dynamodb"), [RUINED])
    added, again = RUINED | {"added": {"S": "since"}}, item(1, v={"N": "9"})
    meddling = Meddling(aws, monkeypatch, added, again)
    ((outcome,), _told) = write_all(meddling.writer, [planned(BEFORE, RUINED)])
    assert (outcome.result, outcome.image, outcome.replaced) == (CONFLICT, again, added)
    assert outcome.why == steps.ADDED_AND_CHANGED
    assert content(aws("dynamodb")) == digests([again])


def test_what_is_added_while_an_addition_is_put_back_is_in_the_list(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No condition can see it, and whoever added it has got no error."""
    put(aws("dynamodb"), [RUINED])
    added, more = RUINED | {"added": {"S": "since"}}, BEFORE | {"more": {"S": "since"}}
    meddling = Meddling(aws, monkeypatch, added, more)
    ((outcome,), _told) = write_all(meddling.writer, [planned(BEFORE, RUINED)])
    assert (outcome.result, outcome.image, outcome.replaced) == (CONFLICT, added, more)
    assert outcome.why == steps.ADDED_AGAIN
    assert content(aws("dynamodb")) == digests([added])


def test_an_addition_is_put_back_although_the_undo_is_being_ended(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by Ctrl-C, or by a failure of another item's write, while the rate lets nothing through."""
    put(aws("dynamodb"), [RUINED])
    added = RUINED | {"added": {"S": "since"}}
    meddling = Meddling(aws, monkeypatch, added)
    writer, ask = meddling.writer, meddling.writer.client.ask
    writer.write_rate = Rate(0.01)

    def ending(operation: str, body: bytes) -> Any:
        answer = ask(operation, body)
        if operation == request.PUT:
            writer._stopping.set()
        return answer

    monkeypatch.setattr(writer.client, "ask", ending)
    write_all(writer, [planned(BEFORE, RUINED)])
    assert content(aws("dynamodb")) == digests([added])


def test_an_addition_that_cannot_be_put_back_is_told(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials end between the two writes: what is in no list is in the sentence."""
    put(aws("dynamodb"), [RUINED])
    meddling = Meddling(aws, monkeypatch, RUINED | {"added": {"S": "since"}})
    writer, ask, written = meddling.writer, meddling.writer.client.ask, list[bytes]()

    def once(operation: str, body: bytes) -> Any:
        if operation == request.PUT:
            written.append(body)
        if len(written) > 1:
            return Refused("ExpiredTokenException", "the token has expired")
        return ask(operation, body)

    monkeypatch.setattr(writer.client, "ask", once)
    with pytest.raises(apply_writes.NotWrittenError) as error:
        write_all(writer, [planned(BEFORE, RUINED)])
    assert str(error.value) == (
        "The credentials are no longer good for orders (the token has expired). Call again with new ones. "
        f"{steps.NOT_PUT_BACK}: "
        '{"added":{"S":"since"},"pk":{"S":"p1"},"sk":{"N":"1"}}.'
    )
