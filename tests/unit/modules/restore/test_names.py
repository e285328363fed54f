# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names: that of the new table, and that of the bucket with the points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import state
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]


def again(play: Play, made: BackedUp, **options: Any) -> dict[str, Any]:
    return play(restore, **{"table": made.table, "bucket": made.bucket, "wait_sleep": 0.05, **options})


class TestNames:
    def test_a_table_that_is_gone_may_come_back_under_its_own(self, account: Account, play: Play) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 5))
        made.delete_table()
        answer = again(play, made, to="orders")
        assert answer["succeeded"], answer["msg"]
        assert len(restorable.items(account, "orders")) == 5
        assert "in place of" not in answer["cut_over"]["text"]

    def test_a_restore_that_was_not_finished_is_told(
        self, account: Account, play: Play, tmp_path: Any
    ) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 5))
        with killed_in(state.FILL):
            again(play, made, to="", way="load")
        account.aws.advance(minutes=1)
        restorable.point(account, "orders", "20261124T140003Z-1a2b3c4d")
        shown = tmp_path / "lines"
        assert again(play, made, to="", way="load", progress_file=str(shown))["succeeded"]
        assert "Another restore of orders was not finished: orders-restored-" in shown.read_text()


def test_the_store_tells_the_bucket(account: Account, play: Play) -> None:
    target = Machinery(account)
    target.deploy_store()
    entry = target.export("orders")
    answer = play(restore, table="orders", wait_sleep=0.05)
    assert answer["succeeded"], answer["msg"]
    assert answer["point"]["location"].startswith(f"s3://{target.bucket}/{entry['prefix']}")
