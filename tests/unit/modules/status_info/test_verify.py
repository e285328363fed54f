# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How closely the module looks at a point: what is wrong with one has its tests beside the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="entry")
def fixture_entry(target: Machinery) -> dict[str, Any]:
    """What a run reported of a table's export."""
    target.deploy(record("orders"))
    entry = target.export("orders")
    target.run(entry)
    target.account.forget_calls()
    return entry


def reasons(answer: dict[str, Any]) -> list[tuple[str, str]]:
    (table,) = answer["tables"]
    return [(reason["code"], reason["message"]) for reason in table["reasons"]]


def test_each_level_asks_for_more(target: Machinery, entry: dict[str, Any], ask: Ask) -> None:
    downloads = {}
    for verify in ("none", "manifest", "content"):
        target.account.forget_calls()
        assert entry
        assert reasons(ask(verify=verify)) == []
        operations = [call["operation"] for call in target.account.calls()]
        counted = ("GetObject", "ListObjectsV2", "DescribeExport")
        downloads[verify] = tuple(operations.count(name) for name in counted)
    assert downloads["none"] == (0, 3, 0)
    # both manifests with their checksums, and the settings; data files, points of the table, drills
    assert downloads["manifest"] == (5, 5, 1)
    assert downloads["content"] > downloads["manifest"]


def test_a_point_that_is_gone_is_told(target: Machinery, entry: dict[str, Any], ask: Ask) -> None:
    key = f"{entry['prefix']}/AWSDynamoDB/{entry['export']}/manifest-summary.json"
    target.client("s3").delete_object(Bucket=target.bucket, Key=key)
    assert reasons(ask()) == []
    ((code, message),) = reasons(ask(verify="manifest"))
    assert code == "point_missing"
    assert key in message
    assert "orders" in message
