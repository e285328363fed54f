# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a look at a pipeline's backup finds: files can be counted, and that is all the format allows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.verify import (
    findings,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Findings, Point
from local_aws.client.pipelines import bucket_of, set_up
from tests.unit.support.evidence import NOW

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

PREFIX = "retain-35d/orders/20261125T020000Z-dp"
LINES = b'{"id":{"s":"1"},"number":{"n":"1"}}\n{"id":{"s":"2"}}\n'


class Backup:
    """A good backup of two files with three items, to be damaged."""

    def __init__(self, account: Account) -> None:
        self.account, self.bucket, self.s3 = account, bucket_of(account), account.client("s3")
        self.put("data/a", LINES)
        self.put("data/b", b'{"id":{"s":"3"}}\n')
        self.put("data/_SUCCESS", b"")
        self.put("settings.json", b"{}")
        self.manifest("a", "b")

    def put(self, name: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}", Body=body)

    def delete(self, name: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=f"{PREFIX}/{name}")

    def manifest(self, *names: str, **changes: Any) -> None:
        entries = [{"url": f"s3://{self.bucket}/{PREFIX}/data/{each}", "mandatory": True} for each in names]
        told = {"name": "DynamoDB-export", "version": 3, "entries": entries, **changes}
        self.put("data/manifest", json.dumps(told).encode())

    def found(self, *, content: bool = False) -> Findings:
        point = Point(self.bucket, PREFIX, "", None, None, NOW, 35, "data_pipeline")
        return findings(Aws(self.account.client), point, content=content)


@pytest.fixture(name="backup")
def fixture_backup(account: Account) -> Backup:
    return Backup(set_up(account))


def test_a_good_one_is_counted(backup: Backup) -> None:
    size = len(LINES) + 17
    assert backup.found() == Findings((), None, size, 2)
    assert backup.found(content=True) == Findings((), 3, size, 2)


def test_an_empty_one_is_whole(backup: Backup) -> None:
    backup.manifest()
    assert backup.found(content=True) == Findings((), 0, 0, 0)


DAMAGE: dict[str, tuple[Any, str, str]] = {
    "a file is gone": (lambda b: b.delete("data/b"), "point_incomplete", "/data/b is gone"),
    "a file is empty": (lambda b: b.put("data/b", b""), "point_incomplete", "/data/b is empty"),
    "no _SUCCESS": (lambda b: b.delete("data/_SUCCESS"), "point_incomplete", "no _SUCCESS"),
    "no settings": (lambda b: b.delete("settings.json"), "point_incomplete", "settings.json, are gone"),
    "no manifest": (lambda b: b.delete("data/manifest"), "point_missing", "there is no"),
    "half a manifest": (lambda b: b.put("data/manifest", b'{"name"'), "point_corrupt", "cannot be read"),
    "another manifest": (lambda b: b.put("data/manifest", b"[]"), "point_corrupt", "cannot be read"),
    "no entries": (lambda b: b.manifest(entries=None), "point_corrupt", "cannot be read"),
    "another version": (lambda b: b.manifest(version=2), "point_corrupt", "DynamoDB-export version 2"),
    "another tool": (lambda b: b.manifest(name="x"), "point_corrupt", "of another kind, x version 3"),
    "elsewhere": (lambda b: b.manifest("../../else"), "point_incomplete", "../../else is gone"),
    "another bucket": (
        lambda b: b.manifest(entries=[{"url": "s3://other/a"}]), "point_corrupt", "s3://other/a, which lies",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "code", "words"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_told(backup: Backup, damage: Any, code: str, words: str) -> None:
    damage(backup)
    (flaw,) = backup.found(content=True).flaws
    assert (flaw.code, words in flaw.detail) == (code, True), flaw.detail


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"id": "1"}', b'{"id": {"s": "1", "n": "2"}}', b""])
def test_a_line_that_is_no_item_is_seen_by_who_reads_it(backup: Backup, line: bytes) -> None:
    backup.put("data/b", LINES + line + b"\n")
    assert backup.found().flaws == ()
    (flaw,) = backup.found(content=True).flaws
    assert (flaw.code, flaw.detail) == (
        "point_corrupt",
        f"line 5 of the backup, in {PREFIX}/data/b, is not an item",
    )
