# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which point is meant by latest, by a time and by an id, and what is said if there is none."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.history import RestorePoint
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.choose_point import (
    PointError,
    chosen,
    passed_over,
    restored_time,
    wanted,
)
from tests.unit.support.kept import at


def made(day: int, **changes: Any) -> RestorePoint:
    told = {
        "id": f"202611{day:02}T020000Z-1a2b3c4d", "table": "orders", "kind": "export", "taken": at(day),
        "location": f"s3://kept/retain-35d/orders/{day}/", "items": 5, "ways": ("import", "load"), **changes,
    }  # fmt: skip
    return RestorePoint(**told)


WINDOW = RestorePoint("pitr", "orders", "pitr", at(20), "DynamoDB", until=at(27), ways=("pitr",))
POINTS = [WINDOW, *(made(day) for day in (25, 21, 10, 5))]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("latest", "20261125T020000Z-1a2b3c4d"),
        (" LATEST ", "20261125T020000Z-1a2b3c4d"),
        ("20261110T020000Z-1a2b3c4d", "20261110T020000Z-1a2b3c4d"),
        ("pitr", "pitr"),
        ("2026-11-25T12:00:00Z", "pitr"),
        ("2026-11-28T12:00:00Z", "pitr"),
        ("2026-11-20T01:59:59Z", "20261110T020000Z-1a2b3c4d"),
        ("2026-11-10T02:00:00Z", "20261110T020000Z-1a2b3c4d"),
        ("2026-11-09T23:00:00Z", "20261105T020000Z-1a2b3c4d"),
    ],
)
def test_what_is_meant(asked: str, found: str) -> None:
    assert chosen(POINTS, wanted(asked)).id == found


def test_an_address_is_as_good_as_an_id() -> None:
    assert chosen(POINTS, "s3://kept/retain-35d/orders/21/").taken == at(21)


def test_within_the_window_it_is_the_moment_that_is_asked_for() -> None:
    assert restored_time(WINDOW, at(22, 7)) == at(22, 7)
    assert restored_time(WINDOW, at(29)) == WINDOW.until
    assert restored_time(WINDOW, "pitr") == WINDOW.until
    assert restored_time(made(5), at(22)) == at(5)


def test_a_backup_after_the_window_is_newer() -> None:
    assert chosen([*POINTS, made(28)], at(29)).taken == at(28)


@pytest.mark.parametrize("asked", ["latest", "2026-11-29T00:00:00Z"])
def test_an_empty_backup_and_a_damaged_one_are_passed_over_and_told(asked: str) -> None:
    points = [made(28, items=0), made(27, ways=(), why_not="Its data files are gone."), made(26)]
    found = chosen(points, wanted(asked))
    assert found.taken == at(26)
    assert passed_over(points, found, wanted(asked)) == [
        "20261128T020000Z-1a2b3c4d (2026-11-28 02:00:00 UTC) is newer and was passed over: it holds no item.",
        (
            "20261127T020000Z-1a2b3c4d (2026-11-27 02:00:00 UTC) is newer and was passed over:"
            " Its data files are gone."
        ),
    ]


def test_nothing_is_passed_over_for_an_id() -> None:
    points = [made(28, items=0), made(26)]
    assert passed_over(points, points[1], points[1].id) == []


def test_a_table_that_was_always_empty_can_be_restored() -> None:
    assert chosen([made(5, items=0), made(4, items=0)], "latest").taken == at(5)
    assert chosen([made(5, items=None, bytes=0)], "latest").is_empty


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            "2026-11-01T00:00:00Z",
            "There is no such point: there is none at 2026-11-01 00:00:00 UTC or before.",
        ),
        ("20261111T020000Z-1a2b3c4d", "There is no point 20261111T020000Z-1a2b3c4d."),
    ],
)
def test_what_there_is_not(asked: str, sentence: str) -> None:
    with pytest.raises(PointError) as told:
        chosen(POINTS, wanted(asked))
    assert str(told.value).startswith(sentence)
    assert str(told.value).endswith(
        "There are 20261125T020000Z-1a2b3c4d (2026-11-25 02:00:00 UTC), 20261121T020000Z-1a2b3c4d"
        " (2026-11-21 02:00:00 UTC), 20261110T020000Z-1a2b3c4d (2026-11-10 02:00:00 UTC),"
        " 20261105T020000Z-1a2b3c4d (2026-11-05 02:00:00 UTC). Point-in-time recovery reaches from"
        " 2026-11-20 02:00:00 UTC to 2026-11-27 02:00:00 UTC."
    )


def test_the_window_is_not_the_latest_point() -> None:
    with pytest.raises(
        PointError, match=r"none of its backups can be restored\. No backup can be restored\. Point-in"
    ):
        chosen([WINDOW], "latest")


def test_one_that_cannot_be_restored_is_refused_by_its_id() -> None:
    with pytest.raises(PointError, match=r"cannot be restored. Its data files are gone\. There are 20261104"):
        chosen([made(5, ways=(), why_not="Its data files are gone."), made(4)], made(5).id)
