# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When status says that a backup is deleted: at S3's midnight, whether or not it may read the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import Standing
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_bucket import Bucket
from tests.unit.support.evidence import DENIED, evidence, point

MADE = dt.datetime(2026, 11, 28, 17, 13, tzinfo=dt.UTC)
RULE = {
    "ID": "retain-7d",
    "Status": "Enabled",
    "Filter": {"Prefix": "retain-7d/"},
    "Expiration": {"Days": 7},
}
MIDNIGHT = dt.datetime(2026, 12, 6, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("lifecycle", "expires"),
    [
        ({"Rules": [RULE]}, MIDNIGHT),
        (DENIED, MIDNIGHT),
        ({"Rules": [{**RULE, "Status": "Disabled"}]}, None),
    ],
)
def test_a_backup_is_deleted_at_the_midnight_after_its_days(
    lifecycle: Any, expires: dt.datetime | None
) -> None:
    standing = Standing(seen={("lifecycle", "kk"): lifecycle})
    bucket = Bucket(Aws(lambda _service: None), Outputs(bucket_name="kk"), standing, None)
    made = point(0, prefix="retain-7d/orders/1", finished=MADE, retention_days=7)
    (told,) = bucket.with_expiry(evidence(points=(made,))).points
    assert told.expires == expires
