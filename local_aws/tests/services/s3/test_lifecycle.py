# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_a_rule_without_an_id_gets_one(account: Account) -> None:
    s3, name = account.client("s3"), f"rules-{account.id}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
    rule = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 2}}
    s3.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [rule, {**rule, "ID": "own"}]}
    )
    given, own = (each["ID"] for each in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"])
    assert own == "own"
    assert given not in {"", "own"}
