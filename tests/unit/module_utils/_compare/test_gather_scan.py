# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages of a table, from segments read at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.rate import Rate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import gather_scan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.gather_scan import Scan
from local_aws.server.environment import environment
from tests.unit.support.compared import TABLE, compare, make_table, numbered, reading

if TYPE_CHECKING:
    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.newest

LARGE = [{**each, "text": {"S": "x" * 300_000}} for each in numbered(12)]


def asked(client: Any) -> list[dict[str, Any]]:
    """What every Scan was asked with."""
    found: list[dict[str, Any]] = []

    def keep(params: dict[str, Any], **_event: Any) -> None:
        found.append(dict(params))

    client.meta.events.register("provide-client-params.dynamodb.Scan", keep)
    return found


def pages(scan: Scan) -> list[gather_scan.Page]:
    found: list[gather_scan.Page] = []
    scan.read(found.append)
    return found


def keys(scan: Scan) -> Counter[str]:
    return Counter(item["pk"]["S"] for page in pages(scan) for item in page.items)


@pytest.mark.parametrize("segments", [1, 3])
def test_every_item_once(account: Account, segments: int) -> None:
    make_table(account, LARGE)
    client = account.client("dynamodb")
    found = asked(client)
    assert keys(Scan(client, TABLE, segments=segments)) == Counter(f"A#{n}" for n in range(12))
    assert len(found) > segments
    assert all(each["ConsistentRead"] for each in found)
    if segments > 1:
        assert {(each["Segment"], each["TotalSegments"]) for each in found} == {(0, 3), (1, 3), (2, 3)}


def test_values_are_as_they_come_over_the_wire(account: Account) -> None:
    item = {**numbered(1)[0], "b": {"B": "AAE="}, "bs": {"BS": ["AA=="]}}
    make_table(account, [item])
    client = account.client("dynamodb")
    (page,) = pages(Scan(client, TABLE))
    assert page.items == [item]
    # Others who use the same client get what boto3 makes of it.
    assert client.scan(TableName=TABLE)["Items"][0]["b"] == {"B": b"\0\1"}


def test_where_boto3_parses_nevertheless(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older botocore has no event before it parses."""
    make_table(account, LARGE)
    client = account.client("dynamodb")
    register = client.meta.events.register

    def older(event: str, *arguments: Any) -> None:
        if not event.startswith("before-parse"):
            register(event, *arguments)

    monkeypatch.setattr(client.meta.events, "register", older)
    assert sum(keys(Scan(client, TABLE)).values()) == 12


def test_only_counted(account: Account) -> None:
    make_table(account, LARGE)
    found = pages(Scan(account.client("dynamodb"), TABLE, segments=2, only_count=True))
    assert sum(page.count for page in found) == 12
    assert not any(page.items for page in found)


def test_the_rate_is_kept(account: Account) -> None:
    """Four pages take 220 units each; the bucket holds 300 of them, and is filled within a second.

    After the second page 140 are missing, after the third 220: 1.2 seconds.
    """
    make_table(account, LARGE)
    began = time.monotonic()
    assert sum(keys(Scan(account.client("dynamodb"), TABLE, rate=Rate(300))).values()) == 12
    assert time.monotonic() - began > 1.0


def test_throttled_throughout(account: Account, faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three calls are refused; what is found is exact nevertheless."""
    monkeypatch.setattr(gather_scan.random, "uniform", lambda _low, _high: 0.0)
    items = numbered(400)
    make_table(account, items[1:])
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    error = {"code": "ProvisionedThroughputExceededException", "status": 400}
    faults.set({"service": "dynamodb", "operation": "Scan", "error": error, "times": 12})
    found = compare(Aws(boto3.client), reading(items))
    assert len(faults.fired()) == 12
    assert (found.same, found.missing, found.changed, found.unexpected) == (399, 1, 0, 0)


def test_throttled_for_too_long(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    make_table(account, numbered(1))
    monkeypatch.setattr(gather_scan, "PATIENCE_SECONDS", 0)
    client = account.client("dynamodb")
    answer = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}

    def refuse(**_event: Any) -> None:
        raise ClientError(answer, "Scan")

    client.meta.events.register("provide-client-params.dynamodb.Scan", refuse)
    before = threading.active_count()
    with pytest.raises(ClientError, match="Rate exceeded"):
        pages(Scan(client, TABLE, segments=3))
    assert threading.active_count() == before


def test_who_takes_fails(account: Account) -> None:
    """Then nobody reads on."""
    make_table(account, LARGE)
    client = account.client("dynamodb")
    found, before = asked(client), threading.active_count()

    def take(_page: gather_scan.Page) -> None:
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        Scan(client, TABLE, segments=3).read(take)
    assert threading.active_count() == before
    assert len(found) <= 3
