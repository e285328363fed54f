# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Exports of what a window has changed, as many as an incident needs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import apply, filters, gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.apply import NotExportedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import Request
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.windows import (
    Chain,
    Window,
    WindowError,
    chain,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.source import (
    UnreadableError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.gather import Export

    from .conftest import Shop

pytestmark = pytest.mark.newest

Images = dict[str, tuple[str | None, str | None]]


def put(shop: Shop, name: str, value: str | None) -> None:
    """An item, or none."""
    key = {"customer": {"S": name}, "placed": {"S": "2026"}}
    if value is None:
        shop.client.delete_item(TableName="orders", Key=key)
    else:
        shop.client.put_item(TableName="orders", Item={**key, "v": {"S": value}})


def images(found: Export) -> Images:
    assert found.changes
    return {
        each.keys["customer"]["S"]: (
            each.old["v"]["S"] if each.old else None,
            each.new["v"]["S"] if each.new else None,
        )
        for each in found.changes.entries()
    }


def pause(shop: Shop, **span: float) -> datetime:
    """Let time pass; returned is the whole second that has begun."""
    found: datetime = shop.account.aws.advance(**span)
    return found.replace(microsecond=0)


def exported(shop: Shop, found: Chain) -> list[Export]:
    return shop.exported(*(Request(shop.table, window=each) for each in found.exports))


def test_what_an_incident_has_changed(shop: Shop) -> None:
    for name in ("changed", "deleted", "twice", "left"):
        put(shop, name, "good")
    begin = pause(shop, minutes=10)
    put(shop, "changed", "bad")
    put(shop, "deleted", None)
    put(shop, "twice", "worse")
    put(shop, "made", "bad")
    pause(shop, minutes=20)
    put(shop, "twice", "bad")
    end = pause(shop, minutes=1)
    put(shop, "changed", "right again")
    pause(shop, minutes=6)
    found = chain(begin, end, gather.reach(shop.aws, "orders"))
    (only,) = exported(shop, found)
    assert images(only) == {
        "changed": ("good", "bad"),
        "deleted": ("good", None),
        "twice": ("good", "bad"),
        "made": (None, "bad"),
    }
    assert only.changes
    assert (only.changes.begin, only.changes.end, only.moment) == (begin, end, None)
    assert (only.items, only.billed_bytes) == (4, 10_000_000)


def test_what_was_written_just_before_a_short_incident_is_told_apart(shop: Shop) -> None:
    put(shop, "changed", "old")
    pause(shop, minutes=30)
    put(shop, "changed", "good")
    put(shop, "left", "good")
    begin = pause(shop, minutes=5)
    put(shop, "changed", "bad")
    end = pause(shop, minutes=2)
    put(shop, "changed", "right again")
    pause(shop, minutes=6)
    found = chain(begin, end, gather.reach(shop.aws, "orders"))
    whole, lead = exported(shop, found)
    assert images(whole) == {"changed": ("old", "bad"), "left": (None, "good")}
    assert images(lead) == {"changed": ("old", "good"), "left": (None, "good")}


def test_soon_after_recovery_was_switched_on_it_is_told_from_what_was_written_after(shop: Shop) -> None:
    for on in (False, True):
        shop.client.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )
    put(shop, "changed", "good")
    begin = pause(shop, minutes=3)
    put(shop, "changed", "bad")
    end = pause(shop, minutes=2)
    put(shop, "changed", "right again")
    put(shop, "later", "good")
    pause(shop, minutes=25)
    found = chain(begin, end, gather.reach(shop.aws, "orders"))
    whole, trail = exported(shop, found)
    assert images(whole) == {"changed": ("good", "right again"), "later": (None, "good")}
    assert images(trail) == {"changed": ("bad", "right again"), "later": (None, "good")}


def test_an_incident_of_days_is_exported_window_by_window(shop: Shop) -> None:
    put(shop, "changed", "good")
    begin = pause(shop, minutes=1)
    put(shop, "changed", "bad")
    pause(shop, hours=25)
    put(shop, "changed", "worse")
    end = pause(shop, minutes=1)
    pause(shop, minutes=6)
    one, two = exported(shop, chain(begin, end, gather.reach(shop.aws, "orders")))
    assert (images(one), images(two)) == ({"changed": ("good", "bad")}, {"changed": ("bad", "worse")})
    started = [each["StartTime"] for each in shop.begun()]
    assert max(started) - min(started) < timedelta(minutes=5), "they are under way at once"


def test_of_some_items_only(shop: Shop) -> None:
    begin = pause(shop, minutes=1)
    for name in ("one", "two"):
        put(shop, name, "bad")
    end = pause(shop, minutes=20)
    pause(shop, minutes=6)
    one = filters.by_keys(["customer", "placed"], [{"customer": {"S": "one"}}])
    (found,) = shop.exported(Request(shop.table, window=Window(begin, end), filter=one))
    assert images(found) == {"one": (None, "bad")}


def test_an_end_that_recovery_does_not_reach_yet_is_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = pause(shop, minutes=1)
    put(shop, "changed", "bad")
    end = pause(shop, minutes=16)
    found = chain(begin, end, gather.reach(shop.aws, "orders"))
    monkeypatch.setattr(apply.time, "sleep", lambda _seconds: shop.account.aws.advance(minutes=1))
    (only,) = exported(shop, found)
    assert images(only) == {"changed": (None, "bad")}
    assert f"{end:%H:%M:%S}Z is needed: about 5 minutes more" in shop.said[0]


def test_recovery_that_was_switched_off_and_on_since_is_told(shop: Shop) -> None:
    begin = pause(shop, minutes=1)
    end = pause(shop, minutes=20)
    pause(shop, minutes=6)
    found = chain(begin, end, gather.reach(shop.aws, "orders"))
    for on in (False, True):
        shop.client.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )
    with pytest.raises(WindowError, match=r"goes back to .*: nothing of that time can be exported"):
        exported(shop, found)
    assert shop.begun() == []


def test_a_file_that_somebody_changed_is_noticed(shop: Shop) -> None:
    begin = pause(shop, minutes=1)
    put(shop, "changed", "bad")
    end = pause(shop, minutes=20)
    pause(shop, minutes=6)
    asked = Request(shop.table, window=Window(begin, end))
    (found,) = shop.exported(asked)
    assert found.changes
    part = next(each for each in found.changes.parts if each.proof and each.proof.items)
    key = f"{asked.folder(shop.place)}/{part.name}"
    s3 = shop.account.client("s3")
    s3.put_object(Bucket=shop.place.bucket, Key=key, Body=b"x" * part.size)
    with pytest.raises(UnreadableError, match="it was deleted or replaced while it was to be read"):
        images(found)
    (again,) = shop.exported(asked)
    with pytest.raises(UnreadableError, match=r"damaged|MD5"):
        images(again)


def test_what_dynamodb_refuses_is_told_in_its_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now: Any = shop.account.aws.now()
    monkeypatch.setattr(apply._Exporting, "_wait_until_reached", lambda _self: None)
    asked = Request(shop.table, window=Window(now - timedelta(minutes=20), now - timedelta(minutes=10)))
    with pytest.raises(NotExportedError, match=r"InvalidExportTimeException: .*Ask for a time between"):
        shop.exported(asked)
