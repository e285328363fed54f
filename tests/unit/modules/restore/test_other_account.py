# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table that is brought back into another account, of which only the bucket lets in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from local_aws.client.fixtures import new_account
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

NAME = "orders-restored-there"
pytestmark = pytest.mark.newest


@pytest.fixture(name="other")
def fixture_other(account: Account) -> Iterator[Account]:
    with new_account(account.aws) as made:
        yield made


def let_in(account: Account, other: Account, bucket: str) -> None:
    """What a bucket's owner writes for another account."""
    principal = {"AWS": f"arn:aws:iam::{other.id}:root"}
    objects = {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{bucket}/*"}
    listing = {"Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
    statements = [{"Effect": "Allow", "Principal": principal, **each} for each in (objects, listing)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    account.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


@pytest.mark.parametrize("way", ["load", "import", "convert"])
def test_the_bucket_is_enough(
    account: Account, other: Account, play: Play, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    made = restorable.backed_up(account, samples.simple("orders", 30))
    before = restorable.items(account, "orders")
    made.delete_table()
    for name, value in other.env().items():
        monkeypatch.setenv(name, value)
    asked = {"table": "orders", "to": NAME, "bucket": made.bucket, "way": way, "wait_sleep": 0.05}
    refused = play(restore, **asked)
    assert refused["msg"].startswith("Nothing was made"), refused["msg"]
    let_in(account, other, made.bucket)
    answer = play(restore, **asked)
    assert answer["succeeded"], answer["msg"]
    assert answer["target_arn"] == f"arn:aws:dynamodb:{other.region}:{other.id}:table/{NAME}"
    assert restorable.items(other, NAME) == before
    assert account.client("dynamodb").list_tables()["TableNames"] == []
