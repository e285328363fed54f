# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A batch that two are at work on is kept once: what was replaced stands in no other place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import (
    apply_put_back,
    document,
    gather_files,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import log
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import PLAN, Parts
from tests.unit.support.incident import TABLE, images, request
from tests.unit.support.undoing import item, make_table, planned

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

pytestmark = pytest.mark.newest
DONE = f"undo/{TABLE}/x/{log.done_key(0)}"


def test_what_another_has_kept_meanwhile_is_left_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.env().items():
        monkeypatch.setenv(name, value)
    gather_files.client.cache_clear()
    s3, bucket = account.client("s3"), f"store-{account.id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region})
    make_table(account.client("dynamodb"))
    ruined = item(1, v={"N": "2"})
    account.client("dynamodb").put_item(TableName=TABLE, Item=ruined)
    kept: dict[str, bytes] = {}
    made: list[Any] = []

    def keep(file: Any, content: bytes) -> None:
        made.append(file)
        kept[file.key] = content

    parts = Parts(f"undo/{TABLE}/x/", PLAN, keep)
    parts.add(planned(item(1, v={"N": "1"}), ruined))
    parts.end()
    for key, content in kept.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    asked = request(document.PUT_BACK, bucket, account.region, images(), plan=tuple(made))
    run = apply_put_back.Writing.run

    def while_another_ends(*given: Any) -> Any:
        found = run(*given)
        s3.put_object(Bucket=bucket, Key=DONE, Body=b"another's")
        return found

    monkeypatch.setattr(apply_put_back.Writing, "run", while_another_ends)
    with pytest.raises(log.LogError, match=rf"{DONE}: another call has kept it meanwhile"):
        list(apply_put_back.put_back(asked, made[0], 0, 0, lambda _items: None))
    assert s3.get_object(Bucket=bucket, Key=DONE)["Body"].read() == b"another's"
