# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an earlier store has left something, so that way has to be made for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.modules import deployment_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]


def test_nothing_is_left_in_an_account_without_a_store(account: Account, play: Play) -> None:
    account.forget_calls()
    assert play(deployment_info, leftovers=True)["leftovers"] is False
    asked = [call["operation"] for call in account.calls()]
    assert asked[-3:] == ["HeadBucket", "DescribeLogGroups", "HeadBucket"]


def test_a_log_group_or_a_bucket_is_left(account: Account, play: Play) -> None:
    account.client("logs").create_log_group(logGroupName="/aws/vendedlogs/states/tablekeeper")
    assert play(deployment_info, leftovers=True)["leftovers"] is True
    assert play(deployment_info, leftovers=True, prefix="other")["leftovers"] is False
    assert play(deployment_info)["leftovers"] is False
    place = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    account.client("s3").create_bucket(Bucket=f"logs-of-{account.id}", **place)
    found = play(deployment_info, leftovers=True, prefix="other", log_bucket=f"logs-of-{account.id}")
    assert found["leftovers"] is True  # whosever it is: that is told when way is made


def test_what_may_not_be_looked_at_may_be_left(play: Play, allow: Callable[..., None]) -> None:
    allow("cloudformation:DescribeStacks")
    assert play(deployment_info, leftovers=True)["leftovers"] is True
