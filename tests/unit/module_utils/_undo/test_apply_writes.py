# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Planned changes are written where items still are what the incident made of them, and nowhere else."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import apply_writes, request, steps
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.answers import Read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    EXPIRED,
    PUT,
    SAME,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.steps import Rules
from tests.unit.support.undoing import (
    KEYS,
    TABLE,
    content,
    digests,
    incident,
    item,
    planned,
    put,
    write_all,
    writing,
)

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
    from tests.unit.support.items import Item

pytestmark = pytest.mark.aws

PLAN = incident(300, random.Random(1))


def test_all_is_as_before(aws: Aws) -> None:
    others = [item(number, other={"N": "1"}) for number in range(1000, 1050)]
    put(aws("dynamodb"), [each.change.incident for each in PLAN] + others)
    writer = writing(aws)
    outcomes, told = write_all(writer, PLAN)
    assert [each.result for each in outcomes] == [each.action for each in PLAN]
    assert [each.planned for each in told] == PLAN
    assert content(aws("dynamodb")) == digests([each.change.before for each in PLAN] + others)
    assert [each.image and steps.digest_of(each.image) for each in outcomes] == [
        each.change.incident and steps.digest_of(each.change.incident) for each in PLAN
    ]
    assert writer.units >= len(PLAN)


def test_what_was_read_a_while_ago_is_read_again(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """No condition would see what somebody adds while others are written at a slow rate."""
    monkeypatch.setattr(apply_writes, "FRESH_SECONDS", 0.0)
    put(aws("dynamodb"), [each.change.incident for each in PLAN])
    changed = [each for each in PLAN if each.change.incident][:5]
    added = [{**(each.change.incident or {}), "added": {"S": "since"}} for each in changed]
    writer = writing(aws)
    outcomes, _told = write_all(writer, PLAN, then=lambda: put(aws("dynamodb"), added))
    conflicts = [each for each in outcomes if each.result == CONFLICT]
    assert [each.planned for each in conflicts] == changed
    assert [each.image for each in conflicts] == added
    assert not [each.why for each in conflicts if each.why]  # nothing was replaced, nor put back


def test_again_nothing_is_written(aws: Aws) -> None:
    put(aws("dynamodb"), [each.change.before for each in PLAN])
    writer = writing(aws)
    outcomes, told = write_all(writer, PLAN)
    assert ({each.result for each in outcomes}, told, writer.units) == ({SAME}, [], 0)


def test_what_a_run_that_was_cut_off_has_written_counts_as_written(aws: Aws) -> None:
    """Half of it was done; the rest is to do, but for what somebody has changed since."""
    client = aws("dynamodb")
    done, left, changed = PLAN[:100], PLAN[100:200], PLAN[200:]
    other = [item(number, other={"N": "1"}) for number in range(200, 300)]
    put(client, [*(each.change.before for each in done), *(each.change.incident for each in left), *other])
    outcomes, told = write_all(writing(aws), PLAN, intended=PLAN)
    assert [each.result for each in outcomes[:200]] == [each.action for each in PLAN[:200]]
    assert [each.image for each in outcomes[:100]] == [each.change.incident for each in done]
    assert {each.result for each in outcomes[200:]} == {CONFLICT}
    assert {each.why for each in outcomes[200:]} == {steps.NOT_KNOWN}
    # What was about to be written stays on the list: this run may be cut off too.
    assert len(told) == len(PLAN)
    assert content(client) == digests([*(each.change.before for each in [*done, *left]), *other])
    assert changed


BEFORE, RUINED = item(1, v={"N": "1"}), item(1, v={"N": "2"})


@pytest.mark.parametrize(
    ("before", "ruined", "there"),
    [
        (BEFORE, RUINED, RUINED | {"v": {"N": "3"}}),
        (BEFORE, RUINED, RUINED | {"added": {"S": "since"}}),
        (BEFORE, RUINED, None),
        (BEFORE, None, RUINED),
        (None, RUINED, BEFORE),
    ],
    ids=["changed", "an attribute added", "deleted", "made anew", "inserted, and changed"],
)
def test_what_somebody_has_changed_since_is_left_alone(
    aws: Aws, before: Item | None, ruined: Item | None, there: Item | None
) -> None:
    put(aws("dynamodb"), [there])
    ((outcome,), told) = write_all(writing(aws), [planned(before, ruined)])
    assert (outcome.result, outcome.image, told) == (CONFLICT, there, [])
    assert content(aws("dynamodb")) == digests([there])


def test_with_more_attributes_than_a_condition_holds_a_version_is_needed(aws: Aws) -> None:
    ruined = item(1, **{f"a{number}": {"N": "1"} for number in range(151)})
    put(aws("dynamodb"), [ruined])
    ((outcome,), told) = write_all(writing(aws), [planned(BEFORE, ruined)])
    assert (outcome.result, told) == (CONFLICT, [])
    assert "it has 151 attributes beside its key" in outcome.why
    ((outcome,), _told) = write_all(writing(aws, Rules(KEYS, "a7")), [planned(BEFORE, ruined)])
    assert outcome.result == PUT
    assert content(aws("dynamodb")) == digests([BEFORE])


def test_what_has_expired_since_is_not_put_back(aws: Aws) -> None:
    before = BEFORE | {"until": {"N": "1764000000"}}
    put(aws("dynamodb"), [RUINED])
    ((outcome,), told) = write_all(writing(aws, Rules(KEYS, "", "until")), [planned(before, RUINED)])
    assert (outcome.result, outcome.image, told) == (EXPIRED, RUINED, [])


def test_an_item_that_dynamodb_refuses_is_a_conflict(aws: Aws) -> None:
    """Another is written nevertheless."""
    put(aws("dynamodb"), [RUINED, item(2, v={"N": "2"})])
    bad = planned(BEFORE | {"ss": {"SS": []}}, RUINED)
    outcomes, _told = write_all(writing(aws), [bad, planned(None, item(2, v={"N": "2"}))])
    assert [each.result for each in outcomes] == [CONFLICT, DELETE]
    assert outcomes[0].refused
    assert outcomes[0].why.startswith("DynamoDB refuses to write it: ValidationException: ")
    assert content(aws("dynamodb")) == digests([RUINED])


def test_items_of_a_partition_key_are_written_in_order(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = [planned(None, item(number)) for number in range(70)]
    put(aws("dynamodb"), [each.change.incident for each in plan])
    writer, asked = writing(aws), list[bytes]()
    ask = writer.client.ask
    monkeypatch.setattr(
        writer.client, "ask", lambda operation, body: (asked.append(body), ask(operation, body))[1]
    )
    write_all(writer, plan)
    written = [body for body in asked if b"ConditionExpression" in body]
    for partition in range(7):
        of_it = [body for body in written if b'"S":"p%d"' % partition in body]
        sorted_keys = [int(body.split(b'"sk":{"N":"')[1].split(b'"')[0]) for body in of_it]
        assert sorted_keys == sorted(sorted_keys)
        assert len(sorted_keys) == 10


def test_keys_that_are_left_out_are_asked_for_again(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply_writes, "FIRST_DELAY", 0.001)
    writer, asked = writing(aws), list[int]()
    items = [item(number) for number in range(60)]
    put(aws("dynamodb"), items[:50])
    ask = writer.client.ask

    def leaving(operation: str, body: bytes) -> Any:
        """Every third call brings nothing, every third but a part."""
        keys = json.loads(body)["RequestItems"][TABLE]["Keys"]
        asked.append(len(keys))
        if len(asked) % 3 == 0:
            return Read([], keys, 0)
        if len(asked) % 3 == 1:
            part = ask(*request.read(TABLE, keys[:10]))
            return part._replace(left=keys[10:])
        return ask(operation, body)

    monkeypatch.setattr(writer.client, "ask", leaving)
    assert writer.read(items) == [*items[:50], *[None] * 10]
    assert sum(asked) > 60
    monkeypatch.setattr(writer.client, "ask", lambda *_asked: Read([], items[:25], 0))
    writer.patience_seconds = 0.01
    with pytest.raises(apply_writes.NotWrittenError, match="DynamoDB leaves all keys unprocessed"):
        writer.read(items[:25])


def test_the_rate_is_kept_on_what_was_consumed(aws: Aws) -> None:
    """Failed conditions too: DynamoDB bills them. A second's worth is free at first, and 8 calls at once."""
    plan = [planned(None, item(number, s={"S": "x" * 4000})) for number in range(30)]
    put(aws("dynamodb"), [each.change.incident for each in plan])
    writer = writing(aws, write_rate=Rate(60))
    began = time.monotonic()
    write_all(writer, plan)
    assert writer.units == 30 * 4
    assert time.monotonic() - began > (30 * 4 - 60 - 8 * 4) / 60
